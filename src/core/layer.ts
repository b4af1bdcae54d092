import type { Epsg } from "./units.js";

/** One attribute as a dictionary column. Code 0 is always "not given" (multiplicity 0..1 in the standard). */
export type CodeColumn = {
  readonly codes: Uint32Array; // one per feature
  readonly terms: readonly string[]; // terms[0] === ""
};

/**
 * A polygon layer as columns, nested like GeoArrow MultiPolygon.
 * Feature f owns parts    featurePart[f] .. featurePart[f + 1];
 * part p    owns rings    partRing[p]    .. partRing[p + 1], the shell first, then its holes;
 * ring r    owns vertices ringVertex[r]  .. ringVertex[r + 1], the last equal to the first.
 * A feature without geometry owns no parts.
 */
export type Layer = {
  readonly name: string;
  readonly epsg: Epsg; // layers of two systems do not meet
  readonly xy: Float64Array; // x0, y0, x1, y1 ... in the CRS's unit
  readonly ringVertex: Uint32Array; // ringCount + 1
  readonly partRing: Uint32Array; // partCount + 1
  readonly featurePart: Uint32Array; // featureCount + 1
  readonly columns: ReadonlyMap<string, CodeColumn>;
};

export const featureCount = (layer: Layer): number => layer.featurePart.length - 1;

/** minx, miny, maxx, maxy; all NaN-free. An empty box has min > max. */
export type Bbox = readonly [number, number, number, number];

/** Whether two boxes have a point in common; touching counts. */
export const boxesMeet = (a: Bbox, b: Bbox): boolean =>
  a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1];

export const EMPTY_BBOX: Bbox = [Infinity, Infinity, -Infinity, -Infinity];

/** Bounding box of vertices from .. to of an interleaved coordinate array. */
export function bboxOf(xy: Float64Array, from: number, to: number): Bbox {
  const box: MutableBox = [Infinity, Infinity, -Infinity, -Infinity];
  for (let v = from; v < to; v += STRETCH) widen(box, xy, v, Math.min(to, v + STRETCH));
  return box;
}

type MutableBox = [minX: number, minY: number, maxX: number, maxY: number];

/**
 * Vertices at a time. A loop so long that it is compiled while it runs is compiled without knowing what comes after it,
 * and V8 leaves such code at its end anew in every later call: thousands of times, where small polygons follow large ones.
 */
const STRETCH = 512;

function widen(box: MutableBox, xy: Float64Array, from: number, to: number): void {
  let minX = box[0];
  let minY = box[1];
  let maxX = box[2];
  let maxY = box[3];
  for (let v = from; v < to; v++) {
    const x = xy[2 * v];
    const y = xy[2 * v + 1];
    if (x < minX) minX = x;
    if (x > maxX) maxX = x;
    if (y < minY) minY = y;
    if (y > maxY) maxY = y;
  }
  box[0] = minX;
  box[1] = minY;
  box[2] = maxX;
  box[3] = maxY;
}

/** The term a feature has in a column; "" when not given. */
export function termOf(column: CodeColumn, feature: number): string {
  return column.terms[column.codes[feature]];
}

/**
 * Grows a Layer feature by feature. For readers, generators and tests; not for hot loops over whole layers.
 * Call order: per feature `ring(xy)` and `endPart()` as needed, then `endFeature(values)`.
 */
export class LayerBuilder {
  private xy = new Float64Array(1024);
  private vertices = 0;
  private readonly ringVertex: number[] = [0];
  private readonly partRing: number[] = [0];
  private readonly featurePart: number[] = [0];
  private readonly codes: number[][];
  private readonly dictionaries: Map<string, number>[];

  constructor(
    private readonly name: string,
    private readonly epsg: Epsg,
    private readonly fields: readonly string[],
  ) {
    this.codes = fields.map(() => []);
    this.dictionaries = fields.map(() => new Map([["", 0]]));
  }

  get featureCount(): number {
    return this.featurePart.length - 1;
  }

  get vertexCount(): number {
    return this.vertices;
  }

  /** Adds one ring to the open part: interleaved coordinates, closed by the caller. */
  ring(xy: ArrayLike<number>): void {
    const needed = 2 * this.vertices + xy.length;
    if (needed > this.xy.length) {
      const grown = new Float64Array(Math.max(needed, 2 * this.xy.length));
      grown.set(this.xy.subarray(0, 2 * this.vertices));
      this.xy = grown;
    }
    this.xy.set(xy, 2 * this.vertices);
    this.vertices += xy.length / 2;
    this.ringVertex.push(this.vertices);
  }

  /** Closes the part whose rings were just added. */
  endPart(): void {
    this.partRing.push(this.ringVertex.length - 1);
  }

  /** Closes the feature whose parts were just added, with one value per field; "" means not given. */
  endFeature(values: readonly string[]): void {
    this.featurePart.push(this.partRing.length - 1);
    for (let i = 0; i < this.fields.length; i++) {
      const dictionary = this.dictionaries[i];
      const value = values[i] ?? "";
      let code = dictionary.get(value);
      if (code === undefined) {
        code = dictionary.size;
        dictionary.set(value, code);
      }
      this.codes[i].push(code);
    }
  }

  build(): Layer {
    return {
      name: this.name,
      epsg: this.epsg,
      xy: shared(Float64Array, this.xy.subarray(0, 2 * this.vertices)),
      ringVertex: shared(Uint32Array, this.ringVertex),
      partRing: shared(Uint32Array, this.partRing),
      featurePart: shared(Uint32Array, this.featurePart),
      columns: new Map(
        this.fields.map((field, i) => [
          field,
          { codes: shared(Uint32Array, this.codes[i]), terms: [...this.dictionaries[i].keys()] },
        ]),
      ),
    };
  }
}

type SharedArrayType<T> = { new (buffer: SharedArrayBuffer): T; readonly BYTES_PER_ELEMENT: number };

/** A layer on shareable memory, without copying what is there already. */
export function sharedLayer(layer: Layer): Layer {
  const { xy, ringVertex, partRing, featurePart, columns } = layer;
  const on = <T extends Float64Array | Uint32Array>(type: SharedArrayType<T>, column: T): T =>
    column.buffer instanceof SharedArrayBuffer ? column : shared(type, column);
  return {
    ...layer,
    xy: on(Float64Array, xy),
    ringVertex: on(Uint32Array, ringVertex),
    partRing: on(Uint32Array, partRing),
    featurePart: on(Uint32Array, featurePart),
    columns: new Map(
      Array.from(columns, ([name, { codes, terms }]) => [name, { codes: on(Uint32Array, codes), terms }]),
    ),
  };
}

/**
 * A typed array on shareable memory, so that a worker gets it for free. For what threads share: V8 does not count such
 * memory, and so is in no hurry to free it.
 */
export function shared<T extends { set(from: ArrayLike<number>): void }>(
  type: SharedArrayType<T>,
  from: ArrayLike<number> | number,
): T {
  const length = typeof from === "number" ? from : from.length;
  const array = new type(new SharedArrayBuffer(length * type.BYTES_PER_ELEMENT));
  if (typeof from !== "number") array.set(from);
  return array;
}
