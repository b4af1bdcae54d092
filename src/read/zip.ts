import { createReadStream } from "node:fs";
import { pipeline, Readable, type Transform, type TransformOptions } from "node:stream";
import { crc32, createInflateRaw, type ZlibOptions } from "node:zlib";
import { openPromise, type Entry, type ZipFile } from "yauzl";
import { InputError } from "../core/trouble.js";
import { sha256OfFile, type InputFile } from "./inputFile.js";

/** One file inside a zip archive. `name` is without folders, `entryName` as the archive has it, with "/" between folders. */
export type ZipEntry = InputFile & { readonly entryName: string };

/** An archive that unpacks to more is taken for a bomb. All of Norway as GrunnkartFlate is some 20 GB. */
const MOST_UNPACKED_BYTES = 64 * 2 ** 30;
/** So is one that unpacks to more than this many times its own size; GML shrinks 6 times, the best real text 50. */
const MOST_TIMES_LARGER = 200;
/** Small archives may be as dense as they like. */
const NO_BOMB_BYTES = 256 * 2 ** 20;

/**
 * Unpacking goes on in another thread while the reader is at what came before, but only as far as it can without asking
 * this one: so much goes in at a time, and so much comes out.
 */
const PACKED_CHUNK_BYTES = 2 ** 20;
const UNPACKED_CHUNK_BYTES = 4 * PACKED_CHUNK_BYTES;
const FEWEST_CHUNK_BYTES = 64 * 2 ** 10;

const STORED = 0;
const DEFLATED = 8;
const METHOD_NAMES: Readonly<Record<number, string>> = {
  9: "Deflate64",
  12: "bzip2",
  14: "LZMA",
  93: "Zstandard",
  95: "xz",
  98: "PPMd",
  99: "AES encryption",
};

/**
 * The files of a zip archive, in its own order, without its folders. Only the list is read; bytes come from `chunks`,
 * which hold to the length and the CRC-32 that the archive states (PKWARE APPNOTE 6.3.10, sections 4.3.12 and 4.4.7).
 *
 * @throws InputError: no zip or a truncated one, a name that leads out of the archive (`../`, absolute), unpacked
 *   sizes that only a bomb has. From `chunks`: an encrypted entry, a method other than stored and deflated, broken bytes
 */
export async function zipEntries(path: string): Promise<ZipEntry[]> {
  const zip = await opened(path);
  try {
    const found: Entry[] = [];
    let unpacked = 0;
    for await (const entry of zip.eachEntry()) {
      unpacked += entry.uncompressedSize;
      if (!entry.fileName.endsWith("/")) found.push(entry);
    }
    checkUnpacked(path, unpacked, zip.fileSize);
    return found.map((entry) => asInputFile(path, entry));
  } catch (error) {
    throw brokenArchive(path, error);
  } finally {
    zip.close();
  }
}

function asInputFile(path: string, entry: Entry): ZipEntry {
  return {
    path: `${path}/${entry.fileName}`,
    name: entry.fileName.slice(entry.fileName.lastIndexOf("/") + 1),
    entryName: entry.fileName,
    byteLength: entry.uncompressedSize,
    chunks: () => unpackedChunks(path, entry),
    sha256: () => sha256OfFile(path),
  };
}

async function opened(path: string): Promise<ZipFile> {
  try {
    // Backslashes between folders, as some Windows programs write them, become slashes and are then checked like them.
    return await openPromise(path, { lazyEntries: true, autoClose: false, strictFileNames: false });
  } catch (error) {
    throw brokenArchive(path, error);
  }
}

function checkUnpacked(path: string, unpacked: number, archiveBytes: number): void {
  const most =
    unpacked <= NO_BOMB_BYTES
      ? NO_BOMB_BYTES
      : Math.min(MOST_UNPACKED_BYTES, MOST_TIMES_LARGER * archiveBytes);
  if (unpacked <= most) return;
  throw new InputError(
    { layer: path },
    {
      came: `an archive of ${archiveBytes} bytes that says it unpacks to ${unpacked}`,
      wanted: `at most ${MOST_TIMES_LARGER} times its size, and ${MOST_UNPACKED_BYTES} bytes`,
      todo: "Unpack it yourself if you trust it, and give the file inside",
    },
  );
}

