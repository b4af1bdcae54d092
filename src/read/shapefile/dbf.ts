import { InputError } from "../../core/trouble.js";
import { ByteReader } from "../byteReader.js";
import { dosText } from "./dosText.js";
import type { InputFile } from "../inputFile.js";
import { cutShort } from "./shp.js";
import type { Field } from "../source.js";

/** How a table's text is written, for its bytes that are not valid UTF-8. */
export type DbfCharset = { readonly name: string; decode(bytes: Uint8Array): string };

/** The table beside a .shp, as its header tells. */
export type DbfHeader = {
  readonly rowCount: number;
  readonly headerBytes: number;
  readonly rowBytes: number;
  readonly fields: readonly DbfField[];
};

type DbfField = Field & {
  readonly kind: string;
  /** In a row; byte 0 says whether it is deleted. */
  readonly from: number;
  readonly to: number;
};

const HEADER_BYTES = 32;
const FIELD_BYTES = 32;
const HEADER_END = 0x0d;
const FILE_END = 0x1a;
const DELETED = 0x2a;
const THERE = 0x20;
const TYPE_NAMES: Readonly<Record<string, string>> = {
  C: "text",
  N: "number",
  F: "number",
  D: "date",
  L: "logical",
  M: "memo",
  I: "integer",
  O: "double",
};

/**
 * Reads the header of a dBASE table (dBASE III file structure, as Shapefiles use it).
 *
 * @param stated what the .cpg file says; undefined when there is none
 * @throws InputError: cut short, no such table, a field of a type that is not read
 */
export async function readDbfHeader(
  file: InputFile,
  stated: string | undefined,
): Promise<{ header: DbfHeader; charset: DbfCharset }> {
  const reader = new ByteReader(file, 1 << 16);
  try {
    const start = (await reader.take(HEADER_BYTES)).slice();
    if (start.length < HEADER_BYTES) throw cutShort(file, HEADER_BYTES);
    const view = new DataView(start.buffer, start.byteOffset, start.length);
    const [rowCount, headerBytes, rowBytes] = [
      view.getUint32(4, true),
      view.getUint16(8, true),
      view.getUint16(10, true),
    ];
    if (headerBytes <= HEADER_BYTES || rowBytes === 0) throw damaged(file, "no dBASE header", 0);
    const needed = headerBytes + rowCount * rowBytes;
    if (needed > file.byteLength) throw cutShort(file, needed);
    const charset = charsetOf(file, stated, start[29]);
    const fields = fieldsOf(file, await reader.take(headerBytes - HEADER_BYTES), rowBytes, charset);
    return { header: { rowCount, headerBytes, rowBytes, fields }, charset };
  } finally {
    await reader.close();
  }
}

function fieldsOf(file: InputFile, bytes: Uint8Array, rowBytes: number, charset: DbfCharset): DbfField[] {
  const fields: DbfField[] = [];
  const names = new Set<string>();
  let from = 1;
  for (let at = 0; at + FIELD_BYTES <= bytes.length && bytes[at] !== HEADER_END; at += FIELD_BYTES) {
    const zero = bytes.subarray(at, at + 11).indexOf(0);
    const name = unusedName(textOf(bytes.subarray(at, at + (zero < 0 ? 11 : zero)), charset), names);
    const kind = String.fromCharCode(bytes[at + 11]);
    const type = TYPE_NAMES[kind];
    if (type === undefined)
      throw damaged(file, `field ${name} of type ${JSON.stringify(kind)}`, HEADER_BYTES + at);
    const to = from + bytes[at + 16];
    fields.push({ name, type, kind, from, to });
    from = to;
  }
  if (from > rowBytes) throw damaged(file, `fields of ${from} bytes in rows of ${rowBytes}`, HEADER_BYTES);
  return fields;
}

/** Names are cut to ten bytes, so that two may become one: the later get a number. */
function unusedName(name: string, used: Set<string>): string {
  let free = name;
  for (let n = 2; used.has(free); n++) free = `${name}_${n}`;
  used.add(free);
  return free;
}

/** The rows in the file's order, as text; undefined for one that is marked as deleted. */
export async function* rowsOf(
  file: InputFile,
  { rowCount, headerBytes, rowBytes, fields }: DbfHeader,
  charset: DbfCharset,
): AsyncGenerator<string[] | undefined> {
  const reader = new ByteReader(file);
  try {
    await reader.take(headerBytes);
    for (let row = 0; row < rowCount; row++) {
      const bytes = await reader.take(rowBytes);
      if (bytes.length < rowBytes || bytes[0] === FILE_END)
        throw cutShort(file, headerBytes + rowCount * rowBytes, row);
      if (bytes[0] !== THERE && bytes[0] !== DELETED)
        throw damaged(file, `row ${row} out of its place`, headerBytes + row * rowBytes);
      if (bytes[0] === DELETED) yield undefined;
      else yield fields.map((field) => valueOf(bytes.subarray(field.from, field.to), field.kind, charset));
    }
  } finally {
    await reader.close();
  }
}

