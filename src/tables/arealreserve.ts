/** T4 Arealreserve and T4b by named area: planned building less what is built and what is water, by what lies there. */
import type { PlanArea } from "../aggregate/precedence.js";
import { byTuple, tupleKey } from "../core/tuple.js";
import type { PlanMethod } from "../rules/planSchema.js";
import type { Rules } from "../rules/rules.js";
import type { TableDefinition } from "../rules/schema.js";
import { Amounts } from "./amounts.js";
import { classColumnId } from "./classColumn.js";
import { classFields, type ClassField } from "./classes.js";
import {
  postings,
  statusName,
  type PlanFrame,
  type PlanLine,
  type PlanSide,
  type PlanUnit,
} from "./planFrame.js";
import { areaColumn, daa, planTable, unitCells } from "./planTable.js";
import { wrongOf, wrongUnder } from "./planWrong.js";
import {
  groundOf,
  notPlanned,
  plannedGround,
  qualityClasses,
  type Ground,
  type PlannedGround,
} from "./reserve.js";
import { definitionOf, type Column, type Table, type Value } from "./table.js";
import { wrongKinds } from "./wrongGround.js";

/** What T4 and T4b are made of: planned ground of the plan in force, in one class field, by one method. */
export type ReserveBasis = {
  readonly frame: PlanFrame;
  readonly side: PlanSide;
  readonly method: PlanMethod;
  readonly ground: Ground;
  readonly field: ClassField;
  readonly planned: readonly PlannedGround[];
  /** What of it lies in strips; undefined where nobody looked. */
  readonly strips?: readonly PlannedGround[];
  readonly classes: readonly { readonly kode: string; readonly navn: string }[];
};

/** @param strips the frame of strips alone (`stripFrame`) */
export function reserveBasis(
  frame: PlanFrame,
  side: PlanSide,
  method: PlanMethod,
  ground: Ground,
  field: ClassField,
  strips?: PlanFrame,
): ReserveBasis {
  const planned = plannedGround(frame, side, method, ground, field);
  const classes = qualityClasses(frame.rules, field, planned);
  const narrow = strips && plannedInStrips(strips, side, method, field);
  return {
    frame,
    side,
    method,
    ground,
    field,
    planned,
    classes,
    ...(narrow !== undefined && { strips: narrow }),
  };
}

/** Planned ground of one plan that lies in strips, by a method and with a class field. */
export function plannedInStrips(
  strips: PlanFrame,
  { role }: Pick<PlanSide, "role">,
  method: PlanMethod,
  { field }: Pick<ClassField, "field">,
): readonly PlannedGround[] | undefined {
  const { rules } = strips;
  const side = strips[role];
  if (side === undefined) return undefined;
  const ground = groundOf(strips.facts, method, rules);
  const same = classFields(strips.facts, rules).find((one) => one.field === field);
  return ground && same && plannedGround(strips, side, method, ground, same);
}

/**
 * T4: a row per planned purpose, and the sum. Under it, in no sum, LNFR spredt, and what of planned ground lies in gaps of
 * the ground map or counts more than once: what is there, and so what is reserve, no class can tell.
 */
export function reserveTable(basis: ReserveBasis): Table {
  const { frame, side } = basis;
  const sums = new Amounts();
  for (const piece of basis.planned) {
    post(sums, piece, side.lineOf[piece.ruler].id);
    post(sums, piece, "*");
  }
  for (const strip of basis.strips ?? [])
    for (const row of [side.lineOf[strip.ruler].id, "*"]) postStrip(sums, strip, row);
  const scattered = scatteredAmounts(basis);
  const { sum, gaps, doubled, plan: labels } = frame.rules.tables.labels;
  const wrong = wrongUnder(frame, side, (_, area) => plannedKey(basis.method, area));
  const wrongIn = ({ key }: PlanUnit) => wrongOf(wrong, key, PLANNED);
  const has = wrongKinds(frame.units.map(wrongIn));
  const rows = frame.units.flatMap((unit) => {
    const lines = frame.lines.filter(({ id }) => sums.has(unit.key, id));
    return [
      ...lines.map((line) => reserveRow(basis, unit, "formal", line, figures(basis, sums, unit, line.id))),
      reserveRow(basis, unit, "sum", { navn: sum }, figures(basis, sums, unit, "*")),
      ...frame.lines
        .filter(({ id }) => scattered.has(unit.key, id))
        .map((line) => reserveRow(basis, unit, "utenom", line, [scattered.of(unit.key, line.id)])),
      ...(has.gaps ? [reserveRow(basis, unit, "hull", { navn: gaps }, [wrongIn(unit).gapM2])] : []),
      ...(has.doubled
        ? [reserveRow(basis, unit, "dobbelt", { navn: doubled }, [0 - wrongIn(unit).doubledM2])]
        : []),
    ];
  });
  return planTable(
    frame,
    "T4",
    `T4-${basis.method.id}-${basis.field.field}`,
    aboutOf(basis),
    rows,
    classColumns(basis, frame.rules, "T4"),
    namesOf(basis),
    [...(has.gaps || has.doubled ? [labels.wrongBelow] : []), ...(basis.method.forbehold ?? [])],
  );
}

/** What of gaps and double cover lies under planned building is summed by. */
export const PLANNED = "planlagt";

