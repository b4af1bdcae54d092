import { ColumnType } from "flatgeobuf/lib/mjs/flat-geobuf/column-type.js";
import { GeometryType } from "flatgeobuf/lib/mjs/flat-geobuf/geometry-type.js";
import { InputError, type Finding } from "../../core/trouble.js";
import { PolygonColumns } from "../polygonColumns.js";
import { geometryFindings, otherGeometry } from "../ringFindings.js";
import type { Cut, Decoded, DecoderSpec, IsWanted } from "../source.js";
import { Terms } from "../terms.js";

/** What a FlatGeobuf decoder needs from the header. */
export type FlatGeobufDetail = {
  readonly geometryType: GeometryType;
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
};

/** Bytes of a value of each fixed-size type; the others begin with their length in four bytes. */
const VALUE_BYTES: Readonly<Partial<Record<ColumnType, number>>> = {
  [ColumnType.Byte]: 1,
  [ColumnType.UByte]: 1,
  [ColumnType.Bool]: 1,
  [ColumnType.Short]: 2,
  [ColumnType.UShort]: 2,
  [ColumnType.Int]: 4,
  [ColumnType.UInt]: 4,
  [ColumnType.Long]: 8,
  [ColumnType.ULong]: 8,
  [ColumnType.Float]: 4,
  [ColumnType.Double]: 8,
};

const POINTS_AND_LINES: ReadonlySet<GeometryType> = new Set([
  GeometryType.Point,
  GeometryType.LineString,
  GeometryType.MultiPoint,
  GeometryType.MultiLineString,
]);

/** A field with more distinct values than this starts its dictionary anew at the next cut. */
const MOST_TERMS = 1 << 16;

/** vtable slots of feature.fbs, FlatGeobuf 3.0. */
const FEATURE = { geometry: 4, properties: 6 } as const;
const GEOMETRY = { ends: 4, xy: 6, type: 16, parts: 18 } as const;

/**
 * Turns cuts of a FlatGeobuf file into columns, without an object per feature, ring or vertex.
 *
 * The Layer returned, and its arrays, are valid until the next call: the buffers are used again. A column's `terms`
 * stays the same array from cut to cut (longer each time) as long as codes keep their meaning.
 */
export class FlatGeobufDecoder {
  private readonly columns: PolygonColumns;
  private readonly terms: Terms[];
  /** Per column of the file: which wanted field it is, or -1; and its size in bytes, or 0 for one that says itself. */
  private readonly wantedAt: Int32Array;
  private readonly valueBytes: Uint8Array;
  private readonly headerType: GeometryType;
  private findings: Finding[] = [];
  private feature = 0;

  private u8: Uint8Array = new Uint8Array(0);
  private u16: Uint16Array = new Uint16Array(0);
  private u32: Uint32Array = new Uint32Array(0);
  private f64: Float64Array = new Float64Array(0);
  private end = 0;
  private scratch = new ArrayBuffer(0);

  constructor(
    private readonly spec: DecoderSpec,
    private readonly fields: readonly string[],
    private readonly isWanted?: IsWanted,
  ) {
    const detail = spec.detail as FlatGeobufDetail;
    this.headerType = detail.geometryType;
    this.wantedAt = Int32Array.from(detail.columns, (column) => fields.indexOf(column.name));
    this.valueBytes = Uint8Array.from(detail.columns, (column) => VALUE_BYTES[column.type] ?? 0);
    const types = new Map(detail.columns.map((column) => [column.name, column.type]));
    this.terms = fields.map((field) => termsOf(types.get(field) ?? ColumnType.String));
    this.columns = new PolygonColumns(fields.length);
  }

  decode(cut: Cut): Decoded {
    this.columns.clear();
    this.findings = [];
    for (const terms of this.terms) if (terms.terms.length > MOST_TERMS) terms.reset();
    const sizes = new DataView(cut.bytes.buffer, cut.bytes.byteOffset, cut.bytes.length);
    let at = 0;
    for (let i = 0; i < cut.featureCount; i++) {
      this.feature = cut.firstFeature + i;
      const byteLength = at + 4 <= cut.bytes.length ? 4 + sizes.getUint32(at, true) : 4;
      if (at + byteLength > cut.bytes.length) this.damaged("it is longer than the bytes that are there");
      if (this.isWanted?.(this.feature) !== false) this.decodeFeature(cut.bytes, at, byteLength);
      at += byteLength;
    }
    const { layerName, epsg } = this.spec;
    const terms = this.terms.map((each) => each.terms);
    return { layer: this.columns.layer(layerName, epsg, this.fields, terms), findings: this.findings };
  }

