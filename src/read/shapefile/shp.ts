import type { Bbox } from "../../core/layer.js";
import { InputError } from "../../core/trouble.js";
import { ByteReader } from "../byteReader.js";
import type { InputFile } from "../inputFile.js";
import { partsOfRings } from "../ringParts.js";
import { emptyWkb, wkbOfRings } from "../wellKnown/wkb.js";

/** ESRI Shapefile Technical Description (July 1998), table 1; Z and M come 10 and 20 later. */
const SHAPE_NAMES: Readonly<Record<number, string>> = {
  0: "Null",
  1: "Point",
  3: "PolyLine",
  5: "Polygon",
  8: "MultiPoint",
  11: "PointZ",
  13: "PolyLineZ",
  15: "PolygonZ",
  18: "MultiPointZ",
  21: "PointM",
  23: "PolyLineM",
  25: "PolygonM",
  28: "MultiPointM",
};
const NULL_SHAPE = 0;
const FILE_CODE = 9994;
const HEADER_BYTES = 100;
const RECORD_HEADER_BYTES = 8;
/** Of a polygon record: type, box and the two counts. */
const POLYGON_HEADER_BYTES = 44;

export type ShpHeader = { readonly shapeType: number; readonly bbox: Bbox };

export const isShp = (start: Uint8Array): boolean =>
  start[0] === 0x00 && start[1] === 0x00 && start[2] === 0x27 && start[3] === 0x0a;

const isPolygon = (shapeType: number): boolean => shapeType % 10 === 5;

/** @throws InputError: no .shp, cut short, or solids (MultiPatch) */
export async function readShpHeader(file: InputFile): Promise<ShpHeader> {
  const reader = new ByteReader(file, HEADER_BYTES);
  try {
    return checkedHeader(file, await reader.take(HEADER_BYTES));
  } finally {
    await reader.close();
  }
}

function checkedHeader(file: InputFile, bytes: Uint8Array): ShpHeader {
  if (bytes.length < HEADER_BYTES) throw cutShort(file, HEADER_BYTES);
  const header = viewOf(bytes);
  if (header.getInt32(0) !== FILE_CODE) throw damaged(file, 0, "no Shapefile mark", "a .shp file");
  const byteLength = 2 * header.getUint32(24);
  if (byteLength > file.byteLength) throw cutShort(file, byteLength);
  const shapeType = header.getInt32(32, true);
  if (SHAPE_NAMES[shapeType] === undefined) {
    throw damaged(file, 32, shapeType === 31 ? "solids (MultiPatch)" : `shape type ${shapeType}`, "polygons");
  }
  const bbox = [36, 44, 52, 60].map((at) => header.getFloat64(at, true));
  return { shapeType, bbox: bbox as unknown as Bbox };
}

/** The shapes in the file's order, each as WKB; undefined where there is none (a Null shape). */
export async function* shapesOf(file: InputFile): AsyncGenerator<Uint8Array | undefined> {
  const reader = new ByteReader(file);
  try {
    const { shapeType } = checkedHeader(file, await reader.take(HEADER_BYTES));
    for (let feature = 0; ; feature++) {
      const position = reader.position;
      const start = await reader.take(RECORD_HEADER_BYTES);
      if (start.length === 0) return;
      if (start.length < RECORD_HEADER_BYTES) throw cutShort(file, position + RECORD_HEADER_BYTES);
      const byteLength = 2 * viewOf(start).getUint32(4);
      const end = position + RECORD_HEADER_BYTES + byteLength;
      if (end > file.byteLength) throw cutShort(file, end, feature);
      const record = await reader.take(byteLength);
      if (record.length < byteLength) throw cutShort(file, end, feature);
      yield wkbOfShape(file, record, shapeType, feature, position);
    }
  } finally {
    await reader.close();
  }
}

function wkbOfShape(
  file: InputFile,
  record: Uint8Array,
  shapeType: number,
  feature: number,
  position: number,
): Uint8Array | undefined {
  const view = viewOf(record);
  const type = record.length < 4 ? -1 : view.getInt32(0, true);
  if (type === NULL_SHAPE) return undefined;
  if (type !== shapeType) {
    throw damaged(
      file,
      position,
      `shape type ${type} in a file of ${SHAPE_NAMES[shapeType]}`,
      "one type",
      feature,
    );
  }
  if (!isPolygon(type))
    return emptyWkb(type % 10 === 1 ? "Point" : type % 10 === 3 ? "MultiLineString" : "MultiPoint");
  const rings = ringsOf(view);
  if (rings === undefined)
    throw damaged(file, position, "counts that do not fit the record", "a polygon", feature);
  return wkbOfRings(partsOfRings(rings));
}

/** The rings of a polygon, heights and measures passed over; undefined when its counts say what cannot be. */
function ringsOf(view: DataView): Float64Array[] | undefined {
  if (view.byteLength < POLYGON_HEADER_BYTES) return undefined;
  const ringCount = view.getInt32(36, true);
  const pointCount = view.getInt32(40, true);
  const pointsAt = POLYGON_HEADER_BYTES + 4 * ringCount;
  if (ringCount < 0 || pointCount < 0 || pointsAt + 16 * pointCount > view.byteLength) return undefined;
  const xy = new Float64Array(2 * pointCount);
  for (let i = 0, at = pointsAt; i < xy.length; i++, at += 8) xy[i] = view.getFloat64(at, true);
  const rings: Float64Array[] = [];
  for (let r = 0; r < ringCount; r++) {
    const from = view.getInt32(POLYGON_HEADER_BYTES + 4 * r, true);
    const to = r + 1 < ringCount ? view.getInt32(POLYGON_HEADER_BYTES + 4 * r + 4, true) : pointCount;
    if (from < 0 || from > to || to > pointCount || (r === 0 && from !== 0)) return undefined;
    rings.push(xy.subarray(2 * from, 2 * to));
  }
  return ringCount === 0 && pointCount > 0 ? undefined : rings;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

function damaged(
  file: InputFile,
  position: number,
  came: string,
  wanted: string,
  feature?: number,
): InputError {
  return new InputError(
    { layer: file.path, ...(feature !== undefined && { feature }), position: `byte ${position}` },
    { came, wanted, todo: "Fetch the file again, or export the layer again as GeoPackage" },
  );
}

/** The file ends before what it says it holds. */
export function cutShort(file: InputFile, needed: number, feature?: number): InputError {
  return new InputError(
    {
      layer: file.path,
      ...(feature !== undefined && { feature }),
      position: `byte ${file.byteLength}`,
    },
    {
      came: "the end of the file in the middle of its contents",
      wanted: `at least ${needed} bytes`,
      todo: "The file was cut short: fetch or copy it again",
    },
  );
}
