/** Well-known binary written by hand, for tests: what our own writer never writes. */

export type WkbForm = {
  readonly littleEndian?: boolean;
  readonly z?: boolean;
  readonly m?: boolean;
  /** Extended form (PostGIS): dimensions and SRID as bits of the type. */
  readonly extended?: boolean;
  readonly srid?: number;
};

type Point = readonly number[];

/** A geometry as its type and what stands in it: points, rings of points, or geometries. */
export type Shape =
  | { readonly type: 1 | 2 | 8; readonly points: readonly Point[] }
  | { readonly type: 3 | 17; readonly rings: readonly (readonly Point[])[] }
  | { readonly type: number; readonly members: readonly Shape[] };

export function wkbOf(shape: Shape, form: WkbForm = {}): Uint8Array {
  const bytes: number[] = [];
  put(shape, form, bytes, true);
  return Uint8Array.from(bytes);
}

function put(shape: Shape, form: WkbForm, bytes: number[], outermost: boolean): void {
  const { littleEndian = true, z = false, m = false, extended = false, srid } = form;
  const uint32 = (value: number) =>
    bytes.push(...number(4, (view) => view.setUint32(0, value, littleEndian)));
  const float64 = (value: number) =>
    bytes.push(...number(8, (view) => view.setFloat64(0, value, littleEndian)));
  const points = (all: readonly Point[]) => {
    for (const [x, y] of all)
      for (const value of [x, y, ...(z ? [7] : []), ...(m ? [9] : [])]) float64(value);
  };
  bytes.push(littleEndian ? 1 : 0);
  const withSrid = extended && outermost && srid !== undefined;
  const bits = (z ? 0x80000000 : 0) + (m ? 0x40000000 : 0) + (withSrid ? 0x20000000 : 0);
  uint32(shape.type + (extended ? bits : (z ? 1000 : 0) + (m ? 2000 : 0)));
  if (withSrid) uint32(srid);
  if ("points" in shape) {
    if (shape.type !== 1) uint32(shape.points.length);
    points(shape.points);
  } else if ("rings" in shape) {
    uint32(shape.rings.length);
    for (const ring of shape.rings) {
      uint32(ring.length);
      points(ring);
    }
  } else {
    uint32(shape.members.length);
    for (const member of shape.members) put(member, form, bytes, false);
  }
}

function number(byteLength: number, set: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(byteLength);
  set(new DataView(bytes.buffer));
  return bytes;
}
