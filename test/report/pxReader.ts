/**
 * A strict reader of PC-Axis files, written from "PX-file format specification", AXIS-VERSION 2013 (Statistics Sweden,
 * 2013-02-27) and not from our writer: it throws at whatever the description does not allow.
 */
type Entry = {
  readonly keyword: string;
  readonly keys: readonly string[];
  readonly values: readonly string[];
  readonly quoted: boolean;
};

export type Px = {
  readonly entries: readonly Entry[];
  readonly variables: readonly string[];
  readonly values: readonly (readonly string[])[];
  readonly codes: readonly (readonly string[])[];
  readonly size: readonly number[];
  readonly cells: readonly (number | string)[];
};

const MANDATORY = ["MATRIX", "SUBJECT-CODE", "SUBJECT-AREA", "TITLE", "CONTENTS", "UNITS", "DECIMALS"];

/** Section 3.4, as far as our files go. */
const ORDER =
  "CHARSET AXIS-VERSION CODEPAGE LANGUAGE CREATION-DATE TABLEID DECIMALS SHOWDECIMALS MATRIX AGGREGALLOWED SUBJECT-CODE SUBJECT-AREA TITLE CONTENTS UNITS STUB HEADING CONTVARIABLE VALUES CODES VARIABLE-TYPE PRECISION UNITS SOURCE NOTE".split(
    " ",
  );

export function parsePx(text: string): Px {
  const at = text.indexOf("\nDATA=");
  const entries = parseHead(text.slice(0, at + 1));
  for (const keyword of MANDATORY)
    if (!entries.some((entry) => entry.keyword === keyword)) throw new Error(`no ${keyword}`);
  let place = 0;
  for (const { keyword, keys } of entries) {
    const next = ORDER.indexOf(
      keyword,
      keyword === "UNITS" && keys.length > 0 ? ORDER.lastIndexOf("UNITS") : 0,
    );
    if (next < place) throw new Error(`${keyword} stands too late`);
    place = next;
  }
  const one = (keyword: string, key?: string): readonly string[] => {
    const found = entries.filter((entry) => entry.keyword === keyword && entry.keys[0] === key);
    if (found.length > 1) throw new Error(`${keyword} twice`);
    return found[0]?.values ?? [];
  };
  const variables = [...one("STUB"), ...one("HEADING")];
  if (new Set(variables).size !== variables.length) throw new Error("a variable twice");
  const values = variables.map((name) => distinct(one("VALUES", name)));
  const codes = variables.map((name) => distinct(one("CODES", name)));
  const size = values.map((names, v) => {
    if (names.length !== codes[v].length) throw new Error("values and codes of different number");
    return names.length;
  });
  const cells = parseData(text.slice(at + 1), Number(one("DECIMALS")[0]));
  if (cells.length !== size.reduce((product, count) => product * count, 1))
    throw new Error("cells of another number");
  return { entries, variables, values, codes, size, cells };
}

function distinct(texts: readonly string[]): readonly string[] {
  if (new Set(texts).size !== texts.length) throw new Error("a value twice");
  if (texts.some((text) => text === "" || Array.from(text).length > 256))
    throw new Error("a value without or with too much text");
  return texts;
}

/** KEYWORD("key","key")="value","value"; or KEYWORD=value; each ends a line, and none is longer than it may be. */
function parseHead(text: string): Entry[] {
  const entries: Entry[] = [];
  const statement = /([A-Z][A-Z0-9-]*)(?:\(((?:"[^"\n]*",?)+)\))?=((?:"[^"\n]*"[,\n]?\n?)+|[A-Z0-9]+);\n/y;
  while (statement.lastIndex < text.length) {
    const from = statement.lastIndex;
    const found = statement.exec(text);
    if (found === null) throw new Error(`not a keyword: ${text.slice(from, from + 80)}`);
    const [, keyword, keys = "", body] = found;
    entries.push({
      keyword,
      keys: strings(keys).flat(),
      values: strings(body).map((parts) => parts.join("")),
      quoted: body.startsWith('"'),
    });
  }
  return entries;
}

/** Items between commas; an item in several parts has them on a line each. */
function strings(body: string): string[][] {
  if (body !== "" && !body.startsWith('"')) return [[body]];
  const items: string[][] = [];
  let follows = false;
  for (const [, text, after] of body.matchAll(/"([^"\n]*)"([,\n]*)/g)) {
    if (Array.from(text).length > 256) throw new Error("a text longer than 256");
    if (follows) items.at(-1)!.push(text);
    else items.push([text]);
    follows = after === "\n";
  }
  return items;
}

function parseData(text: string, decimals: number): (number | string)[] {
  const body = /^DATA=\n((?:[^\n;]* \n)+);\n$/.exec(text)?.[1];
  if (body === undefined) throw new Error("DATA is not last, or a line has no space at its end");
  return body
    .trimEnd()
    .split(/ \n?/)
    .map((token) => {
      if (/^"(\.{1,6}|-)"$/.test(token)) return token.slice(1, -1);
      const fraction = /^-?\d+(?:\.(\d+))?$/.exec(token);
      if (fraction === null || (fraction[1] ?? "").length > decimals) throw new Error(`not a cell: ${token}`);
      return Number(token);
    });
}
