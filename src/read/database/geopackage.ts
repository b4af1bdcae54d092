import type { Bbox } from "../../core/layer.js";
import { InputError } from "../../core/trouble.js";
import type { Epsg } from "../../core/units.js";
import { horizontalEpsg } from "../crs/crs.js";
import { epsgOfWkt } from "../crs/crsWkt.js";
import { type Format, type LookOptions, type OpenOptions, sourcesOfLayers } from "../format.js";
import type { InputFile } from "../inputFile.js";
import { chooseLayer } from "../layerChoice.js";
import { recordCuts, type FeatureRecord } from "../records.js";
import { isSqlite, SqliteFile, type SqliteRow } from "./sqliteFile.js";
import type { Field, Source } from "../source.js";
import { crsStated } from "../crs/statedCrs.js";

export const GEOPACKAGE: Format = {
  name: "GeoPackage",
  recognises: isSqlite,
  open: openGeoPackage,
  layers: geoPackageSources,
};

/** A feature table or view, as the file's own tables tell of it. */
type ListedTable = {
  readonly name: string;
  readonly identifier: string;
  readonly geometryColumn: string;
  readonly holdsPolygons: boolean;
  readonly srsId: number;
  /** The EPSG code; 0 when the file does not say one. */
  readonly epsg: Epsg;
  readonly srsName: string;
  readonly bbox?: Bbox;
};

type Table = ListedTable & { readonly fields: readonly Field[]; readonly featureCount: number };

/** Types of gpkg_geometry_columns that hold no areas (OGC 12-128r18, annex G). */
const WITHOUT_AREA = /^(?:MULTI)?(?:POINT|LINESTRING|CURVE)$|^(?:CIRCULARSTRING|COMPOUNDCURVE)$/i;

/**
 * Opens one layer of a GeoPackage (OGC 12-128r18): a table or view that gpkg_geometry_columns lists.
 *
 * @param options.layer its name, or its identifier in gpkg_contents; needed when several may hold polygons
 * @param options.epsg what the user says the CRS is; overrides the file
 * @throws InputError: no GeoPackage, damaged, open in another program, no such layer, no CRS anywhere
 */
export async function openGeoPackage(file: InputFile, options: OpenOptions = {}): Promise<Source> {
  const table = await lookInto(file, (database) => {
    const chosen = choose(file, listed(database), options.layer);
    return described(file, database, chosen);
  });
  return sourceOf(file, table, options.epsg);
}

/** Every layer of the file, also those without polygons. */
async function geoPackageSources(file: InputFile, { epsg, onRefused }: LookOptions = {}): Promise<Source[]> {
  return lookInto(file, (database) =>
    sourcesOfLayers(file, listed(database), onRefused, (each) =>
      sourceOf(file, described(file, database, each), epsg),
    ),
  );
}

async function lookInto<T>(file: InputFile, look: (database: SqliteFile) => T | Promise<T>): Promise<T> {
  const database = await SqliteFile.open(file);
  try {
    checkIsGeoPackage(file, database);
    return await look(database);
  } finally {
    await database.close();
  }
}

function listed(database: SqliteFile): ListedTable[] {
  const rows = database.all(
    `SELECT g.table_name, g.column_name, g.geometry_type_name, g.srs_id, s.srs_name, s.organization,
       s.organization_coordsys_id, s.definition, c.identifier, c.min_x, c.min_y, c.max_x, c.max_y
     FROM gpkg_geometry_columns g
     LEFT JOIN gpkg_contents c ON lower(c.table_name) = lower(g.table_name)
     LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id
     ORDER BY g.rowid`,
  );
  return rows.map((row) => {
    const bbox = [row.min_x, row.min_y, row.max_x, row.max_y];
    return {
      name: textOf(row.table_name),
      identifier: textOf(row.identifier),
      geometryColumn: textOf(row.column_name),
      holdsPolygons: !WITHOUT_AREA.test(textOf(row.geometry_type_name)),
      srsId: Number(row.srs_id),
      epsg: epsgOf(row),
      srsName: textOf(row.srs_name),
      ...(bbox.every((ordinate) => typeof ordinate === "number") && { bbox: bbox as unknown as Bbox }),
    };
  });
}

function checkIsGeoPackage(file: InputFile, database: SqliteFile): void {
  const names = database.all(
    `SELECT name FROM sqlite_master
     WHERE name IN ('gpkg_contents', 'gpkg_geometry_columns', 'gpkg_spatial_ref_sys')`,
  );
  if (names.length === 3) return;
  throw new InputError(
    { layer: file.path },
    {
      came: "an SQLite database without the tables of a GeoPackage with features",
      wanted: "gpkg_contents, gpkg_geometry_columns and gpkg_spatial_ref_sys",
      todo: "Export the layer as GeoPackage",
    },
  );
}

/** With the fields and the number of rows, which only the table itself tells. */
function described(file: InputFile, database: SqliteFile, table: ListedTable): Table {
  const { name, geometryColumn } = table;
  const columns = database.all("SELECT name, type, pk FROM pragma_table_info(?)", [name]);
  const geometry = columns.find((column) => sameName(textOf(column.name), geometryColumn));
  if (geometry === undefined) {
    throw new InputError(
      { layer: `${file.path}, layer ${name}` },
      {
        came: `no table ${name} with a column ${geometryColumn}`,
        wanted: "the table and column that gpkg_geometry_columns names",
        todo: "Export the file again",
      },
    );
  }
  return {
    ...table,
    geometryColumn: textOf(geometry.name),
    fields: columns
      .filter((column) => column !== geometry && !isRowNumber(column))
      .map((column) => ({ name: textOf(column.name), type: textOf(column.type).toLowerCase() })),
    featureCount: Number(database.all(`SELECT count(*) AS n FROM ${quoted(name)}`)[0]?.n),
  };
}

