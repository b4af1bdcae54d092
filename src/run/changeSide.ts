import {
  type Bbox,
  boxesMeet,
  type CodeColumn,
  featureCount,
  type Layer,
  LayerBuilder,
  termOf,
} from "../core/layer.js";
import { featureBox, subsetWithColumns } from "../core/subset.js";
import type { Finding } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";
import { makeDecoder } from "../read/decoder.js";
import { openSource } from "../read/open.js";
import { readLayer } from "../read/readLayer.js";
import { reproject } from "../read/crs/reproject.js";
import type { Source } from "../read/source.js";

/**
 * Columns of a side's layer: the class it is compared by, the polygon's own id, and its own kommunenummer ("" where the
 * file has none).
 */
export const CLASS = "klasse";
export const ID = "id";
export const KOMMUNE = "kommunenummer";

/**
 * One of two editions, as every thread knows it: a file whose index finds the polygons of a box, or, where there is none
 * (or the file is in another CRS than the run), the whole layer in shared memory.
 */
export type SideSpec = {
  readonly name: string;
  readonly classField: string;
  readonly idField?: string;
  readonly kommuneField?: string;
} & (
  | { readonly kind: "indexed"; readonly path: string; readonly epsg?: Epsg }
  | { readonly kind: "memory"; readonly layer: Layer }
);

/** What an edition is called, and which of its fields are read. */
type SideFields = Pick<SideSpec, "name" | "classField" | "idField" | "kommuneField">;

const fieldsOf = ({ classField, idField, kommuneField }: SideFields): string[] =>
  [...new Set([classField, idField, kommuneField])].filter((field) => field !== undefined);

/** Polygons of one edition that meet a box. `number` is the place of each in its file. */
export type SideLayer = {
  readonly layer: Layer;
  readonly number: Uint32Array;
  readonly findings: readonly Finding[];
};

const CUT_BYTES = 1 << 20;

/**
 * The polygons whose box meets a box, with class and id.
 * @returns undefined when they have more vertices than `mostVertices`: the box must be divided
 */
export async function readSide(
  side: SideSpec,
  box: Bbox,
  mostVertices: number,
): Promise<SideLayer | undefined> {
  return side.kind === "memory" ? pickInMemory(side, box, mostVertices) : readBox(side, box, mostVertices);
}

async function readBox(
  side: Extract<SideSpec, { kind: "indexed" }>,
  box: Bbox,
  mostVertices: number,
): Promise<SideLayer | undefined> {
  const source = await openSource(side.path, side.epsg === undefined ? {} : { epsg: side.epsg });
  const decode = makeDecoder(source.decoder, fieldsOf(side));
  const builder = new LayerBuilder(side.name, source.epsg, [CLASS, ID, KOMMUNE]);
  const number: number[] = [];
  const findings: Finding[] = [];
  let buffer = new SharedArrayBuffer(CUT_BYTES);
  const take = (byteLength: number): SharedArrayBuffer =>
    byteLength <= buffer.byteLength ? buffer : (buffer = new SharedArrayBuffer(byteLength));
  for await (const cut of source.cuts({ cutBytes: CUT_BYTES, take, bbox: box })) {
    const decoded = decode(cut);
    findings.push(...decoded.findings);
    appendFeatures(builder, number, decoded.layer, side, box, cut.firstFeature);
    if (builder.vertexCount > mostVertices) return undefined;
  }
  return { layer: builder.build(), number: Uint32Array.from(number), findings };
}

function pickInMemory(
  { layer }: Extract<SideSpec, { kind: "memory" }>,
  box: Bbox,
  mostVertices: number,
): SideLayer | undefined {
  const kept = Array.from({ length: featureCount(layer) }, (_, f) => f).filter((f) =>
    boxesMeet(featureBox(layer, f), box),
  );
  const picked = subsetWithColumns(layer, kept);
  if (picked.xy.length / 2 > mostVertices) return undefined;
  return { layer: picked, number: Uint32Array.from(kept), findings: [] };
}

function appendFeatures(
  builder: LayerBuilder,
  number: number[],
  layer: Layer,
  { classField, idField, kommuneField }: SideFields,
  box: Bbox | undefined,
  firstFeature: number,
): void {
  const { xy, ringVertex, partRing, featurePart } = layer;
  const classes = layer.columns.get(classField)!;
  const ids = idField === undefined ? undefined : layer.columns.get(idField);
  const numbers = kommuneField === undefined ? undefined : layer.columns.get(kommuneField);
  const textOf = (column: CodeColumn | undefined, f: number): string =>
    column === undefined ? "" : termOf(column, f);
  for (let f = 0; f + 1 < featurePart.length; f++) {
    if (box !== undefined && !boxesMeet(featureBox(layer, f), box)) continue;
    for (let p = featurePart[f]; p < featurePart[f + 1]; p++) {
      for (let r = partRing[p]; r < partRing[p + 1]; r++) {
        builder.ring(xy.subarray(2 * ringVertex[r], 2 * ringVertex[r + 1]));
      }
      builder.endPart();
    }
    builder.endFeature([termOf(classes, f), textOf(ids, f), textOf(numbers, f)]);
    number.push(firstFeature + f);
  }
}

/** Reads a side whole, in the working CRS, for files without an index. */
export async function readWhole(
  source: Source,
  side: SideFields,
  workEpsg: Epsg,
): Promise<{ spec: SideSpec; findings: readonly Finding[]; sha256: string; featureCount: number }> {
  const read = await readLayer(source, fieldsOf(side));
  const placed = source.epsg === workEpsg ? read.layer : reproject(read.layer, workEpsg);
  const builder = new LayerBuilder(side.name, workEpsg, [CLASS, ID, KOMMUNE]);
  appendFeatures(builder, [], placed, side, undefined, 0);
  return { ...read, spec: { ...side, kind: "memory", layer: builder.build() } };
}

/** Whether the file finds the polygons of a box by an index: one that has none hands out its first features at once. */
export async function hasIndex(source: Source): Promise<boolean> {
  if (source.format !== "FlatGeobuf" || source.bbox === undefined) return false;
  const nowhere: Bbox = [1e300, 1e300, 1e300, 1e300];
  const cuts = source.cuts({ cutBytes: 1 << 12, bbox: nowhere });
  const first = await cuts.next();
  await cuts.return({ featureCount: 0 });
  return first.done === true && first.value.sha256 === undefined;
}
