import { createHash } from "node:crypto";
import type { Client, FieldDef, QueryConfig } from "pg";
import { copyRows } from "./copyBinary.js";
import { mayHoldAreas, wkbHead } from "../wellKnown/ewkb.js";
import { sourcesOfLayers, type LookOptions, type OpenOptions } from "../format.js";
import { chooseLayer } from "../layerChoice.js";
import { asInputError, connected, copyChunks } from "./postgisConnection.js";
import { postgisRequest, quoted, quotedTable, type PostgisRequest } from "./postgisUrl.js";
import { recordCuts, type FeatureRecord } from "../records.js";
import type { CutOptions, Field, Source } from "../source.js";
import { crsStated } from "../crs/statedCrs.js";

const SPATIAL_TYPES = new Set(["geometry", "geography"]);

/** What the database tells of a table or query before its rows are read. */
type Relation = {
  readonly name: string;
  /** What stands after FROM: a table's name, or a query in brackets. */
  readonly from: string;
  /** The geometry column, as SQL for its extended WKB. */
  readonly ewkb: string;
  /** Its CRS as authority and code. */
  readonly srs: string | undefined;
  readonly fields: readonly Field[];
  readonly orderBy: string;
  /** -1 for a query: counting would run it twice. */
  readonly featureCount: number;
  /** As stored; 0 for a query. */
  readonly byteLength: number;
};

/**
 * Opens a table or query of a PostGIS database (`postgis://...`, see `postgisRequest`). Nothing is ever written there.
 *
 * Rows come through COPY in binary form, every value but the geometry cast to text by the database; a table in the order
 * of its primary key, a query in its own order. The hash is of the COPY stream: the same rows give the same hash.
 *
 * @param options.epsg what the user says the CRS is; overrides the SRID
 * @throws InputError: no connection, no such table, no geometry, several tables or columns that would do
 */
export async function openPostgis(address: string, options: Pick<OpenOptions, "epsg"> = {}): Promise<Source> {
  const request = postgisRequest(address);
  return connected(request, async (client) => {
    const { table, sql } = request;
    const only =
      table === undefined && sql === undefined
        ? chooseLayer(request.shown, await spatialTables(client), undefined)
        : {};
    return sourceOf(request, await relationOf(client, { ...request, ...only }), options);
  });
}

/**
 * Every table with geometry; the one asked for, where the address names it.
 *
 * @param options.onRefused told of a table that is refused, and the others are looked at all the same
 */
export async function postgisSources(
  address: string,
  { onRefused, ...options }: LookOptions = {},
): Promise<Source[]> {
  const request = postgisRequest(address);
  if (request.table !== undefined || request.sql !== undefined) return [await openPostgis(address, options)];
  return connected(request, async (client) =>
    sourcesOfLayers({ path: request.shown }, await spatialTables(client), onRefused, (one) =>
      oneOfMany(client, { ...request, table: one.table, geometry: one.geometry }, options),
    ),
  );
}

/** A table that may be refused alone: an error would else end the transaction, and with it the look at the others. */
async function oneOfMany(
  client: Client,
  request: PostgisRequest,
  options: Pick<OpenOptions, "epsg">,
): Promise<Source> {
  await client.query("SAVEPOINT before_table");
  try {
    return sourceOf(request, await relationOf(client, request), options);
  } catch (error) {
    await client.query("ROLLBACK TO SAVEPOINT before_table");
    throw asInputError(request, error);
  }
}

async function spatialTables(client: Client) {
  const { rows } = await client.query<{ schema: string; name: string; geometry: string; type: string }>(
    `SELECT f_table_schema AS schema, f_table_name AS name, f_geometry_column AS geometry, type
     FROM geometry_columns ORDER BY 1, 2, 3`,
  );
  return rows.map(({ schema, name, geometry, type }) => ({
    name: `${schema}.${name}`,
    holdsPolygons: mayHoldAreas(type),
    table: `${quoted(schema)}.${quoted(name)}`,
    geometry,
  }));
}

async function relationOf(client: Client, request: PostgisRequest): Promise<Relation> {
  const { shown, table, sql = "" } = request;
  const relation = table === undefined ? undefined : quotedTable(table);
  const from = relation ?? `(${sql}\n)`; // the query may end in a comment
  const { fields } = await client.query(alone(`SELECT * FROM ${from} AS q LIMIT 0`));
  const types = await typesOf(client, fields);
  const columns = fields.map(({ name, dataTypeID, dataTypeModifier }) => ({
    name,
    modifier: dataTypeModifier,
    ...types.get(dataTypeID),
  }));
  const spatial = columns.filter(({ type }) => SPATIAL_TYPES.has(type ?? ""));
  const geometries: GeometryColumn[] = [];
  for (const column of spatial) geometries.push({ ...column, ...(await declared(client, column)) });
  const geometry = chooseLayer(
    `${shown}, geometry`,
    geometries,
    request.geometry,
    (one) => `Name the column in the address, as in geometry=${one}`,
  );
  const postgis = quoted(geometry.schema ?? "public");
  const column = `q.${quoted(geometry.name)}`;
  const ewkb = `${postgis}.ST_AsEWKB(${column}::${postgis}.geometry)`;
  const first = await client.query<{ wkb: Buffer }>(
    `SELECT ${ewkb} AS wkb FROM ${from} AS q WHERE ${column} IS NOT NULL LIMIT 1`,
  );
  const srid = first.rows.length === 0 ? geometry.srid : wkbHead(first.rows[0].wkb)?.srid;
  return {
    name: table?.replaceAll('"', "") ?? "sql",
    from,
    ewkb,
    srs: await srsOf(client, srid ?? 0, postgis),
    fields: columns.filter((one) => !spatial.includes(one)).map(({ name, type = "" }) => ({ name, type })),
    ...(relation === undefined
      ? { orderBy: "", featureCount: -1, byteLength: 0 }
      : await tableFacts(client, relation)),
  };
}

