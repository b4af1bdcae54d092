/**
 * Reads back what is asked of our PDF files: the text layer through the fonts' ToUnicode maps (ISO 32000-1, 9.10.3), and
 * raw objects. It knows only what such files use: objects outside streams, Flate, two-byte codes.
 */
import { inflateSync } from "node:zlib";

export type Pdf = {
  /** Objects by number, as they stand, without their streams. */
  readonly objects: ReadonlyMap<number, string>;
  /** Text of each page, in the order it is drawn. */
  readonly pages: readonly string[];
};

export function readPdf(bytes: Uint8Array): Pdf {
  const raw = Buffer.from(bytes).toString("latin1");
  const objects = new Map<number, string>();
  const streams = new Map<number, Buffer>();
  const begin = /(?:^|\n|\r)(\d+) 0 obj\s/g;
  for (let found = begin.exec(raw); found !== null; found = begin.exec(raw)) {
    const from = begin.lastIndex;
    const end = raw.indexOf("endobj", from);
    const streamAt = raw.slice(from, end).search(/stream\r?\n/);
    const head = streamAt < 0 ? raw.slice(from, end) : raw.slice(from, from + streamAt);
    objects.set(Number(found[1]), head);
    if (streamAt >= 0) {
      const dataAt = from + streamAt + (raw.startsWith("stream\r\n", from + streamAt) ? 8 : 7);
      const data = Buffer.from(bytes).subarray(dataAt, dataAt + Number(/\/Length (\d+)/.exec(head)?.[1]));
      streams.set(Number(found[1]), head.includes("/FlateDecode") ? inflateSync(data) : data);
      begin.lastIndex = dataAt + data.length;
    }
  }
  const pages = [...objects.values()].filter((head) => /\/Type\s*\/Page\b(?!s)/.test(head));
  return { objects, pages: pages.map((page) => pageText(page, objects, streams)) };
}

type Fonts = ReadonlyMap<string, ReadonlyMap<number, string>>;

function pageText(
  page: string,
  objects: ReadonlyMap<number, string>,
  streams: ReadonlyMap<number, Buffer>,
): string {
  const resources = dictionaryAt(page, "Resources", objects);
  const fonts = fontsOf(resources, objects, streams);
  const content = Number(/\/Contents (\d+) 0 R/.exec(page)?.[1]);
  return contentText(streams.get(content)?.toString("latin1") ?? "", fonts);
}

function dictionaryAt(holder: string, name: string, objects: ReadonlyMap<number, string>): string {
  const at = new RegExp(`/${name}\\s*(?:(\\d+) 0 R|<<)`).exec(holder);
  if (at === null) return "";
  return at[1] === undefined ? holder.slice(at.index) : (objects.get(Number(at[1])) ?? "");
}

function fontsOf(
  resources: string,
  objects: ReadonlyMap<number, string>,
  streams: ReadonlyMap<number, Buffer>,
): Fonts {
  const list = dictionaryAt(resources, "Font", objects);
  const end = list.indexOf(">>");
  const fonts = new Map<string, ReadonlyMap<number, string>>();
  for (const [, name, number] of list.slice(0, end < 0 ? undefined : end).matchAll(/\/(\S+)\s+(\d+) 0 R/g)) {
    const font = objects.get(Number(number)) ?? "";
    const toUnicode = /\/ToUnicode (\d+) 0 R/.exec(font)?.[1];
    if (toUnicode !== undefined)
      fonts.set(name, unicodeMap(streams.get(Number(toUnicode))?.toString("latin1") ?? ""));
  }
  return fonts;
}

function unicodeMap(cmap: string): ReadonlyMap<number, string> {
  const map = new Map<number, string>();
  for (const [, body] of cmap.matchAll(/beginbfchar([\s\S]*?)endbfchar/g)) {
    for (const [, code, target] of body.matchAll(/<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>/g)) {
      map.set(Number.parseInt(code, 16), Buffer.from(target, "hex").swap16().toString("utf16le"));
    }
  }
  for (const [, body] of cmap.matchAll(/beginbfrange([\s\S]*?)endbfrange/g)) {
    for (const [, first, last, target] of body.matchAll(
      /<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>/g,
    )) {
      const base = Number.parseInt(target, 16);
      for (let code = Number.parseInt(first, 16), i = 0; code <= Number.parseInt(last, 16); code++, i++) {
        map.set(code, String.fromCodePoint(base + i));
      }
    }
  }
  return map;
}

/** Shown strings, one after the other; a new text object is a new line. */
function contentText(content: string, fonts: Fonts): string {
  let text = "";
  let font: ReadonlyMap<number, string> | undefined;
  const token = /\/(\S+)\s+[\d.]+\s+Tf|<([0-9a-fA-F]*)>|\(|\bBT\b/g;
  for (let found = token.exec(content); found !== null; found = token.exec(content)) {
    if (found[1] !== undefined) font = fonts.get(found[1]);
    else if (found[0] === "BT") text += "\n";
    else {
      const end = found[0] === "(" ? endOfLiteral(content, token.lastIndex) : token.lastIndex;
      const codes =
        found[2] === undefined
          ? literalBytes(content.slice(token.lastIndex, end - 1))
          : Buffer.from(found[2], "hex");
      const isShown = !/\/[A-Za-z]+\s*$/.test(content.slice(Math.max(0, found.index - 16), found.index)); // or it is a property
      token.lastIndex = end;
      if (!isShown) continue;
      for (let i = 0; i + 1 < codes.length; i += 2) text += font?.get(codes.readUInt16BE(i)) ?? "";
    }
  }
  return text;
}

/** Behind the parenthesis that closes a string; balanced ones inside it are its own (7.3.4.2). */
function endOfLiteral(content: string, from: number): number {
  let at = from;
  for (let depth = 1; depth > 0 && at < content.length; at++) {
    if (content[at] === "\\") at++;
    else if (content[at] === "(") depth++;
    else if (content[at] === ")") depth--;
  }
  return at;
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, f: 12 };

function literalBytes(literal: string): Buffer {
  const bytes: number[] = [];
  for (let i = 0; i < literal.length; i++) {
    if (literal[i] !== "\\") {
      bytes.push(literal.charCodeAt(i));
      continue;
    }
    const octal = /^[0-7]{1,3}/.exec(literal.slice(i + 1, i + 4))?.[0];
    if (octal !== undefined) {
      bytes.push(Number.parseInt(octal, 8) & 0xff);
      i += octal.length;
    } else {
      i++;
      if (literal[i] !== "\n") bytes.push(ESCAPES[literal[i]] ?? literal.charCodeAt(i));
    }
  }
  return Buffer.from(bytes);
}
