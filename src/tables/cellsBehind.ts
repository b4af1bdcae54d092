/** Which cells of an account a figure in a table is the sum of, with their signs; and any choice of cells by value. */
import { InputError, invariant } from "../core/trouble.js";
import type { M2 } from "../core/units.js";
import type { Rules } from "../rules/rules.js";
import type { AccountFacts } from "./facts.js";
import { hasTerm, type Asked, type Figure, type Term, type Test } from "./figure.js";
import { polygonTolerance } from "./identity.js";
import { againstFigure, balanceFigure, flowFigure } from "./planFigures.js";
import { planFrame, type PlanFrame } from "./planFrame.js";
import { methodFigure, qualityFigure, reserveFigure, themeFigure } from "./reserveFigures.js";
import { shownAreas } from "./shown.js";
import { crossFigure, stockFigure } from "./stockFigures.js";
import type { Column, Table, Value } from "./table.js";
import { unitsOfKey } from "./units.js";

/** A figure: a table by its id, a row by some of its texts, a column by its id or title. */
export type FigureName = {
  readonly table: string;
  readonly row: ReadonlyMap<string, string>;
  readonly column: string;
};

/** A term of a formula with its amount. */
export type SummedTerm = { readonly sign: 1 | -1; readonly navn: string; readonly m2: M2 };

export type Behind = {
  readonly title: string;
  /** Per cell: 1 it counts, -1 it is taken away, 0 it is not in the figure, or is both added and taken away. */
  readonly weight: Int8Array;
  /** What the table shows; of a share, what it is the share of the other. `weight` over the cells and `fixedM2` sum to it. */
  readonly m2: M2;
  /** What of it is no ground: of a unit, what the ground layer does not cover. */
  readonly fixedM2: M2;
  /** One where the figure is a plain sum of cells. */
  readonly terms: readonly SummedTerm[];
  readonly share?: { readonly value: number; readonly ofM2: M2; readonly ofTerms: readonly SummedTerm[] };
};

const UNIT_M2: Readonly<Record<string, number>> = { m2: 1, daa: 1000, km2: 1e6 };

/** What a figure of a table is made of; undefined for one that is no sum of cells. */
export type FigureOf = (asked: Asked) => Figure | undefined;

/** The figures of an account's own tables. */
export function accountFigures(facts: AccountFacts, rules: Rules): FigureOf {
  const frame = planFrame(facts, rules);
  const ofPlan: Readonly<Record<string, (frame: PlanFrame, asked: Asked) => Figure | undefined>> = {
    T3: balanceFigure,
    T4: reserveFigure,
    T4b: reserveFigure,
    T4m: methodFigure,
    T5: againstFigure,
    T6: flowFigure,
    T7: qualityFigure,
    T8: themeFigure,
  };
  return (asked) => {
    const [number] = asked.table.id.split("-");
    if (number === "T1") return stockFigure(facts, rules, asked);
    if (number === "T2") return crossFigure(facts, rules, asked);
    return frame && ofPlan[number]?.(frame, asked);
  };
}

/**
 * The cells behind a figure, held to sum to it as the table has it.
 *
 * @param figureOf what the tables are made of
 * @throws InputError for a table, row or column that is not there or that is no sum of cells; BrokenInvariant where the
 *   cells do not sum to the figure
 */
export function cellsBehind(
  facts: AccountFacts,
  rules: Rules,
  tables: readonly Table[],
  name: FigureName,
  figureOf: FigureOf = accountFigures(facts, rules),
): Behind {
  const { table, at, values } = placeOf(tables, name);
  const { id: column, unit = "m2", kind } = table.columns[at];
  const shown = values[at];
  if (typeof shown !== "number")
    throw unknown("figure", `an empty one in ${column}`, ["a column with a figure in this row"]);
  const row = new Map(table.columns.map(({ id }, c) => [id, values[c]]));
  const figure = figureOf({ table, row, column });
  if (figure === undefined || (kind === "share" && figure.shareOf === undefined))
    throw noSum(table, column, values);
  const areas = shownAreas(facts.measure, facts.cells);
  const { weight, fixedM2, terms, sumM2, grossM2 } = summed(figure.terms, areas);
  const title = `${table.title}, ${titleOf(table, values)}, ${table.columns[at].title}`;
  const behind = { title, weight, fixedM2, terms };
  const { tolerances } = rules.accounting;
  const toleranceM2 = polygonTolerance(tolerances, grossM2);
  if (figure.shareOf !== undefined) {
    const of = summed(figure.shareOf, areas);
    invariant(
      Math.abs(sumM2 - shown * of.sumM2) <= toleranceM2,
      () => `${title}: the cells are ${sumM2} of ${of.sumM2} m2, the table says ${shown}`,
    );
    return { ...behind, m2: sumM2, share: { value: shown, ofM2: of.sumM2, ofTerms: of.terms } };
  }
  const m2 = shown * UNIT_M2[unit];
  invariant(
    Math.abs(sumM2 - m2) <= toleranceM2,
    () => `${title}: the cells sum to ${sumM2} m2, the table says ${m2} m2`,
  );
  return { ...behind, m2 };
}

