/** Splits one line of CSV as `csv.ts` writes it; a text with line feeds in it stays in parts, which is enough to compare. */
function fieldsOf(line: string): string[] {
  const fields: string[] = [];
  for (const [, quoted, plain] of line.matchAll(/(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/g))
    fields.push(quoted?.replaceAll('""', '"') ?? plain);
  return fields.slice(0, -1);
}

/**
 * Says where two texts first differ: for CSV the row by its first fields, the column by its name, and both values; else
 * the line.
 * @returns a phrase in Norwegian; "" for equal texts
 */
export function firstDifference(before: string, after: string): string {
  const old = linesOf(before);
  const now = linesOf(after);
  const at = old.findIndex((line, i) => line !== now[i]);
  if (at < 0)
    return old.length === now.length ? "" : `linje ${old.length + 1}: «${short(now[old.length])}» er ny`;
  if (now[at] === undefined) return `linje ${at + 1}: «${short(old[at])}» mangler`;
  const [head, was, is] = [fieldsOf(old[0]), fieldsOf(old[at]), fieldsOf(now[at])];
  const column = was.findIndex((value, c) => value !== is[c]);
  if (at === 0 || column < 0 || head.length !== was.length)
    return `linje ${at + 1}: ${bothShort(old[at], now[at])}`;
  const row = was
    .filter((value, c) => c < column && value !== "")
    .slice(0, 4)
    .join(", ");
  return `linje ${at + 1}${row === "" ? "" : ` (${row})`}, kolonne ${head[column]}: «${was[column]}» er nå «${is[column] ?? ""}»`;
}

const linesOf = (text: string): string[] => text.replace(/\n$/, "").split("\n");

const SHOWN = 80;
const short = (line: string): string => (line.length > SHOWN ? `${line.slice(0, SHOWN)} …` : line);

/** Two lines from a little before the place where they part: JSON is all one line. */
function bothShort(was: string, is: string): string {
  let same = 0;
  while (same < was.length && was[same] === is[same]) same++;
  const from = Math.max(was.length, is.length) <= SHOWN ? 0 : Math.max(0, same - SHOWN / 2);
  const shown = (line: string): string => (from > 0 ? "… " : "") + short(line.slice(from));
  return `«${shown(was)}» er nå «${shown(is)}»`;
}

/** The same for files that are no text. */
export function differentBytes(before: Uint8Array, after: Uint8Array): string {
  const at = before.findIndex((byte, i) => byte !== after[i]);
  return `fra byte ${at < 0 ? before.length : at} (${before.length} byte, nå ${after.length})`;
}
