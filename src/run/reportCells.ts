/** Reads back the cells of a run (`cells.csv`), as the program wrote them, for the workbook and Parquet. */
import { InputError } from "../core/trouble.js";
import type { CellColumns } from "../core/cellColumns.js";
import { unguarded } from "../report/csv.js";
import { AREA_COLUMNS, STRIP_COLUMNS } from "./fields.js";

/**
 * The columns of a `cells.csv`: RFC 4180 with a head, both areas last, and after them those of strips in a comparison. The
 * apostrophe that guards a text against being run as a formula is taken off again.
 *
 * @throws InputError for text that is no such file
 */
export function parseCells(file: string, csv: string): CellColumns {
  const rows = csvRows(csv);
  const head: readonly string[] = rows.next().value ?? [];
  const amounts = head.at(-1) === STRIP_COLUMNS[1] ? [...AREA_COLUMNS, ...STRIP_COLUMNS] : AREA_COLUMNS;
  const keyCount = head.length - amounts.length;
  if (keyCount < 0 || amounts.some((name, i) => head[keyCount + i] !== name)) {
    throw notCells(file, 1, `columns ${head.slice(0, 8).join(", ")}`);
  }
  const keys = head.slice(0, keyCount).map((name) => ({
    name: unguarded(name),
    codes: [] as number[],
    indexOf: new Map<string, number>(),
  }));
  const areas = amounts.map((): number[] => []);
  let line = 1;
  for (const row of rows) {
    line++;
    if (row.length !== head.length) throw notCells(file, line, `${row.length} fields`);
    keys.forEach(({ codes, indexOf }, k) => {
      const code = indexOf.get(row[k]) ?? indexOf.size;
      if (code === indexOf.size) indexOf.set(row[k], code);
      codes.push(code);
    });
    areas.forEach((own, at) => {
      const text = row[keyCount + at];
      if (text === "" || !Number.isFinite(Number(text)))
        throw notCells(file, line, `«${text.slice(0, 40)}» for an area`);
      own.push(Number(text));
    });
  }
  const [planM2, trueM2, stripPlanM2, stripTrueM2] = areas.map((own) => Float64Array.from(own));
  return {
    keys: keys.map(({ name, codes, indexOf }) => ({
      name,
      codes: Uint32Array.from(codes),
      terms: [...indexOf.keys()].map(unguarded),
    })),
    planM2,
    trueM2,
    ...(amounts === AREA_COLUMNS ? {} : { strips: { planM2: stripPlanM2, trueM2: stripTrueM2 } }),
  };
}

/** Rows of a CSV, one at a time. A line without quotes is split as it stands; that is nearly all of them. */
function* csvRows(csv: string): Generator<string[], void> {
  let at = 0;
  while (at < csv.length) {
    const end = csv.indexOf("\n", at);
    const line = csv.slice(at, end < 0 ? csv.length : end);
    if (!line.includes('"')) {
      yield line.split(",");
      at = end < 0 ? csv.length : end + 1;
      continue;
    }
    const row: string[] = [];
    for (;;) {
      const quoted = csv[at] === '"';
      const field = quoted ? quotedField(csv, at) : { text: "", next: at };
      const stop = quoted ? field.next : nextOf(csv, at);
      row.push(quoted ? field.text : csv.slice(at, stop));
      at = stop + 1;
      if (csv[stop] !== ",") break;
    }
    yield row;
  }
}

function quotedField(csv: string, from: number): { text: string; next: number } {
  let end = csv.indexOf('"', from + 1);
  while (end >= 0 && csv[end + 1] === '"') end = csv.indexOf('"', end + 2);
  const stop = end < 0 ? csv.length : end;
  return { text: csv.slice(from + 1, stop).replaceAll('""', '"'), next: stop + 1 };
}

function nextOf(csv: string, from: number): number {
  let at = from;
  while (at < csv.length && csv[at] !== "," && csv[at] !== "\n") at++;
  return at;
}

const notCells = (file: string, line: number, came: string): InputError =>
  new InputError(
    { layer: file, position: `line ${line}` },
    {
      came,
      wanted: "cells as arealregnskap writes them: class fields, zone layers, kartplanM2, ellipsoideM2",
      todo: "Run the command again; the file was changed, or is from another version",
    },
  );
