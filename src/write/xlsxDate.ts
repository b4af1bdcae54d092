/** Takes the clock out of a finished workbook: its one part with a time is written anew, so that bytes can be compared. */
import { crc32, inflateRawSync } from "node:zlib";
import { invariant } from "../core/trouble.js";

const CORE = "docProps/core.xml";
const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];
const [LOCAL_BYTES, CENTRAL_BYTES, END_BYTES] = [30, 46, 22];

/**
 * The workbook with `dcterms:created` and `dcterms:modified` set to one instant (ZIP: PKWARE APPNOTE 6.3, 4.3). The part
 * is stored, not deflated: deflate may give other bytes with another zlib.
 *
 * @param zip as wasm-xlsxwriter writes it: sizes in the headers, no comment, entry times of 1980
 * @param instant W3CDTF, for example 2026-01-01T00:00:00Z
 */
export function withFixedDate(zip: Uint8Array, instant: string): Uint8Array {
  const bytes = Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength);
  const end = bytes.length - END_BYTES;
  invariant(
    end >= 0 && bytes.readUInt32LE(end) === END,
    () => "the workbook has no end record where it is due",
  );
  const count = bytes.readUInt16LE(end + 10);
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (let i = 0, at = bytes.readUInt32LE(end + 16); i < count; i++) {
    invariant(bytes.readUInt32LE(at) === CENTRAL, () => "the workbook's directory is broken");
    const headLength =
      CENTRAL_BYTES + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    const head = Buffer.from(bytes.subarray(at, at + headLength));
    const name = head.toString("utf8", CENTRAL_BYTES, CENTRAL_BYTES + head.readUInt16LE(28));
    const part = localPart(bytes, head);
    const written = name === CORE ? dated(part, head, instant) : part;
    head.writeUInt32LE(offset, 42);
    offset += written.length;
    parts.push(written);
    directory.push(head);
    at += headLength;
  }
  const tail = Buffer.from(bytes.subarray(end));
  tail.writeUInt32LE(
    directory.reduce((sum, { length }) => sum + length, 0),
    12,
  );
  tail.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, tail]);
}

/** Header and data of one entry, as they stand. */
function localPart(bytes: Buffer, head: Buffer): Buffer {
  const at = head.readUInt32LE(42);
  invariant(
    bytes.readUInt32LE(at) === LOCAL,
    () => "an entry of the workbook is not where its directory says",
  );
  const dataAt = at + LOCAL_BYTES + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
  return bytes.subarray(at, dataAt + head.readUInt32LE(20));
}

/** The entry with its times replaced; its directory head is set to match. */
function dated(part: Buffer, head: Buffer, instant: string): Buffer {
  const headerLength = LOCAL_BYTES + part.readUInt16LE(26) + part.readUInt16LE(28);
  const stored = part.readUInt16LE(8) === 0;
  const data = part.subarray(headerLength);
  const xml = (stored ? data : inflateRawSync(data)).toString("utf8");
  const fixed = Buffer.from(
    xml.replace(/(<dcterms:(?:created|modified)[^>]*>)[^<]*/g, `$1${instant}`),
    "utf8",
  );
  const header = Buffer.from(part.subarray(0, headerLength));
  for (const [record, from] of [
    [header, 8],
    [head, 10],
  ] as const) {
    record.writeUInt16LE(0, from); // stored
    record.writeUInt32LE(crc32(fixed), from + 6);
    record.writeUInt32LE(fixed.length, from + 10);
    record.writeUInt32LE(fixed.length, from + 14);
  }
  return Buffer.concat([header, fixed]);
}
