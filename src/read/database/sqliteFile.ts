import { chmod, constants, copyFile, open, symlink } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import sqlite from "node-sqlite3-wasm";
import { InputError } from "../../core/trouble.js";
import type { InputFile } from "../inputFile.js";
import { tempFolder } from "../tempFolder.js";

/** One row, by column name. */
export type SqliteRow = Readonly<Record<string, number | bigint | string | Uint8Array | null>>;

const HEADER_BYTES = 100;
/** What a rollback journal with something to roll back begins with (SQLite file format, 3). */
const JOURNAL_MAGIC = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];

export const isSqlite = (start: Uint8Array): boolean =>
  new TextDecoder().decode(start.subarray(0, 16)) === "SQLite format 3\0";

/**
 * An SQLite database opened for reading.
 *
 * The library locks a database by making a folder beside it. So that a file in a folder one may not write to opens too,
 * and a lock left by a crash stops nobody, it is opened through a link in a folder of our own. It is opened as a copy
 * there when it lies in an archive, or is in WAL mode, which the library cannot read: a copy is set back to the plain
 * mode (bytes 18 and 19 of the header; SQLite file format, 1.3.3).
 */
export class SqliteFile {
  private constructor(
    private readonly path: string,
    private readonly database: sqlite.Database,
    private readonly remove: () => Promise<void>,
  ) {}

  /** @throws InputError: cut short, no SQLite, in use by another program */
  static async open(file: InputFile): Promise<SqliteFile> {
    const folder = await tempFolder();
    try {
      const path = await placed(file, join(folder.path, "database"));
      return new SqliteFile(file.path, new sqlite.Database(path, { readOnly: true }), folder.remove);
    } catch (error) {
      await folder.remove();
      throw asInputError(file.path, error);
    }
  }

  all(sql: string, values: string[] = []): SqliteRow[] {
    try {
      return this.database.all(sql, values) as SqliteRow[];
    } catch (error) {
      throw asInputError(this.path, error);
    }
  }

  /** The rows one by one, so that memory holds one. */
  *rows(sql: string): Generator<SqliteRow> {
    let feature = 0;
    let statement: sqlite.Statement | undefined;
    try {
      statement = this.database.prepare(sql);
      const rows = statement.iterate() as IterableIterator<SqliteRow>;
      for (;;) {
        const step = rows.next();
        if (step.done) return;
        yield step.value;
        feature++;
      }
    } catch (error) {
      throw asInputError(this.path, error, feature);
    } finally {
      finalize(statement);
    }
  }

  async close(): Promise<void> {
    try {
      this.database.close();
    } finally {
      await this.remove();
    }
  }
}

/** A statement that failed says so once more when it is let go: that has been told. */
function finalize(statement: sqlite.Statement | undefined): void {
  try {
    statement?.finalize();
  } catch (error) {
    if (!(error instanceof sqlite.SQLite3Error)) throw error;
  }
}

/** Puts the file where it can be opened: a link, or a copy where that will not do. Returns the path to open. */
async function placed(file: InputFile, path: string): Promise<string> {
  if (file.onDisk === undefined) {
    await unpacked(file, path);
    if (isWal(await checkedHeader(file, path))) await setPlainMode(path);
    return path;
  }
  const header = await checkedHeader(file, file.onDisk);
  await refuseOpenJournal(file, `${file.onDisk}-journal`, (start) =>
    JOURNAL_MAGIC.every((byte, i) => start[i] === byte),
  );
  if (!isWal(header)) return linked(resolve(file.onDisk), path);
  await refuseOpenJournal(file, `${file.onDisk}-wal`, () => true);
  await copyFile(file.onDisk, path, constants.COPYFILE_FICLONE);
  await setPlainMode(path);
  return path;
}

async function unpacked(file: InputFile, path: string): Promise<void> {
  const copy = await open(path, "w");
  try {
    for await (const chunk of file.chunks()) await copy.writeFile(chunk);
  } finally {
    await copy.close();
  }
}

/** A link to the file; its own path where links may not be made, as on Windows without the right. */
async function linked(target: string, path: string): Promise<string> {
  try {
    await symlink(target, path);
    return path;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EPERM") return target;
    throw error;
  }
}

const isWal = (header: Uint8Array): boolean => header[18] === 2 || header[19] === 2;

async function setPlainMode(path: string): Promise<void> {
  await chmod(path, 0o600);
  const copy = await open(path, "r+");
  try {
    await copy.write(Uint8Array.of(1, 1), 0, 2, 18);
  } finally {
    await copy.close();
  }
}

/** The header, once it agrees with the length of the file (SQLite file format, 1.3.7 and 1.3.8). */
async function checkedHeader(file: InputFile, path: string): Promise<Uint8Array> {
  const header = await firstBytes(path, HEADER_BYTES);
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  if (header.length < HEADER_BYTES) throw cutShort(file, HEADER_BYTES);
  const storedPageBytes = view.getUint16(16);
  const pageBytes = storedPageBytes === 1 ? 65_536 : storedPageBytes;
  const lengthIsSure = view.getUint32(24) === view.getUint32(92);
  const needed = pageBytes * view.getUint32(28);
  if (lengthIsSure && needed > file.byteLength) throw cutShort(file, needed);
  return header;
}

function cutShort(file: InputFile, needed: number): InputError {
  return new InputError(
    { layer: file.path, position: `byte ${file.byteLength}` },
    {
      came: "the end of the file in the middle of its contents",
      wanted: `at least ${needed} bytes`,
      todo: "The file was cut short: fetch or copy it again",
    },
  );
}

/** What stands in a journal is not in the file yet, and only a program that writes to it can put it there. */
async function refuseOpenJournal(
  file: InputFile,
  path: string,
  holdsChanges: (start: Uint8Array) => boolean,
): Promise<void> {
  const start = await firstBytes(path, JOURNAL_MAGIC.length);
  if (start.length === 0 || !holdsChanges(start)) return;
  throw new InputError(
    { layer: file.path },
    {
      came: `changes that wait in ${basename(path)}`,
      wanted: "a file that no program has open",
      todo: "Close it in QGIS first; if it is closed, open and close it there once",
    },
  );
}

/** The first bytes of a file; none where there is no such file. */
async function firstBytes(path: string, length: number): Promise<Uint8Array> {
  try {
    const file = await open(path, "r");
    try {
      const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return new Uint8Array(0);
    throw error;
  }
}

/**
 * SQLite's own words as an InputError; whatever else it was, as it is. A damaged file can also stop the library itself:
 * WebAssembly's RuntimeError, or a RangeError from its memory.
 */
function asInputError(path: string, error: unknown, feature?: number): unknown {
  if (!(error instanceof Error)) return error;
  const isDamage = error instanceof sqlite.SQLite3Error || /^(?:Runtime|Range)Error$/.test(error.name);
  if (!isDamage) return error;
  return new InputError(
    { layer: path, ...(feature !== undefined && { feature }) },
    {
      came: `a database that SQLite cannot read (${error.message.slice(0, 200)})`,
      wanted: "a whole GeoPackage",
      todo: "The file is damaged: fetch or export it again",
    },
  );
}
