/** The answer of a plan account: what is set aside for building, what lies there today, what a proposal changes. */
import type { Table } from "../tables/table.js";
import type { KeyFigure, LeadInput } from "./leadInput.js";
import { formatArea } from "./numbers.js";
import { amount, amountColumns } from "./tableRows.js";

/** An amount of one class, in dekar. */
type ClassAmount = { readonly name: string; readonly daa: number };

export type ReserveAnswer = {
  readonly method: string;
  readonly daa: number;
  /** What of the plan in force has no status of present or future use (T3), and so is never in the reserve. */
  readonly noStatusDaa: number;
  /** The largest first, without those that are nothing. */
  readonly classes: readonly ClassAmount[];
  readonly proposal?: {
    readonly daa: number;
    readonly byDaa: number;
    readonly classes: readonly ClassAmount[];
  };
};

/** Classes a sentence can name and still be read. */
const MOST_NAMED = 5;
/** Key figures of classes. */
const MOST_KEYS = 4;

/** The reserve of the run's first method over its first class field, of all units; undefined for a run without T4. */
export function reserveAnswer({ tables }: Pick<LeadInput, "tables">): ReserveAnswer | undefined {
  const reserve = tables.find(({ id }) => id.startsWith("T4-"));
  if (reserve === undefined) return undefined;
  const total = totalOf(reserve, "sum");
  const change = tables.find(({ id }) => id === reserve.id.replace("T4-", "T7-"));
  const proposal =
    change === undefined
      ? undefined
      : {
          daa: totalOf(change, "ny").daa,
          byDaa: totalOf(change, "endring").daa,
          classes: totalOf(change, "endring").classes,
        };
  const noStatusDaa = noStatusIn(tables);
  return {
    method: methodOf(reserve),
    ...total,
    noStatusDaa,
    ...(proposal === undefined ? {} : { proposal }),
  };
}

/** The method in a title as "T4 Arealreserve: metode; felt"; "" where the title tells none. */
export const methodOf = ({ title }: Table): string => {
  if (!title.includes(": ")) return "";
  const about = title.slice(title.indexOf(": ") + 2);
  const end = about.lastIndexOf("; ");
  return end < 0 ? about : about.slice(0, end);
};

/** Rows of one kind, all units together. */
function totalOf(table: Table, rad: string): { daa: number; classes: readonly ClassAmount[] } {
  const at = (id: string) => table.columns.findIndex((column) => column.id === id);
  const rows = table.rows.filter((row) => row[at("rad")] === rad);
  const sum = (c: number) => rows.reduce((all, row) => all + amount(row[c]), 0);
  const classes = amountColumns(table, /^(planlagt|bebygd|vann|reserve|detaljering|striper(Mellom)?)$/)
    .map(({ column, c }) => ({ name: column.title, daa: sum(c) }))
    .filter(({ daa }) => daa !== 0)
    .sort((a, b) => Math.abs(b.daa) - Math.abs(a.daa));
  return { daa: sum(at("reserve")), classes };
}

function noStatusIn(tables: readonly Table[]): number {
  const balance = tables.find(({ id }) => id === "T3-gjeldende");
  if (balance === undefined) return 0;
  const at = (id: string) => balance.columns.findIndex((column) => column.id === id);
  return balance.rows
    .filter((row) => row[at("rad")] === "sum")
    .reduce((sum, row) => sum + amount(row[at("utenStatus")]), 0);
}

const noStatus = ({ noStatusDaa }: ReserveAnswer, input: LeadInput): readonly string[] =>
  1000 * noStatusDaa < input.rounding.noiseM2
    ? []
    : [input.texts.report.lead.noStatus(area(noStatusDaa, input))];

export function reserveSentences(input: LeadInput, answer: ReserveAnswer): readonly string[] {
  const { lead } = input.texts.report;
  const { proposal } = answer;
  const daa = (value: number) => area(value, input);
  const named = (classes: readonly ClassAmount[]) => classes.slice(0, MOST_NAMED);
  const cover = named(answer.classes).map((one) => `${daa(one.daa)} ${inSentence(one.name)}`);
  const sentences =
    answer.classes.length === 0
      ? [lead.noReserve(input.place, answer.method), ...noStatus(answer, input)]
      : [lead.reserve(input.place, daa(answer.daa), answer.method), lead.cover(cover)];
  if (proposal === undefined) return sentences;
  const changed = named(proposal.classes).map((one) => `${inSentence(one.name)} ${daa(one.daa)}`);
  const [by, to] = [daa(Math.abs(proposal.byDaa)), daa(proposal.daa)];
  if (proposal.byDaa === 0) return [...sentences, lead.proposal.same(to)];
  return [...sentences, lead.proposal[proposal.byDaa > 0 ? "more" : "less"](by, to, changed)];
}

export function reserveKeys(input: LeadInput, answer: ReserveAnswer): readonly KeyFigure[] {
  const { keys, reserveOn } = input.texts.report;
  return [
    { name: keys.reserve, value: area(answer.daa, input) },
    ...answer.classes
      .slice(0, MOST_KEYS)
      .map(({ name, daa }) => ({ name: reserveOn(inSentence(name)), value: area(daa, input) })),
    ...(answer.proposal === undefined
      ? []
      : [{ name: keys.proposal, value: area(answer.proposal.daa, input) }]),
  ];
}

const area = (daa: number, { rounding, texts }: LeadInput): string =>
  `${formatArea(daa, "daa", rounding, texts)}\u00a0${texts.units.daa}`;

/** A class's name within a sentence. */
export const inSentence = (name: string): string => name.slice(0, 1).toLocaleLowerCase("nb") + name.slice(1);
