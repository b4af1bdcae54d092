/**
 * The map of an account: a second reading of the ground, drawn into pixels by class. It stands apart from the account
 * so that a run without a report pays nothing for it; no figure is taken from it.
 */
import { type Bbox, bboxOf, type CodeColumn, EMPTY_BBOX, type Layer } from "../core/layer.js";
import { InputError } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";
import { makeDecoder } from "../read/decoder.js";
import { openSource } from "../read/open.js";
import { readLayer } from "../read/readLayer.js";
import { makeReprojection, reproject, type Reprojection } from "../read/crs/reproject.js";
import type { Source } from "../read/source.js";
import type { MapBasis } from "../report/basis.js";
import { type Frame, frameOf, halved, type Raster, RasterFill } from "../report/mapRaster.js";
import { tracedAreas, tracedBorders } from "../report/mapTrace.js";
import type { Rules } from "../rules/rules.js";
import { ClassNumbers } from "./classNumbers.js";
import { findField } from "./fields.js";
import type { GroundRequest } from "./grounds.js";
import { openerFor, type PreparedPlace } from "./prepared.js";

export type MapRequest = {
  /** The files of the ground; at least one. */
  readonly grounds: readonly GroundRequest[];
  /** Where the account kept copies of slow files. */
  readonly prepared?: PreparedPlace;
  /** The class field drawn, by its name in the account. */
  readonly field: string;
  readonly workEpsg: Epsg;
  /** Its borders are drawn on top. */
  readonly outlines?: {
    readonly layer: string;
    readonly path: string;
    readonly keyField: string;
    readonly epsg?: Epsg;
  };
};

/** Pixels along the longer side: a fifth of a millimetre on a page of A4. */
const LONGEST = 1000;

/** Path data of classes and of borders, each; more than that is drawn again at half the size. */
const MOST_CHARACTERS = 1_000_000;

const CUT_BYTES = 2 << 20;

/**
 * Draws the ground. Deterministic: the same files give the same map, byte for byte.
 *
 * @returns undefined for ground without extent
 * @throws InputError for what the user can mend, as the account does
 */
export async function drawMap(
  request: MapRequest,
  rules: Rules,
  hooks: { readonly signal?: AbortSignal; readonly onProgress?: (done: number, total: number) => void } = {},
): Promise<MapBasis | undefined> {
  const { grounds, workEpsg } = request;
  const open = openerFor(request.prepared, hooks.signal === undefined ? {} : { signal: hooks.signal });
  const sources: { source: Source; inFile: string; box: Bbox }[] = [];
  for (const { path, epsg } of grounds) {
    const opened = () => open(path, epsg === undefined ? {} : { epsg });
    const source = await opened();
    const field = findField(source, request.field, rules);
    if (field === undefined) throw noField(source, request.field);
    const stated = source.epsg === workEpsg ? source.bbox : undefined;
    const box = stated ?? (await boxOf(await opened(), workEpsg, hooks.signal));
    sources.push({ source, inFile: field.inFile, box });
  }
  const box = sources.map((one) => one.box).reduce(around, EMPTY_BBOX);
  if (!(box[0] < box[2] && box[1] < box[3])) return undefined;

  const frame = frameOf(box, LONGEST);
  const fill = new RasterFill(frame);
  const codes = new ClassNumbers();
  for (const { source, inFile } of sources) {
    const into = reprojectionTo(source, workEpsg);
    for await (const layer of batches(source, [inFile], hooks)) {
      const column = layer.columns.get(inFile)!;
      const values = column.terms.map((term) => codes.of(term));
      fill.draw(into(layer), (f) => values[column.codes[f]]);
    }
  }
  const outlines = request.outlines && (await borders(request.outlines, workEpsg, frame));
  const areas = withinLimit(fill.raster, (raster) => {
    const traced = tracedAreas(raster);
    return { value: traced, characters: [...traced.values()].reduce((sum, path) => sum + path.length, 0) };
  });
  const factor = 2 ** areas.halvings;
  return {
    form: "arealregnskap/kart/1",
    field: request.field,
    epsg: workEpsg,
    minX: frame.minX,
    minY: frame.minY,
    pixelM: frame.pixelM * factor,
    width: areas.raster.width,
    height: areas.raster.height,
    classes: codes.classes(areas.value),
    ...(outlines === undefined ? {} : { outlines: outlines(areas.halvings) }),
  };
}

