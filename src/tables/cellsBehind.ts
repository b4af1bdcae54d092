/** Which cells of an account a figure in a table is the sum of: T1, T3, T4 and T4b, and any choice of cells by value. */
import type { CodeColumn } from "../core/layer.js";
import { InputError } from "../core/trouble.js";
import type { M2 } from "../core/units.js";
import type { PlanMethod } from "../rules/planSchema.js";
import type { Rules } from "../rules/rules.js";
import { classFields } from "./classes.js";
import type { AccountFacts } from "./facts.js";
import { planFrame, type PlanFrame, type PlanSide } from "./planFrame.js";
import { groundOf, notPlanned } from "./reserve.js";
import type { Table, Value } from "./table.js";
import { unitsOfKey } from "./units.js";

/** A figure: a table by its id, a row by some of its texts, a column by its id or title. */
export type FigureName = {
  readonly table: string;
  readonly row: ReadonlyMap<string, string>;
  readonly column: string;
};

/** `inside` is 1 for each cell that is in the figure; `m2` what the table shows. */
export type Behind = { readonly inside: Uint8Array; readonly m2: M2; readonly title: string };

const UNIT_M2: Readonly<Record<string, number>> = { m2: 1, daa: 1000, km2: 1e6 };

type Row = ReadonlyMap<string, Value>;
type Test = (cell: number) => boolean;

/** @throws InputError for a table, row or column that is not there or that is not a plain sum of cells */
export function cellsBehind(
  facts: AccountFacts,
  rules: Rules,
  tables: readonly Table[],
  name: FigureName,
): Behind {
  const table = tables.find(({ id }) => id === name.table);
  if (table === undefined)
    throw unknown(
      "table",
      name.table,
      tables.map(({ id }) => id),
    );
  const at = table.columns.findIndex(({ id, title }) => id === name.column || title === name.column);
  const areas = table.columns.filter(({ kind }) => kind === "area");
  if (at < 0 || table.columns[at].kind !== "area")
    throw unknown(
      "column of areas",
      name.column,
      areas.map(({ id }) => id),
    );
  const { id: column, unit = "m2" } = table.columns[at];
  const values = rowNamed(table, name.row);
  const row: Row = new Map(table.columns.map(({ id }, c) => [id, values[c]]));
  const shown = values[at];
  if (typeof shown !== "number")
    throw unknown("figure", `an empty one in ${column}`, ["a column with a figure in this row"]);
  const test = testOf(facts, rules, table, row, column);
  const inside = Uint8Array.from({ length: facts.cells.rowCount }, (_, cell) => (test(cell) ? 1 : 0));
  return { inside, m2: shown * UNIT_M2[unit], title: `${table.title}, ${titleOf(values, at)}, ${column}` };
}

/** Cells that have these values: classes and units by the names of their columns. */
export function cellsWith(facts: AccountFacts, values: ReadonlyMap<string, string>): Uint8Array {
  const { classes, zones, rowCount } = facts.cells;
  const tests = [...values].map(([name, value]): Test => {
    const column = classes.get(name) ?? zones.get(name);
    if (column === undefined)
      throw unknown("column of the cells", name, [...classes.keys(), ...zones.keys()]);
    const layer = facts.zoneLayers.find((one) => one.name === name && !classes.has(name));
    const has = column.terms.map((term) =>
      layer === undefined || value === "" ? term === value : unitsOfKey(layer)(term).includes(value),
    );
    return (cell) => has[column.codes[cell]];
  });
  return Uint8Array.from({ length: rowCount }, (_, cell) => (tests.every((test) => test(cell)) ? 1 : 0));
}

