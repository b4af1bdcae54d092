/** Arealreserve by a method: of what is planned, what is built already, what is water, and what is left. */
import type { CodeColumn } from "../core/layer.js";
import type { PlanArea } from "../aggregate/precedence.js";
import { isBuilding } from "../rules/planCodes.js";
import type { PlanMethod } from "../rules/planSchema.js";
import { classFields, type ClassField } from "./classes.js";
import type { AccountFacts } from "./facts.js";
import { postings, recoded, type PlanFrame, type PlanSide } from "./planFrame.js";
import type { Rules } from "../rules/rules.js";

/** What lies on planned ground today, to a method. */
export type GroundState = "land" | "bebygd" | "vann";
const STATES: readonly GroundState[] = ["land", "bebygd", "vann"];

/** Why a plan area is not planned building to a method; "" when it is. */
export type NotPlanned = "" | "formal" | "status";

/** Purpose first, then status; areas of a reguleringsplan have no status and count as the method says. */
export function notPlanned(method: PlanMethod, area: PlanArea | undefined): NotPlanned {
  if (area === undefined || !isBuilding(method, area.purpose)) return "formal";
  if (area.family === "reguleringsplan") return method.reguleringsplan === "medRegnet" ? "" : "status";
  return method.status.includes(area.status) ? "" : "status";
}

/** The class field by which a method sees what is built, and each cell's state by it. */
export type Ground = { readonly field: string; readonly column: CodeColumn };

/** Undefined when the account has no field that the method can see built ground by. */
export function groundOf(facts: AccountFacts, method: PlanMethod, rules: Rules): Ground | undefined {
  for (const view of method.grunn) {
    for (const [field, { bebygd, vann }] of Object.entries(rules.planAccounting.grunn[view])) {
      const column = facts.cells.classes.get(field);
      if (column === undefined) continue;
      const water = method.vann === "trekkesFra" ? vann : [];
      const stateOf = ({ terms }: CodeColumn, code: number): number =>
        bebygd.includes(terms[code]) ? 1 : water.includes(terms[code]) ? 2 : 0;
      return { field, column: recoded(column, STATES, (code) => stateOf(column, code)) };
    }
  }
  return undefined;
}

/** Ground under planned building: which area rules it, its state, its class, whether a detaljeringssone lies over it. */
export type PlannedGround = {
  readonly unit: string;
  /** Place in `side.rulers.areas`. */
  readonly ruler: number;
  readonly area: PlanArea;
  readonly state: GroundState;
  readonly term: string;
  readonly inDetailing: boolean;
  readonly m2: number;
};

/** All planned building of one plan by a method, with one class field. */
export function plannedGround(
  frame: PlanFrame,
  side: PlanSide,
  method: PlanMethod,
  ground: Ground,
  field: ClassField,
): PlannedGround[] {
  const { areas, column } = side.rulers;
  const detailing = detailingColumn(frame, side);
  return postings(frame, [column, ground.column, field.column, detailing]).flatMap(({ unit, codes, m2 }) => {
    const area = areas[codes[0]];
    if (area === undefined || notPlanned(method, area) !== "") return [];
    const [ruler, state, term, zone] = codes;
    return [
      {
        unit,
        ruler,
        area,
        state: STATES[state],
        term: field.column.terms[term],
        inDetailing: zone > 0,
        m2,
      },
    ];
  });
}

/** 1 where a detaljeringssone of the plan lies, 0 elsewhere. */
export function detailingColumn({ facts, plan }: PlanFrame, side: PlanSide): CodeColumn {
  const codes = new Uint32Array(facts.cells.rowCount);
  for (const { role, layer, key } of plan.detailing) {
    if (role !== side.role) continue;
    const { codes: own, terms } = facts.cells.zones.get(layer)!;
    const has = terms.map((term) => term.split("|").includes(key));
    own.forEach((code, cell) => {
      if (has[code]) codes[cell] = 1;
    });
  }
  return { codes, terms: ["", "ja"] };
}

/** The class fields that T4 and T7 have columns by: those the rules name, else all. */
export function qualityFields(facts: AccountFacts, rules: Rules): readonly ClassField[] {
  const fields = classFields(facts, rules);
  const named = fields.filter(({ field }) => rules.planAccounting.kvalitetsfelt.includes(field));
  return named.length > 0 ? named : fields;
}

/**
 * The classes of a field that are columns: those that occur in the ground, but for what the method itself calls built
 * or water by this field, which by its own definition is never reserve.
 */
export function qualityClasses(
  rules: Rules,
  field: ClassField,
  reserve: readonly PlannedGround[],
): readonly { readonly kode: string; readonly navn: string }[] {
  const codes = new Set(field.column.codes);
  const occurs = new Set(field.column.terms.filter((_, code) => codes.has(code)));
  const inReserve = new Set(reserve.filter(({ state }) => state === "land").map(({ term }) => term));
  const taken = new Set(
    Object.values(rules.planAccounting.grunn)
      .flatMap((view) => Object.entries(view))
      .filter(([name]) => name === field.field)
      .flatMap(([, { bebygd, vann }]) => [...bebygd, ...vann]),
  );
  return field.rows.filter(
    ({ kode }) => inReserve.has(kode) || (kode !== "" && occurs.has(kode) && !taken.has(kode)),
  );
}
