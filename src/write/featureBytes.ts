import type { CodeColumn, Layer } from "../core/layer.js";
import { invariant } from "../core/trouble.js";
import { EncodedTerms } from "./encodedTerms.js";
import type { OutField } from "./layerOut.js";
import { numberIn } from "./numbers.js";

const POLYGON = 3;
const MULTIPOLYGON = 6;
const FEATURE_TABLE = 16;
const AFTER_FEATURE_TABLE = 28;
const GEOMETRY_VTABLE_BYTES = 20;
const POLYGON_HEAD_BYTES = 44; // vtable 20, table 16, padding 4, xy length 4

/** Bytes that `promoteToMulti` adds to the feature of a single polygon. */
export const PROMOTION_BYTES = 40;

/**
 * Lays features down as size-prefixed flatbuffers, one after the other, in one buffer that grows.
 *
 * The layout is fixed and forward, so nothing is built and then copied:
 *
 *      0 size | 4 root | 8 feature vtable | 16 feature table | 28 geometry ... | properties | padding to 8
 *
 * and a geometry is its vtable, its table and its vectors. Coordinates fall on multiples of 8 from the start of the
 * feature, as flatbuffers asks. Schema: feature.fbs of FlatGeobuf 3.0 (BSD-2-Clause).
 */
export class FeatureBytes {
  private buffer = new ArrayBuffer(1 << 20);
  private spare = new ArrayBuffer(0);
  private u8 = new Uint8Array(this.buffer);
  private u16 = new Uint16Array(this.buffer);
  private u32 = new Uint32Array(this.buffer);
  private f64 = new Float64Array(this.buffer);
  private view = new DataView(this.buffer);
  private used = 0;
  private columns: readonly (CodeColumn | undefined)[] = [];
  private encoded: (EncodedTerms | undefined)[] = [];

  constructor(private readonly fields: readonly OutField[]) {}

  /** Bytes of the features appended since the last `take`. */
  get byteLength(): number {
    return this.used;
  }

  /** The features appended since the last `take`. The bytes stay as they are until the next feature after another `take`. */
  take(): Uint8Array {
    const taken = this.u8.subarray(0, this.used);
    const next =
      this.spare.byteLength < this.buffer.byteLength ? new ArrayBuffer(this.buffer.byteLength) : this.spare;
    this.spare = this.buffer;
    this.useBuffer(next);
    this.used = 0;
    return taken;
  }

  /**
   * Appends feature f of the layer and returns its length in bytes, a multiple of 8.
   * @param columns one for each field; the same array for all features of a layer
   */
  append(layer: Layer, f: number, columns: readonly (CodeColumn | undefined)[]): number {
    if (columns !== this.columns) this.meet(columns);
    const properties = this.propertiesLength(f, columns);
    const start = this.used;
    this.reserve(this.geometryBound(layer, f) + AFTER_FEATURE_TABLE + 4 + properties + 16);
    const partFrom = layer.featurePart[f];
    const partTo = layer.featurePart[f + 1];

    let at = start + AFTER_FEATURE_TABLE;
    if (partTo === partFrom + 1) at = this.polygon(layer, partFrom, at);
    else if (partTo > partFrom) at = this.multiPolygon(layer, partFrom, partTo, at);
    this.featureTable(start, partTo > partFrom, properties > 0 ? at : 0);
    if (properties > 0) at = this.properties(layer, f, columns, at, properties);
    while (at % 8 !== 0) this.u8[at++] = 0;
    this.u32[start >> 2] = at - start - 4;
    this.used = at;
    return at - start;
  }

  private featureTable(start: number, hasGeometry: boolean, propertiesAt: number): void {
    const table = start + FEATURE_TABLE;
    this.u32[(start + 4) >> 2] = FEATURE_TABLE - 4;
    const vtable = (start + 8) >> 1;
    this.u16[vtable] = 8;
    this.u16[vtable + 1] = 12;
    this.u16[vtable + 2] = hasGeometry ? 4 : 0;
    this.u16[vtable + 3] = propertiesAt > 0 ? 8 : 0;
    this.u32[table >> 2] = 8; // back to the vtable
    const geometryTable = start + AFTER_FEATURE_TABLE + GEOMETRY_VTABLE_BYTES;
    this.u32[(table + 4) >> 2] = hasGeometry ? geometryTable - (table + 4) : 0;
    this.u32[(table + 8) >> 2] = propertiesAt > 0 ? propertiesAt - (table + 8) : 0;
  }

