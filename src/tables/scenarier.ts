/** T9 Scenariosammenligning and T9b by edit: key figures of T4 for the plan and for each scenario, and the difference. */
import type { CodeColumn } from "../core/layer.js";
import type { M2 } from "../core/units.js";
import type { PlanMethod } from "../rules/planSchema.js";
import { classColumns, namesOf, type ReserveBasis } from "./arealreserve.js";
import { Amounts } from "./amounts.js";
import { planChecks } from "./planChecks.js";
import type { Check, Hold } from "./checks.js";
import { type PlanFrame, type PlanSide } from "./planFrame.js";
import { daa, planTable, unitCells } from "./planTable.js";
import {
  groundOf,
  plannedGround,
  notPlanned,
  qualityClasses,
  qualityFields,
  type Ground,
  type PlannedGround,
} from "./reserve.js";
import { shownAreas } from "./shown.js";
import type { Table, Value } from "./table.js";

/** An edit as T9b shows it: `inside` tells for each cell of its scenario's account whether it lies in the edit. */
export type EditFacts = {
  readonly navn: string;
  readonly handling: string;
  readonly inside: Uint8Array;
};

/** A scenario as a frame of its own, with the scenario in the place of the proposal. */
export type ScenarioFacts = {
  readonly navn: string;
  readonly frame: PlanFrame & { readonly ny: PlanSide };
  readonly edits: readonly EditFacts[];
};

type Shown = Pick<ReserveBasis, "method" | "ground" | "field" | "classes">;

/** T9 and T9b by each method and class field. Empty where no method can see built ground in the account. */
export function scenarioTables(base: PlanFrame, scenarios: readonly ScenarioFacts[]): readonly Table[] {
  const fields = qualityFields(base.facts, base.rules).map(({ field }) => field);
  return base.plan.methods.flatMap((method) =>
    fields.flatMap((field) => {
      const basis = figuresOf(base, base.gjeldende, method, field);
      if (basis === undefined) return [];
      const own = scenarios.map(({ frame }) => figuresOf(frame, frame.ny, method, field)!);
      const reserve = [basis, ...own].flatMap(({ planned }) => planned);
      const classField = fieldNamed(base, field);
      const shown: Shown = {
        method,
        ground: basis.ground,
        field: classField,
        classes: qualityClasses(base.rules, classField, reserve),
      };
      return [comparison(base, scenarios, shown, basis.planned, own), byEdit(base, scenarios, shown)];
    }),
  );
}

/** That each scenario's own T5, T6 and reserve add up. It stands in the place of the proposal, under its own name. */
export function scenarioChecks(scenarios: readonly ScenarioFacts[], hold: Hold): Check[] {
  return scenarios.flatMap(({ navn, frame }) =>
    planChecks(frame, [], [], hold).map((check) => ({ ...check, name: nameIn(navn, check.name) })),
  );
}

/** "ny 9901" of a scenario is "Navn 9901"; what is of the plan in force keeps it first. */
function nameIn(navn: string, about: string): string {
  const [, own] = /^ny(?: (.*))?$/s.exec(about) ?? [];
  if (about === "ny" || own !== undefined) return [navn, own ?? ""].join(" ").trim();
  return about === "" ? navn : `${about}, ${navn}`;
}

type Figures = { readonly ground: Ground; readonly planned: readonly PlannedGround[] };

function figuresOf(frame: PlanFrame, side: PlanSide, method: PlanMethod, field: string): Figures | undefined {
  const ground = groundOf(frame.facts, method, frame.rules);
  if (ground === undefined) return undefined;
  return { ground, planned: plannedGround(frame, side, method, ground, fieldNamed(frame, field)) };
}

const fieldNamed = (frame: PlanFrame, name: string) =>
  qualityFields(frame.facts, frame.rules).find(({ field }) => field === name)!;