function rowNamed(table: Table, wanted: FigureName["row"]): readonly Value[] {
  const places = [...wanted].map(([name, value]) => {
    const at = table.columns.findIndex(({ id, title }) => id === name || title === name);
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

function testOf(facts: AccountFacts, rules: Rules, table: Table, row: Row, column: string): Test {
  const number = table.id.split("-")[0];
  const frame = planFrame(facts, rules);
  const test =
    number === "T1"
      ? stockTest(facts, rules, table.id, row)
      : frame === undefined
        ? undefined
        : number === "T3"
          ? balanceTest(frame, row, column, table.id === "T3-ny" ? frame.ny! : frame.gjeldende)
          : number === "T4" || number === "T4b"
            ? reserveTest(frame, row, column, table.id)
            : undefined;
  if (test !== undefined) return test;
  throw new InputError(
    { layer: table.id },
    {
      came: `a figure that is not a plain sum of cells (row ${text(row, "rad") || "?"}, column ${column})`,
      wanted: "an area in T1, T3, T4 or T4b: rows of classes and purposes, and sums of the plan",
      todo: "Choose the cells themselves with --celle FIELD=VALUE",
    },
  );
}

const text = (row: Row, id: string): string => String(row.get(id) ?? "");

function stockTest(facts: AccountFacts, rules: Rules, id: string, row: Row): Test | undefined {
  const layers = [undefined, ...facts.zoneLayers];
  for (const { field, column, rows } of classFields(facts, rules)) {
    for (const layer of layers) {
      if (id !== [`T1-${field}`, ...(layer === undefined ? [] : [layer.name])].join("-")) continue;
      const unit = layer === undefined ? everywhere : inUnit(facts, layer.name, text(row, "enhet"));
      const rad = text(row, "rad");
      const land = new Set(rows.filter(({ isLand }) => isLand).map(({ kode }) => kode));
      if (rad === "land") return (cell) => unit(cell) && land.has(column.terms[column.codes[cell]]);
      if (!["klasse", "utenVerdi", "ukjentVerdi"].includes(rad)) return undefined;
      return (cell) => unit(cell) && column.terms[column.codes[cell]] === text(row, "kode");
    }
  }
  return undefined;
}

const everywhere: Test = () => true;

/** A key of "" is the ground outside all units of the layer. */
function inUnit({ cells, zoneLayers }: AccountFacts, name: string | undefined, key: string): Test {
  const layer = zoneLayers.find((one) => one.name === name);
  if (layer === undefined) return everywhere;
  const { codes, terms } = cells.zones.get(layer.name)!;
  const split = unitsOfKey(layer);
  const has = terms.map((term) => (key === "" ? term === "" : split(term).includes(key)));
  return (cell) => has[codes[cell]];
}

function balanceTest(frame: PlanFrame, row: Row, column: string, side: PlanSide): Test | undefined {
  const unit = inUnit(frame.facts, frame.plan.unit, text(row, "enhet"));
  const { status } = frame.rules.planAccounting;
  const named = Object.entries(status).find(([name]) => name === column)?.[1];
  const known: readonly string[] = Object.values(status);
  const hasStatus = (own: string): boolean =>
    column === "sum" || (column === "utenStatus" ? !known.includes(own) : own === named);
  const rad = text(row, "rad");
  const lines = side.lineOf.map(({ family, kode, status: own }) => {
    if (rad === "utenFormal") return family === "";
    if (rad === "sum") return column !== "sum" && family !== "" && hasStatus(own);
    return rad === "formal" && family === text(row, "plan") && kode === text(row, "kode") && hasStatus(own);
  });
  if (!["formal", "utenFormal"].includes(rad) && !(rad === "sum" && column !== "sum")) return undefined;
  return (cell) => unit(cell) && lines[side.rulers.column.codes[cell]];
}

const STATE: Readonly<Record<string, string>> = { bebygd: "bebygd", vann: "vann", reserve: "land" };

function reserveTest(frame: PlanFrame, row: Row, column: string, id: string): Test | undefined {
  const { facts, rules, plan, gjeldende: side } = frame;
  const found = plan.methods.flatMap((method) =>
    classFields(facts, rules)
      .filter(({ field }) => id.endsWith(`-${method.id}-${field}`))
      .map(({ column: classes }) => ({ method, classes })),
  );
  const [first] = found;
  const ground = first === undefined ? undefined : groundOf(facts, first.method, rules);
  if (first === undefined || ground === undefined || column === "detaljering") return undefined;
  const unit = inUnit(facts, plan.unit, text(row, "enhet"));
  const ruler = rulerTest(frame, row, first.method, id.startsWith("T4b"));
  if (ruler === undefined) return undefined;
  const state = stateTest(ground.column, first.classes, column);
  return (cell) => unit(cell) && ruler[side.rulers.column.codes[cell]] && state(cell);
}

/** The areas that a row of T4 or T4b is of. */
function rulerTest(
  { gjeldende, rules }: PlanFrame,
  row: Row,
  method: PlanMethod,
  byArea: boolean,
): boolean[] | undefined {
  const rad = byArea ? "formal" : text(row, "rad");
  if (rad !== "formal" && rad !== "sum") return undefined;
  const names = new Map(rules.lists.get("arealbruksstatus")?.values.map(({ kode, navn }) => [kode, navn]));
  return gjeldende.rulers.areas.map((area, at) => {
    if (area === undefined || notPlanned(method, area) !== "") return false;
    if (rad === "sum") return true;
    const { family, kode, status } = gjeldende.lineOf[at];
    const isLine =
      family === text(row, "plan") &&
      kode === text(row, "kode") &&
      (names.get(status) ?? "") === text(row, "status");
    return (
      isLine &&
      (!byArea || (area.planId === text(row, "planid") && (area.omrade || area.key) === text(row, "omrade")))
    );
  });
}

function stateTest(ground: CodeColumn, classes: CodeColumn, column: string): Test {
  const stateIs = (cell: number, state: string): boolean => ground.terms[ground.codes[cell]] === state;
  if (column === "planlagt") return everywhere;
  const state = STATE[column];
  if (state !== undefined) return (cell) => stateIs(cell, state);
  const kode = column === "utenVerdi" ? "" : column;
  return (cell) => stateIs(cell, "land") && classes.terms[classes.codes[cell]] === kode;
}

const titleOf = (row: readonly Value[], before: number): string =>
  row
    .slice(0, before)
    .filter((value) => typeof value === "string" && value !== "")
    .join(", ");

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
