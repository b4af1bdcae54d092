/**
 * One table as a PC-Axis file, after "PX-file format specification", AXIS-VERSION 2013 (Statistics Sweden, 2013-02-27):
 * keywords in the recommended order of its section 3.4, DATA last.
 */
import { InputError } from "../core/trouble.js";
import { fileTextsIn } from "./fileTexts.js";
import { sourceOf, type StatisticsHead } from "./jsonStat.js";
import { type CubeDimension, type TableCube, unique } from "./tableCube.js";

export type PxCodepage = "utf-8" | "windows-1252";

/** Longest text between two quotation marks, and longest name of a variable or a value (specification, section 2). */
const LONGEST = 256;
/** Most decimals a cell can have (DECIMALS), and be shown with (SHOWDECIMALS, PRECISION). */
const MOST_DECIMALS = 15;
const MOST_SHOWN = 6;

/**
 * Text of the file. Quotation marks in texts become apostrophes, because the format has no way to write them; a value
 * that is not there is a quoted sign; figures have all their digits, to 15 decimals.
 */
export function pxText(cube: TableCube, codepage: PxCodepage, head: StatisticsHead): string {
  const words = fileTextsIn(head.language);
  const variables = namedDimensions(cube.dimensions, words.measure);
  const [heading, stub] = [variables.slice(-1), variables.slice(0, -1)];
  const measures = variables.find(({ categories }) => categories.some(({ unit }) => unit !== undefined));
  const cells = cube.values.map((value, at) =>
    value === null ? `"${cube.signs.get(at) ?? ".."}"` : plainDigits(value),
  );
  const decimals = cells.reduce(
    (most, cell) => Math.max(most, cell.startsWith('"') ? 0 : decimalsOf(cell)),
    0,
  );
  const units = [...new Set(measures?.categories.map(({ unit }) => words.units[unit!.base]))].join(", ");
  const notes = [
    ...cube.notes,
    ...(cube.signs.size === 0 ? [] : [words.signs]),
    ...(isCut(cube.dimensions) ? [words.shortened] : []),
  ];
  const lines = [
    'CHARSET="ANSI";',
    'AXIS-VERSION="2013";',
    `CODEPAGE="${codepage}";`,
    `LANGUAGE="${head.language === "en" ? "en" : "no"}";`,
    ...(head.date === undefined ? [] : [`CREATION-DATE="${head.date.replaceAll("-", "")} 00:00";`]),
    keyword("TABLEID", cube.id),
    `DECIMALS=${decimals};`,
    `SHOWDECIMALS=${Math.min(decimals, 1)};`,
    `MATRIX="${matrixName(cube.id)}";`,
    "AGGREGALLOWED=NO;", // sums and their parts are values of the same variable
    'SUBJECT-CODE="AREAL";',
    keyword("SUBJECT-AREA", words.subject),
    keyword("TITLE", cube.title),
    keyword("CONTENTS", words.subject),
    keyword("UNITS", units || words.units.number),
    list(
      "STUB",
      stub.map(({ name }) => name),
    ),
    list(
      "HEADING",
      heading.map(({ name }) => name),
    ),
    ...(measures === undefined ? [] : [list("CONTVARIABLE", [measures.name])]),
    ...variables.map(({ name, labels }) => list(`VALUES("${name}")`, labels)),
    ...variables.map(({ name, codes }) => list(`CODES("${name}")`, codes)),
    ...variables.flatMap(({ name, role }) =>
      role === undefined ? [] : [`VARIABLE-TYPE("${name}")="${VARIABLE_TYPES[role]}";`],
    ),
    ...(measures === undefined ? [] : measureLines(measures, words.units)),
    keyword("SOURCE", sourceOf(head)),
    ...(notes.length === 0 ? [] : [keyword("NOTE", notes.join("#"))]), // # is a new line
  ].filter((line) => line !== "");
  const across = heading[0].categories.length;
  const rows: string[] = [];
  for (let from = 0; from < cells.length; from += across)
    rows.push(cells.slice(from, from + across).join(" ") + " ");
  return `${lines.join("\n")}\nDATA=\n${rows.join("\n")}\n;\n`;
}

type Variable = CubeDimension & {
  readonly name: string;
  readonly labels: readonly string[];
  readonly codes: readonly string[];
};

const VARIABLE_TYPES = { geo: "Geographical", time: "Time", metric: "Contents" } as const;

const namedDimensions = (dimensions: readonly CubeDimension[], measure: string): readonly Variable[] => {
  const names = unique(dimensions.map(({ title }) => nameText(title === "" ? measure : title)));
  return dimensions.map((dimension, d) => ({
    ...dimension,
    name: names[d],
    labels: unique(dimension.categories.map(({ label }) => nameText(label))),
    codes: unique(dimension.categories.map(({ code }) => nameText(code))),
  }));
};

