import { InputError } from "../../core/trouble.js";
import { copyFields, isNull, lineBatches, type Line } from "./copyText.js";
import { bytesOfHex, wkbHead } from "../wellKnown/ewkb.js";
import type { InputFile } from "../inputFile.js";

/** A column as the dump declares it; `type` is "" where only the data were dumped. */
export type DumpColumn = {
  readonly name: string;
  readonly type: string;
  /** Of a geometry column: from its declaration, else from its first value. Undefined for every other column. */
  readonly geometry?: { readonly type: string; readonly srid: number };
};

/** One COPY block. */
export type DumpTable = {
  /** schema.table, without quotes. */
  readonly name: string;
  readonly columns: readonly DumpColumn[];
  readonly rowCount: number;
  /** Which COPY block of the file it is, from 0. */
  readonly block: number;
};

export type Dump = { readonly tables: readonly DumpTable[]; readonly encoding: string };

const COPY = /^COPY (.+?) \((.*)\) FROM stdin;\r?$/;
const CREATE = /^CREATE (?:UNLOGGED |FOREIGN )?TABLE (?:IF NOT EXISTS )?(.+?) \(\r?$/;
const COLUMN = /^\s+((?:"(?:[^"]|"")+"|[^\s"]+))\s+(.+?),?\r?$/;
const ENCODING = /^SET client_encoding = '([^']+)';/;
const GEOMETRY = /(?:^|[."])(?:geometry|geography)"?(?:\((\w+)(?:,\s*(\d+))?\))?/i;
/** PostgreSQL's own types have no schema in a dump: also a type that is not the one it was is looked at. */
const OF_EXTENSION = /[."]|^geo/i;
const COMPLETE = "-- PostgreSQL database dump complete";
const END_OF_BLOCK = "\\.";
/** Statements longer than this hold no name we look for. */
const MOST_STATEMENT_BYTES = 1 << 16;

/** What tells one COPY block from what stands around it, line by line. */
export class CopyBlocks {
  block = -1;
  inside = false;

  /** @returns the header of the block that begins with this line; what a row is, `inside` says */
  pass({ bytes }: Line): { name: string; columns: string[] } | undefined {
    if (this.inside) {
      this.inside = !isEnd(bytes);
      return undefined;
    }
    const header = bytes[0] === 0x43 ? COPY.exec(bytes.toString("utf8")) : null;
    if (header === null) return undefined;
    this.inside = true;
    this.block++;
    return { name: plainName(header[1]), columns: names(header[2]) };
  }
}

const isEnd = (bytes: Buffer): boolean =>
  bytes.length <= 3 && bytes.toString("latin1").trimEnd() === END_OF_BLOCK;

/**
 * Looks a plain dump through from end to end: its tables, their columns and rows.
 *
 * @throws InputError when the dump ends in the middle, or holds no COPY block
 */
export async function surveyDump(file: InputFile): Promise<Dump> {
  const declared = new Map<string, Map<string, string>>();
  const tables: OpenTable[] = [];
  const blocks = new CopyBlocks();
  let encoding = "UTF8";
  let creating: Map<string, string> | undefined;
  let complete = false;
  for await (const lines of lineBatches(file)) {
    for (const line of lines) {
      const wasInside = blocks.inside;
      const header = blocks.pass(line);
      if (header !== undefined)
        tables.push(new OpenTable(header.name, header.columns, declared.get(header.name)));
      else if (wasInside && blocks.inside) tables[tables.length - 1].row(line);
      else if (!wasInside && isEnd(line.bytes)) throw endOfNoBlock(file, line);
      if (wasInside || header !== undefined || line.bytes.length > MOST_STATEMENT_BYTES) continue;
      const text = line.bytes.toString("utf8");
      const table = CREATE.exec(text)?.[1];
      if (table !== undefined) declared.set(plainName(table), (creating = new Map<string, string>()));
      else if (text.startsWith(")")) creating = undefined;
      const column = creating && COLUMN.exec(text);
      if (column) creating?.set(plainName(column[1]), column[2]);
      encoding = ENCODING.exec(text)?.[1] ?? encoding;
      if (text.startsWith(COMPLETE)) complete = true;
    }
  }
  if (!complete || blocks.inside) throw cutShort(file);
  return { tables: tables.map((table, block) => table.closed(block)), encoding };
}

class OpenTable {
  private rowCount = 0;
  private readonly types: string[];
  /** What the first value of each column begins with, where it may be a geometry. */
  private readonly first: ({ type: string; srid: number } | undefined | null)[];

  constructor(
    private readonly name: string,
    private readonly columns: readonly string[],
    declared: ReadonlyMap<string, string> | undefined,
  ) {
    this.types = columns.map((column) => declared?.get(column) ?? "");
    // Undefined: not seen yet. Null: no geometry.
    this.first = this.types.map((type) => (type === "" || OF_EXTENSION.test(type) ? undefined : null));
  }

  row(line: Line): void {
    this.rowCount++;
    if (!this.first.includes(undefined)) return;
    const fields = copyFields(line.bytes, this.columns.length);
    this.first.forEach((known, i) => {
      const field = fields?.[i];
      if (known === undefined && field !== undefined && !isNull(field)) this.first[i] = geometryIn(field);
    });
  }

  closed(block: number): DumpTable {
    const columns = this.columns.map((name, i): DumpColumn => {
      const declared = GEOMETRY.exec(this.types[i]);
      const seen = this.first[i] ?? undefined;
      const type = withoutConstraints(this.types[i]);
      if (declared === null && seen === undefined) return { name, type };
      const { 1: shape = "geometry", 2: srid = "0" } = declared ?? [];
      const named = shape.toLowerCase() !== "geometry";
      return {
        name,
        type,
        geometry: { type: named ? shape : (seen?.type ?? shape), srid: Number(srid) || (seen?.srid ?? 0) },
      };
    });
    return { name: this.name, columns, rowCount: this.rowCount, block };
  }
}

function geometryIn(field: Buffer): { type: string; srid: number } | null {
  const head = field.length % 2 === 0 ? bytesOfHex(field.toString("latin1", 0, 18)) : undefined;
  return (head && wkbHead(head)) ?? null;
}

const withoutConstraints = (type: string): string =>
  type.replace(/\s+(?:NOT NULL|DEFAULT .*|COLLATE .*|GENERATED .*)$/, "");

/** Parts of a name, joined by dots, without their quotes. */
const plainName = (name: string): string => splitOutsideQuotes(name, ".").map(unquoted).join(".");

const names = (list: string): string[] => splitOutsideQuotes(list, ",").map((name) => unquoted(name.trim()));

const unquoted = (name: string): string =>
  name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let from = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '"') quoted = !quoted;
    else if (text[i] === separator && !quoted) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
}

/** Of a block whose head was not known for one: its rows would be passed over. */
function endOfNoBlock({ path }: InputFile, { position }: Line): InputError {
  return new InputError(
    { layer: path, position: `byte ${position}` },
    {
      came: `the end of a table's rows ("${END_OF_BLOCK}") without their beginning`,
      wanted: "COPY table (columns) FROM stdin; before them",
      todo: "The file is damaged: fetch or dump it again",
    },
  );
}

function cutShort({ path, byteLength }: InputFile): InputError {
  return new InputError(
    { layer: path, position: `byte ${byteLength}` },
    {
      came: "the end of the file in the middle of the dump",
      wanted: `the line "${COMPLETE}"`,
      todo: "The file was cut short: fetch or dump it again",
    },
  );
}
