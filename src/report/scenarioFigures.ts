/** Figures of scenarios side by side: what the reserve is made of in each, and what each changes. */
import type { Table } from "../tables/table.js";
import { type Bar, type Chart, type ChartHead, classesOf, type Part, sumOf } from "./chart.js";
import { barsData, type FigureInput, figureId } from "./figureInput.js";
import { groupedBars } from "./groupedBars.js";
import { runTextsIn } from "./runTexts.js";
import { type Alternative, readAlternatives } from "./scenarioLead.js";
import { stackedBars } from "./stackedBars.js";
import { amountText } from "./tableRows.js";

/** Scenarios that a figure can have and still be read. */
const MOST_SCENARIOS = 12;

/**
 * Two figures of T9, all units together. In the order the scenarios were asked for: they are alternatives, and none is
 * left out for being small.
 */
export function scenarioFigures(input: FigureInput, table: Table): Chart[] {
  const { texts, paint } = input;
  const { charts } = texts.report;
  const { scenario: words } = runTextsIn(texts.language);
  const { classes, today, scenarios } = readAlternatives(table);
  const shown = scenarios.slice(0, MOST_SCENARIOS);
  if (classes.length === 0 || shown.length === 0) return [];
  const barOf = (name: string, amounts: readonly number[]): Bar => ({
    name,
    parts: classes.map(({ column }, c): Part => ({
      kode: column.id,
      name: column.title,
      value: amounts[c],
      text: amountText(table, amounts[c], column, texts),
    })),
  });
  const [first] = classes;
  const text = (value: number) => amountText(table, value, first.column, texts);
  const note =
    scenarios.length > shown.length
      ? texts.report.shortened(String(shown.length), String(scenarios.length))
      : "";
  const unitHead = { title: words.head, figure: false };
  const dataOf = (bars: readonly Bar[]) => {
    const { heads, rows } = barsData(texts, bars);
    return { heads: [unitHead, ...heads.slice(1)], rows };
  };

  const standing = [barOf(words.today, today.parts), ...shown.map(({ navn, parts }) => barOf(navn, parts))];
  const longest = standing.reduce((most, bar) => (sumOf(bar.parts) > sumOf(most.parts) ? bar : most));
  const stackHead: ChartHead = {
    id: figureId("stabel", table),
    title: charts.stack(table.title),
    desc: charts.stackDesc(String(standing.length), `${longest.name}, ${text(sumOf(longest.parts))}`),
  };
  const stack: Chart[] =
    classesOf(standing).length === 0
      ? []
      : [
          {
            ...stackHead,
            svg: stackedBars(stackHead, standing, paint, false, text),
            note,
            data: dataOf(standing),
          },
        ];

  const differences = shown.map((one) => barOf(one.navn, difference(one, today)));
  const changed = differences.flatMap((bar) =>
    bar.parts.filter(({ value }) => value !== 0).map((part) => ({ bar, part })),
  );
  if (changed.length === 0) return stack;
  const most = changed.reduce((top, one) =>
    Math.abs(one.part.value) > Math.abs(top.part.value) ? one : top,
  );
  const head: ChartHead = {
    id: figureId("endring", table),
    title: words.figure(table.title),
    desc: words.figureDesc(
      String(shown.length),
      String(classes.length),
      `${most.bar.name}: ${most.part.name} ${most.part.text}`,
    ),
  };
  return [...stack, { ...head, svg: groupedBars(head, differences, paint), note, data: dataOf(differences) }];
}

const difference = ({ parts }: Alternative, today: Alternative): readonly number[] =>
  parts.map((value, c) => value - today.parts[c]);