function comparison(
  base: PlanFrame,
  scenarios: readonly ScenarioFacts[],
  shown: Shown,
  planned: readonly PlannedGround[],
  own: readonly Figures[],
): Table {
  const { plan: labels } = base.rules.tables.labels;
  const before = sumsOf(planned);
  const after = own.map((figures) => sumsOf(figures.planned));
  const rows = base.units.flatMap((unit) => {
    const of = (sums: Amounts): M2[] => [
      sums.of(unit.key),
      ...["bebygd", "vann", "land"].map((state) => sums.of(unit.key, state)),
      ...shown.classes.map(({ kode }) => sums.of(unit.key, "class", kode)),
    ];
    const row = (scenario: string, rad: string, navn: string, areas: readonly M2[]): Value[] => [
      ...unitCells(unit),
      scenario,
      rad,
      navn,
      ...areas.map(daa),
    ];
    const stands = of(before);
    return [
      row("", "grunnlag", labels.gjeldende, stands),
      ...scenarios.flatMap(({ navn }, s) => {
        const becomes = of(after[s]);
        const difference = becomes.map((m2, at) => m2 - stands[at]);
        return [row(navn, "scenario", labels.ny, becomes), row(navn, "endring", labels.change, difference)];
      }),
    ];
  });
  return table(base, "T9", shown, rows);
}

/** By unit, and by unit and state, and of what is left by unit and class. */
function sumsOf(planned: readonly PlannedGround[]): Amounts {
  const sums = new Amounts();
  for (const { unit, state, term, m2 } of planned) {
    sums.add(m2, unit);
    sums.add(m2, unit, state);
    if (state === "land") sums.add(m2, unit, "class", term);
  }
  return sums;
}

function byEdit(base: PlanFrame, scenarios: readonly ScenarioFacts[], shown: Shown): Table {
  const rows = scenarios.flatMap(({ navn, frame, edits }) => {
    const ground = groundOf(frame.facts, shown.method, frame.rules)!;
    const class_ = fieldNamed(frame, shown.field.field).column;
    const areas = shownAreas(frame.facts.measure, frame.facts.cells);
    return edits.map((edit, at): Value[] => {
      const taken = (side: PlanSide): M2 => reserveInside(shown.method, side, ground, edit.inside, areas);
      const [before, after] = [taken(frame.gjeldende), taken(frame.ny)];
      const today = classesInside(class_, edit.inside, areas);
      let m2 = 0;
      for (const each of today.values()) m2 += each;
      return [
        navn,
        at + 1,
        edit.navn,
        edit.handling,
        ...[m2, before, after, after - before].map(daa),
        ...todayClasses(base, shown).map(({ kode }) => daa(today.get(kode) ?? 0)),
      ];
    });
  });
  const classes = todayClasses(base, shown);
  return table(base, "T9b", { ...shown, classes }, rows);
}

/** Every class that lies in the ground: what is built or water today can be edited too. */
function todayClasses(base: PlanFrame, { field }: Shown): Shown["classes"] {
  const occurs = new Set(Array.from(field.column.codes, (code) => field.column.terms[code]));
  return fieldNamed(base, field.field).rows.filter(({ kode }) => occurs.has(kode));
}

function reserveInside(
  method: PlanMethod,
  { rulers }: PlanSide,
  ground: Ground,
  inside: Uint8Array,
  areas: Float64Array,
): M2 {
  const counts = rulers.areas.map((area) => notPlanned(method, area) === "");
  let m2 = 0;
  for (let cell = 0; cell < areas.length; cell++) {
    const isReserve =
      counts[rulers.column.codes[cell]] && ground.column.terms[ground.column.codes[cell]] === "land";
    if (inside[cell] === 1 && isReserve) m2 += areas[cell];
  }
  return m2;
}

function classesInside(column: CodeColumn, inside: Uint8Array, areas: Float64Array): Map<string, M2> {
  const sums = new Float64Array(column.terms.length);
  for (let cell = 0; cell < areas.length; cell++)
    if (inside[cell] === 1) sums[column.codes[cell]] += areas[cell];
  return new Map(column.terms.map((term, code) => [term, sums[code]]));
}

function table(base: PlanFrame, id: "T9" | "T9b", shown: Shown, rows: readonly (readonly Value[])[]): Table {
  const { method, field } = shown;
  return planTable(
    base,
    id,
    `${id}-${method.id}-${field.field}`,
    `${method.title}; ${field.title}`,
    rows,
    classColumns(shown, base.rules, id),
    namesOf(shown),
    method.forbehold,
  );
}
