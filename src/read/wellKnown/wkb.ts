import { roomFor } from "../../core/grown.js";
import { putArc } from "../arcs.js";
import type { PolygonColumns } from "../polygonColumns.js";

/** Geometry types, OGC 06-103r4 (Simple Feature Access 1.2.1), table 7, and ISO 13249-3:2011 for the curves. */
const POLYGON = 3;
const CURVE_TYPES = { lineString: 2, circularString: 8, compoundCurve: 9 } as const;
export const WKB_TYPES: Readonly<Record<number, string>> = {
  1: "Point",
  2: "LineString",
  3: "Polygon",
  4: "MultiPoint",
  5: "MultiLineString",
  6: "MultiPolygon",
  7: "GeometryCollection",
  8: "CircularString",
  9: "CompoundCurve",
  10: "CurvePolygon",
  11: "MultiCurve",
  12: "MultiSurface",
  15: "PolyhedralSurface",
  16: "TIN",
  17: "Triangle",
};

/** Extended WKB (PostGIS) says in these bits what ISO says in thousands. */
const EWKB = { z: 0x8000_0000, m: 0x4000_0000, srid: 0x2000_0000, type: 0x1fff_ffff } as const;

/** A geometry with a byte order and a type takes at least these, and a count within. */
const HEADER_BYTES = 5;
const COUNT_BYTES = 4;
/** Collections in collections deeper than this are an attack or an accident. */
const MOST_DEPTH = 16;
/** One ring of arcs that gets longer than this as chords (256 MB) does not describe ground. */
const MOST_RING_ORDINATES = 1 << 25;

/** Says that the bytes are no geometry; `at` counts from the geometry's first byte. */
export type RefuseWkb = (came: string, wanted: string, at: number) => never;

/**
 * Reads well-known binary into PolygonColumns: every kind of surface, in ISO and in extended form, 2D, Z, M and ZM (heights
 * and measures are passed over), either byte order, arcs as chords. No object per ring or vertex.
 * Source: OGC 06-103r4, 8.2; ISO 13249-3:2011, 5.1.46; PostGIS's doc/ZMSgeoms.txt for the extended form.
 */
export class WkbReader {
  /** SRID the last geometry carried; 0 when none. */
  srid = 0;
  /** Type of the first part of the last geometry that has no area; "" when there was none. Such parts are left out. */
  leftOut = "";

  private view: DataView = new DataView(new ArrayBuffer(0));
  private start = 0;
  private at = 0;
  private end = 0;
  private littleEndian = true;
  private pointBytes = 16;
  private ring = new Float64Array(1024);
  private ordinates = 0;

  /** @param sagitta greatest distance between an arc and its chords, in the coordinates' unit */
  constructor(
    private readonly columns: PolygonColumns,
    private readonly sagitta: number,
    private readonly refuse: RefuseWkb,
  ) {}

  /** Reads the geometry at bytes[from] .. bytes[to] as parts of the feature that is open in the columns. */
  read(bytes: Uint8Array, from: number, to: number): void {
    if (this.view.buffer !== bytes.buffer) this.view = new DataView(bytes.buffer);
    this.start = bytes.byteOffset + from;
    this.at = this.start;
    this.end = bytes.byteOffset + to;
    this.srid = 0;
    this.leftOut = "";
    this.geometry(0);
    if (this.at !== this.end)
      this.say(`${this.end - this.at} bytes too many`, "a geometry and nothing behind it");
  }

  private geometry(depth: number): void {
    const type = this.header(depth);
    switch (WKB_TYPES[type]) {
      case "Polygon":
      case "Triangle":
        return this.polygon();
      case "CurvePolygon":
        return this.curvePolygon(depth);
      case "MultiPolygon":
      case "MultiSurface":
      case "PolyhedralSurface":
      case "TIN":
      case "GeometryCollection":
        return this.members(depth);
      case undefined:
        return this.say(`geometry type ${type}`, "a type of the OGC's and ISO's lists", HEADER_BYTES - 1);
      default:
        return this.leaveOut(type, depth);
    }
  }