  /** One polygon from `at`, which is 4 above a multiple of 8. Returns the end, a multiple of 4. */
  private polygon(layer: Layer, part: number, at: number): number {
    const ringFrom = layer.partRing[part];
    const ringTo = layer.partRing[part + 1];
    const from = layer.ringVertex[ringFrom];
    const to = layer.ringVertex[ringTo];
    const hasEnds = ringTo > ringFrom + 1;
    const table = at + GEOMETRY_VTABLE_BYTES;
    const xy = at + POLYGON_HEAD_BYTES - 4;
    const ends = xy + 4 + 16 * (to - from);

    this.geometryVtable(at, 16, { ends: hasEnds ? 4 : 0, xy: 8, type: 12, parts: 0 });
    this.u32[table >> 2] = GEOMETRY_VTABLE_BYTES;
    this.u32[(table + 4) >> 2] = hasEnds ? ends - (table + 4) : 0;
    this.u32[(table + 8) >> 2] = xy - (table + 8);
    this.u32[(table + 12) >> 2] = POLYGON;
    this.u32[(table + 16) >> 2] = 0; // padding
    this.u32[xy >> 2] = 2 * (to - from);
    this.f64.set(layer.xy.subarray(2 * from, 2 * to), (xy + 4) >> 3);
    if (!hasEnds) return ends;
    this.u32[ends >> 2] = ringTo - ringFrom;
    for (let r = ringFrom; r < ringTo; r++) {
      this.u32[(ends + 4 + 4 * (r - ringFrom)) >> 2] = layer.ringVertex[r + 1] - from;
    }
    return ends + 4 + 4 * (ringTo - ringFrom);
  }

  private multiPolygon(layer: Layer, partFrom: number, partTo: number, at: number): number {
    const offsets = this.multiHead(at, partTo - partFrom);
    let end = offsets + 4 * (partTo - partFrom);
    for (let p = partFrom; p < partTo; p++) {
      if (end % 8 === 0) {
        this.u32[end >> 2] = 0; // padding
        end += 4;
      }
      const element = offsets + 4 * (p - partFrom);
      this.u32[element >> 2] = end + GEOMETRY_VTABLE_BYTES - element;
      end = this.polygon(layer, p, end);
    }
    return end;
  }

  /** vtable, table and length of the part vector of a MultiPolygon; returns where its offsets go. */
  private multiHead(at: number, partCount: number): number {
    const table = at + GEOMETRY_VTABLE_BYTES;
    this.geometryVtable(at, 12, { ends: 0, xy: 0, type: 8, parts: 4 });
    this.u32[table >> 2] = GEOMETRY_VTABLE_BYTES;
    this.u32[(table + 4) >> 2] = 8;
    this.u32[(table + 8) >> 2] = MULTIPOLYGON;
    this.u32[(table + 12) >> 2] = partCount;
    return table + 16;
  }

  private geometryVtable(
    at: number,
    tableBytes: number,
    field: { ends: number; xy: number; type: number; parts: number },
  ): void {
    const vtable = at >> 1;
    this.u16.fill(0, vtable, vtable + GEOMETRY_VTABLE_BYTES / 2);
    this.u16[vtable] = GEOMETRY_VTABLE_BYTES;
    this.u16[vtable + 1] = tableBytes;
    this.u16[vtable + 2] = field.ends;
    this.u16[vtable + 3] = field.xy;
    this.u16[vtable + 8] = field.type;
    this.u16[vtable + 9] = field.parts;
  }

  private properties(
    layer: Layer,
    f: number,
    columns: readonly (CodeColumn | undefined)[],
    at: number,
    length: number,
  ): number {
    this.u32[at >> 2] = length;
    let to = at + 4;
    for (let i = 0; i < this.fields.length; i++) {
      const column = columns[i];
      const code = column === undefined ? 0 : column.codes[f];
      if (column === undefined || code === 0) continue;
      this.view.setUint16(to, i, true);
      to += 2;
      if (this.fields[i].type === "string") {
        to = this.text(i, code, to);
      } else {
        this.number(this.fields[i], column.terms[code], layer.name, f, to);
        to += 8;
      }
    }
    while (to % 4 !== 0) this.u8[to++] = 0;
    return to;
  }

