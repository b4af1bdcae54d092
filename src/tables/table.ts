import type { ColumnDefinition, Rounding, TableDefinition } from "../rules/schema.js";
import type { Rules } from "../rules/rules.js";
import { measureTitle, shownArea } from "./shown.js";
import type { AccountFacts, AreaMeasure } from "./facts.js";

/** Figures are unrounded: areas in the column's unit, shares as fractions of 1. null is "not applicable". */
export type Value = string | number | null;

/** `value` columns hold text or numbers as they come (T14). */
export type Column = ColumnDefinition;

/** A finished accounting table. Rounding and number format belong to `report/`. */
export type Table = {
  /** For example "T1-arealdekkeNiva1-kommuner": a file name without ending. */
  readonly id: string;
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Value[])[];
  readonly footnotes: readonly string[];
  /** How a reader sees it: rows under one heading per group, only these columns, rounded so. */
  readonly print: {
    readonly groupBy: readonly string[];
    readonly columns: readonly string[];
    readonly rounding: Rounding;
  };
  readonly meta: TableMeta;
};

export type TableMeta = {
  readonly measure: AreaMeasure;
  readonly measureId: string;
  readonly ruleSets: AccountFacts["ruleSets"];
  readonly inputs: readonly { readonly role: string; readonly file: string; readonly sha256: string }[];
  /** Sum of the cells in the table's measure. */
  readonly controlTotalM2: number;
};

/** The definition of a table in `reports/tables.json`. */
export function definitionOf(rules: Rules, id: TableDefinition["id"]): TableDefinition {
  return rules.tables.values.find((table) => table.id === id)!;
}

/** What all tables of an account have in common. */
export function metaOf(facts: AccountFacts): TableMeta {
  return {
    measure: facts.measure,
    measureId: facts.measureId,
    ruleSets: facts.ruleSets,
    inputs: facts.inputs.map(({ role, file, sha256 }) => ({ role, file, sha256 })),
    controlTotalM2: shownArea(facts.measure, facts.ground.posted),
  };
}

/** Footnotes with their {names} filled in; {measure} is always known. */
export function footnotesOf(
  definition: TableDefinition,
  facts: AccountFacts,
  names: Readonly<Record<string, string>> = {},
): string[] {
  const filled = { measure: measureTitle(facts), ...names } as Readonly<Record<string, string | undefined>>;
  return definition.footnotes.map((note) =>
    note.replace(/\{(\w+)\}/g, (all, name: string) => filled[name] ?? all),
  );
}
