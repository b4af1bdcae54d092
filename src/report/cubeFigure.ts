/** A statistics cube as bars: the classes of each region in its last year. */
import type { Table } from "../tables/table.js";
import { type Bar, type Chart, type ChartHead, classesOf, type Part, sumOf } from "./chart.js";
import { barsData, type FigureInput, figureId, MOST_BARS } from "./figureInput.js";
import { formatNumber } from "./numbers.js";
import { stackedBars } from "./stackedBars.js";
import { recordsOf } from "./tableRows.js";

/** The whole country's code; a fylke has two digits, a kommune four. */
const COUNTRY = "0";
const FYLKE = /^\d\d$/;
const KOMMUNE = /^\d{4}$/;

/** Ground that its classes have too, and that is taken away once: no part of a bar. */
const DOUBLED = "dobbelt";

/** @param table T12, in long form; a region without figures is left out */
export function cubeBars(input: FigureInput, table: Table): Chart[] {
  const { texts, paint } = input;
  const rows = recordsOf(table).filter(
    ({ verdi, klasse }) => typeof verdi === "number" && klasse !== DOUBLED,
  );
  const year = rows.map(({ aar }) => String(aar)).reduce((last, one) => (one > last ? one : last), "");
  const unit = table.columns.find(({ id }) => id === "verdi")?.title ?? "";
  const bars = (isIn: (region: string) => boolean): Bar[] => {
    const parts = new Map<string, Part[]>();
    for (const row of rows) {
      if (String(row["aar"]) !== year || !isIn(String(row["region"]))) continue;
      const name = [row["region"], row["regionNavn"]]
        .filter((text) => text !== "" && text !== null)
        .join(" ");
      const value = row["verdi"] as number;
      const text = `${formatNumber(value, Math.abs(value) < 100 ? 1 : 0, texts.signs)} ${unit}`.trimEnd();
      const part = { kode: String(row["klasse"]), name: String(row["klasseNavn"] ?? ""), value, text };
      const known = parts.get(name);
      if (known === undefined) parts.set(name, [part]);
      else known.push(part);
    }
    return [...parts].map(([name, all]) => ({ name, parts: all })).filter((bar) => sumOf(bar.parts) > 0);
  };
  const levels = [
    bars((region) => FYLKE.test(region)),
    bars((region) => KOMMUNE.test(region)),
    bars((region) => region === COUNTRY),
  ];
  const all = levels.find(({ length }) => length > 1) ?? levels.find(({ length }) => length > 0) ?? [];
  const sorted = [...all].sort((a, b) => sumOf(b.parts) - sumOf(a.parts));
  const shown = sorted.slice(0, MOST_BARS);
  if (shown.length === 0) return [];
  const { charts } = texts.report;
  const head: ChartHead = {
    id: figureId("kube", table),
    title: `${charts.stack(table.title)}, ${year}`,
    desc: charts.perUnitDesc(String(shown.length), String(classesOf(shown).length)),
  };
  const svg = stackedBars(head, shown, paint, true, (value) => `${Math.round(100 * value)} %`);
  const note =
    sorted.length > shown.length ? charts.firstOf(String(shown.length), String(sorted.length)) : "";
  return [{ ...head, svg, note, data: barsData(texts, shown) }];
}