  private decodeFeature(bytes: Uint8Array, at: number, byteLength: number): void {
    const start = this.lookAt(bytes, at, byteLength);
    const table = this.follow(start + 4);
    const geometry = this.field(table, FEATURE.geometry);
    const isArea = geometry === 0 || this.decodeGeometry(this.follow(geometry));
    const properties = this.field(table, FEATURE.properties);
    if (properties !== 0 && this.fields.length > 0) this.decodeProperties(this.follow(properties));
    const { openParts, closedRings, shortRings } = this.columns;
    if (isArea && (openParts === 0 || closedRings > 0 || shortRings > 0)) {
      this.findings.push(...geometryFindings(this.columns, this.spec.layerName, this.feature));
    }
    this.columns.endFeature();
  }

  /**
   * Sets the views on the feature and returns where in them it starts. Flatbuffers are aligned within themselves, so a
   * feature that begins off a multiple of 8 (after one without coordinates, say) is copied to where it does.
   */
  private lookAt(bytes: Uint8Array, at: number, byteLength: number): number {
    if ((bytes.byteOffset + at) % 8 === 0) {
      if (this.u8.buffer !== bytes.buffer) this.view(bytes.buffer);
      this.end = bytes.byteOffset + at + byteLength;
      return bytes.byteOffset + at;
    }
    if (this.scratch.byteLength < byteLength) this.scratch = new ArrayBuffer(2 * byteLength);
    if (this.u8.buffer !== this.scratch) this.view(this.scratch);
    this.u8.set(bytes.subarray(at, at + byteLength));
    this.end = byteLength;
    return 0;
  }

  private view(buffer: ArrayBufferLike): void {
    this.u8 = new Uint8Array(buffer);
    this.u16 = new Uint16Array(buffer, 0, buffer.byteLength >> 1);
    this.u32 = new Uint32Array(buffer, 0, buffer.byteLength >> 2);
    this.f64 = new Float64Array(buffer, 0, buffer.byteLength >> 3);
  }

  /** Where the offset stored at `at` points. */
  private follow(at: number): number {
    const target = at + this.u32[at >> 2];
    if (target + 4 > this.end || target % 4 !== 0) this.damaged("an offset leads out of it");
    return target;
  }

  /** Where a table keeps the field of that vtable slot; 0 when it has none. */
  private field(table: number, slot: number): number {
    const vtable = table - (this.u32[table >> 2] | 0);
    if (vtable < 0 || vtable + 4 > this.end) this.damaged("a table has no description");
    if (slot >= this.u16[vtable >> 1]) return 0;
    const offset = this.u16[(vtable + slot) >> 1];
    return offset === 0 ? 0 : table + offset;
  }

  /** False for a point or a line, which is told of and left out. */
  private decodeGeometry(table: number): boolean {
    const typeAt = this.field(table, GEOMETRY.type);
    const ownType: GeometryType = typeAt === 0 ? GeometryType.Unknown : this.u8[typeAt];
    const type = this.headerType === GeometryType.Unknown ? ownType : this.headerType;
    if (type === GeometryType.Polygon) this.decodePart(table);
    else if (type === GeometryType.MultiPolygon) this.decodeMulti(table);
    else if (POINTS_AND_LINES.has(type)) {
      this.findings.push(otherGeometry(this.spec.layerName, this.feature, GeometryType[type]));
      return false;
    } else this.refuseType(type);
    return true;
  }

  private decodeMulti(table: number): void {
    const field = this.field(table, GEOMETRY.parts);
    if (field === 0) {
      this.decodePart(table);
      return;
    }
    const parts = this.follow(field);
    const partCount = this.u32[parts >> 2];
    if (parts + 4 + 4 * partCount > this.end) this.damaged("its list of parts is too long");
    for (let p = 0; p < partCount; p++) this.decodePart(this.follow(parts + 4 + 4 * p));
  }

