/** Which tables become which figures. A figure never has a number that is not in its table. */
import type { Table, Value } from "../tables/table.js";
import { changes, netChanges, stack, themeStack } from "./amountFigures.js";
import {
  type Bar,
  type Chart,
  type ChartData,
  type ChartHead,
  classesOf,
  type Part,
  sumOf,
} from "./chart.js";
import { flow, matrix, pairFlow } from "./crossFigures.js";
import { barsData, type FigureInput, figureId, MOST_BARS } from "./figureInput.js";
import { cubeBars } from "./cubeFigure.js";
import { wholeStockOf } from "./lead.js";
import { isStrips, numberOf } from "./mainTables.js";
import { formatArea, formatShare } from "./numbers.js";
import { methodOf } from "./planLead.js";
import { placesMap } from "./placesMap.js";
import { scenarioFigures } from "./scenarioFigures.js";
import { smallMultiples } from "./smallMultiples.js";
import { stackedBars } from "./stackedBars.js";
import { recordsOf } from "./tableRows.js";

/** Panels a figure can have and still be read. */
const MOST_PANELS = 16;

/** What is planned and what lies there, what changes, what goes where, and last what there is. */
export function chartsOf(input: FigureInput): readonly Chart[] {
  const [first] = input.tables.filter((table) => /^T[49]$/.test(numberOf(table))).map(methodOf);
  // What other methods give stands in the tables: the same figure again and again answers nobody.
  const tables = input.tables.filter(
    (table) => !isStrips(table) && (!BY_METHOD.has(numberOf(table)) || methodOf(table) === first),
  );
  return [
    ...DRAWN.flatMap(([number, draw]) =>
      tables.filter((table) => numberOf(table) === number).flatMap((table) => draw(input, table)),
    ),
    ...shares(input),
    ...input.basis.layers.flatMap(({ name }) => perUnit(input, name)),
  ];
}

const BY_METHOD: ReadonlySet<string> = new Set(["T4", "T6", "T7", "T8", "T9"]);

/** Units that a table names; 0 for one of all ground together. */
function unitsIn(table: Table): number {
  const at = table.columns.findIndex(({ id }) => id === "enhet");
  return at < 0 ? 0 : new Set(table.rows.map((row) => row[at]).filter((key) => key !== "")).size;
}

/** A table of one unit, where another has the whole: the same figure twice. */
const repeatsWhole = ({ tables }: FigureInput, table: Table): boolean =>
  unitsIn(table) === 1 && tables.some((one) => numberOf(one) === numberOf(table) && unitsIn(one) === 0);

/** In the order of the report; what a table's number tells of its form (domain reference 8). */
const DRAWN: readonly (readonly [string, (input: FigureInput, table: Table) => Chart[]])[] = [
  ["T9", scenarioFigures],
  ["T4", stack],
  ["T8", themeStack],
  ["T5", changes],
  ["T7", stack],
  ["T6", pairFlow],
  ["T10", (input, table) => (repeatsWhole(input, table) ? [] : netChanges(input, table))],
  ["T11s", placesMap],
  ["T11", (input, table) => (unitsIn(table) > 0 ? [] : [...flow(input, table), ...matrix(input, table)])],
  ["T12", cubeBars],
];

function shares(input: FigureInput): Chart[] {
  const table = wholeStockOf(input);
  if (table === undefined) return [];
  const { texts, paint, rounding } = input;
  const { charts } = texts.report;
  const parts = partsOf(input, table, recordsOf(table));
  const drawn = parts.filter(({ value }) => value > 0);
  if (drawn.length === 0) return [];
  const largest = drawn.reduce((most, part) => (part.value > most.value ? part : most));
  const share = (value: number) => formatShare(value, rounding, texts.signs);
  const head: ChartHead = {
    id: figureId("andel", table),
    title: charts.shares(fieldTitle(input, 0)),
    desc: charts.sharesDesc(largest.name, share(largest.value / sumOf(drawn)), String(drawn.length)),
  };
  const svg = stackedBars(
    head,
    [{ name: "", parts }],
    paint,
    true,
    (value) => `${Math.round(100 * value)} %`,
  );
  return [{ ...head, svg, note: "", data: partsData(input, parts) }];
}

