/** The answer of a comparison: how much ground changed class, from what to what, and what came of it. */
import type { Table } from "../tables/table.js";
import type { KeyFigure, LeadInput } from "./leadInput.js";
import { formatArea, formatNumber, formatShare } from "./numbers.js";
import { inSentence } from "./planLead.js";
import type { RunOf } from "./runBasis.js";
import { type Named, runTextsIn } from "./runTexts.js";
import { amount, amountColumns } from "./tableRows.js";

/** Net key figures, the largest first. */
const MOST_NET = 4;

/** T11 of the whole ground in figures, m2. */
type Changed = {
  readonly classes: readonly { readonly name: string; readonly netM2: number }[];
  readonly changedM2: number;
  readonly unchangedM2: number;
  readonly onlyFromM2: number;
  readonly onlyToM2: number;
  readonly largest: { readonly from: string; readonly to: string; readonly m2: number };
};

/** Undefined for a run without the matrix of the whole. */
function changedOf({ basis, tables }: LeadInput): Changed | undefined {
  const id = `T11-${basis.fields[0]?.field}`;
  const table = tables.find((one) => one.id === id);
  return table === undefined ? undefined : readMatrix(table);
}

/** Rows and columns of classes stand in the same order; ground that one edition lacks comes after them. */
function readMatrix(table: Table): Changed {
  const columns = amountColumns(table, /^(sum|ikkeIB)$/);
  const onlyAt = table.columns.findIndex(({ id }) => id === "ikkeIB");
  const rows = table.rows.slice(0, columns.length).map((row) => columns.map(({ c }) => amount(row[c])));
  const sum = (values: readonly number[]) => values.reduce((all, m2) => all + m2, 0);
  const all = sum(rows.map(sum));
  const unchangedM2 = sum(rows.map((row, at) => row[at]));
  let largest: Changed["largest"] = { from: "", to: "", m2: 0 };
  rows.forEach((row, from) =>
    row.forEach((m2, to) => {
      if (from !== to && m2 > largest.m2)
        largest = { from: columns[from].column.title, to: columns[to].column.title, m2 };
    }),
  );
  return {
    classes: columns.map(({ column }, at) => ({
      name: column.title,
      netM2: sum(rows.map((row) => row[at])) - sum(rows[at]),
    })),
    changedM2: sum(rows.map((row, from) => sum(row.filter((_, to) => to !== from)))),
    unchangedM2,
    onlyFromM2: onlyAt < 0 ? 0 : sum(table.rows.slice(0, columns.length).map((row) => amount(row[onlyAt]))),
    onlyToM2: sum(columns.map(({ c }) => amount(table.rows[columns.length]?.[c] ?? 0))),
    largest: all > 0 ? largest : { from: "", to: "", m2: 0 },
  };
}

/** What of the change lies in narrow strips, m2; 0 for a run that does not tell. */
function stripsM2({ basis, tables }: LeadInput): number {
  const id = `T11-${basis.fields[0]?.field}-striper`;
  const table = tables.find((one) => one.id === id);
  if (table === undefined) return 0;
  const at = table.columns.findIndex((column) => column.id === "sum");
  return amount(table.rows.at(-1)?.[at] ?? 0);
}

export function changeSentences(input: LeadInput, run: RunOf<"change">): readonly string[] {
  const { change: words } = runTextsIn(input.texts.language);
  const found = changedOf(input);
  if (found === undefined) return [];
  const { changedM2, unchangedM2, classes, largest } = found;
  if (changedM2 === 0) return [words.same(run.from, run.to)];
  const share = formatShare(changedM2 / (changedM2 + unchangedM2), input.rounding, input.texts.signs);
  const byNet = [...classes].sort((a, b) => b.netM2 - a.netM2);
  const named = ({ name, netM2 }: (typeof classes)[number]): Named => ({
    name: inSentence(name),
    value: signed(netM2, input),
  });
  const strips = stripsM2(input);
  const flow = words.flow(
    inSentence(largest.from),
    inSentence(largest.to),
    daa(largest.m2, input),
    named(byNet[0]),
    named(byNet.at(-1)!),
  );
  return [
    words.changed(run.from, run.to, daa(changedM2, input), share),
    flow,
    ...(run.comparable ? (strips > 0 ? [words.strips(daa(strips, input))] : []) : [words.notComparable]),
  ];
}

export function changeKeys(input: LeadInput, run: RunOf<"change">): readonly KeyFigure[] {
  const { keys, net } = runTextsIn(input.texts.language).change;
  const found = changedOf(input);
  const count = (value: number) => formatNumber(value, 0, input.texts.signs);
  const areas = (): readonly (KeyFigure & { readonly m2: number })[] => {
    if (found === undefined) return [];
    const area = (name: string, m2: number) => ({ name, m2, value: daa(m2, input) });
    return [
      area(keys.changed, found.changedM2),
      area(keys.strips, stripsM2(input)),
      ...[...found.classes]
        .sort((a, b) => Math.abs(b.netM2) - Math.abs(a.netM2))
        .slice(0, MOST_NET)
        .map(({ name, netM2 }) => ({ name: net(inSentence(name)), m2: netM2, value: signed(netM2, input) })),
      area(keys.unchanged, found.unchangedM2),
      area(keys.from, found.onlyFromM2),
      area(keys.to, found.onlyToM2),
    ];
  };
  return [
    ...areas()
      .filter(({ m2, name }) => m2 !== 0 || name === keys.changed)
      .map(({ name, value }) => ({ name, value })),
    { name: keys.featuresFrom, value: count(run.featuresFrom) },
    { name: keys.featuresTo, value: count(run.featuresTo) },
    { name: keys.twins, value: count(run.twins) },
  ];
}

const daa = (m2: number, { rounding, texts }: LeadInput): string =>
  `${formatArea(m2 / 1000, "daa", rounding, texts)}\u00a0${texts.units.daa}`;

/** A change with its sign, whichever it is. */
const signed = (m2: number, input: LeadInput): string => (m2 > 0 ? "+" : "") + daa(m2, input);
