/** The answer of scenarios: the reserve of the plan as it stands, and what tells the alternatives apart. */
import type { Table, Value } from "../tables/table.js";
import type { KeyFigure, LeadInput } from "./leadInput.js";
import { formatArea, formatNumber } from "./numbers.js";
import { inSentence, methodOf } from "./planLead.js";
import { runTextsIn } from "./runTexts.js";
import { amount, type AmountColumn, amountColumns } from "./tableRows.js";

/** Scenarios that have a key figure each, and classes that a sentence can name. */
const MOST_KEYS = 6;
const MOST_NAMED = 5;

/** Amounts of T9 that are no land-cover class. */
const NO_CLASS = /^(planlagt|bebygd|vann|reserve|striper)$/;

/** One alternative of T9, all units together, in dekar; `navn` is "" for the plan as it stands. */
export type Alternative = {
  readonly navn: string;
  readonly reserve: number;
  /** By class, in the order of `Alternatives.classes`. */
  readonly parts: readonly number[];
};

export type Alternatives = {
  readonly table: Table;
  readonly classes: readonly AmountColumn[];
  readonly today: Alternative;
  readonly scenarios: readonly Alternative[];
};

/** T9 of the run's first method over its first class field; undefined for a run without it. */
function alternativesOf(tables: readonly Table[]): Alternatives | undefined {
  const table = tables.find(({ id }) => id.startsWith("T9-"));
  return table === undefined ? undefined : readAlternatives(table);
}

export function readAlternatives(table: Table): Alternatives {
  const at = (id: string) => table.columns.findIndex((column) => column.id === id);
  const [rad, scenario, reserve] = [at("rad"), at("scenario"), at("reserve")];
  const classes = amountColumns(table, NO_CLASS);
  const of = (navn: string, rows: readonly (readonly Value[])[]): Alternative => {
    const sum = (c: number) => rows.reduce((all, row) => all + amount(row[c]), 0);
    return { navn, reserve: sum(reserve), parts: classes.map(({ c }) => sum(c)) };
  };
  const becomes = table.rows.filter((row) => row[rad] === "scenario");
  const names = [...new Set(becomes.map((row) => String(row[scenario])))];
  return {
    table,
    classes,
    today: of(
      "",
      table.rows.filter((row) => row[rad] === "grunnlag"),
    ),
    scenarios: names.map((navn) =>
      of(
        navn,
        becomes.filter((row) => row[scenario] === navn),
      ),
    ),
  };
}

export function scenarioSentences(input: LeadInput): readonly string[] {
  const found = alternativesOf(input.tables);
  if (found === undefined || found.scenarios.length === 0) return [];
  const { lead } = input.texts.report;
  const { scenario: words } = runTextsIn(input.texts.language);
  const { table, today, scenarios, classes } = found;
  const method = methodOf(table);
  const by = ({ reserve }: Alternative) => signed(reserve - today.reserve, input);
  const stands =
    today.reserve === 0
      ? lead.noReserve(input.place, method)
      : lead.reserve(input.place, daa(today.reserve, input), method);
  const sorted = [...scenarios].sort((a, b) => b.reserve - a.reserve);
  const [most, least] = [sorted[0], sorted.at(-1)!];
  const count = formatNumber(scenarios.length, 0, input.texts.signs);
  if (scenarios.length === 1) {
    const parts = classes
      .map(({ column }, c) => ({ name: column.title, by: most.parts[c] - today.parts[c] }))
      .filter((part) => part.by !== 0)
      .sort((a, b) => Math.abs(b.by) - Math.abs(a.by))
      .slice(0, MOST_NAMED)
      .map((part) => `${inSentence(part.name)} ${signed(part.by, input)}`);
    return [stands, words.one(most.navn, by(most), daa(most.reserve, input), parts)];
  }
  const named = (one: Alternative) => ({ name: one.navn, value: daa(one.reserve, input), by: by(one) });
  const differs =
    most.reserve === least.reserve
      ? words.equal(count, daa(most.reserve, input), by(most))
      : words.several(count, named(most), named(least));
  return [stands, differs, ...spreadOf(found, input)];
}

/** The class on which the scenarios are furthest apart; none where they do not differ. */
function spreadOf({ classes, scenarios }: Alternatives, input: LeadInput): readonly string[] {
  const { scenario: words } = runTextsIn(input.texts.language);
  const [widest] = classes
    .map(({ column }, c) => {
      const sorted = [...scenarios].sort((a, b) => b.parts[c] - a.parts[c]);
      const [most, least] = [sorted[0], sorted.at(-1)!];
      return { name: column.title, c, most, least, apart: most.parts[c] - least.parts[c] };
    })
    .sort((a, b) => b.apart - a.apart);
  if (widest === undefined || widest.apart === 0) return [];
  const named = (one: Alternative) => ({ name: one.navn, value: daa(one.parts[widest.c], input) });
  return [words.spread(inSentence(widest.name), named(widest.most), named(widest.least))];
}

export function scenarioKeys(input: LeadInput): readonly KeyFigure[] {
  const found = alternativesOf(input.tables);
  if (found === undefined) return [];
  const { keys } = runTextsIn(input.texts.language).scenario;
  return [
    { name: keys.today, value: daa(found.today.reserve, input) },
    ...found.scenarios.slice(0, MOST_KEYS).map(({ navn, reserve }) => ({
      name: keys.reserve(navn),
      value: `${daa(reserve, input)} (${signed(reserve - found.today.reserve, input)})`,
    })),
  ];
}

const daa = (value: number, { rounding, texts }: LeadInput): string =>
  `${formatArea(value, "daa", rounding, texts)}\u00a0${texts.units.daa}`;

/** A change with its sign, whichever it is. */
const signed = (value: number, input: LeadInput): string => (value > 0 ? "+" : "") + daa(value, input);