  /** The text of a term, its length before it. Most are short: a loop is quicker than a call for each. */
  private text(field: number, code: number, at: number): number {
    const { u8 } = this;
    const encoded = this.encoded[field] as EncodedTerms;
    const length = encoded.lengthOf(code);
    const from = encoded.startOf(code);
    const { bytes } = encoded;
    this.view.setUint32(at, length, true);
    for (let k = 0; k < length; k++) u8[at + 4 + k] = bytes[from + k];
    return at + 4 + length;
  }

  private number(field: OutField, text: string, layerName: string, f: number, at: number): void {
    const value = numberIn(field, text, layerName, f);
    if (field.type === "int") this.view.setBigInt64(at, BigInt(value), true);
    else this.view.setFloat64(at, Number(value), true);
  }

  private propertiesLength(f: number, columns: readonly (CodeColumn | undefined)[]): number {
    let length = 0;
    for (let i = 0; i < this.fields.length; i++) {
      const column = columns[i];
      if (column === undefined || column.codes[f] === 0) continue;
      length +=
        2 + (this.fields[i].type === "string" ? 4 + (this.encoded[i]?.lengthOf(column.codes[f]) ?? 0) : 8);
    }
    return length;
  }

  /** Terms are encoded once per dictionary: forget those of fields whose dictionary is another one now. */
  private meet(columns: readonly (CodeColumn | undefined)[]): void {
    this.columns = columns;
    this.encoded = columns.map((column, i) => {
      const known = this.encoded[i];
      return column === undefined || column.terms === known?.terms ? known : new EncodedTerms(column.terms);
    });
  }

  private geometryBound(layer: Layer, f: number): number {
    const partFrom = layer.featurePart[f];
    const partTo = layer.featurePart[f + 1];
    const rings = layer.partRing[partTo] - layer.partRing[partFrom];
    const vertices = layer.ringVertex[layer.partRing[partTo]] - layer.ringVertex[layer.partRing[partFrom]];
    return 40 + (partTo - partFrom) * (POLYGON_HEAD_BYTES + 16) + 4 * rings + 16 * vertices;
  }

  private reserve(more: number): void {
    if (this.used + more <= this.buffer.byteLength) return;
    const grown = new ArrayBuffer(
      Math.max(2 * this.buffer.byteLength, Math.ceil((this.used + more) / 8) * 8),
    );
    new Uint8Array(grown).set(this.u8.subarray(0, this.used));
    this.useBuffer(grown);
  }

  private useBuffer(buffer: ArrayBuffer): void {
    this.buffer = buffer;
    this.u8 = new Uint8Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.f64 = new Float64Array(buffer);
    this.view = new DataView(buffer);
  }
}

/**
 * Wraps the polygon of a feature into a MultiPolygon of one part, in place: a file where some features have several
 * parts must hold MultiPolygons only. Everything inside is relative, so 40 bytes slipped in at byte 28 are all.
 *
 * @param bytes room for the feature and PROMOTION_BYTES more, from `at`; the feature as `append` laid it down
 */
export function promoteToMulti(bytes: Buffer, at: number, byteLength: number): void {
  const head = at + AFTER_FEATURE_TABLE;
  bytes.copyWithin(head + PROMOTION_BYTES, head, at + byteLength);
  bytes.fill(0, head, head + PROMOTION_BYTES);
  bytes.writeUInt32LE(byteLength + PROMOTION_BYTES - 4, at);
  const properties = at + FEATURE_TABLE + 8;
  if (bytes.readUInt16LE(at + 14) !== 0) {
    bytes.writeUInt32LE(bytes.readUInt32LE(properties) + PROMOTION_BYTES, properties);
  }
  const table = head + GEOMETRY_VTABLE_BYTES;
  bytes.writeUInt16LE(GEOMETRY_VTABLE_BYTES, head);
  bytes.writeUInt16LE(12, head + 2);
  bytes.writeUInt16LE(8, head + 16);
  bytes.writeUInt16LE(4, head + 18);
  bytes.writeUInt32LE(GEOMETRY_VTABLE_BYTES, table);
  bytes.writeUInt32LE(8, table + 4);
  bytes.writeUInt32LE(MULTIPOLYGON, table + 8);
  bytes.writeUInt32LE(1, table + 12);
  const element = table + 16;
  bytes.writeUInt32LE(head + PROMOTION_BYTES + GEOMETRY_VTABLE_BYTES - element, element);
  invariant(element + 4 === head + PROMOTION_BYTES, () => "a wrapper is exactly PROMOTION_BYTES long");
}
