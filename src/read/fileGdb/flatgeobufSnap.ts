import { ByteBuffer } from "flatbuffers";
import { Feature } from "flatgeobuf/lib/mjs/flat-geobuf/feature.js";
import type { Geometry } from "flatgeobuf/lib/mjs/flat-geobuf/geometry.js";

/** vtable slot of `xy` in geometry.fbs, FlatGeobuf 3.0. */
const XY = 6;

/**
 * Rounds the coordinates of a cut of FlatGeobuf features, in place, to a number of steps a unit.
 *
 * @param bytes features one behind the other, each with its size before it; whole and well formed
 * @param stepsPerUnit 10 000 for tenths of a millimetre in a system of metres
 */
export function snapFeatures(bytes: Uint8Array, stepsPerUnit: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length; at += 4 + view.getUint32(at, true)) {
    const buffer = new ByteBuffer(bytes);
    buffer.setPosition(at);
    const geometry = Feature.getSizePrefixedRootAsFeature(buffer).geometry();
    if (geometry !== null) snapGeometry(geometry, view, stepsPerUnit);
  }
}

function snapGeometry(geometry: Geometry, view: DataView, stepsPerUnit: number): void {
  const buffer = geometry.bb;
  const offset = buffer?.__offset(geometry.bb_pos, XY) ?? 0;
  if (buffer !== null && offset !== 0) {
    const from = buffer.__vector(geometry.bb_pos + offset);
    const to = from + 8 * geometry.xyLength();
    for (let at = from; at < to; at += 8)
      view.setFloat64(at, Math.round(view.getFloat64(at, true) * stepsPerUnit) / stepsPerUnit, true);
  }
  for (let i = 0; i < geometry.partsLength(); i++) {
    const part = geometry.parts(i);
    if (part !== null) snapGeometry(part, view, stepsPerUnit);
  }
}
