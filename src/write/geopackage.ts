import * as nodeFiles from "node:fs/promises";
import sqlite, { type Database, type Statement } from "node-sqlite3-wasm";
import { featureCount, type Bbox, type Layer } from "../core/layer.js";
import { InputError } from "../core/trouble.js";
import { crsName, crsWkt } from "./crsText.js";
import { finiteBox } from "./finiteBox.js";
import { freeName } from "./freeName.js";
import { APPLICATION_ID, quoted, rtreeTriggers, TABLES, USER_VERSION } from "./geopackageTables.js";
import type { LayerOut, OutField, WriteLayer } from "./layerOut.js";
import { numberIn } from "./numbers.js";
import { Boxes, extentOf } from "./packedTree.js";
import { throughPartFile } from "./partFile.js";
import { rtreeNodes } from "./rtreeNodes.js";
import { wkbBytes } from "./wkbBytes.js";

/** "GP", version 0, flags: little endian, box of x and y (OGC 12-128r19, 2.1.3.1.1); then srs_id and the box. */
const BLOB_HEAD_BYTES = 40;
const BLOB_FLAGS = 0b011;

const COLUMN_TYPE = { string: "TEXT", int: "INTEGER", double: "DOUBLE" } as const;

/** No clock: the same layer is the same bytes. */
const NEVER = "1970-01-01T00:00:00.000Z";

/**
 * Writes layers as one GeoPackage with one table of MultiPolygons, in the order given, with an R-tree.
 *
 * Every feature becomes a MultiPolygon, because a GeoPackage has one geometry type a table and it must be said before
 * the last feature is known. The SQLite we run on has no R-tree module, so the index's tables are filled and its
 * declaration and triggers are put into the schema as text; whoever opens the file with the module has a working index.
 * Memory holds the boxes and SQLite's cache.
 *
 * @throws InputError as every writer; also for two fields that differ in case only, which SQLite does not tell apart
 */
export const writeGeoPackage: WriteLayer = (path, out, batches, files = nodeFiles) => {
  refuseTwins(path, out.fields);
  return throughPartFile(path, files, async (part) => {
    await files.rm(part, { force: true });
    await (await files.open(part, "w")).close(); // says what is wrong with the folder, which SQLite does not
    const database = openNew(part);
    try {
      const count = await fill(database, new Names(out), out, batches);
      database.close();
      return { featureCount: count, byteLength: (await files.stat(part)).size };
    } catch (error) {
      if (database.isOpen) database.close();
      throw asDiskError(error, path);
    }
  });
};

/** What things are called in the file. A field keeps its name; the key and the geometry give way. */
class Names {
  readonly table: string;
  readonly key: string;
  readonly geometry: string;

  constructor({ name, fields }: LayerOut) {
    const taken = fields.map((field) => field.name);
    this.table = /^(gpkg|sqlite|rtree)_/i.test(name) || name === "" ? `lag_${name}` : name;
    this.key = freeName("fid", taken);
    this.geometry = freeName("geom", taken);
  }

  get tree(): string {
    return `rtree_${this.table}_${this.geometry}`;
  }
}

/** A database that is ours alone and thrown away if anything fails: nothing to roll back, nothing to wait for. */
function openNew(path: string): Database {
  const database = new sqlite.Database(path);
  database.exec(`
    PRAGMA page_size = 4096;
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA application_id = ${APPLICATION_ID};
    PRAGMA user_version = ${USER_VERSION};
    BEGIN;`);
  return database;
}

async function fill(
  database: Database,
  names: Names,
  out: LayerOut,
  batches: Iterable<Layer> | AsyncIterable<Layer>,
): Promise<number> {
  const boxes = new Boxes();
  declare(database, names, out);
  const columns = [names.geometry, ...out.fields.map(({ name }) => name)].map(quoted);
  const marks = columns.map(() => "?").join(", ");
  const insert = database.prepare(
    `INSERT INTO ${quoted(names.table)} (${columns.join(", ")}) VALUES (${marks})`,
  );
  try {
    for await (const layer of batches) insertAll(insert, layer, out, boxes);
  } finally {
    insert.finalize();
  }
  describe(database, names, out, extentOf(boxes.array));
  index(database, names, boxes);
  database.exec("COMMIT");
  return boxes.count;
}

function declare(database: Database, names: Names, { epsg, fields }: LayerOut): void {
  database.exec(TABLES);
  for (const system of new Set([4326, epsg])) {
    database.run("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, 'EPSG', ?, ?, NULL)", [
      crsName(system),
      system,
      system,
      crsWkt(system),
    ]);
  }
  const columns = fields.map(({ name, type }) => `, ${quoted(name)} ${COLUMN_TYPE[type]}`).join("");
  database.exec(
    `CREATE TABLE ${quoted(names.table)} (${quoted(names.key)} INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, ` +
      `${quoted(names.geometry)} MULTIPOLYGON${columns})`,
  );
}

