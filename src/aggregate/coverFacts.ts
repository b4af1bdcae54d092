import { keysIn, type Merged, type ZoneKeys } from "./merge.js";

/** What the zone index knows of areas: each cover set's own ground, and each polygon's. */
export type SetAreas = {
  readonly members: readonly (readonly number[])[];
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
  readonly units: readonly { readonly key: string; own: Both; union: Both; covered: Both }[];
};

/** How far one zone layer is from being a partition, and how much of it has ground. Units sorted by key. */
export function coverOfLayer(
  layer: ZoneKeys,
  areas: SetAreas,
  groundBySet: Merged["groundBySet"],
): LayerCover {
  const own = none();
  const union = none();
  const overlap = none();
  const covered = none();
  const units = new Map<string, { key: string; own: Both; union: Both; covered: Both }>();
  const unitOf = (key: string) => {
    let unit = units.get(key);
    if (unit === undefined) units.set(key, (unit = { key, own: none(), union: none(), covered: none() }));
    return unit;
  };
  for (let zone = layer.from; zone < layer.to; zone++) {
    const area = { planM2: areas.ownPlanM2[zone], trueM2: areas.ownTrueM2[zone] };
    add(own, area);
    add(unitOf(layer.keys[zone - layer.from]).own, area);
  }
  areas.members.forEach((members, set) => {
    const count = members.reduce((n, zone) => n + (zone >= layer.from && zone < layer.to ? 1 : 0), 0);
    if (count === 0) return;
    const area = { planM2: areas.setPlanM2[set], trueM2: areas.setTrueM2[set] };
    const ground = groundBySet.get(members.join()) ?? none();
    add(union, area);
    add(overlap, area, count - 1);
    add(covered, ground);
    for (const key of keysIn(layer, members)) {
      add(unitOf(key).union, area);
      add(unitOf(key).covered, ground);
    }
  });
  const sorted = [...units.values()].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return { own, union, overlap, covered, units: sorted };
}

const none = (): Both => ({ planM2: 0, trueM2: 0 });

function add(sum: Both, term: Readonly<Both>, times = 1): void {
  sum.planM2 += times * term.planM2;
  sum.trueM2 += times * term.trueM2;
}