type GeometryColumn = {
  readonly name: string;
  readonly schema?: string;
  readonly srid: number;
  readonly holdsPolygons: boolean;
};

/** What `geometry(MultiPolygon, 25833)` says of a column (PostGIS manual, 4.6.1); SRID 0 and any geometry where it is bare. */
async function declared(
  client: Client,
  { modifier, schema = "public" }: { readonly modifier: number; readonly schema?: string },
): Promise<{ srid: number; holdsPolygons: boolean }> {
  if (modifier < 0) return { srid: 0, holdsPolygons: true };
  const postgis = quoted(schema);
  const { rows } = await client.query<{ srid: number; type: string }>(
    `SELECT ${postgis}.postgis_typmod_srid($1::int) AS srid, ${postgis}.postgis_typmod_type($1::int) AS type`,
    [modifier],
  );
  return { srid: rows[0].srid, holdsPolygons: mayHoldAreas(rows[0].type) };
}

/** So that the server refuses what is more than one statement; the driver's types do not know the mode. */
const alone = (text: string) => ({ text, queryMode: "extended" }) as QueryConfig;

async function typesOf(
  client: Client,
  fields: readonly FieldDef[],
): Promise<Map<number, { type: string; schema: string }>> {
  const { rows } = await client.query<{ oid: string; type: string; schema: string }>(
    `SELECT t.oid::text, t.typname AS type, n.nspname AS schema
     FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
     WHERE t.oid = ANY($1::oid[])`,
    [fields.map((field) => field.dataTypeID)],
  );
  return new Map(rows.map(({ oid, type, schema }) => [Number(oid), { type, schema }]));
}

async function tableFacts(
  client: Client,
  table: string,
): Promise<Pick<Relation, "orderBy" | "featureCount" | "byteLength">> {
  const key = await client.query<{ name: string }>(
    `SELECT a.attname AS name
     FROM pg_catalog.pg_index i
     JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
     WHERE i.indrelid = $1::regclass AND i.indisprimary
     ORDER BY array_position(i.indkey::int2[], a.attnum)`,
    [table],
  );
  const size = await client.query<{ count: string; bytes: string | null }>(
    `SELECT count(*)::text AS count, pg_table_size($1::regclass)::text AS bytes FROM ${table}`,
    [table],
  );
  const columns = key.rows.map(({ name }) => `q.${quoted(name)}`).join(", ");
  const { count, bytes } = size.rows[0];
  return {
    orderBy: columns === "" ? "" : ` ORDER BY ${columns}`,
    featureCount: Number(count),
    byteLength: Number(bytes ?? 0), // null for a view
  };
}

/** Authority and code of an SRID, as the database has them; undefined for 0, which stands for not known. */
async function srsOf(client: Client, srid: number, postgis: string): Promise<string | undefined> {
  if (srid === 0) return undefined;
  const { rows } = await client.query<{ name: string | null; code: number | null }>(
    `SELECT auth_name AS name, auth_srid AS code FROM ${postgis}.spatial_ref_sys WHERE srid = $1`,
    [srid],
  );
  const { name = null, code = null } = rows.at(0) ?? {};
  return name === null || code === null ? `EPSG:${srid}` : `${name}:${code}`;
}

function sourceOf(request: PostgisRequest, relation: Relation, options: Pick<OpenOptions, "epsg">): Source {
  const { shown: path } = request;
  const { name, fields, featureCount, byteLength } = relation;
  const { epsg, epsgFrom } = crsStated(path, options.epsg, relation.srs);
  return {
    path,
    name,
    format: "PostGIS",
    epsg,
    epsgFrom,
    fields,
    featureCount,
    byteLength,
    decoder: {
      cutForm: "records",
      layerName: name,
      path,
      epsg,
      fields: fields.map((field) => field.name),
      detail: undefined,
    },
    cuts: ({ cutBytes, take, onBytes }) => {
      const hash = createHash("sha256");
      const rows = rowsOf(request, relation, hash, onBytes);
      return recordCuts(rows, { cutBytes, ...(take && { take }) }, () => Promise.resolve(hash.digest("hex")));
    },
  };
}

async function* rowsOf(
  request: PostgisRequest,
  { from, ewkb, fields, orderBy }: Relation,
  hash: ReturnType<typeof createHash>,
  onBytes: CutOptions["onBytes"],
): AsyncGenerator<FeatureRecord> {
  const columns = [ewkb, ...fields.map(({ name }) => `q.${quoted(name)}::text`)];
  const sql = `COPY (SELECT ${columns.join(", ")} FROM ${from} AS q${orderBy}) TO STDOUT (FORMAT binary)`;
  const text = new TextDecoder("utf-8", { ignoreBOM: true });
  const chunks = copyChunks(request, sql, hash, onBytes);
  for await (const [wkb, ...values] of copyRows(chunks, columns.length, request.shown))
    yield { wkb, values: values.map((value) => (value === undefined ? "" : text.decode(value))) };
}