function insertAll(insert: Statement, layer: Layer, { epsg, fields }: LayerOut, boxes: Boxes): void {
  const columns = fields.map(({ name }) => layer.columns.get(name));
  for (let f = 0; f < featureCount(layer); f++) {
    const box = finiteBox(layer, f);
    const values = fields.map((field, i) => {
      const code = columns[i]?.codes[f] ?? 0;
      if (code === 0) return null;
      const term = columns[i]!.terms[code];
      return field.type === "string"
        ? wholeText(field, term, layer.name, f)
        : numberIn(field, term, layer.name, f);
    });
    insert.run([blobOf(layer, f, epsg, box), ...values]);
    boxes.push(box);
  }
}

/** SQLite's binding ends a text at U+0000: what stands behind it would be lost without a word. */
function wholeText(field: OutField, term: string, layer: string, feature: number): string {
  if (!term.includes("\0")) return term;
  throw new InputError(
    { layer, feature },
    {
      came: `${field.name} holds the character U+0000`,
      wanted: "text that a GeoPackage can hold",
      todo: "Mend the value, or write another format",
    },
  );
}

function blobOf(layer: Layer, f: number, epsg: number, box: Bbox): Uint8Array | null {
  const bytes = wkbBytes(layer, f, true, BLOB_HEAD_BYTES);
  if (bytes === undefined) return null;
  const view = new DataView(bytes.buffer);
  bytes.set([0x47, 0x50, 0, BLOB_FLAGS]);
  view.setInt32(4, epsg, true);
  [box[0], box[2], box[1], box[3]].forEach((side, i) => view.setFloat64(8 + 8 * i, side, true));
  return bytes;
}

function describe(database: Database, names: Names, { name, epsg }: LayerOut, extent: Bbox): void {
  const sides = extent[0] <= extent[2] ? [...extent] : [null, null, null, null];
  database.run("INSERT INTO gpkg_contents VALUES (?, 'features', ?, '', ?, ?, ?, ?, ?, ?)", [
    names.table,
    name,
    NEVER,
    ...sides,
    epsg,
  ]);
  database.run("INSERT INTO gpkg_geometry_columns VALUES (?, ?, 'MULTIPOLYGON', ?, 0, 0)", [
    names.table,
    names.geometry,
    epsg,
  ]);
  database.run(
    "INSERT INTO gpkg_extensions VALUES (?, ?, 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')",
    [names.table, names.geometry],
  );
}

/** The shadow tables of the R-tree, filled; then what would have made them, as text. */
function index(database: Database, names: Names, boxes: Boxes): void {
  const shadow = (suffix: string) => quoted(`${names.tree}_${suffix}`);
  database.exec(`
    CREATE TABLE ${shadow("rowid")} (rowid INTEGER PRIMARY KEY, nodeno);
    CREATE TABLE ${shadow("node")} (nodeno INTEGER PRIMARY KEY, data);
    CREATE TABLE ${shadow("parent")} (nodeno INTEGER PRIMARY KEY, parentnode);`);
  const node = database.prepare(`INSERT INTO ${shadow("node")} VALUES (?, ?)`);
  const parent = database.prepare(`INSERT INTO ${shadow("parent")} VALUES (?, ?)`);
  const row = database.prepare(`INSERT INTO ${shadow("rowid")} VALUES (?, ?)`);
  const nodeOfRow = new Uint32Array(boxes.count + 1);
  for (const { number, parent: above, page, rows } of rtreeNodes(boxes)) {
    node.run([number, page]);
    if (above > 0) parent.run([number, above]);
    for (const id of rows ?? []) nodeOfRow[id] = number;
  }
  nodeOfRow.forEach((number, id) => {
    if (number > 0) row.run([id, number]);
  });
  for (const statement of [node, parent, row]) statement.finalize();

  database.exec("PRAGMA writable_schema = ON");
  const schema = database.prepare("INSERT INTO sqlite_schema VALUES (?, ?, ?, 0, ?)");
  const tree = `CREATE VIRTUAL TABLE ${quoted(names.tree)} USING rtree(id, minx, maxx, miny, maxy)`;
  schema.run(["table", names.tree, names.tree, tree]);
  for (const { name, sql } of rtreeTriggers(names.table, names.geometry, names.key)) {
    schema.run(["trigger", name, names.table, sql]);
  }
  schema.finalize();
  database.exec("PRAGMA writable_schema = OFF");
}

function refuseTwins(path: string, fields: readonly OutField[]): void {
  const lower = fields.map(({ name }) => name.toLowerCase());
  const at = lower.findIndex((name, i) => lower.indexOf(name) < i);
  if (at < 0) return;
  throw new InputError(
    { layer: path },
    {
      came: `the fields ${fields[lower.indexOf(lower[at])].name} and ${fields[at].name}`,
      wanted: "fields that differ in more than upper and lower case: a GeoPackage takes these for one",
      todo: "Choose one of them with --felt, or write another format",
    },
  );
}

/** SQLite says in words what a full disk is; the code is what `throughPartFile` knows. */
function asDiskError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || error instanceof InputError) return error;
  if (!/disk is full|disk I\/O error|unable to open|read-?only database/i.test(error.message)) return error;
  return new InputError(
    { layer: path },
    {
      came: `the file could not be written (${error.message})`,
      wanted: "a place with room to write to",
      todo: "Free some space, or write to another disk",
    },
  );
}
