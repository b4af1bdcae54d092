/** Names of codes from SSB's Klass: a code list as its API gives it, JSON or CSV. */
import { InputError } from "../core/trouble.js";
import { parseReference } from "./referenceFile.js";

/** Names that were valid at a date. */
export type KlassNames = {
  readonly title: string;
  readonly date: string;
  readonly nameOf: (code: string) => string | undefined;
};

type Item = {
  readonly code: string;
  readonly name: string;
  readonly validFrom: string;
  readonly validTo: string;
};

/**
 * Reads a Klass code list: JSON with `codes` or `classificationItems`, or CSV with the columns code and name. Items may
 * say when they are valid; those that are not valid at the date are left out. Codes are text and keep their zeros.
 *
 * @param digits length of a code; a shorter one that is all digits has lost its zeros in a spreadsheet
 * @throws InputError for another file, and for one with nothing valid at the date
 */
export function klassNames(name: string, text: string, date: string, digits: number): KlassNames {
  const items = /^\uFEFF?\s*[{[]/.test(text) ? itemsOfJson(name, text) : itemsOfCsv(name, text);
  const names = new Map<string, string>();
  for (const { code, name: called, validFrom, validTo } of items) {
    if ((validFrom !== "" && validFrom > date) || (validTo !== "" && validTo <= date)) continue;
    names.set(/^\d+$/.test(code) && code.length < digits ? code.padStart(digits, "0") : code, called);
  }
  if (names.size === 0) {
    throw refused(name, `${items.length} codes, none valid at ${date}`, "codes that are valid at the date");
  }
  return { title: name, date, nameOf: (code) => names.get(code) };
}

const refused = (layer: string, came: string, wanted: string): InputError =>
  new InputError(
    { layer },
    { came, wanted, todo: "Fetch the code list from Klass as JSON or CSV for the date" },
  );

function itemsOfJson(name: string, text: string): Item[] {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw refused(name, `text that is not JSON (${String(error)})`, "a Klass code list");
  }
  const holder = (Array.isArray(json) ? { codes: json } : json) as Record<string, unknown> | null;
  const list = holder?.["codes"] ?? holder?.["classificationItems"];
  if (!Array.isArray(list)) throw refused(name, "JSON without codes", "members codes or classificationItems");
  return list.flatMap((item: unknown) => {
    const of = (item ?? {}) as Record<string, unknown>;
    const textOf = (...keys: string[]): string => {
      const value = keys
        .map((key) => of[key])
        .find((one) => typeof one === "string" || typeof one === "number");
      return value === undefined ? "" : String(value);
    };
    const code = textOf("code");
    if (code === "") return [];
    return [
      {
        code,
        name: textOf("name"),
        validFrom: textOf("validFromInRequestedRange", "validFrom"),
        validTo: textOf("validToInRequestedRange", "validTo"),
      },
    ];
  });
}

function itemsOfCsv(name: string, text: string): Item[] {
  const { columns, rows } = parseReference(name, text);
  const at = (...names: string[]): number =>
    columns.findIndex((column) => names.includes(column.trim().toLowerCase()));
  const [code, called] = [at("code", "kode"), at("name", "navn")];
  if (code < 0 || called < 0) throw refused(name, `columns ${columns.join(", ")}`, "columns code and name");
  const from = at("validfrom", "validfrominrequestedrange");
  const to = at("validto", "validtoinrequestedrange");
  return rows.map((row) => ({
    code: row[code].trim(),
    name: row[called].trim(),
    validFrom: from < 0 ? "" : row[from].trim(),
    validTo: to < 0 ? "" : row[to].trim(),
  }));
}