/** GDAL's and QGIS's number of the row, which is not part of the data. A key of any other name is a field. */
const isRowNumber = (column: SqliteRow): boolean =>
  column.pk === 1 && /^INTEGER$/i.test(textOf(column.type)) && /^(?:ogc_)?fid$/i.test(textOf(column.name));

/** SQLite's names are the same in either case, for ASCII letters. */
const sameName = (a: string, b: string): boolean => a === b || a.toLowerCase() === b.toLowerCase();
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function epsgOf(row: SqliteRow): Epsg {
  const code = Number(row.organization_coordsys_id);
  if (/^EPSG$/i.test(textOf(row.organization)) && code > 0) return horizontalEpsg(code);
  return epsgOfWkt(textOf(row.definition)) ?? 0;
}

/** By its name, else by its identifier in gpkg_contents, which is what QGIS shows. */
function choose(file: InputFile, tables: readonly ListedTable[], wanted: string | undefined): ListedTable {
  const isName = tables.some((table) => table.name === wanted);
  const named = isName ? undefined : tables.find((table) => table.identifier === wanted);
  return chooseLayer(file.path, tables, named?.name ?? wanted);
}

function sourceOf(file: InputFile, table: Table, userEpsg: Epsg | undefined): Source {
  const stated = table.epsg === 0 ? `${table.srsName} (srs_id ${table.srsId})` : `EPSG:${table.epsg}`;
  const { epsg, epsgFrom } = crsStated(`${file.path}, layer ${table.name}`, userEpsg, stated);
  const { name, fields, featureCount, bbox } = table;
  return {
    path: file.path,
    name,
    format: "GeoPackage",
    epsg,
    epsgFrom,
    fields,
    featureCount,
    ...(bbox && { bbox }),
    byteLength: file.byteLength,
    decoder: {
      cutForm: "records",
      layerName: name,
      path: file.path,
      epsg,
      fields: fields.map((field) => field.name),
      detail: undefined,
    },
    cuts: (options) =>
      recordCuts(recordsOf(file, table, userEpsg === undefined ? table.srsId : undefined), options, () =>
        file.sha256(),
      ),
  };
}

/** The rows in the table's order. The database is open until they have come, or nobody asks for more. */
async function* recordsOf(
  file: InputFile,
  table: Table,
  srsId: number | undefined,
): AsyncGenerator<FeatureRecord> {
  const { name, geometryColumn, fields } = table;
  const columns = [geometryColumn, ...fields.map((field) => field.name)];
  const texts = fields.map((field) => (/^bool/.test(field.type) ? truthText : textOf));
  const database = await SqliteFile.open(file);
  try {
    let feature = 0;
    for (const row of database.rows(`SELECT ${columns.map(quoted).join(", ")} FROM ${quoted(name)}`)) {
      const where = `${file.path}, layer ${name}`;
      const wkb = wkbOfBlob(where, feature, row[geometryColumn], srsId);
      yield { wkb, values: fields.map((field, i) => texts[i](row[field.name])) };
      feature++;
    }
  } finally {
    await database.close();
  }
}

type SqliteValue = SqliteRow[string];

/** Numbers in their shortest form, whole ones without decimals and to the last digit; a blob as hex; NULL as "". */
function textOf(value: SqliteValue | undefined): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "";
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : String(value);
}

/** The GeoPackage type BOOLEAN is stored as 0 or 1; other formats say true and false. */
function truthText(value: SqliteValue | undefined): string {
  return value === 1 ? "true" : value === 0 ? "false" : textOf(value);
}

const FLAGS_AT = 3;
const FLAG = { littleEndian: 1, extended: 0x20 } as const;
/** By the envelope kind in the flags: none, xy, xyz, xym, xyzm. */
const ENVELOPE_BYTES = [0, 32, 48, 48, 64];

/**
 * What stands behind the header of a GeoPackage geometry (OGC 12-128r18, 2.1.3, table 6), without a copy.
 *
 * @param srsId what the geometry must carry, unless it carries none (0 or less); undefined: anything
 */
function wkbOfBlob(
  layer: string,
  feature: number,
  blob: SqliteValue | undefined,
  srsId: number | undefined,
): Uint8Array | undefined {
  if (blob === null || blob === undefined) return undefined;
  const refuse = (came: string): never => {
    throw new InputError(
      { layer, feature },
      {
        came,
        wanted: "a GeoPackage geometry in the layer's CRS",
        todo: "Export the layer again, or state its CRS with epsg if only that is wrong",
      },
    );
  };
  if (!(blob instanceof Uint8Array)) return refuse("a geometry that is no blob");
  if (blob[0] !== 0x47 || blob[1] !== 0x50) return refuse("a geometry that does not begin with GP");
  const flags = blob[FLAGS_AT];
  if ((flags & FLAG.extended) !== 0) return refuse("a geometry of an extended type");
  const envelopeBytes = ENVELOPE_BYTES[(flags >> 1) & 7];
  if (envelopeBytes === undefined || blob.length < 8 + envelopeBytes)
    return refuse("a broken geometry header");
  const view = new DataView(blob.buffer, blob.byteOffset, blob.length);
  const stated = view.getInt32(4, (flags & FLAG.littleEndian) !== 0);
  if (srsId !== undefined && stated > 0 && stated !== srsId) {
    return refuse(`a geometry with srs_id ${stated} in a layer with ${srsId}`);
  }
  return blob.subarray(8 + envelopeBytes);
}
