import { InputError } from "../../core/trouble.js";

/** Encodings that are read, by the names files give them, in lower case. */
const KNOWN = new Map([
  ["utf-8", "utf-8"],
  ["utf8", "utf-8"],
  ["us-ascii", "utf-8"],
  ["ascii", "utf-8"],
  ["iso-8859-1", "iso-8859-1"],
  ["iso8859-1", "iso-8859-1"],
  ["latin1", "iso-8859-1"],
  ["iso-8859-10", "iso-8859-10"],
  ["iso8859-10", "iso-8859-10"],
  ["windows-1252", "windows-1252"],
  ["utf-16", "utf-16le"],
  ["utf-16le", "utf-16le"],
  ["utf-16be", "utf-16be"],
]);

/** Whether bytes begin as an XML document, in any encoding that is read, and name GML; a schema (.xsd) is none. */
export function beginsAsGml(start: Uint8Array): boolean {
  const text = Buffer.from(start).toString("latin1").replaceAll("\0", "");
  const root = /^(?:ï»¿|ÿþ|þÿ)?\s*(?:<\?[^>]*>\s*|<!--[^]*?-->\s*)*<([^\s>/]+)/.exec(text)?.[1];
  const isGml = text.includes("opengis.net/gml") || /(^|:)FeatureCollection$/i.test(root ?? "");
  return isGml && root !== undefined && !/(^|:)schema$/i.test(root);
}

/**
 * The encoding of an XML file by its byte order mark, else by its first line (XML 1.0, 4.3.3 and Appendix F), as
 * TextDecoder names it. Latin-1 is Windows-1252 without its marks in 0x80 to 0x9f, and is read as that.
 *
 * @throws InputError for one we do not read
 */
export function xmlEncoding(path: string, start: Uint8Array): string {
  const begins = (...bytes: number[]) => bytes.every((byte, i) => start[i] === byte);
  if (begins(0xef, 0xbb, 0xbf)) return "utf-8";
  if (begins(0xff, 0xfe) || begins(0x3c, 0x00, 0x3f, 0x00)) return "utf-16le";
  if (begins(0xfe, 0xff) || begins(0x00, 0x3c, 0x00, 0x3f)) return "utf-16be";
  const line = Buffer.from(start.subarray(0, 400)).toString("latin1");
  const stated = /^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']/.exec(line)?.[1] ?? "utf-8";
  const known = KNOWN.get(stated.toLowerCase());
  // A file in UTF-16 says so by its bytes: one that only says it is 8-bit text, as its readable first line proves.
  if (known !== undefined) return known.startsWith("utf-16") ? "utf-8" : known;
  throw new InputError(
    { layer: path, position: "byte 0" },
    {
      came: `text in the encoding ${stated}`,
      wanted: "UTF-8, UTF-16, ISO-8859-1, ISO-8859-10 or Windows-1252",
      todo: "Save the file as UTF-8, and say so in its first line",
    },
  );
}

/** A place in the file, for messages. What was recoded is counted as it is in UTF-8. */
export const placeIn = (encoding: string, position: number): string =>
  encoding === "utf-8" ? `byte ${position}` : `byte ${position} (as UTF-8)`;

/** The chunks as UTF-8; those already in it pass through untouched. */
export async function* asUtf8(
  chunks: AsyncIterable<Uint8Array>,
  encoding: string,
): AsyncGenerator<Uint8Array> {
  if (encoding === "utf-8") {
    yield* chunks;
    return;
  }
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  const rest = decoder.decode();
  if (rest !== "") yield Buffer.from(rest);
}