/** The bytes of one entry as they come unpacked. More bytes than stated are never handed on. */
async function* unpackedChunks(path: string, entry: Entry): AsyncGenerator<Uint8Array> {
  const where = `${path}/${entry.fileName}`;
  checkMethod(where, entry);
  const zip = await opened(path);
  try {
    let crc = 0;
    let done = 0;
    for await (const chunk of await rawOrInflated(path, zip, entry)) {
      done += (chunk as Uint8Array).length;
      if (done > entry.uncompressedSize) break;
      crc = crc32(chunk as Uint8Array, crc);
      yield chunk as Uint8Array;
    }
    checkWhole(where, entry, done, crc);
  } catch (error) {
    throw brokenEntry(where, error);
  } finally {
    zip.close();
  }
}

async function rawOrInflated(path: string, zip: ZipFile, entry: Entry): Promise<Readable> {
  const { fileDataStart: start } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
  if (entry.compressedSize === 0) return Readable.from([]);
  const end = start + entry.compressedSize - 1;
  const raw = createReadStream(path, { start, end, highWaterMark: PACKED_CHUNK_BYTES });
  // `pipeline` ends both streams when either ends or the reader walks away.
  return entry.compressionMethod === STORED ? raw : pipeline(raw, inflater(entry), () => undefined);
}

/** Its room is taken at once: for a small entry, no more than it needs. */
function inflater({ uncompressedSize }: Entry): Transform {
  const chunkSize = Math.min(UNPACKED_CHUNK_BYTES, Math.max(FEWEST_CHUNK_BYTES, uncompressedSize));
  const options: ZlibOptions & TransformOptions = { chunkSize, readableHighWaterMark: 2 * chunkSize };
  return createInflateRaw(options);
}

function checkMethod(where: string, entry: Entry): void {
  const method = entry.compressionMethod;
  const encrypted = entry.isEncrypted();
  if (!encrypted && (method === STORED || method === DEFLATED)) return;
  const name = METHOD_NAMES[method] ?? `method ${method}`;
  throw new InputError(
    { layer: where },
    {
      came: encrypted ? "an encrypted entry" : `an entry packed with ${name}`,
      wanted: "an open entry, stored or deflated",
      todo: encrypted
        ? "Unpack it with its password first"
        : "Unpack it first, or pack it again as plain zip",
    },
  );
}

function checkWhole(where: string, entry: Entry, done: number, crc: number): void {
  const sameLength = done === entry.uncompressedSize;
  if (sameLength && crc === entry.crc32) return;
  const came = sameLength
    ? `bytes whose CRC-32 is ${hex(crc)}`
    : `${done > entry.uncompressedSize ? "more than the stated" : `${done} of`} ${entry.uncompressedSize} bytes`;
  throw new InputError(
    { layer: where },
    {
      came: `a damaged entry: ${came}`,
      wanted: sameLength
        ? `CRC-32 ${hex(entry.crc32)}, as the archive states`
        : "the length the archive states",
      todo: "Fetch the archive again",
    },
  );
}

const hex = (crc: number): string => crc.toString(16).padStart(8, "0");

/** What yauzl or zlib says of bytes that are not as they should be; anything else goes on as it is. */
function brokenEntry(where: string, error: unknown): unknown {
  if (error instanceof InputError || !(error instanceof Error)) return error;
  return new InputError(
    { layer: where },
    {
      came: `a damaged entry (${error.message})`,
      wanted: "a whole zip archive",
      todo: "Fetch the archive again",
    },
  );
}

function brokenArchive(path: string, error: unknown): unknown {
  if (error instanceof InputError || !(error instanceof Error)) return error;
  const escapes = /^(invalid relative path|absolute path)/.test(error.message);
  return new InputError(
    { layer: path },
    {
      came: escapes
        ? `an archive with a name that leads out of it (${error.message})`
        : `a damaged archive (${error.message})`,
      wanted: escapes ? "entries that stay inside their archive" : "a whole zip archive",
      todo: escapes ? "Unpack it yourself if you trust it" : "Fetch the archive again",
    },
  );
}
