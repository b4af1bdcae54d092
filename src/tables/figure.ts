/** A figure as a sum of terms, each a choice of cells or an amount that is no ground. */
import type { CodeColumn } from "../core/layer.js";
import type { M2 } from "../core/units.js";
import type { AccountFacts } from "./facts.js";
import type { Table, Value } from "./table.js";
import { unitsOfKey } from "./units.js";

/** Whether a cell of the account is in something. */
export type Test = (cell: number) => boolean;

/** What is added or taken away: the cells that pass a test, or an amount without ground (of a unit, what is uncovered). */
export type Term = { readonly sign: 1 | -1; readonly navn: string } & (
  { readonly of: Test } | { readonly m2: M2 }
);

/** One term for a plain sum of cells, several where a figure is made from others. */
export type Figure = {
  readonly terms: readonly Term[];
  /** What a share is a share of. */
  readonly shareOf?: readonly Term[];
};

/** A place in a table: the row by the texts in its columns, the column by its id. */
export type Asked = {
  readonly table: Table;
  readonly row: ReadonlyMap<string, Value>;
  readonly column: string;
};

export const plus = (navn: string, of: Test): Term => ({ sign: 1, navn, of });
export const minus = (navn: string, of: Test): Term => ({ sign: -1, navn, of });
export const amount = (sign: 1 | -1, navn: string, m2: M2): Term => ({ sign, navn, m2 });
export const plain = (of: Test): Figure => ({ terms: [plus("", of)] });

export const everywhere: Test = () => true;

export function and(...tests: readonly Test[]): Test {
  const narrowing = tests.filter((test) => test !== everywhere);
  return (cell) => narrowing.every((test) => test(cell));
}

export const hasTerm = ({ codes, terms }: CodeColumn, is: (term: string) => boolean): Test => {
  const passes = terms.map(is);
  return (cell) => passes[codes[cell]];
};

export const text = ({ row }: Asked, id: string): string => String(row.get(id) ?? "");

export const titleIn = ({ table }: Asked, id: string): string =>
  table.columns.find((column) => column.id === id)?.title ?? id;

/** Cells of a unit, where one layer is meant; a key of "" is the ground outside all its units. */
export function inUnit({ cells, zoneLayers }: AccountFacts, name: string | undefined, key: string): Test {
  const layer = zoneLayers.find((one) => one.name === name);
  if (layer === undefined) return everywhere;
  const split = unitsOfKey(layer);
  return hasTerm(cells.zones.get(layer.name)!, (term) =>
    key === "" ? term === "" : split(term).includes(key),
  );
}
