import { InputError } from "../../core/trouble.js";
import { copyFields, isNull, lineBatches, unescaped } from "./copyText.js";
import { bytesOfHex, mayHoldAreas } from "../wellKnown/ewkb.js";
import { type Format, type OpenOptions, sourcesOfLayers } from "../format.js";
import type { InputFile } from "../inputFile.js";
import { chooseLayer } from "../layerChoice.js";
import { CopyBlocks, surveyDump, type DumpColumn, type DumpTable } from "./pgDumpSurvey.js";
import { recordCuts, type FeatureRecord } from "../records.js";
import type { CutOptions, Source } from "../source.js";
import { crsStated } from "../crs/statedCrs.js";

const PLAIN = /^(?:--[^\n]*\n|\s)*?-- PostgreSQL database dump/;
const CUSTOM = "PGDMP";
const PUBLIC = "public.";

/** PostgreSQL's names of encodings that `TextDecoder` calls otherwise (PostgreSQL 16 manual, table 24.3). */
const ENCODINGS: Readonly<Record<string, string>> = {
  UTF8: "utf-8",
  SQL_ASCII: "utf-8",
  LATIN1: "iso-8859-1",
  LATIN4: "iso-8859-4",
  LATIN6: "iso-8859-10",
  LATIN9: "iso-8859-15",
  WIN1252: "windows-1252",
};

export const PG_DUMP: Format = {
  name: "PostGIS",
  recognises: (start) => {
    const text = new TextDecoder().decode(start);
    return text.startsWith(CUSTOM) || PLAIN.test(text);
  },
  open: async (file, options) => {
    const layers = await layersOf(file);
    return sourceOf(file, chooseLayer(file.path, layers, options.layer), options);
  },
  layers: async (file, { onRefused, ...options }) =>
    sourcesOfLayers(file, await layersOf(file), onRefused, (layer) => sourceOf(file, layer, options)),
};

/** A table and the geometry column that makes it a layer. */
type DumpLayer = {
  readonly name: string;
  readonly holdsPolygons: boolean;
  readonly table: DumpTable;
  readonly geometry: DumpColumn & { readonly geometry: { readonly type: string; readonly srid: number } };
  readonly encoding: string;
};

/**
 * The layers of a plain dump (`pg_dump`, COPY form): each table has one for each of its geometry columns. A layer is
 * named as its table, without "public."; where there are several columns, with the column behind another dot.
 */
async function layersOf(file: InputFile): Promise<DumpLayer[]> {
  for await (const chunk of file.chunks()) {
    if (Buffer.from(chunk.subarray(0, CUSTOM.length)).toString("latin1") === CUSTOM)
      throw customFormat(file.path);
    break;
  }
  const { tables, encoding } = await surveyDump(file);
  return tables.flatMap((table) => {
    const geometries = table.columns.filter(hasGeometry);
    const name = table.name.startsWith(PUBLIC) ? table.name.slice(PUBLIC.length) : table.name;
    return geometries.map((geometry) => ({
      name: geometries.length === 1 ? name : `${name}.${geometry.name}`,
      holdsPolygons: mayHoldAreas(geometry.geometry.type),
      table,
      geometry,
      encoding,
    }));
  });
}

const hasGeometry = (column: DumpColumn): column is DumpLayer["geometry"] => column.geometry !== undefined;

function sourceOf(file: InputFile, layer: DumpLayer, options: Pick<OpenOptions, "epsg">): Source {
  const { path, byteLength } = file;
  const { name, table, geometry } = layer;
  const { srid } = geometry.geometry;
  const { epsg, epsgFrom } = crsStated(
    `${path}#${name}`,
    options.epsg,
    srid === 0 ? undefined : `EPSG:${srid}`,
  );
  const fields = table.columns.filter((column) => !hasGeometry(column));
  return {
    path,
    name,
    format: "PostGIS",
    epsg,
    epsgFrom,
    fields: fields.map((column) => ({ name: column.name, type: column.type === "" ? "text" : column.type })),
    featureCount: table.rowCount,
    byteLength,
    decoder: {
      cutForm: "records",
      layerName: name,
      path,
      epsg,
      fields: fields.map((column) => column.name),
      detail: undefined,
    },
    cuts: (cutOptions) =>
      recordCuts(rowsOf(file, layer, cutOptions), withoutProgress(cutOptions), () => file.sha256()),
  };
}

