import { stat } from "node:fs/promises";
import { bboxOf, type Layer } from "../core/layer.js";
import { type Finding, InputError, oncePerField } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";
import { crsOf, diagnose } from "../read/crs/crs.js";
import { makeDecoder } from "../read/decoder.js";
import { openSource } from "../read/open.js";
import { makeReprojection } from "../read/crs/reproject.js";
import type { Source } from "../read/source.js";
import type { Rules } from "../rules/rules.js";
import type { OutField } from "../write/layerOut.js";
import { type OutFormat, outFormatOf } from "../write/writeLayer.js";
import type { AccountHooks } from "./hooks.js";
import { findField } from "./fields.js";

/** One layer, from any format that is read to any that is written. */
export type ConvertRequest = {
  /** A file, or file#layer. */
  readonly path: string;
  /** Its CRS, where the file does not say or says it wrong. */
  readonly epsg?: Epsg;
  /** The ending tells the format. */
  readonly out: string;
  readonly toEpsg?: Epsg;
  /** Fields to keep, in this order, by their names in the file or in the standard; none means all. */
  readonly fields: readonly string[];
  /** Every field as text, also where the source has numbers. */
  readonly asText?: boolean;
  /** Whether a file that is there already may be replaced. */
  readonly overwrite?: boolean;
  /** Bytes read at a time. No byte of the result depends on it. */
  readonly cutBytes?: number;
};

export type ConvertFacts = {
  readonly source: Source;
  readonly format: OutFormat;
  readonly epsg: Epsg;
  readonly featureCount: number;
  readonly vertexCount: number;
  readonly byteLength: number;
  /** Findings by code: how many, and the first. */
  readonly findings: ReadonlyMap<string, { readonly count: number; readonly first: Finding }>;
};

const CUT_BYTES = 4 << 20;

/**
 * Streams a layer into a file of another format or system: cut, decoder, reprojection, writer, a cut at a time. Memory
 * holds one cut, and of the whole layer at most its boxes, for the index.
 *
 * @throws InputError for an output that is there already, a field that is not, coordinates that contradict their
 *   system, and whatever reading and writing find
 */
export async function runConvert(
  request: ConvertRequest,
  rules: Rules,
  hooks: AccountHooks = {},
): Promise<ConvertFacts> {
  const format = outFormatOf(request.out);
  await refuseExisting(request);
  const source = await openSource(request.path, request.epsg === undefined ? {} : { epsg: request.epsg });
  const fields = chooseFields(source, request, rules);
  const epsg = crsOf(source.name, request.toEpsg ?? source.epsg).epsg;
  const stream = new Stream(source, fields, epsg, request.cutBytes ?? CUT_BYTES, hooks);
  const write = await format.load();
  const { featureCount, byteLength } = await write(
    request.out,
    { name: source.name, epsg, fields },
    stream.layers(),
  );
  const { vertexCount, findings } = stream;
  return { source, format, epsg, featureCount, vertexCount, byteLength, findings };
}

/** The layers of a source as they come, and what was met on the way. */
class Stream {
  vertexCount = 0;
  readonly findings = new Map<string, { count: number; readonly first: Finding }>();
  private readonly isNew = oncePerField();

  constructor(
    private readonly source: Source,
    private readonly fields: readonly OutField[],
    private readonly epsg: Epsg,
    private readonly cutBytes: number,
    private readonly hooks: AccountHooks,
  ) {}