/** Units and shown decimals of each measure. */
function measureLines(
  { name, labels, categories }: Variable,
  units: Readonly<Record<string, string>>,
): readonly string[] {
  const shown = categories.flatMap(({ unit }, i) => {
    const decimals = Math.min(unit?.decimals ?? 0, MOST_SHOWN);
    return decimals === 0 ? [] : [`PRECISION("${name}","${labels[i]}")=${decimals};`];
  });
  const inUnits = categories.map(({ unit }, i) =>
    keyword(`UNITS("${labels[i]}")`, units[unit?.base ?? "number"]),
  );
  return [...shown, ...inUnits];
}

const CONTROL = /[\u0000-\u001f\u007f]+|\p{Surrogate}/gu;

const plainText = (text: string): string => text.replaceAll(CONTROL, " ").replaceAll('"', "'");

/** Room that a number behind a name takes, where two of them were cut to the same. */
const SUFFIX = 8;

/** A name of a variable or a value, or a code: never split, so never longer than one text may be. */
function nameText(text: string): string {
  const plain = plainText(text).trim();
  const characters = Array.from(plain === "" ? "-" : plain);
  return characters.length <= LONGEST - SUFFIX
    ? characters.join("")
    : characters.slice(0, LONGEST - SUFFIX - 1).join("") + "…";
}

const isCut = (dimensions: readonly CubeDimension[]): boolean =>
  dimensions.some(({ title, categories }) =>
    [title, ...categories.flatMap(({ label, code }) => [label, code])].some(
      (text) => Array.from(text).length > LONGEST - SUFFIX,
    ),
  );

/** A keyword and its text; a longer one stands in parts, one on each line. */
function keyword(name: string, text: string): string {
  const characters = Array.from(plainText(text));
  const parts: string[] = [];
  for (let from = 0; from < characters.length; from += LONGEST)
    parts.push(characters.slice(from, from + LONGEST).join(""));
  return `${name}=${(parts.length === 0 ? [""] : parts).map((part) => `"${part}"`).join("\n")};`;
}

/** A keyword and its list; a line is broken after a comma, never in a name. */
function list(name: string, texts: readonly string[]): string {
  if (texts.length === 0) return "";
  let [all, line] = ["", `${name}=`];
  texts.forEach((text, i) => {
    const item = `"${text}"${i === texts.length - 1 ? ";" : ","}`;
    if (line.length + item.length > LONGEST && i > 0) [all, line] = [`${all}${line}\n`, ""];
    line += item;
  });
  return all + line;
}

/** Name of the matrix, which old readers make a file name of: 20 letters, digits and _ at most. */
const matrixName = (id: string): string => id.replaceAll(/[^A-Za-z0-9]+/g, "_").slice(0, 20);

/** The shortest digits that read back as the same number, without an exponent; beyond 15 decimals they are rounded. */
export function plainDigits(value: number): string {
  const shortest = String(value);
  const digits = /e\+/.test(shortest)
    ? BigInt(value).toString()
    : /e-/.test(shortest)
      ? value.toFixed(MOST_DECIMALS)
      : shortest;
  const fitting = decimalsOf(digits) > MOST_DECIMALS ? value.toFixed(MOST_DECIMALS) : digits;
  const trimmed = fitting.includes(".") ? fitting.replace(/\.?0+$/, "") : fitting;
  return trimmed === "-0" ? "0" : trimmed;
}

const decimalsOf = (digits: string): number => {
  const point = digits.indexOf(".");
  return point < 0 ? 0 : digits.length - point - 1;
};

/** Bytes of a windows-1252 file for what is not Latin-1: the WHATWG index, 0x80 to 0x9f. */
const WINDOWS_1252 = new Map(
  Array.from(
    "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ",
    (character, i) => [character, 0x80 + i] as const,
  ),
);

/** Typographic signs of our own texts that have a plain form; names are never changed. */
const PLAIN_SIGNS: Readonly<Record<string, string>> = {
  "\u2212": "-",
  "\u202f": " ",
  "→": "->",
  "←": "<-",
  "≥": ">=",
  "≤": "<=",
};

/**
 * Bytes of the file.
 * @throws InputError for text that windows-1252 has no letters for (č đ ŋ ŧ); it is never written with other letters
 */
export function pxBytes(text: string, codepage: PxCodepage, file: string): Uint8Array {
  if (codepage === "utf-8") return new TextEncoder().encode(text);
  const characters = Array.from(text.replace(/[\u2212\u202f→←≥≤]/g, (sign) => PLAIN_SIGNS[sign]));
  const bytes = new Uint8Array(characters.length);
  characters.forEach((character, i) => {
    const point = character.codePointAt(0)!;
    const byte = point < 0x80 || (point >= 0xa0 && point < 0x100) ? point : WINDOWS_1252.get(character);
    if (byte === undefined)
      throw hasNoByte(character, characters.slice(Math.max(0, i - 20), i + 20).join(""), file);
    bytes[i] = byte;
  });
  return bytes;
}

const hasNoByte = (character: string, near: string, file: string): InputError =>
  new InputError(
    { layer: file },
    {
      came: `the letter «${character}» in «${near.replaceAll(/\s+/g, " ")}», which windows-1252 does not have`,
      wanted: "text of windows-1252 letters",
      todo: "Write the file in utf-8, which has all letters (--px-tegnsett utf-8)",
    },
  );
