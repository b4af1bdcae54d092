/** T2 Krysstabell: one classification against another, or against the units of a zone layer; margins equal T1. */
import { op, table as frame } from "arquero";
import type { CodeColumn } from "../core/layer.js";
import { invariant } from "../core/trouble.js";
import type { Rules } from "../rules/rules.js";
import { classColumnId } from "./classColumn.js";
import { occurringTerms, type ClassField } from "./classes.js";
import type { AccountFacts, ZoneLayerFacts } from "./facts.js";
import { identityTolerance } from "./identity.js";
import { sumByKeys } from "./project.js";
import { shownArea, shownAreas } from "./shown.js";
import { definitionOf, footnotesOf, metaOf, type Column, type Table, type Value } from "./table.js";
import { nameOfUnit } from "./units.js";

/** One side of the table: a column of the cells, and its values in the order and by the names they are shown. */
type Side = {
  readonly id: string;
  readonly title: string;
  readonly column: CodeColumn;
  readonly heads: readonly Head[];
};
type Head = { readonly kode: string; readonly navn: string };

export function classByClass(
  facts: AccountFacts,
  rules: Rules,
  rows: ClassField,
  columns: ClassField,
): Table {
  return cross(facts, rules, sideOfClass(rows), sideOfClass(columns));
}

/**
 * Units down, classes across. Ground claimed by several units is a row of its own, and so is ground outside them all,
 * so that the columns add up to the ground.
 */
export function unitByClass(
  facts: AccountFacts,
  rules: Rules,
  layer: ZoneLayerFacts,
  columns: ClassField,
): Table {
  return cross(facts, rules, sideOfLayer(facts, rules, layer), sideOfClass(columns));
}

function sideOfClass({ field, title, column, rows }: ClassField): Side {
  const occurs = new Set(occurringTerms(column));
  return { id: field, title, column, heads: rows.filter(({ kode }) => occurs.has(kode)) };
}

function sideOfLayer(facts: AccountFacts, rules: Rules, layer: ZoneLayerFacts): Side {
  const { outside, several } = rules.tables.labels;
  const column = facts.cells.zones.get(layer.name)!;
  const nameOf = nameOfUnit(layer, rules);
  const units = new Set(layer.units.map(({ key }) => key));
  const heads = occurringTerms(column).map((kode): Head => {
    return { kode, navn: kode === "" ? outside : units.has(kode) ? nameOf(kode) : several };
  });
  const last = (kode: string) => (kode === "" ? 2 : units.has(kode) ? 0 : 1);
  return {
    id: layer.name,
    title: layer.name,
    column,
    heads: heads.sort((a, b) => last(a.kode) - last(b.kode)),
  };
}

function cross(facts: AccountFacts, rules: Rules, rows: Side, columns: Side): Table {
  const areaM2 = shownAreas(facts.measure, facts.cells);
  const cells = pivoted(rows, columns, areaM2);
  const across = columns.heads.map((_, c) => cells.reduce((sum, row) => sum + row[c], 0));
  const down = cells.map((row) => row.reduce((sum, m2) => sum + m2, 0));
  const totalM2 = down.reduce((sum, m2) => sum + m2, 0);
  const toleranceM2 = identityTolerance(
    rules.accounting.tolerances,
    shownArea(facts.measure, facts.ground.posted),
  );
  holdMargin(rows, down, areaM2, toleranceM2);
  holdMargin(columns, across, areaM2, toleranceM2);

  const definition = definitionOf(rules, "T2");
  const { labels } = rules.tables;
  const area = (id: string, title: string): Column => ({ id, title, kind: "area", unit: "m2" });
  const sum = area("sum", labels.sum);
  const own = [...definition.columns, sum].map(({ id }) => id);
  const areaColumns = columns.heads.map(({ kode, navn }) => area(classColumnId(kode, own), navn || kode));
  const shown = [...definition.columns, ...areaColumns, sum];
  return {
    id: `T2-${rows.id}-${columns.id}`,
    title: `T2 ${definition.title}: ${rows.title} × ${columns.title}`,
    columns: shown,
    rows: [
      ...rows.heads.map(({ kode, navn }, r): Value[] => [kode, navn, ...cells[r], down[r]]),
      ["", labels.sum, ...across, totalM2],
    ],
    footnotes: footnotesOf(definition, facts, { rows: rows.id, columns: columns.id }),
    print: {
      groupBy: [],
      columns: shown.map(({ id }) => id),
      rounding: rules.accounting.rounding,
    },
    meta: metaOf(facts),
  };
}

/** Areas by row and column head; 0 where a combination does not occur. */
function pivoted(rows: Side, columns: Side, areaM2: Float64Array): number[][] {
  const sums = sumByKeys([rows.column, columns.column], areaM2);
  const wide = frame({
    row: Array.from(sums.keys[0]),
    column: Array.from(sums.keys[1], (code) => `c${code}`), // a code of its own: terms may be "" or odd
    m2: Array.from(sums.areaM2),
  })
    .groupby("row")
    .pivot("column", { m2: op.sum("m2") }, { limit: Infinity });
  const rowAt = new Map(Array.from(wide.array("row") as ArrayLike<number>, (code, at) => [code, at]));
  const rowCodes = codesByTerm(rows.column);
  const columnCodes = codesByTerm(columns.column);
  const names = new Set(wide.columnNames());
  const arrays = columns.heads.map(({ kode }) => {
    const name = `c${columnCodes.get(kode)}`;
    return names.has(name) ? (wide.array(name) as ArrayLike<number | undefined>) : [];
  });
  return rows.heads.map(({ kode }) => {
    const at = rowAt.get(rowCodes.get(kode)!) ?? -1;
    return arrays.map((array) => array[at] ?? 0);
  });
}

const codesByTerm = ({ terms }: CodeColumn): ReadonlyMap<string, number> =>
  new Map(terms.map((term, code) => [term, code]));

/** T1 and T2 are two projections of the same cells, so their figures must agree. */
function holdMargin(side: Side, margin: readonly number[], areaM2: Float64Array, toleranceM2: number): void {
  const sums = sumByKeys([side.column], areaM2);
  const stock = new Map(Array.from(sums.areaM2, (m2, row) => [side.column.terms[sums.keys[0][row]], m2]));
  invariant(
    margin.length === stock.size,
    () => `${side.id}: ${margin.length} values in T2, ${stock.size} in T1`,
  );
  side.heads.forEach(({ kode }, at) => {
    const t1 = stock.get(kode) ?? NaN;
    invariant(
      Math.abs(margin[at] - t1) <= toleranceM2,
      () => `${side.id} ${kode}: ${margin[at]} m2 in T2, ${t1} m2 in T1`,
    );
  });
}