  private decodePart(table: number): void {
    const xyField = this.field(table, GEOMETRY.xy);
    if (xyField === 0) return;
    const xy = this.follow(xyField);
    const ordinates = this.u32[xy >> 2];
    if (xy + 4 + 8 * ordinates > this.end || ordinates % 2 !== 0)
      this.damaged("its coordinates do not fit in it");
    const aligned = (xy + 4) % 8 === 0;
    const source = aligned
      ? this.f64
      : new Float64Array(this.u8.slice(xy + 4, xy + 4 + 8 * ordinates).buffer);
    const origin = aligned ? (xy + 4) >> 3 : 0;

    const endsField = this.field(table, GEOMETRY.ends);
    const ends = endsField === 0 ? 0 : this.follow(endsField);
    const ringCount = endsField === 0 ? 0 : this.u32[ends >> 2];
    if (ringCount === 0) this.ring(source, origin, origin + ordinates);
    else if (ends + 4 + 4 * ringCount > this.end) this.damaged("its list of rings is too long");
    let from = 0;
    for (let r = 0; r < ringCount; r++) {
      const to = 2 * this.u32[(ends + 4 + 4 * r) >> 2];
      if (to < from || to > ordinates) this.damaged("a ring ends where it has no coordinates");
      this.ring(source, origin + from, origin + to);
      from = to;
    }
    this.columns.endPart();
  }

  private ring(source: Float64Array, from: number, to: number): void {
    if (this.columns.ring(source, from, to)) return;
    throw new InputError(
      { layer: this.spec.path, feature: this.feature },
      {
        came: "a coordinate that is NaN or infinite",
        wanted: "finite coordinates",
        todo: "Mend or remove the feature (features are counted from 0 in file order)",
      },
    );
  }

  private decodeProperties(vector: number): void {
    const to = vector + 4 + this.u32[vector >> 2];
    if (to > this.end) this.damaged("its properties do not fit in it");
    const bytes = this.u8;
    let at = vector + 4;
    let missing = this.fields.length;
    while (at + 2 <= to && missing > 0) {
      const column = bytes[at] | (bytes[at + 1] << 8);
      if (column >= this.wantedAt.length)
        this.damaged(`a property belongs to column ${column}, which the header lacks`);
      at += 2;
      let length = this.valueBytes[column];
      if (length === 0) {
        length = (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
        at += 4;
      }
      if (at + length > to) this.damaged("a value ends outside it");
      const wanted = this.wantedAt[column];
      if (wanted !== -1) {
        this.columns.code(wanted, this.terms[wanted].codeOf(bytes, at, at + length));
        missing--;
      }
      at += length;
    }
  }

  private refuseType(type: GeometryType): never {
    throw new InputError(
      { layer: this.spec.path, feature: this.feature },
      {
        came: `a geometry of type ${GeometryType[type] ?? type}`,
        wanted: "Polygon or MultiPolygon",
        todo: "Convert the layer to polygons with straight edges first",
      },
    );
  }

  private damaged(how: string): never {
    throw new InputError(
      { layer: this.spec.path, feature: this.feature },
      {
        came: `a damaged feature: ${how}`,
        wanted: "features as FlatGeobuf 3 lays them down",
        todo: "Fetch or convert the file again",
      },
    );
  }
}

/** Values of that type as text; numbers in the shortest form, whole ones without decimals. */
function termsOf(type: ColumnType): Terms {
  const number = numberReader(type);
  if (number === undefined) {
    const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
    return new Terms((bytes) => utf8.decode(bytes), true);
  }
  return new Terms((bytes) => {
    const value = number(new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
    return typeof value === "number" && Number.isNaN(value) ? "" : String(value);
  });
}

function numberReader(type: ColumnType): ((view: DataView) => number | bigint | boolean) | undefined {
  switch (type) {
    case ColumnType.Bool:
      return (view) => view.getUint8(0) !== 0;
    case ColumnType.Byte:
      return (view) => view.getInt8(0);
    case ColumnType.UByte:
      return (view) => view.getUint8(0);
    case ColumnType.Short:
      return (view) => view.getInt16(0, true);
    case ColumnType.UShort:
      return (view) => view.getUint16(0, true);
    case ColumnType.Int:
      return (view) => view.getInt32(0, true);
    case ColumnType.UInt:
      return (view) => view.getUint32(0, true);
    case ColumnType.Long:
      return (view) => view.getBigInt64(0, true);
    case ColumnType.ULong:
      return (view) => view.getBigUint64(0, true);
    case ColumnType.Float:
      return (view) => shortestFloat(view.getFloat32(0, true));
    case ColumnType.Double:
      return (view) => view.getFloat64(0, true);
    case ColumnType.String:
    case ColumnType.Json:
    case ColumnType.DateTime:
    case ColumnType.Binary:
      return undefined;
  }
}

/** The number with fewest digits that is the same in 32 bits: 0.1, not 0.10000000149011612. */
function shortestFloat(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return shorter;
  }
  return Number(value.toPrecision(9));
}