function fieldTitle({ basis, translate }: FigureInput, at: number): string {
  return translate(basis.fields[at]?.title ?? "");
}

type Row = Readonly<Record<string, Value>>;

/** The classes of a T1 as parts; closing rows but "udekket" and "hull" are not ground of their own. */
function partsOf(input: FigureInput, table: Table, rows: readonly Row[]): Part[] {
  const { texts, rounding } = input;
  return rows
    .filter(({ rad }) => ["klasse", "utenVerdi", "ukjentVerdi", "udekket", "hull"].includes(String(rad)))
    .map((row) => {
      const daa = typeof row["arealDaa"] === "number" ? row["arealDaa"] : 0;
      const value = Math.abs(1000 * daa) < rounding.noiseM2 ? 0 : daa; // or what summing leaves behind has a legend
      return {
        kode: String(["udekket", "hull"].includes(String(row["rad"])) ? "utenVerdi" : (row["kode"] ?? "")),
        name: String(row["navn"] ?? ""),
        value,
        text: `${formatArea(value, "daa", table.print.rounding ?? rounding, texts)}\u00a0${texts.units.daa}`,
      };
    });
}

function partsData({ texts, rounding }: FigureInput, parts: readonly Part[]): ChartData {
  const { charts } = texts.report;
  const total = sumOf(parts);
  return {
    heads: [
      { title: charts.className, figure: false },
      { title: charts.area, figure: true },
      { title: `${charts.share} %`, figure: true },
    ],
    rows: parts.map(({ name, value, text }) => [
      name,
      text,
      total > 0 ? formatShare(value / total, rounding, texts.signs) : "",
    ]),
  };
}

/** Two figures of a layer with several units: shares side by side, and class by class. */
function perUnit(input: FigureInput, layer: string): Chart[] {
  const field = input.basis.fields[0]?.field;
  const table = input.tables.find(({ id }) => id === `T1-${field}-${layer}`);
  if (table === undefined) return [];
  const { texts, paint } = input;
  const { charts } = texts.report;
  const units = new Map<string, Row[]>();
  for (const row of recordsOf(table)) {
    if (row["enhet"] === "") continue;
    const name = [row["enhet"], row["enhetNavn"]].filter((part) => part !== "" && part !== null).join(" ");
    const rows = units.get(name) ?? [];
    if (rows.length === 0) units.set(name, rows);
    rows.push(row);
  }
  if (units.size < 2) return [];
  const all = [...units].map(([name, rows]): Bar => ({ name, parts: partsOf(input, table, rows) }));
  const bySize = [...all].sort((a, b) => sumOf(b.parts) - sumOf(a.parts));
  const bars = bySize.slice(0, MOST_BARS);
  const panels = bySize.slice(0, MOST_PANELS);
  const most = panels
    .flatMap(({ parts }) => parts)
    .reduce((top, part) => (part.value > top.value ? part : top));
  const note = (shown: number) =>
    all.length > shown ? charts.firstOf(String(shown), String(all.length)) : "";
  const title = fieldTitle(input, 0);
  const shareHead: ChartHead = {
    id: figureId("enheter", table),
    title: charts.perUnit(title, layer),
    desc: charts.perUnitDesc(String(bars.length), String(classesOf(bars).length)),
  };
  const multiplesHead: ChartHead = {
    id: figureId("ruter", table),
    title: charts.multiples(title, layer),
    desc: charts.multiplesDesc(String(panels.length), most.text),
  };
  const percent = (value: number) => `${Math.round(100 * value)} %`;
  return [
    {
      ...shareHead,
      svg: stackedBars(shareHead, bars, paint, true, percent),
      note: note(bars.length),
      data: barsData(texts, bars),
    },
    {
      ...multiplesHead,
      svg: smallMultiples(multiplesHead, panels, paint, (value) => daaText(input, value)),
      note: note(panels.length),
      data: barsData(texts, panels),
    },
  ];
}

const daaText = ({ texts, rounding }: FigureInput, value: number): string =>
  `${formatArea(value, "daa", rounding, texts)}\u00a0${texts.units.daa}`;