export const plannedKey = (method: PlanMethod, area: PlanArea | undefined): string | undefined =>
  notPlanned(method, area) === "" ? PLANNED : undefined;

/** T4b: the same by named area, so that a planner finds each field on the map; by polygon where it has no name. */
export function reserveByArea(basis: ReserveBasis): Table {
  const { frame, side } = basis;
  const { areas } = side.rulers;
  const layers = side.rulers.column.terms;
  const places = new Map<
    string,
    { tuple: readonly string[]; name: string; planId: string; line: PlanLine }
  >();
  const sums = new Amounts();
  const placeOf = ({ ruler }: PlannedGround): string => {
    const { omrade, planId, key } = areas[ruler]!;
    const name = omrade || key;
    const line = side.lineOf[ruler];
    const tuple = [planId, omrade === "" ? layers[ruler] : name, line.family, line.kode, line.status];
    const place = tupleKey(tuple);
    places.set(place, { tuple, name, planId, line });
    return place;
  };
  for (const piece of basis.planned) post(sums, piece, placeOf(piece));
  for (const strip of basis.strips ?? []) postStrip(sums, strip, placeOf(strip));
  const order = [...places].sort(([, a], [, b]) => byTuple(a.tuple, b.tuple));
  const rows = frame.units.flatMap((unit) =>
    order
      .filter(([place]) => sums.has(unit.key, place))
      .map(([place, { name, planId, line }]): Value[] => [
        ...unitCells(unit),
        planId,
        name,
        line.family,
        line.kode,
        line.navn,
        statusName(frame.rules, line.status),
        ...figures(basis, sums, unit, place).map(daa),
      ]),
  );
  return planTable(
    frame,
    "T4b",
    `T4b-${basis.method.id}-${basis.field.field}`,
    aboutOf(basis),
    rows,
    classColumns(basis, frame.rules, "T4b"),
    namesOf(basis),
    basis.method.forbehold,
  );
}

function post(sums: Amounts, { unit, state, term, inDetailing, m2 }: PlannedGround, row: string): void {
  sums.add(m2, unit, row);
  sums.add(m2, unit, row, state);
  if (state !== "land") return;
  sums.add(m2, unit, row, "class", term);
  if (inDetailing) sums.add(m2, unit, row, "detailing");
}

function postStrip(sums: Amounts, { unit, state, m2 }: PlannedGround, row: string): void {
  if (state === "land") sums.add(m2, unit, row, "strips");
}

/** Planned, built, water, reserve, of which in a detaljeringssone and in strips, then the reserve by class. */
function figures(basis: ReserveBasis, sums: Amounts, { key }: PlanUnit, row: string): (number | null)[] {
  return [
    sums.of(key, row),
    sums.of(key, row, "bebygd"),
    sums.of(key, row, "vann"),
    sums.of(key, row, "land"),
    sums.of(key, row, "detailing"),
    basis.strips === undefined ? null : sums.of(key, row, "strips"),
    ...basis.classes.map(({ kode }) => sums.of(key, row, "class", kode)),
  ];
}

function reserveRow(
  { frame, classes }: ReserveBasis,
  unit: PlanUnit,
  rad: string,
  line: Partial<PlanLine>,
  areas: readonly (number | null)[],
): Value[] {
  const all = Array.from({ length: 6 + classes.length }, (_, at) => daa(areas[at] ?? null));
  const status = line.status === undefined ? "" : statusName(frame.rules, line.status);
  return [...unitCells(unit), rad, line.family ?? "", line.kode ?? "", line.navn ?? "", status, ...all];
}

/** Planned LNFR spredt: in no method's reserve, and never passed over. */
export function isScattered(
  { planAccounting }: Rules,
  method: PlanMethod,
  area: PlanArea | undefined,
): boolean {
  const { lnfrSpredt, status } = planAccounting;
  if (area === undefined || !lnfrSpredt.includes(area.purpose.normalisert)) return false;
  return area.status === status.framtidig && notPlanned(method, area) !== "";
}

/** LNFR spredt by unit and line. */
function scatteredAmounts({ frame, side, method }: ReserveBasis): Amounts {
  const sums = new Amounts();
  for (const { unit, ruler, m2 } of rulerAmounts(frame, side)) {
    if (isScattered(frame.rules, method, side.rulers.areas[ruler])) sums.add(m2, unit, side.lineOf[ruler].id);
  }
  return sums;
}

function rulerAmounts(frame: PlanFrame, side: PlanSide): { unit: string; ruler: number; m2: number }[] {
  return postings(frame, [side.rulers.column]).map(({ unit, codes: [ruler], m2 }) => ({ unit, ruler, m2 }));
}

/** @param id of the definition of the table they stand in */
export function classColumns(
  { classes }: Pick<ReserveBasis, "classes">,
  rules: Rules,
  id: TableDefinition["id"],
): Column[] {
  const own = definitionOf(rules, id).columns.map((column) => column.id);
  return classes.map(({ kode, navn }) => areaColumn(classColumnId(kode, own), navn || kode));
}

const aboutOf = ({ method, field }: ReserveBasis): string => `${method.title}; ${field.title}`;

export const namesOf = ({ method, ground, field }: Pick<ReserveBasis, "method" | "ground" | "field">) => ({
  metode: `${method.id}, versjon ${method.version}`,
  bebygd: ground.field,
  field: field.field,
});
