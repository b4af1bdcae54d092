import type { CodeColumn } from "../core/layer.js";
import { byCodePoint } from "../core/tuple.js";
import type { PlanFamily } from "../rules/planSchema.js";
import type { Purpose } from "../rules/planCodes.js";
import type { CellTable } from "./cells.js";

/** One polygon of a plan's partition, with what decides whether it rules where others lie too. */
export type PlanArea = {
  /** Its key in the zone layer it is read as: unique there. */
  readonly key: string;
  readonly objekttype: string;
  readonly family: PlanFamily;
  readonly purpose: Purpose;
  /** "" where the plan does not say, as no reguleringsplan does. */
  readonly status: string;
  readonly planId: string;
  readonly plannavn: string;
  readonly planstatus: string;
  /** yyyy-mm-dd, "" where unknown. */
  readonly dato: string;
  /** Name of the area, or the designation on the map; "" where it has neither. */
  readonly omrade: string;
  readonly lokalId: string;
};

/** The areas of one zone layer, under the layer's name. */
export type PlanLayerAreas = { readonly layer: string; readonly areas: readonly PlanArea[] };

/** `kp`: newest first. `mosaikk`: reguleringsplaner lie over kommuneplaner, newest first among each (NINA 2310). */
export type PlanMode = "kp" | "mosaikk";

/** Ground where several areas lie: who rules, who gives way, how much. */
export type Contest = {
  readonly winner: PlanArea;
  readonly losers: readonly PlanArea[];
  readonly planM2: number;
  readonly trueM2: number;
};

/** The area that rules in each cell: `areas[column.codes[cell]]`, undefined for code 0, where no area lies. */
export type Rulers = {
  readonly column: CodeColumn;
  readonly areas: readonly (PlanArea | undefined)[];
  readonly contests: readonly Contest[];
};

const SEVERAL = "|";

/**
 * Decides which plan area rules in each cell (pbl § 1-5: the newer plan; domain reference 4.4). Works on the sets of
 * areas that the cells name, so overlapping plans need no geometry here, and every contested square metre is told.
 * Areas without a date give way to those with one; the last word have plan id, local id and place.
 * @param takesPart areas that are left out lie nowhere: what is below them stands
 */
export function rulers(
  cells: CellTable,
  layers: readonly PlanLayerAreas[],
  mode: PlanMode,
  takesPart: (area: PlanArea) => boolean = () => true,
): Rulers {
  const areas: (PlanArea | undefined)[] = [undefined];
  const terms = [""];
  const sources = layers.map(({ layer, areas: own }) => {
    const numberOf = new Map(own.map((area) => [area.key, areas.push(area) - 1]));
    for (const { key } of own) terms.push(`${layer}\t${key}`);
    const { codes, terms: sets } = cells.zones.get(layer)!;
    return {
      codes,
      members: sets.map((set) =>
        set === ""
          ? []
          : set
              .split(SEVERAL)
              .map((key) => numberOf.get(key)!)
              .filter((number) => takesPart(areas[number]!)),
      ),
    };
  });
  const rank = ranks(areas, mode);
  const fights = new Map<string, { order: readonly number[]; planM2: number; trueM2: number }>();
  const codes = new Uint32Array(cells.rowCount);
  for (let cell = 0; cell < cells.rowCount; cell++) {
    const present = sources.flatMap((source) => source.members[source.codes[cell]]);
    if (present.length === 0) continue;
    if (present.length > 1) {
      present.sort((a, b) => rank[a] - rank[b]);
      const key = present.join();
      let fight = fights.get(key);
      if (fight === undefined) fights.set(key, (fight = { order: present, planM2: 0, trueM2: 0 }));
      fight.planM2 += cells.planM2[cell];
      fight.trueM2 += cells.trueM2[cell];
    }
    codes[cell] = present[0];
  }
  const contests = [...fights.values()].map(({ order, planM2, trueM2 }): Contest => {
    const [winner, ...losers] = order.map((area) => areas[area]!);
    return { winner, losers, planM2, trueM2 };
  });
  return { column: { codes, terms }, areas, contests };
}

/** Where `over` has no area, the one of `under` stands: a plan for a part of the ground leaves the rest as it was. */
export function laidOver(over: Rulers, under: Rulers): Rulers {
  const shift = over.areas.length - 1;
  const codes = over.column.codes.map((code, cell) => {
    const below = under.column.codes[cell];
    return code > 0 || below === 0 ? code : below + shift;
  });
  return {
    column: { codes, terms: [...over.column.terms, ...under.column.terms.slice(1)] },
    areas: [...over.areas, ...under.areas.slice(1)],
    contests: over.contests,
  };
}

/** The order of precedence, as a comparison: the one that rules comes first. 0 where only place can tell. */
export function byPrecedence(mode: PlanMode): (a: PlanArea, b: PlanArea) => number {
  const first = ({ family }: PlanArea): number => (mode === "mosaikk" && family === "kommuneplan" ? 1 : 0);
  return (a, b) =>
    first(a) - first(b) ||
    byCodePoint(b.dato, a.dato) ||
    byCodePoint(a.planId, b.planId) ||
    byCodePoint(a.lokalId, b.lokalId);
}

/** Place of each area in the order of precedence; the first rules. */
function ranks(areas: readonly (PlanArea | undefined)[], mode: PlanMode): Uint32Array {
  const order = areas.map((_, number) => number).slice(1);
  const compare = byPrecedence(mode);
  order.sort((p, q) => compare(areas[p]!, areas[q]!) || p - q);
  const rank = new Uint32Array(areas.length);
  order.forEach((area, place) => (rank[area] = place));
  return rank;
}
