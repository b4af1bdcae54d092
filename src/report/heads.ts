/** Heads of columns with their unit, for files that are read away from the report. */
import type { Column } from "../tables/table.js";
import type { Texts } from "./textsShape.js";

/** Words for a unit that a head may already have. */
const UNIT_WORDS = { m2: /m²|m2/i, daa: /\bdaa\b|dekar|decare/i, km2: /km²|km2/i } as const;

/** "Reserve (daa)"; a head that names its unit ("dekar", "% av alt") stays as it is. */
export function headWithUnit({ title, kind, unit = "m2" }: Column, { units }: Texts): string {
  if (kind === "share") return title.includes("%") ? title : `${title} (%)`;
  if (kind !== "area" || UNIT_WORDS[unit].test(title)) return title;
  return `${title} (${units[unit]})`;
}
