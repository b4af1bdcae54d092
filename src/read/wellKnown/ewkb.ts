import { WKB_TYPES } from "./wkb.js";

/** PostGIS puts the SRID behind the type where this bit of the type is set (PostGIS manual, 4.1.2, "extended WKB"). */
const HAS_SRID = 0x2000_0000;
/** Without the bits for Z, M and SRID, and the thousands that ISO uses for Z and M. */
const TYPE_BITS = 0x0fff_ffff;

const SURFACES = new Set([
  "geometry",
  "geometrycollection",
  "polygon",
  "multipolygon",
  "curvepolygon",
  "multisurface",
  "polyhedralsurface",
  "tin",
  "triangle",
]);

/** The first bytes of a geometry; `srid` 0 when it carries none. Undefined when they are not those of WKB. */
export function wkbHead(wkb: Uint8Array): { readonly type: string; readonly srid: number } | undefined {
  if (wkb.length < 5 || wkb[0] > 1) return undefined;
  const view = new DataView(wkb.buffer, wkb.byteOffset, wkb.length);
  const little = wkb[0] === 1;
  const bits = view.getUint32(1, little);
  const type = WKB_TYPES[(bits & TYPE_BITS) % 1000];
  const hasSrid = (bits & HAS_SRID) !== 0;
  if (type === undefined || (hasSrid && wkb.length < 9)) return undefined;
  return { type, srid: hasSrid ? view.getUint32(5, little) : 0 };
}

/** Whether a layer of that type, in PostGIS' own word for it ("MultiPolygonZ"), may hold areas. */
export function mayHoldAreas(type: string): boolean {
  return SURFACES.has(type.toLowerCase().replace(/z?m?$/, ""));
}

/** Bytes from hexadecimal digits; undefined when something else stands among them. */
export function bytesOfHex(hex: string): Uint8Array | undefined {
  const bytes = Buffer.from(hex, "hex"); // stops at the first pair that is no number
  return 2 * bytes.length === hex.length ? bytes : undefined;
}