/** Halves the raster until what is made of it is short enough. A raster of one pixel always is. */
function withinLimit<T>(
  drawn: Raster,
  make: (raster: Raster) => { value: T; characters: number },
): { value: T; raster: Raster; halvings: number } {
  let raster = drawn;
  for (let halvings = 0; ; halvings++) {
    const { value, characters } = make(raster);
    if (characters <= MOST_CHARACTERS || raster.width * raster.height === 1)
      return { value, raster, halvings };
    raster = halved(raster);
  }
}

/** Borders between units of one layer, in pixels of the areas' raster after so many halvings. */
async function borders(
  { layer, path, keyField, epsg }: NonNullable<MapRequest["outlines"]>,
  workEpsg: Epsg,
  frame: Frame,
): Promise<(halvings: number) => { layer: string; path: string }> {
  const source = await openSource(path, epsg === undefined ? {} : { epsg });
  const read = await readLayer(source, [keyField]);
  const placed = source.epsg === workEpsg ? read.layer : reproject(read.layer, workEpsg);
  const column = placed.columns.get(keyField) as CodeColumn;
  const fill = new RasterFill(frame);
  fill.draw(placed, (f) => Math.min(column.codes[f] + 1, 65_535));
  return (halvings) => {
    let raster = fill.raster;
    for (let i = 0; i < halvings; i++) raster = halved(raster);
    for (;;) {
      const traced = tracedBorders(raster);
      if (traced.length <= MOST_CHARACTERS) return { layer, path: traced };
      raster = withoutSmall(raster);
    }
  };
}

/** Borders that are too many to draw are not worth drawing: nothing is left of them. */
const withoutSmall = ({ width, height }: Raster): Raster => ({
  width,
  height,
  pixels: new Uint16Array(width * height),
});

function reprojectionTo(source: Source, workEpsg: Epsg): Reprojection {
  return makeReprojection(source.name, source.epsg, workEpsg);
}

async function boxOf(source: Source, workEpsg: Epsg, signal: AbortSignal | undefined): Promise<Bbox> {
  const into = reprojectionTo(source, workEpsg);
  let box: Bbox = EMPTY_BBOX;
  for await (const layer of batches(source, [], signal === undefined ? {} : { signal })) {
    const { xy } = into(layer);
    box = around(box, bboxOf(xy, 0, xy.length / 2));
  }
  return box;
}

const around = (a: Bbox, b: Bbox): Bbox => [
  Math.min(a[0], b[0]),
  Math.min(a[1], b[1]),
  Math.max(a[2], b[2]),
  Math.max(a[3], b[3]),
];

/** The ground cut by cut; each Layer is valid until the next. */
async function* batches(
  source: Source,
  fields: readonly string[],
  hooks: { readonly signal?: AbortSignal; readonly onProgress?: (done: number, total: number) => void },
): AsyncGenerator<Layer> {
  const decode = makeDecoder(source.decoder, fields);
  let bytesRead = 0;
  const cuts = source.cuts({ cutBytes: CUT_BYTES, onBytes: (bytes) => (bytesRead = bytes) });
  for await (const cut of cuts) {
    hooks.signal?.throwIfAborted();
    yield decode(cut).layer;
    hooks.onProgress?.(bytesRead, source.byteLength);
  }
}

function noField(source: Source, field: string): InputError {
  return new InputError(
    { layer: source.path },
    {
      came: `no field ${field} to draw the map by`,
      wanted: `one of its fields: ${source.fields.map(({ name }) => name).join(", ") || "(it has none)"}`,
      todo: "Was the file changed while the account ran?",
    },
  );
}
