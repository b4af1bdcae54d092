/** The largest changes of ground as cards: what became what, how much, and where to look. */
import type { Table } from "../tables/table.js";
import type { CloseUp } from "./basis.js";
import { closeUpMap } from "./closeUpMap.js";
import type { ClassNames } from "./mapMarks.js";
import { formatNumber } from "./numbers.js";
import type { Painter } from "./painter.js";
import { recordsOf } from "./tableRows.js";
import type { Texts } from "./textsShape.js";

export type ChangeCard = {
  readonly number: string;
  /** "Skog → Bebygd og samferdsel". */
  readonly title: string;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  /** Undefined where the run drew none; the fact lines say where it is all the same. */
  readonly map?: { readonly svg: string; readonly alt: string };
};

/** What a card's map is drawn by. */
export type CardMaps = {
  readonly closeUps: readonly CloseUp[];
  readonly names: ClassNames;
  readonly paint: Painter;
};

/** Cards a report has. */
export const MOST_CHANGES = 20;

/**
 * @param table T11s, the largest change first
 * @param maps none leaves the cards without maps
 */
export function changeCards(table: Table, texts: Texts, maps?: CardMaps): readonly ChangeCard[] {
  const { changes: words } = texts.report;
  const closeUps = new Map(maps?.closeUps.map((one) => [one.nr, one]));
  const number = (value: unknown, decimals: number) =>
    typeof value === "number" ? formatNumber(value, decimals, texts.signs) : "";
  return recordsOf(table)
    .slice(0, MOST_CHANGES)
    .map((row): ChangeCard => {
      const placed = typeof row["x"] === "number" && typeof row["y"] === "number";
      const facts = [
        { name: words.area, value: `${number(row["arealM2"], 0)}\u00a0${texts.units.m2}` },
        {
          name: words.width,
          value: typeof row["breddeM"] === "number" ? `${number(row["breddeM"], 1)}\u00a0m` : "",
        },
        { name: words.place, value: placed ? words.at(number(row["x"], 0), number(row["y"], 0)) : "" },
        { name: words.units, value: String(row["enheter"] ?? "") },
      ];
      const title = `${row["fraNavn"] ?? ""} → ${row["tilNavn"] ?? ""}`;
      const closeUp = closeUps.get(row["nr"] as number);
      return {
        number: number(row["nr"], 0),
        title,
        facts: facts.filter(({ value }) => value !== ""),
        ...(maps && closeUp && { map: closeUpMap(closeUp, title, { ...maps, texts }) }),
      };
    });
}