/** The rows tell the progress themselves, in bytes of the file and not of the records. */
function withoutProgress({ cutBytes, take }: CutOptions): CutOptions {
  return { cutBytes, ...(take && { take }) };
}

async function* rowsOf(
  file: InputFile,
  layer: DumpLayer,
  options: CutOptions,
): AsyncGenerator<FeatureRecord> {
  const reader = new RowReader(file.path, layer);
  const blocks = new CopyBlocks();
  for await (const lines of lineBatches(file)) {
    for (const line of lines) {
      const wasInside = blocks.inside;
      blocks.pass(line);
      const isRow = wasInside && blocks.inside;
      if (isRow && blocks.block === layer.table.block) yield reader.row(line.bytes, line.position);
    }
    const last = lines[lines.length - 1];
    options.onBytes?.(last.position + last.bytes.length);
    if (blocks.block > layer.table.block) break;
  }
}

type Decoder = InstanceType<typeof TextDecoder>;

class RowReader {
  private readonly text: Decoder;
  private readonly columnCount: number;
  private readonly geometryAt: number;
  private readonly fieldsAt: readonly number[];
  private feature = 0;

  constructor(
    private readonly path: string,
    { table, geometry, encoding }: DumpLayer,
  ) {
    this.text = decoderOf(path, encoding);
    this.columnCount = table.columns.length;
    this.geometryAt = table.columns.indexOf(geometry);
    this.fieldsAt = table.columns.flatMap((column, i) => (hasGeometry(column) ? [] : [i]));
  }

  row(line: Buffer, position: number): FeatureRecord {
    const bare = line[line.length - 1] === 0x0d ? line.subarray(0, -1) : line; // saved on Windows: data have \r escaped
    const fields = copyFields(bare, this.columnCount);
    if (fields === undefined) return this.refuse("a row with other columns than its table", position);
    const geometry = fields[this.geometryAt];
    const wkb = isNull(geometry) ? undefined : bytesOfHex(geometry.toString("latin1"));
    if (wkb === undefined && !isNull(geometry))
      return this.refuse("a geometry that is not hexadecimal", position);
    const values = this.fieldsAt.map((at) => this.value(fields[at], position));
    this.feature++;
    return { wkb, values };
  }

  private value(field: Buffer, position: number): string {
    if (isNull(field)) return "";
    try {
      return this.text.decode(unescaped(field));
    } catch {
      return this.refuse(`text that is not ${this.text.encoding}`, position);
    }
  }

  private refuse(came: string, position: number): never {
    throw new InputError(
      { layer: this.path, feature: this.feature, position: `byte ${position}` },
      { came, wanted: "a row as pg_dump writes it", todo: "Dump the table again" },
    );
  }
}

function decoderOf(path: string, encoding: string): Decoder {
  const label = ENCODINGS[encoding.toUpperCase()];
  if (label !== undefined) return new TextDecoder(label, { fatal: true, ignoreBOM: true });
  throw new InputError(
    { layer: path },
    {
      came: `a dump in the encoding ${encoding}`,
      wanted: Object.keys(ENCODINGS).join(", "),
      todo: "Dump with --encoding=UTF8",
    },
  );
}

function customFormat(path: string): InputError {
  return new InputError(
    { layer: path, position: "byte 0" },
    {
      came: "a dump in PostgreSQL's custom format",
      wanted: "a plain one",
      todo: `Turn it into text with: pg_restore --file=dump.sql ${path}`,
    },
  );
}
