import { InputError } from "../../core/trouble.js";
import type { InputFile } from "../inputFile.js";

const NEWLINE = 0x0a;
const BACKSLASH = 0x5c;
const TAB = 0x09;
const CAPITAL_N = 0x4e;
/** No row is longer: PostgreSQL itself stops at 1 GB a field. */
const MOST_LINE_BYTES = 2 ** 30;

/** Bytes of one line without its newline, and where in the file it begins. */
export type Line = { readonly bytes: Buffer; readonly position: number };

/** The lines of a file, a batch for each chunk read. A batch is valid until the next one is asked for. */
export async function* lineBatches(file: InputFile): AsyncGenerator<Line[]> {
  let carried: Buffer[] = [];
  let carriedBytes = 0;
  let position = 0;
  for await (const chunk of file.chunks()) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    const lines: Line[] = [];
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      const rest = bytes.subarray(from, end);
      const line = carriedBytes > 0 ? Buffer.concat([...carried, rest]) : rest;
      lines.push({ bytes: line, position });
      position += line.length + 1;
      carried = [];
      carriedBytes = 0;
      from = end + 1;
    }
    if (lines.length > 0) yield lines;
    if (from < bytes.length) carried.push(Buffer.from(bytes.subarray(from)));
    carriedBytes += bytes.length - from;
    if (carriedBytes > MOST_LINE_BYTES) throw longLine(file.path, position);
  }
  if (carriedBytes > 0) yield [{ bytes: Buffer.concat(carried), position }];
}

function longLine(path: string, position: number): InputError {
  return new InputError(
    { layer: path, position: `byte ${position}` },
    {
      came: "a line longer than 1 GB",
      wanted: "a text with a row a line",
      todo: "Dump the table again in plain format",
    },
  );
}

/**
 * Splits a row of COPY text at its tabs (PostgreSQL 16 manual, COPY, "Text Format").
 * @returns undefined when it does not have so many fields
 */
export function copyFields(line: Buffer, count: number): Buffer[] | undefined {
  const fields: Buffer[] = [];
  let from = 0;
  for (let end = line.indexOf(TAB); end >= 0; end = line.indexOf(TAB, from)) {
    fields.push(line.subarray(from, end));
    from = end + 1;
    if (fields.length > count) return undefined;
  }
  fields.push(line.subarray(from));
  return fields.length === count ? fields : undefined;
}

export const isNull = (field: Buffer): boolean =>
  field.length === 2 && field[0] === BACKSLASH && field[1] === CAPITAL_N;

const ESCAPED: Readonly<Record<string, number>> = { b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** A field with its escapes resolved: \n and its like, \ooo octal, \xhh hexadecimal, \ before anything else that thing. */
export function unescaped(field: Buffer): Buffer {
  let at = field.indexOf(BACKSLASH);
  if (at < 0) return field;
  const plain = Buffer.alloc(field.length);
  let length = field.copy(plain, 0, 0, at);
  while (at < field.length) {
    if (field[at] !== BACKSLASH || at + 1 === field.length) plain[length++] = field[at++];
    else {
      const { byte, used } = escapeAt(field, at + 1);
      plain[length++] = byte;
      at += 1 + used;
    }
  }
  return plain.subarray(0, length);
}

function escapeAt(field: Buffer, at: number): { byte: number; used: number } {
  const text = field.toString("latin1", at, at + 3);
  const octal = /^[0-7]{1,3}/.exec(text)?.[0];
  if (octal !== undefined) return { byte: parseInt(octal, 8) & 0xff, used: octal.length };
  const hexadecimal = /^x([0-9a-fA-F]{1,2})/.exec(text)?.[1];
  if (hexadecimal !== undefined) return { byte: parseInt(hexadecimal, 16), used: 1 + hexadecimal.length };
  return { byte: ESCAPED[text[0]] ?? field[at], used: 1 };
}
