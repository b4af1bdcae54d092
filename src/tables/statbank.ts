/** A table from SSB's StatBank (09594: Region, ArealKlasse, ContentsCode, Tid) as a reference: JSON-stat 2.0 or CSV. */
import { InputError } from "../core/trouble.js";
import type { ReferenceFile } from "./reference.js";

/** Columns a reference by kommune and class has, see `readReference`. */
const COLUMNS = ["kommunenummer", "arealklasse", "areal_km2"] as const;

/** StatBank's code of a region: K-3101 of the series on today's kommuner, 3101, or 0301 Oslo in a CSV. */
const regionOf = (text: string): string | undefined =>
  /^(?:K-)?(\d{4})(?:\s|$)/.exec(text.trim())?.[1] ??
  /^(\d{3})(?:\s|$)/.exec(text.trim())?.[1]?.padStart(4, "0");

/** "15-16 Jordbruk" is 15-16. */
const classOf = (text: string): string => /^\d[\d.-]*/.exec(text.trim())?.[0] ?? text.trim();

const refuse = (layer: string, came: string, wanted: string): never => {
  throw new InputError(
    { layer },
    { came, wanted, todo: "Fetch the table from StatBank as json-stat2 or CSV" },
  );
};

type Cell = { readonly region: string; readonly kode: string; readonly time: string; readonly value: string };

/**
 * Brings a StatBank table to reference rows of its latest time. Cells that are missing ("..", ".", ":" or null) are no
 * reference and are left out, as are regions that are no kommune; "-" is none, and so 0. Undefined when the text is no
 * such table, so that the other forms of a reference may be tried.
 *
 * @throws InputError for JSON that is no JSON-stat dataset with a region and a class
 */
export function statbankReference(name: string, text: string): ReferenceFile | undefined {
  const body = text.replace(/^\uFEFF/, "");
  const cells = /^\s*\{/.test(body) ? cellsOfJsonStat(name, body) : cellsOfCsv(body);
  if (cells === undefined) return undefined;
  const latest = cells.reduce((most, { time }) => (time > most ? time : most), "");
  const rows = cells
    .filter(({ time }) => time === latest)
    .flatMap(({ region, kode, value }) => {
      const number = regionOf(region);
      const amount = amountOf(value);
      return number === undefined || amount === undefined ? [] : [[number, classOf(kode), amount]];
    });
  if (rows.length === 0)
    return refuse(name, `no figure for a kommune at ${latest}`, "areas by kommune and class");
  return { name: `${name}${latest && ` ${latest}`}`, columns: COLUMNS, rows };
}

/** "1 234,5", "1234.5" or "-"; undefined for StatBank's signs of what is missing. */
function amountOf(value: string): string | undefined {
  const plain = value.replaceAll(/[\s\u00a0\u202f]/g, "").replace(",", ".");
  if (plain === "-") return "0";
  return plain !== "" && Number.isFinite(Number(plain)) ? plain : undefined;
}

type Category = { index?: string[] | Record<string, number>; label?: Record<string, string> };

function cellsOfJsonStat(name: string, text: string): Cell[] {
  let json: Record<string, unknown>;
  try {
    json = JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    return refuse(name, `text that is not JSON (${String(error)})`, "JSON-stat 2.0");
  }
  const { id, size, dimension, value } = json as {
    id?: string[];
    size?: number[];
    dimension?: Record<string, { category?: Category }>;
    value?: readonly (number | null)[] | Record<string, number>;
  };
  if (!Array.isArray(id) || !Array.isArray(size) || dimension === undefined || value === undefined) {
    return refuse(name, "JSON without id, size, dimension and value", "a JSON-stat 2.0 dataset");
  }
  const codes = id.map((one) => codesOf(dimension[one]?.category));
  const place = (pattern: RegExp): number => id.findIndex((one) => pattern.test(one));
  const [region, kode, time] = [place(/^region/i), place(/klasse/i), place(/^(tid|time|år)$/i)];
  if (region < 0 || kode < 0) {
    return refuse(
      name,
      `dimensions ${id.join(", ")}`,
      "a dimension Region and one of classes, as table 09594",
    );
  }
  if (size.some((count, d) => codes[d].length !== count)) {
    return refuse(
      name,
      `sizes ${size.join(", ")} that are not those of the dimensions`,
      "a whole JSON-stat dataset",
    );
  }
  const several = id.findIndex((_, d) => ![region, kode, time].includes(d) && size[d] > 1);
  if (several >= 0) return refuse(name, `${size[several]} values of ${id[several]}`, "one measure, Areal");
  const count = size.reduce((product, length) => product * length, 1);
  return Array.from({ length: count }, (_, at) => {
    let left = at;
    const index = size.map(() => 0);
    for (let d = size.length - 1; d >= 0; d--) {
      index[d] = left % size[d];
      left = Math.floor(left / size[d]);
    }
    const amount = Array.isArray(value)
      ? (value as readonly (number | null)[])[at]
      : (value as Record<string, number>)[at];
    const code = (d: number): string => (d < 0 ? "" : codes[d][index[d]]);
    return {
      region: code(region),
      kode: code(kode),
      time: code(time),
      value: amount == null ? "" : String(amount),
    };
  });
}

function codesOf({ index, label }: Category = {}): string[] {
  if (Array.isArray(index)) return index;
  if (index !== undefined) return Object.keys(index).sort((a, b) => index[a] - index[b]);
  return Object.keys(label ?? {});
}

/** StatBank's CSV: region and class, then either time and value, or one column a year ("Areal (km²) 2024"). */
function cellsOfCsv(text: string): Cell[] | undefined {
  const [head = [], ...rows] = csvRows(text);
  const at = (pattern: RegExp): number => head.findIndex((cell) => pattern.test(cell.trim()));
  const [region, kode, time] = [at(/^region$/i), at(/^arealklasse/i), at(/^(tid|år)$/i)];
  if (region < 0 || kode < 0) return undefined;
  const years = head.flatMap((cell, column) => {
    const year = /(?:^|\s)(\d{4})$/.exec(cell.trim())?.[1];
    return year === undefined ? [] : [{ column, year }];
  });
  const value = time < 0 ? -1 : head.findIndex((_, column) => column > time);
  return rows.flatMap((row) => {
    const of = { region: row[region] ?? "", kode: row[kode] ?? "" };
    if (time >= 0) return [{ ...of, time: row[time] ?? "", value: row[value] ?? "" }];
    return years.map(({ column, year }) => ({ ...of, time: year, value: row[column] ?? "" }));
  });
}

/** Rows of a CSV with ; , or tab between cells, quoted or not. A title line before the head is passed over. */
function csvRows(text: string): string[][] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const from = Math.max(
    0,
    lines.findIndex((line) => /^"?region"?\s*[;,\t]/i.test(line)),
  );
  const delimiter = [";", "\t", ","].find((one) => (lines[from] ?? "").includes(one)) ?? ",";
  const cell = new RegExp(`(?:^|${delimiter})(?:"((?:[^"]|"")*)"|([^${delimiter}]*))`, "g");
  return lines
    .slice(from)
    .map((line) => Array.from(line.matchAll(cell), (m) => m[1]?.replaceAll('""', '"') ?? m[2] ?? ""));
}