  async *layers(): AsyncGenerator<Layer> {
    const { source, hooks } = this;
    const decode = makeDecoder(
      source.decoder,
      this.fields.map(({ name }) => name),
    );
    const moved = makeReprojection(source.name, source.epsg, this.epsg);
    let buffer = new SharedArrayBuffer(this.cutBytes);
    let done = 0;
    const cuts = source.cuts({
      cutBytes: this.cutBytes,
      take: (byteLength) => {
        if (buffer.byteLength < byteLength) buffer = new SharedArrayBuffer(byteLength);
        return buffer;
      },
      onBytes: (bytes) => (done = bytes),
    });
    for await (const cut of cuts) {
      hooks.signal?.throwIfAborted();
      const { layer, findings } = decode(cut);
      this.holdToCrs(layer);
      for (const finding of findings) this.count(finding);
      this.vertexCount += layer.xy.length / 2;
      yield moved(layer);
      hooks.onProgress?.({ stage: "konverterer", done, total: source.byteLength });
    }
    hooks.signal?.throwIfAborted();
    hooks.onProgress?.({ stage: "skriver", done: 0, total: 1 });
  }

  /** A wrong system must not be written down as if it were right. Web Mercator may be left, not written. */
  private holdToCrs(layer: Layer): void {
    const trouble = diagnose(layer.name, layer.epsg, bboxOf(layer.xy, 0, layer.xy.length / 2));
    if (trouble === undefined) return;
    if (trouble.kind === "web-mercator" && this.epsg !== layer.epsg) return;
    throw new InputError({ layer: this.source.path }, trouble);
  }

  private count(finding: Finding): void {
    if (!this.isNew(finding)) return;
    const known = this.findings.get(finding.code);
    if (known === undefined) this.findings.set(finding.code, { count: 1, first: finding });
    else known.count++;
  }
}

/** @throws InputError for a file that is there and may not be replaced, and for a folder */
export async function refuseExisting({
  out,
  overwrite = false,
}: Pick<ConvertRequest, "out" | "overwrite">): Promise<void> {
  const there = await stat(out).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  if (there === undefined || (overwrite && there.isFile())) return;
  throw new InputError(
    { layer: out },
    {
      came: there.isFile() ? "a file that is there already" : "a folder",
      wanted: "the name of a new file",
      todo: there.isFile()
        ? "Choose another name, or replace it with --overskriv"
        : "Add a file name with -o",
    },
  );
}

function chooseFields(source: Source, { fields, asText = false }: ConvertRequest, rules: Rules): OutField[] {
  const names =
    fields.length === 0
      ? source.fields.map(({ name }) => name)
      : fields.map((asked) => findField(source, asked, rules)?.inFile ?? refuseField(source, asked));
  return [...new Set(names)].map((name) => {
    const type = source.fields.find((field) => field.name === name)?.type ?? "";
    return { name, type: asText ? "string" : outType(source, type) };
  });
}

/** Formats whose declared types bind their values; in others a column of numbers may hold a text further down. */
const TYPED: ReadonlySet<Source["format"]> = new Set([
  "FlatGeobuf",
  "GeoPackage",
  "Shapefile",
  "GeoParquet",
  "FileGDB",
  "PostGIS",
]);

const WHOLE =
  /^(u?(byte|short|int)|long|u?int(8|16|32)|int64|int[248]|integer(64)?|(tiny|small|medium|big)int)$/;
const REAL = /^(float(4|8|32|64)?|double( precision)?|real)$/;

/** A number stays one where its type is sure. Unsigned 64-bit and decimal numbers do not fit ours: they become text. */
function outType(source: Source, declared: string): OutField["type"] {
  const type = declared.toLowerCase();
  if (!TYPED.has(source.format)) return "string";
  return WHOLE.test(type) ? "int" : REAL.test(type) ? "double" : "string";
}

/** Every field of a source, for a file to be written. */
export const outFieldsOf = (source: Source): OutField[] =>
  source.fields.map(({ name, type }) => ({ name, type: outType(source, type) }));

function refuseField(source: Source, asked: string): never {
  throw new InputError(
    { layer: source.path },
    {
      came: `no field ${asked}`,
      wanted: `some of its fields: ${source.fields.map(({ name }) => name).join(", ") || "(it has none)"}`,
      todo: "Name them with --felt FIELD,FIELD",
    },
  );
}
