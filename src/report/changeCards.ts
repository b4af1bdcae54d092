/** The largest changes of ground as cards: what became what, how much, and where to look. */
import type { Table } from "../tables/table.js";
import { recordsOf } from "./lead.js";
import { formatNumber } from "./numbers.js";
import type { Texts } from "./textsShape.js";

export type ChangeCard = {
  readonly number: string;
  /** "Skog → Bebygd og samferdsel". */
  readonly title: string;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
};

/** Cards a report has. */
export const MOST_CHANGES = 20;

/** @param table T11s, the largest change first */
export function changeCards(table: Table, texts: Texts): readonly ChangeCard[] {
  const { changes: words } = texts.report;
  const number = (value: unknown, decimals: number) =>
    typeof value === "number" ? formatNumber(value, decimals, texts.signs) : "";
  return recordsOf(table)
    .slice(0, MOST_CHANGES)
    .map((row): ChangeCard => {
      const placed = typeof row["x"] === "number" && typeof row["y"] === "number";
      const facts = [
        { name: words.area, value: `${number(row["arealM2"], 0)} ${texts.units.m2}` },
        {
          name: words.width,
          value: typeof row["breddeM"] === "number" ? `${number(row["breddeM"], 1)} m` : "",
        },
        { name: words.place, value: placed ? words.at(number(row["x"], 0), number(row["y"], 0)) : "" },
        { name: words.units, value: String(row["enheter"] ?? "") },
      ];
      return {
        number: number(row["nr"], 0),
        title: `${row["fraNavn"] ?? ""} → ${row["tilNavn"] ?? ""}`,
        facts: facts.filter(({ value }) => value !== ""),
      };
    });
}
