import type { Part } from "./layers.js";

/** The parts of a Polygon or MultiPolygon in well-known binary, little endian: a reader for tests, by the book. */
export function partsOfWkb(bytes: Uint8Array): Part[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const u32 = () => view.getUint32((at += 4) - 4, true);
  const f64 = () => view.getFloat64((at += 8) - 8, true);
  const head = (): number => {
    if (view.getUint8(at++) !== 1) throw new Error("little endian was wanted");
    return u32();
  };
  const polygon = (): Part => {
    if (head() !== 3) throw new Error("a polygon was wanted");
    return Array.from({ length: u32() }, () => Array.from({ length: 2 * u32() }, f64));
  };
  let parts: Part[];
  if (view.getUint32(1, true) === 6) {
    head();
    parts = Array.from({ length: u32() }, polygon);
  } else parts = [polygon()];
  if (at !== bytes.length) throw new Error(`${bytes.length - at} bytes too many`);
  return parts;
}

/** The parts of a POLYGON or MULTIPOLYGON in well-known text; none for an empty cell. */
export function partsOfWkt(wkt: string): Part[] {
  if (wkt === "") return [];
  const [, word, body] = /^(POLYGON|MULTIPOLYGON) (\(.*\))$/.exec(wkt) ?? [];
  const lists = body
    .replaceAll("(", "[")
    .replaceAll(")", "]")
    .replaceAll(/([^[\],]+) ([^[\],]+)/g, "$1,$2");
  const parsed = JSON.parse(lists) as number[][] | number[][][];
  return word === "POLYGON" ? [parsed as number[][]] : (parsed as number[][][]);
}