type Summed = Pick<Behind, "weight" | "fixedM2" | "terms"> & {
  readonly sumM2: M2;
  /** Of all terms whatever their sign: what rounding is measured by. */
  readonly grossM2: M2;
};

/** A cell that is added by one term and taken away by another is in neither. */
function summed(terms: readonly Term[], areas: Float64Array): Summed {
  const weight = new Int8Array(areas.length);
  let fixedM2 = 0;
  const amounts = terms.map((term): SummedTerm => {
    const { sign, navn } = term;
    if ("m2" in term) {
      fixedM2 += sign * term.m2;
      return { sign, navn, m2: term.m2 };
    }
    let m2 = 0;
    for (let cell = 0; cell < areas.length; cell++) {
      if (!term.of(cell)) continue;
      weight[cell] += sign;
      m2 += areas[cell];
    }
    return { sign, navn, m2 };
  });
  const sumM2 = areas.reduce((sum, m2, cell) => sum + weight[cell] * m2, fixedM2);
  const grossM2 = amounts.reduce((sum, { m2 }) => sum + Math.abs(m2), 0);
  return { weight, fixedM2, terms: amounts, sumM2, grossM2 };
}

/** Cells that have these values: classes and units by the names of their columns. */
export function cellsWith(facts: AccountFacts, values: ReadonlyMap<string, string>): Int8Array {
  const { classes, zones, rowCount } = facts.cells;
  const tests = [...values].map(([name, value]): Test => {
    const column = classes.get(name) ?? zones.get(name);
    if (column === undefined)
      throw unknown("column of the cells", name, [...classes.keys(), ...zones.keys()]);
    const layer = facts.zoneLayers.find((one) => one.name === name && !classes.has(name));
    const isValue = (term: string): boolean =>
      layer === undefined || value === "" ? term === value : unitsOfKey(layer)(term).includes(value);
    return hasTerm(column, isValue);
  });
  return Int8Array.from({ length: rowCount }, (_, cell) => (tests.every((test) => test(cell)) ? 1 : 0));
}

export type PlaceInTable = { readonly table: Table; readonly at: number; readonly values: readonly Value[] };

/** The one table, row and column of a name. */
export function placeOf(tables: readonly Table[], name: FigureName): PlaceInTable {
  const table = tables.find(({ id }) => id === name.table);
  if (table === undefined)
    throw unknown(
      "table",
      name.table,
      tables.map(({ id }) => id),
    );
  const isFigure = ({ kind }: Column): boolean => kind === "area" || kind === "share";
  const at = columnNamed(table, name.column);
  if (at < 0 || !isFigure(table.columns[at]))
    throw unknown(
      "column of areas",
      name.column,
      table.columns.filter(isFigure).map(({ id }) => id),
    );
  return { table, at, values: rowNamed(table, name.row) };
}

/** By id before title: a class may be titled as a column of ours is called. */
function columnNamed({ columns }: Table, name: string): number {
  const at = columns.findIndex(({ id }) => id === name);
  return at >= 0 ? at : columns.findIndex(({ title }) => title === name);
}

function rowNamed(table: Table, wanted: FigureName["row"]): readonly Value[] {
  const places = [...wanted].map(([name, value]) => {
    const at = columnNamed(table, name);
    if (at < 0)
      throw unknown(
        "column",
        name,
        table.columns.map(({ id }) => id),
      );
    return { at, value };
  });
  const found = table.rows.filter((row) => places.every(({ at, value }) => String(row[at] ?? "") === value));
  if (found.length === 1) return found[0];
  const texts = table.columns.flatMap(({ kind }, at) => (kind === "text" ? [at] : []));
  const of = found.length === 0 ? table.rows : found;
  const rows = of.slice(0, 12).map((row) =>
    texts
      .filter((at) => row[at] !== "")
      .map((at) => `${table.columns[at].id}=${row[at]}`)
      .join(" "),
  );
  throw unknown(
    found.length === 0 ? "row" : "single row",
    [...wanted].map((pair) => pair.join("=")).join(" "),
    rows,
  );
}

function noSum({ id, columns }: Table, column: string, values: readonly Value[]): InputError {
  const rad = values[columns.findIndex((one) => one.id === "rad")] ?? "?";
  return new InputError(
    { layer: id },
    {
      came: `a figure that is no sum of cells (row ${rad}, column ${column})`,
      wanted: "an area or a share of T1 to T9b",
      todo: column.startsWith("striper")
        ? "Explain the column it is a part of: the narrow pieces are among its pieces"
        : "Choose the cells themselves with --celle FIELD=VALUE",
    },
  );
}

const titleOf = ({ columns }: Table, row: readonly Value[]): string =>
  row.filter((value, c) => columns[c].kind === "text" && value !== "").join(", ");

function unknown(what: string, came: string, known: readonly string[]): InputError {
  return new InputError(
    { layer: "explain" },
    {
      came: `no ${what} ${came || "(nothing said)"}`,
      wanted: `one of: ${known.slice(0, 40).join(" | ")}`,
      todo: "Write it as it stands in the table's CSV file",
    },
  );
}
