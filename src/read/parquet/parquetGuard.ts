import type { AsyncBuffer, CompressionCodec, FileMetaData } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { parquetHeader } from "hyparquet/src/column.js";
import { decompressPage } from "hyparquet/src/datapage.js";
import { getMaxDefinitionLevel, getMaxRepetitionLevel, getSchemaPath } from "hyparquet/src/schema.js";

/** No page that a writer makes is larger: they aim at 1 MB. */
const MOST_PAGE_BYTES = 1 << 30;
/** Nor holds a row group more values of one column. */
const MOST_VALUES = 1 << 27;
/** Writers round the last run up to groups of eight values, some to more. */
const SLACK = 1 << 12;

/** What is needed to look a column chunk through. */
type Chunk = {
  readonly codec: CompressionCodec;
  readonly isBoolean: boolean;
  /** Widths in bits of the levels; 0 where the column has none (Parquet format, "Nested Encoding"). */
  readonly repetitionBits: number;
  readonly definitionBits: number;
  readonly mostValues: number;
};

/**
 * Looks a column of one row group through before the library decodes it. The library believes what the pages say: one
 * changed byte in a run length makes it fill an array with two thousand million values, and nothing can stop it then.
 *
 * @param metadata of one row group
 * @throws RangeError when a page says it holds more than it can
 */
export async function guardColumn(file: AsyncBuffer, metadata: FileMetaData, column: string): Promise<void> {
  for (const group of metadata.row_groups) {
    for (const { meta_data: about } of group.columns) {
      if (about?.path_in_schema[0] !== column) continue;
      const path = getSchemaPath(metadata.schema, about.path_in_schema);
      const from = Number(about.dictionary_page_offset || about.data_page_offset);
      const repetitionBits = bitsFor(getMaxRepetitionLevel(path));
      guardChunk(new Uint8Array(await file.slice(from, from + Number(about.total_compressed_size))), {
        codec: about.codec,
        isBoolean: about.type === "BOOLEAN",
        repetitionBits,
        definitionBits: bitsFor(getMaxDefinitionLevel(path)),
        mostValues: repetitionBits === 0 ? Math.min(Number(group.num_rows), MOST_VALUES) : MOST_VALUES,
      });
    }
  }
}

const bitsFor = (most: number): number => 32 - Math.clz32(most);

function guardChunk(bytes: Uint8Array<ArrayBuffer>, chunk: Chunk): void {
  const reader = { view: new DataView(bytes.buffer), offset: 0 };
  while (reader.offset < bytes.length - 1) {
    const header = parquetHeader(reader);
    const { compressed_page_size: stored, uncompressed_page_size: unpacked } = header;
    const page = bytes.subarray(reader.offset, reader.offset + stored);
    if (!(stored >= 0 && page.length === stored && unpacked >= 0 && unpacked <= MOST_PAGE_BYTES))
      throw new RangeError(`a page of ${stored} bytes, ${unpacked} unpacked`);
    reader.offset += stored;
    const {
      data_page_header: first,
      data_page_header_v2: second,
      dictionary_page_header: dictionary,
    } = header;
    // One byte of a dictionary holds at most eight values, and those only of booleans.
    if (dictionary) checkCount(dictionary.num_values, 8 * unpacked);
    if (first) {
      checkCount(first.num_values, chunk.mostValues);
      guardFirst(page, unpacked, chunk, first.num_values, first.encoding);
    }
    if (second) {
      checkCount(second.num_values, chunk.mostValues);
      checkCount(second.num_nulls, second.num_values);
      const levels = {
        repetition: second.repetition_levels_byte_length,
        definition: second.definition_levels_byte_length,
      };
      const packed = second.is_compressed === false ? "UNCOMPRESSED" : chunk.codec;
      guardSecond(page, unpacked, { ...chunk, codec: packed }, second.num_values, second.encoding, levels);
    }
  }
}

function checkCount(count: number, most: number): void {
  if (!(count >= 0 && count <= most))
    throw new RangeError(`a page of ${count} values instead of at most ${most}`);
}

/** A data page of version 1: levels, each with its length before it, and values, all compressed together. */
function guardFirst(page: Uint8Array, unpacked: number, chunk: Chunk, count: number, encoding: string): void {
  const { repetitionBits, definitionBits, codec } = chunk;
  if (repetitionBits + definitionBits === 0 && !hasRuns(encoding)) return;
  const bytes = decompressPage(page, unpacked, codec, compressors);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  for (const bits of [repetitionBits, definitionBits]) {
    if (bits === 0) continue;
    const end = at + 4 + view.getUint32(at, true);
    checkRuns(bytes, at + 4, bits, count);
    at = end;
  }
  guardValues(bytes, at, chunk, count, encoding);
}

/** A data page of version 2: levels uncompressed, with their lengths in the header, and values. */
function guardSecond(
  page: Uint8Array,
  unpacked: number,
  chunk: Chunk,
  count: number,
  encoding: string,
  { repetition, definition }: { repetition: number; definition: number },
): void {
  if (!(repetition >= 0 && definition >= 0 && repetition + definition <= Math.min(page.length, unpacked)))
    throw new RangeError(`levels of ${repetition} and ${definition} bytes in a page of ${page.length}`);
  if (chunk.repetitionBits > 0) checkRuns(page, 0, chunk.repetitionBits, count);
  if (chunk.definitionBits > 0) checkRuns(page, repetition, chunk.definitionBits, count);
  if (!hasRuns(encoding)) return;
  const levels = repetition + definition;
  guardValues(
    decompressPage(page.subarray(levels), unpacked - levels, chunk.codec, compressors),
    0,
    chunk,
    count,
    encoding,
  );
}

const hasRuns = (encoding: string): boolean => encoding === "RLE" || encoding.endsWith("_DICTIONARY");

function guardValues(bytes: Uint8Array, from: number, chunk: Chunk, count: number, encoding: string): void {
  if (!hasRuns(encoding)) return;
  if (chunk.isBoolean) checkRuns(bytes, from + 4, 1, count);
  else if (from < bytes.length) checkRuns(bytes, from + 1, bytes[from], count);
}

/**
 * Runs of the hybrid of run lengths and bit packing (Parquet format, Encodings.md, "RLE / Bit-Packing Hybrid"): none may be
 * longer than what is left to read. Where there are too few, the library says so itself.
 */
function checkRuns(bytes: Uint8Array, from: number, bits: number, count: number): void {
  let at = from;
  for (let seen = 0; seen < count && at < bytes.length;) {
    let header = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      header += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    const isPacked = header % 2 === 1;
    const run = isPacked ? 8 * Math.floor(header / 2) : Math.floor(header / 2);
    if (run > count - seen + SLACK)
      throw new RangeError(`a run of ${run} values where ${count - seen} are left`);
    seen += run;
    at += isPacked ? Math.ceil((run * bits) / 8) : Math.ceil(bits / 8);
  }
}