/** Numbers keep every digit but zeros that say nothing; dates as 2024-05-01; logical as true and false; blank as "". */
function valueOf(bytes: Uint8Array, kind: string, charset: DbfCharset): string {
  switch (kind) {
    case "C":
      return textOf(bytes, charset);
    case "N":
    case "F":
      return numberText(textOf(bytes, charset).trim());
    case "D":
      return textOf(bytes, charset).trim().replace(/^0{8}$/, "").replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3"); // prettier-ignore
    case "L": {
      const text = textOf(bytes, charset).trim();
      return /^[TtYy]$/.test(text) ? "true" : /^[FfNn]$/.test(text) ? "false" : text === "?" ? "" : text;
    }
    case "I":
    case "O": {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      if (kind === "I" && bytes.length === 4) return String(view.getInt32(0, true));
      return bytes.length === 8 ? String(view.getFloat64(0, true)) : "";
    }
    default:
      return textOf(bytes, charset).trim();
  }
}

function numberText(text: string): string {
  if (/^\**$/.test(text)) return ""; // blank, or stars: no value
  if (/^[+-]?\d+$/.test(text)) return text;
  if (/^[+-]?\d+\.\d*$/.test(text)) return text.replace(/\.?0*$/, "");
  const value = Number(text);
  return Number.isFinite(value) ? String(value) : text;
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Text without the blanks and zero bytes that fill its field. */
function textOf(bytes: Uint8Array, charset: DbfCharset): string {
  let to = bytes.length;
  while (to > 0 && (bytes[to - 1] === 0x20 || bytes[to - 1] === 0)) to--;
  const filled = bytes.subarray(0, to);
  if (filled.every((byte) => byte < 0x80))
    return Buffer.from(filled.buffer, filled.byteOffset, to).toString("latin1");
  return utf8Text(filled) ?? charset.decode(filled);
}

/** UTF-8, also where the field's end cut the last letter; undefined when the bytes are something else. */
function utf8Text(bytes: Uint8Array): string | undefined {
  let start = bytes.length - 1;
  while (start > 0 && start > bytes.length - 4 && (bytes[start] & 0xc0) === 0x80) start--;
  const wanted = bytes[start] >= 0xf0 ? 4 : bytes[start] >= 0xe0 ? 3 : bytes[start] >= 0xc0 ? 2 : 1;
  const isCut = wanted > bytes.length - start && start > 0;
  try {
    return UTF8.decode(isCut ? bytes.subarray(0, start) : bytes);
  } catch {
    return undefined; // not UTF-8: the caller reads it as the charset stated
  }
}

/** Language drivers in the header (byte 29) that Norwegian files carry; 0x57 is "the system's", Windows as a rule. */
const LANGUAGE_DRIVERS: Readonly<Record<number, string>> = {
  0x01: "437",
  0x02: "850",
  0x03: "1252",
  0x08: "865",
  0x17: "865",
  0x57: "1252",
  0x58: "1252",
  0x59: "1252",
  0x65: "865",
};

/**
 * The charset for text that is not UTF-8 by its bytes: what .cpg says, else the header, else windows-1252.
 * Bytes come first, since files stating another charset than they hold are common, and text of any other charset is
 * practically never valid UTF-8.
 */
function charsetOf(file: InputFile, stated: string | undefined, languageDriver: number): DbfCharset {
  const said = stated?.trim() || LANGUAGE_DRIVERS[languageDriver] || "1252";
  const number = /(\d+)\s*$/.exec(said.replace(/[-_ ]/g, ""))?.[1];
  if (number === "437" || number === "850" || number === "865") {
    const codepage = Number(number) as 437 | 850 | 865;
    return { name: `cp${number}`, decode: (bytes) => dosText(codepage, bytes) };
  }
  const label = labelOf(said);
  try {
    const decoder = new TextDecoder(label === "utf-8" ? "windows-1252" : label);
    return { name: label, decode: (bytes) => decoder.decode(bytes) };
  } catch {
    throw new InputError(
      { layer: file.path },
      {
        came: `a .cpg file that says "${said}"`,
        wanted: "the name of a character set, such as UTF-8 or ISO-8859-1",
        todo: "Correct the .cpg file, or remove it",
      },
    );
  }
}

function labelOf(said: string): string {
  const plain = said.toLowerCase().replace(/[-_ ]/g, "");
  if (plain === "utf8" || plain === "65001") return "utf-8";
  const iso = /^(?:iso)?8859(\d{1,2})$/.exec(plain)?.[1];
  if (iso !== undefined) return `iso-8859-${iso}`;
  const windows = /^(?:windows|ansi|cp|win)?(125\d)$/.exec(plain)?.[1];
  if (windows !== undefined) return `windows-${windows}`;
  return plain === "ansi" || plain === "system" ? "windows-1252" : said;
}

function damaged(file: InputFile, came: string, position: number): InputError {
  return new InputError(
    { layer: file.path, position: `byte ${position}` },
    {
      came,
      wanted: "a dBASE table of texts, numbers, dates and logical values",
      todo: "Fetch the file again, or export the layer again as GeoPackage",
    },
  );
}
