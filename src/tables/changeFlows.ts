/** A comparison's cells brought to one matrix a unit: what T10, T11 and the findings are read from. */
import type { CodeColumn } from "../core/layer.js";
import { classList, type ClassList, fieldTitle } from "../rules/classes.js";
import type { Rules } from "../rules/rules.js";
import type { ChangeFacts } from "./changeFacts.js";
import { measureTitle } from "./shown.js";
import type { TableMeta } from "./table.js";
import { nameOfUnit } from "./units.js";

/** A class as rows and columns of change show it. */
export type ChangeClass = { readonly kode: string; readonly navn: string };

/** Ground of one unit by class at the start and at the end. `NONE` stands for ground that an edition does not cover. */
export type UnitFlow = {
  readonly unit: string;
  readonly navn: string;
  /** [from][to] in m2, by places in `classes`; the last place is "not in that edition". */
  readonly m2: readonly Float64Array[];
  readonly stripM2: readonly Float64Array[];
};

/** All that the tables of change are made of. */
export type Flows = {
  readonly facts: ChangeFacts;
  readonly rules: Rules;
  /** What the class field is called. */
  readonly title: string;
  /** Classes that occur in either edition, in the order of their list; "uten verdi" and unknown ones last. */
  readonly classes: readonly ChangeClass[];
  /** "" for the whole, then unit layers by name. */
  readonly layers: ReadonlyMap<string, readonly UnitFlow[]>;
  readonly list?: ClassList;
};

export type ChangeOptions = {
  /** Shows what of additions and reductions is managed, by the rules' classes. */
  readonly managed?: boolean;
  readonly stripWidthM: number;
};

/** Brings cells to one matrix a unit. Ground under several units counts in each, as in T1. */
export function flowsOf(facts: ChangeFacts, rules: Rules): Flows {
  const { cells, field } = facts;
  const terms = [...new Set([...occurring(cells.from), ...occurring(cells.to)])].sort();
  const list = classList(rules, field, facts.inputs[0]?.edition, terms);
  const classes = classesIn(rules, list, terms, cells);
  const at = new Map(classes.map(({ kode }, i) => [kode, i]));
  const [area, strip] =
    facts.measure === "kartplan" ? [cells.planM2, cells.stripPlanM2] : [cells.trueM2, cells.stripTrueM2];
  const none = classes.length;

  const flowOf = (unit: string, navn: string): UnitFlow => ({
    unit,
    navn,
    m2: Array.from({ length: none + 1 }, () => new Float64Array(none + 1)),
    stripM2: Array.from({ length: none + 1 }, () => new Float64Array(none + 1)),
  });
  const add = (flow: UnitFlow, row: number): void => {
    const presence = cells.presence[row];
    const from = presence === "bareB" ? none : at.get(cells.from.terms[cells.from.codes[row]])!;
    const to = presence === "bareA" ? none : at.get(cells.to.terms[cells.to.codes[row]])!;
    flow.m2[from][to] += area[row];
    flow.stripM2[from][to] += strip[row];
  };

  const whole = flowOf("", rules.tables.labels.whole);
  for (let row = 0; row < cells.rowCount; row++) add(whole, row);
  const layers = new Map<string, readonly UnitFlow[]>([["", [whole]]]);
  for (const layer of facts.zoneLayers) {
    const { name, keys } = layer;
    const nameOf = nameOfUnit(layer, rules);
    const flows = new Map(keys.map((key) => [key, flowOf(key, nameOf(key))]));
    const outside = flowOf("", rules.tables.labels.outside);
    const { codes, terms: zones } = cells.zones.get(name)!;
    for (let row = 0; row < cells.rowCount; row++) {
      const key = zones[codes[row]];
      if (key === "") add(outside, row);
      else for (const unit of key.split("|")) add(flows.get(unit)!, row);
    }
    const left = outside.m2.some((row) => row.some((m2) => m2 !== 0));
    layers.set(name, [...flows.values(), ...(left ? [outside] : [])]);
  }
  const title = list?.title ?? fieldTitle(rules, field);
  return { facts, rules, title, classes, layers, ...(list === undefined ? {} : { list }) };
}

const occurring = ({ codes, terms }: CodeColumn): string[] => {
  const used = new Set(codes);
  return terms.filter((_, code) => used.has(code));
};

function classesIn(
  rules: Rules,
  list: ClassList | undefined,
  terms: readonly string[],
  cells: ChangeFacts["cells"],
): ChangeClass[] {
  const present = new Set(terms.filter((term) => term !== ""));
  const known = [...(list?.nameOf ?? [])].filter(([kode]) => present.delete(kode));
  const { noValue } = rules.tables.labels;
  const without = cells.presence.some(
    (presence, row) =>
      (presence !== "bareB" && cells.from.codes[row] === 0) ||
      (presence !== "bareA" && cells.to.codes[row] === 0),
  );
  return [
    ...known.map(([kode, navn]) => ({ kode, navn })),
    ...[...present].map((kode) => ({ kode, navn: list === undefined ? kode : nameOfSeveral(list, kode) })),
    ...(without ? [{ kode: "", navn: noValue }] : []),
  ];
}

const nameOfSeveral = (list: ClassList, kode: string): string =>
  kode
    .split("|")
    .map((one) => list.nameOf.get(one) ?? one)
    .join(" + ");

/** Opening, closing and what passed between them, by class of one unit. */
export function postingsOf({ m2 }: Pick<UnitFlow, "m2">) {
  const count = m2.length - 1;
  const opening = new Float64Array(count);
  const closing = new Float64Array(count);
  const additions = new Float64Array(count);
  const reductions = new Float64Array(count);
  const border = new Float64Array(count);
  for (let from = 0; from <= count; from++) {
    for (let to = 0; to <= count; to++) {
      const amount = m2[from][to];
      if (from < count) opening[from] += amount;
      if (to < count) closing[to] += amount;
      if (from === to) continue;
      if (from === count) border[to] += amount;
      else if (to === count) border[from] -= amount;
      else {
        additions[to] += amount;
        reductions[from] += amount;
      }
    }
  }
  return { opening, closing, additions, reductions, border };
}

export const sumOf = (amounts: Iterable<number>): number => {
  let sum = 0;
  for (const amount of amounts) sum += amount;
  return sum;
};

/** What all tables of a comparison say of themselves. */
export function changeMeta({ facts }: Flows): TableMeta {
  const areas = facts.measure === "kartplan" ? facts.cells.planM2 : facts.cells.trueM2;
  return {
    measure: facts.measure,
    measureId: facts.measureId,
    ruleSets: facts.ruleSets,
    inputs: facts.inputs.map(({ role, file, sha256 }) => ({ role, file, sha256 })),
    controlTotalM2: sumOf(areas),
  };
}

/** Footnotes with {names} filled in; those every table of change may use are known. */
export function changeNotes(
  flows: Flows,
  notes: readonly string[],
  names: Readonly<Record<string, string>> = {},
): string[] {
  const { facts } = flows;
  const known: Readonly<Record<string, string | undefined>> = {
    a: facts.inputs[0].file,
    b: facts.inputs[1].file,
    field: facts.field,
    measure: measureTitle(facts),
    epsg: String(facts.workEpsg),
    ...names,
  };
  const caveat = facts.incomparable
    ? [
        "IKKE_SAMMENLIGNBAR: utgavene er laget med ulik metode, så forskjellene er omvurdering og ikke målt endring.",
      ]
    : [];
  return [
    ...notes.map((note) => note.replace(/\{(\w+)\}/g, (all, name: string) => known[name] ?? all)),
    ...caveat,
  ];
}
