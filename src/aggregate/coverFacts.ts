import { byCodePoint } from "../core/tuple.js";
import type { Merged, ZoneKeys } from "./merge.js";

/** What the zone index knows of areas: each cover set's own ground, and each polygon's. */
export type SetAreas = {
  /** Zone polygons of set s: members[memberStart[s] .. memberStart[s + 1]], ascending. */
  readonly sets: { readonly memberStart: Uint32Array; readonly members: Uint32Array };
  readonly setPlanM2: Float64Array;
  readonly setTrueM2: Float64Array;
  readonly ownPlanM2: Float64Array;
  readonly ownTrueM2: Float64Array;
};

type Both = { planM2: number; trueM2: number };

export type LayerCover = {
  /** Sum of the polygons' own areas; = union + overlap. */
  readonly own: Both;
  /** Ground the layer claims, counted once. */
  readonly union: Both;
  /** (k - 1) x area where k polygons lie on each other. */
  readonly overlap: Both;
  /** Of the union, what the ground layer covers. */
  readonly covered: Both;
  readonly units: readonly UnitSums[];
};

/** Ground under each set of the index, in its order; undefined where there is none. */
export function groundOfSets(
  { memberStart, members }: SetAreas["sets"],
  groundBySet: Merged["groundBySet"],
): readonly (Readonly<Both> | undefined)[] {
  return Array.from({ length: memberStart.length - 1 }, (_, set) =>
    groundBySet.get(members.subarray(memberStart[set], memberStart[set + 1]).join()),
  );
}

/**
 * How far one zone layer is from being a partition, and how much of it has ground. Units sorted by key.
 * @param ground as `groundOfSets` gives it
 */
export function coverOfLayer(
  layer: ZoneKeys,
  areas: SetAreas,
  ground: readonly (Readonly<Both> | undefined)[],
): LayerCover {
  const own = none();
  const union = none();
  const overlap = none();
  const covered = none();
  const unitOfKey = new Map<string, UnitSums>();
  const unitOfZone = layer.keys.map((key) => {
    let unit = unitOfKey.get(key);
    if (unit === undefined) unitOfKey.set(key, (unit = { key, own: none(), union: none(), covered: none() }));
    return unit;
  });
  for (let zone = layer.from; zone < layer.to; zone++) {
    const area = { planM2: areas.ownPlanM2[zone], trueM2: areas.ownTrueM2[zone] };
    add(own, area);
    add(unitOfZone[zone - layer.from].own, area);
  }
  const met: UnitSums[] = [];
  const { memberStart, members } = areas.sets;
  for (let set = 0; set + 1 < memberStart.length; set++) {
    let count = 0;
    met.length = 0;
    for (let k = memberStart[set]; k < memberStart[set + 1]; k++) {
      const zone = members[k];
      if (zone < layer.from || zone >= layer.to) continue;
      count++;
      const unit = unitOfZone[zone - layer.from];
      if (!met.includes(unit)) met.push(unit);
    }
    if (count === 0) continue;
    const area = { planM2: areas.setPlanM2[set], trueM2: areas.setTrueM2[set] };
    const posted = ground[set];
    add(union, area);
    if (count > 1) add(overlap, area, count - 1);
    if (posted !== undefined) add(covered, posted);
    for (const unit of met) {
      add(unit.union, area);
      if (posted !== undefined) add(unit.covered, posted);
    }
  }
  const units = [...unitOfKey.values()].sort((a, b) => byCodePoint(a.key, b.key));
  return { own, union, overlap, covered, units };
}

type UnitSums = { readonly key: string; readonly own: Both; readonly union: Both; readonly covered: Both };

const none = (): Both => ({ planM2: 0, trueM2: 0 });

function add(sum: Both, term: Readonly<Both>, times = 1): void {
  sum.planM2 += times * term.planM2;
  sum.trueM2 += times * term.trueM2;
}