  /** Byte order, type and SRID; returns the type without its dimensions, and keeps the rest for what follows. */
  private header(depth: number): number {
    if (depth > MOST_DEPTH) this.say(`collections ${depth} deep`, `at most ${MOST_DEPTH}`);
    this.need(HEADER_BYTES);
    const order = this.view.getUint8(this.at++);
    if (order > 1) this.say(`byte order ${order}`, "0 or 1", 1);
    this.littleEndian = order === 1;
    const code = this.uint32();
    const plain = code & EWKB.type;
    const thousands = Math.floor(plain / 1000);
    if (thousands > 3) this.say(`geometry type ${plain}`, "a type of the OGC's and ISO's lists", 4);
    const hasZ = (code & EWKB.z) !== 0 || thousands === 1 || thousands === 3;
    const hasM = (code & EWKB.m) !== 0 || thousands === 2 || thousands === 3;
    this.pointBytes = 16 + (hasZ ? 8 : 0) + (hasM ? 8 : 0);
    if ((code & EWKB.srid) !== 0) {
      this.need(COUNT_BYTES);
      const srid = this.uint32();
      if (depth === 0) this.srid = srid;
    }
    return plain % 1000;
  }

  private polygon(): void {
    const ringCount = this.count(COUNT_BYTES);
    for (let r = 0; r < ringCount; r++) {
      this.ordinates = 0;
      this.points(this.count(this.pointBytes));
      this.endRing();
    }
    this.columns.endPart();
  }

  private curvePolygon(depth: number): void {
    const ringCount = this.count(HEADER_BYTES + COUNT_BYTES);
    for (let r = 0; r < ringCount; r++) {
      this.ordinates = 0;
      this.curve(depth + 1);
      this.endRing();
    }
    this.columns.endPart();
  }

  private members(depth: number): void {
    const count = this.count(HEADER_BYTES + COUNT_BYTES);
    for (let i = 0; i < count; i++) this.geometry(depth + 1);
  }

  /** Passes over a geometry that has no area. */
  private leaveOut(type: number, depth: number): void {
    this.leftOut ||= WKB_TYPES[type];
    switch (WKB_TYPES[type]) {
      case "Point":
        this.need(this.pointBytes);
        this.at += this.pointBytes;
        return;
      case "LineString":
      case "CircularString": {
        const pointCount = this.count(this.pointBytes);
        this.at += pointCount * this.pointBytes;
        return;
      }
      default:
        this.members(depth);
    }
  }

  /** One ring of a CurvePolygon, or a piece of it. */
  private curve(depth: number): void {
    const type = this.header(depth);
    if (type === CURVE_TYPES.lineString) this.points(this.count(this.pointBytes));
    else if (type === CURVE_TYPES.circularString) this.arcs(this.count(this.pointBytes));
    else if (type === CURVE_TYPES.compoundCurve) {
      const pieces = this.count(HEADER_BYTES + COUNT_BYTES);
      for (let i = 0; i < pieces; i++) this.curve(depth + 1);
    } else this.say(`${WKB_TYPES[type] ?? `geometry type ${type}`} as a ring`, "a line or curve", 4);
  }

  /** Adds straight pieces to the ring; where it goes on from its last vertex, that one is not repeated. */
  private points(count: number): void {
    const needed = this.ordinates + 2 * count;
    if (needed > this.ring.length) this.ring = roomFor(this.ring, needed);
    const { ring, view, littleEndian, pointBytes } = this;
    let at = this.at;
    let to = this.ordinates;
    for (let i = 0; i < count; i++) {
      ring[to++] = view.getFloat64(at, littleEndian);
      ring[to++] = view.getFloat64(at + 8, littleEndian);
      at += pointBytes;
    }
    const from = this.ordinates;
    if (from > 0 && count > 0 && ring[from] === ring[from - 2] && ring[from + 1] === ring[from - 1]) {
      ring.copyWithin(from, from + 2, to);
      to -= 2;
    }
    this.ordinates = to;
    this.at = at;
  }

