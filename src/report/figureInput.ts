/** What every figure is made from, and the table that goes with bars. */
import type { Table } from "../tables/table.js";
import type { MapBasis } from "./basis.js";
import type { Bar, ChartData } from "./chart.js";
import type { LeadInput } from "./leadInput.js";
import type { Translate } from "./localise.js";
import type { Painter } from "./painter.js";
import type { Texts } from "./textsShape.js";

export type FigureInput = LeadInput & {
  readonly paint: Painter;
  readonly translate: Translate;
  /** Undefined when the run drew none. */
  readonly map?: MapBasis;
};

/** Bars a figure can have and still be read. */
export const MOST_BARS = 30;

/** Begins the ids in a drawing: letters, digits and _ only. */
export const figureId = (kind: string, table: Table): string =>
  `${kind}-${table.id.replaceAll(/[^A-Za-z0-9]+/g, "_").slice(0, 60)}`;

/** Classes that have room side by side on a page; more are listed below each other. */
const MOST_COLUMNS = 10;

/** A row a bar and a column a class that any has; or, of many classes, a row for each that a bar has. */
export function barsData(texts: Texts, bars: readonly Bar[]): ChartData {
  const { charts } = texts.report;
  const had = bars.flatMap(({ parts }) => parts.filter(({ value }) => value !== 0));
  const classes = new Map(had.map(({ kode, name }) => [kode, name]));
  if (classes.size <= MOST_COLUMNS) {
    const figures = [...classes.values()].map((title) => ({ title, figure: true }));
    return {
      heads: [{ title: charts.unit, figure: false }, ...figures],
      rows: bars.map(({ name, parts }) => {
        const byCode = new Map(parts.map(({ kode, text }) => [kode, text]));
        return [name, ...[...classes.keys()].map((kode) => byCode.get(kode) ?? "")];
      }),
    };
  }
  return {
    heads: [
      { title: charts.unit, figure: false },
      { title: charts.className, figure: false },
      { title: charts.area, figure: true },
    ],
    rows: bars.flatMap(({ name, parts }) =>
      parts.filter(({ value }) => value !== 0).map((part) => [name, part.name, part.text]),
    ),
  };
}
