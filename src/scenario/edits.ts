/** What a scenario does to a plan, and who rules where when it has. */
import type { PlanArea, PlanLayerAreas, PlanMode, Rulers } from "../aggregate/precedence.js";
import { rulers } from "../aggregate/precedence.js";
import type { CellTable } from "../aggregate/cells.js";
import type { Layer } from "../core/layer.js";
import { tupleKey } from "../core/tuple.js";
import type { Purpose } from "../rules/planCodes.js";
import { editKey, EDITS } from "./editedGround.js";

/** What rules where an edit lies. */
export type Change =
  /** Nothing: the ground is left without a purpose. */
  | { readonly kind: "fjern" }
  /** This area, whatever was there. */
  | { readonly kind: "omrade"; readonly area: PlanArea }
  /** What was there, under another purpose or status. Ground without a purpose stays so. */
  | { readonly kind: "endre"; readonly purpose?: Purpose; readonly status?: string };

/** An edit of a plan by polygons on top of it, each with what it does; the last of several on one place rules. */
export type DrawnEdit = {
  readonly navn: string;
  readonly handling: string;
  /** One feature each, in the working CRS. */
  readonly polygons: readonly Layer[];
  readonly changes: readonly Change[]; // parallel to `polygons`
  /** Nothing of the plan as it was, and of edits before this, stands anywhere: a plan that replaces it whole. */
  readonly alone?: boolean;
};

/** An edit of areas the plan has: each changes in its own place in the precedence, or leaves it to what is below. */
export type NamedEdit = {
  readonly navn: string;
  readonly handling: string;
  readonly areas: ReadonlySet<PlanArea>;
  readonly change: Exclude<Change, { kind: "omrade" }>;
};

export type Edit = DrawnEdit | NamedEdit;

export type Scenario = { readonly navn: string; readonly edits: readonly Edit[] };

const isDrawn = (edit: Edit): edit is DrawnEdit => "polygons" in edit;
const isNamed = (edit: Edit): edit is NamedEdit => !isDrawn(edit);

/** Polygons of a scenario in order of laying. */
export const polygonsOf = ({ edits }: Scenario): readonly Layer[] =>
  edits.filter(isDrawn).flatMap(({ polygons }) => polygons);

/**
 * Who rules in each cell of a scenario's account. Edits of named areas come first, whatever their place in the list,
 * because they change the plan itself; those that are drawn lie on top of it, in their order.
 *
 * @param layers of the plan in force
 */
export function editedRulers(
  cells: CellTable,
  layers: readonly PlanLayerAreas[],
  mode: PlanMode,
  scenario: Scenario,
): Rulers {
  const named = scenario.edits.filter(isNamed);
  const gone = new Set(named.flatMap(({ areas, change }) => (change.kind === "fjern" ? [...areas] : [])));
  const restatedOf = (area: PlanArea): PlanArea =>
    named.reduce((so, { areas, change }) => (areas.has(area) ? restated(so, change) : so), area);
  const edited = layers.map(({ layer, areas }) => ({
    layer,
    areas: areas.map((area) => (gone.has(area) ? area : restatedOf(area))),
  }));
  return underDrawn(
    rulers(cells, edited, mode, (area) => !gone.has(area)),
    cells,
    scenario,
  );
}

/** The rulers with the drawn edits on top. */
function underDrawn(plan: Rulers, cells: CellTable, scenario: Scenario): Rulers {
  const column = cells.zones.get(EDITS);
  if (column === undefined) return plan;
  const drawn = scenario.edits.filter(isDrawn);
  const changes = drawn.flatMap((edit) => edit.changes);
  const aloneFrom = drawn.reduce(
    ({ from, at }, edit) => ({ from: edit.alone === true ? at : from, at: at + edit.changes.length }),
    { from: -1, at: 0 },
  ).from;
  const areas = [...plan.areas];
  const terms = [...plan.column.terms];
  const known = new Map<string, number>();
  const numberOf = (area: PlanArea, under: number, at: number): number => {
    const name = tupleKey([under, area.purpose.kode, area.family, area.status, at]);
    let number = known.get(name);
    if (number === undefined) {
      number = areas.push(area) - 1;
      terms.push(`${EDITS}\t${editKey(at)}${under === 0 ? "" : `\t${terms[under]}`}`);
      known.set(name, number);
    }
    return number;
  };
  const after = (under: number, at: number): number => {
    const change = changes[at];
    if (change.kind === "fjern") return 0;
    if (change.kind === "omrade") return numberOf(change.area, 0, at);
    const area = areas[under];
    return area === undefined ? 0 : numberOf(restated(area, change), under, at);
  };
  const editsOf = column.terms.map((term) => (term === "" ? [] : term.split("|").map(Number)));
  const decided = new Map<number, number>();
  const codes = plan.column.codes.map((code, cell) => {
    const key = code * column.terms.length + column.codes[cell];
    let ruler = decided.get(key);
    if (ruler === undefined) {
      const laid = editsOf[column.codes[cell]].filter((at) => at >= aloneFrom);
      ruler = laid.reduce(after, aloneFrom < 0 ? code : 0);
      decided.set(key, ruler);
    }
    return ruler;
  });
  return { column: { codes, terms }, areas, contests: plan.contests };
}

function restated(area: PlanArea, change: Change): PlanArea {
  if (change.kind !== "endre") return area;
  return { ...area, purpose: change.purpose ?? area.purpose, status: change.status ?? area.status };
}

/**
 * What of each drawn polygon lies on the ground, parallel to `polygonsOf`: the ground under it, each square metre as often
 * as the ground map has it.
 *
 * @param areas of the cells, in the measure the polygons are held against
 */
export function groundUnder({ zones }: CellTable, areas: Float64Array, polygonCount: number): Float64Array {
  const under = new Float64Array(polygonCount);
  const column = zones.get(EDITS);
  if (column === undefined) return under;
  const ofTerm = new Float64Array(column.terms.length);
  column.codes.forEach((code, cell) => (ofTerm[code] += areas[cell]));
  column.terms.forEach((term, code) => {
    if (term !== "") for (const at of term.split("|")) under[Number(at)] += ofTerm[code];
  });
  return under;
}

/**
 * Cells that lie in each edit: 1 inside. For named areas, where one of them rules in the plan as it stands.
 * @param plan the rulers of the plan in force, in the same cells
 */
export function cellsInside(cells: CellTable, plan: Rulers, scenario: Scenario): Uint8Array[] {
  const column = cells.zones.get(EDITS);
  let first = 0;
  return scenario.edits.map((edit) => {
    const inside = new Uint8Array(cells.rowCount);
    if (isDrawn(edit)) {
      const [from, to] = [first, first + edit.polygons.length];
      first = to;
      const isIn = column?.terms.map(
        (term) => term !== "" && term.split("|").some((at) => +at >= from && +at < to),
      );
      if (column !== undefined) column.codes.forEach((code, cell) => (inside[cell] = isIn![code] ? 1 : 0));
    } else {
      const isIn = plan.areas.map((area) => area !== undefined && edit.areas.has(area));
      plan.column.codes.forEach((code, cell) => (inside[cell] = isIn[code] ? 1 : 0));
    }
    return inside;
  });
}