  /** Arcs that share their ends: points 0 1 2, then 2 3 4, and so on. */
  private arcs(count: number): void {
    if (count === 0) return;
    if (count % 2 === 0 || count < 3)
      this.say(`a CircularString of ${count} points`, "an odd number, at least 3");
    this.points(1);
    for (let i = 2; i < count; i += 2) {
      const [x1, y1] = [this.ring[this.ordinates - 2], this.ring[this.ordinates - 1]];
      const [x2, y2, x3, y3] = [this.float64(), this.float64(8), this.float64(this.pointBytes), this.float64(this.pointBytes + 8)]; // prettier-ignore
      putArc(x1, y1, x2, y2, x3, y3, this.sagitta, this.put);
      this.at += 2 * this.pointBytes;
      if (this.ordinates > MOST_RING_ORDINATES)
        this.say("arcs of more than 16 million chords", "a ring on the ground");
    }
  }

  private readonly put = (x: number, y: number): void => {
    if (this.ordinates + 2 > this.ring.length) this.ring = roomFor(this.ring, this.ordinates + 2);
    this.ring[this.ordinates++] = x;
    this.ring[this.ordinates++] = y;
  };

  private endRing(): void {
    if (this.columns.ring(this.ring, 0, this.ordinates)) return;
    this.say("a coordinate that is NaN or infinite", "finite coordinates");
  }

  /** How many there are of something that takes at least so many bytes each: no more than there are bytes for. */
  private count(leastBytes: number): number {
    this.need(COUNT_BYTES);
    const count = this.uint32();
    if (count * leastBytes > this.end - this.at) {
      this.say(
        `a count of ${count} with ${this.end - this.at} bytes left`,
        "as many as are there",
        COUNT_BYTES,
      );
    }
    return count;
  }

  private need(byteLength: number): void {
    if (this.at + byteLength > this.end)
      this.say("the end of the geometry in the middle of it", "a whole geometry");
  }

  private uint32(): number {
    const value = this.view.getUint32(this.at, this.littleEndian);
    this.at += 4;
    return value;
  }

  private float64(offset = 0): number {
    return this.view.getFloat64(this.at + offset, this.littleEndian);
  }

  /** @param back how many bytes ago the trouble began */
  private say(came: string, wanted: string, back = 0): never {
    return this.refuse(came, wanted, this.at - back - this.start);
  }
}

/** Parts of rings, shell first; a ring is x and y in turn. */
export type RingParts = readonly (readonly ArrayLike<number>[])[];

/** Rings as a MultiPolygon in well-known binary, little endian, 2D; no parts give an empty one. */
export function wkbOfRings(parts: RingParts): Uint8Array {
  let byteLength = HEADER_BYTES + COUNT_BYTES;
  for (const part of parts) {
    byteLength += HEADER_BYTES + COUNT_BYTES;
    for (const ring of part) byteLength += COUNT_BYTES + 8 * ring.length;
  }
  const view = new DataView(new ArrayBuffer(byteLength));
  let at = putHeader(view, 0, POLYGON + 3, parts.length);
  for (const part of parts) {
    at = putHeader(view, at, POLYGON, part.length);
    for (const ring of part) {
      view.setUint32(at, ring.length / 2, true);
      at += COUNT_BYTES;
      for (let i = 0; i < ring.length; i++, at += 8) view.setFloat64(at, ring[i], true);
    }
  }
  return new Uint8Array(view.buffer);
}

function putHeader(view: DataView, at: number, type: number, count: number): number {
  view.setUint8(at, 1);
  view.setUint32(at + 1, type, true);
  view.setUint32(at + HEADER_BYTES, count, true);
  return at + HEADER_BYTES + COUNT_BYTES;
}

/** A geometry without points of a kind that has no area, for readers that only have its kind to tell. */
export function emptyWkb(type: "Point" | "MultiPoint" | "MultiLineString"): Uint8Array {
  const view = new DataView(new ArrayBuffer(HEADER_BYTES + COUNT_BYTES + (type === "Point" ? 12 : 0)));
  putHeader(view, 0, type === "Point" ? 1 : type === "MultiPoint" ? 4 : 5, 0);
  return new Uint8Array(view.buffer);
}
