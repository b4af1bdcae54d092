/** Ring of x and y in turn, with what is asked of it again and again. */
type Ring = {
  readonly xy: Float64Array;
  readonly signedArea: number;
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
  readonly order: number;
};

/**
 * Sorts the rings of one polygon record into parts, the shell first, then its holes, in the order of their shells.
 *
 * Shells run clockwise and holes the other way (ESRI Shapefile Technical Description, 1998, page 8). Some programs write
 * rings as they come, so where that leaves a hole outside every shell, the way rings run is not believed at all: a ring
 * within an odd number of others is then a hole. A ring without area is a part of its own.
 */
export function partsOfRings(rings: readonly Float64Array[]): Float64Array[][] {
  if (rings.length === 1) return [[rings[0]]];
  const all = rings.map(measured);
  const shells = all.filter((ring) => !isHole(ring));
  const holes = all.filter(isHole);
  if (shells.length === 1 && holes.every((hole) => boxWithin(hole, shells[0]))) {
    return [[shells[0].xy, ...holes.map((hole) => hole.xy)]];
  }
  const around = surrounding(all, (outer, inner) => !isHole(outer) && isHole(inner));
  if (holes.every((hole) => around[hole.order].length > 0)) return asParts(shells, holes, around);
  const anyAround = surrounding(
    all,
    (outer, inner) => Math.abs(outer.signedArea) > Math.abs(inner.signedArea),
  );
  return asParts(
    all.filter((ring) => anyAround[ring.order].length % 2 === 0),
    all.filter((ring) => anyAround[ring.order].length % 2 === 1),
    anyAround,
  );
}

/** As its direction says; a ring with NaN among its coordinates is none, and is refused where it is decoded. */
const isHole = (ring: Ring): boolean => ring.signedArea > 0;

/** Each hole goes to the smallest ring around it. */
function asParts(
  shells: readonly Ring[],
  holes: readonly Ring[],
  around: readonly (readonly Ring[])[],
): Float64Array[][] {
  const parts = new Map(shells.map((shell) => [shell.order, [shell.xy]]));
  for (const hole of holes) {
    const shell = around[hole.order].reduce((a, b) =>
      Math.abs(b.signedArea) < Math.abs(a.signedArea) ? b : a,
    );
    parts.get(shell.order)?.push(hole.xy);
  }
  return [...parts.values()];
}

/** For each ring those that are around it and may be; by a sweep from the west, so that far rings never meet. */
function surrounding(rings: readonly Ring[], may: (outer: Ring, inner: Ring) => boolean): Ring[][] {
  const around: Ring[][] = rings.map(() => []);
  const fromWest = [...rings].sort((a, b) => a.minX - b.minX);
  let open: Ring[] = [];
  fromWest.forEach((ring, i) => {
    open = open.filter((other) => other.maxX >= ring.minX);
    for (const other of open) if (may(other, ring) && isWithin(ring, other)) around[ring.order].push(other);
    // Those that begin at the same x may come in either order.
    for (let k = i + 1; k < fromWest.length && fromWest[k].minX === ring.minX; k++) {
      if (may(fromWest[k], ring) && isWithin(ring, fromWest[k])) around[ring.order].push(fromWest[k]);
    }
    open.push(ring);
  });
  return around;
}

const boxWithin = (inner: Ring, outer: Ring): boolean =>
  inner.minX >= outer.minX &&
  inner.maxX <= outer.maxX &&
  inner.minY >= outer.minY &&
  inner.maxY <= outer.maxY;

/** Whether the first vertex of `inner` that is not on the border of `outer` lies inside it; all on the border: yes. */
function isWithin(inner: Ring, outer: Ring): boolean {
  if (!boxWithin(inner, outer)) return false;
  for (let i = 0; i < inner.xy.length; i += 2) {
    const side = sideOf(inner.xy[i], inner.xy[i + 1], outer.xy);
    if (side !== 0) return side > 0;
  }
  return true;
}

/** 1 inside the ring, -1 outside, 0 on its border: crossings of a ray to the east. */
function sideOf(x: number, y: number, ring: Float64Array): number {
  let inside = -1;
  let [xb, yb] = [ring[ring.length - 2], ring[ring.length - 1]];
  for (let i = 0; i < ring.length; i += 2) {
    const [xa, ya] = [xb, yb];
    xb = ring[i];
    yb = ring[i + 1];
    if ((ya < y && yb < y) || (ya > y && yb > y) || (xa < x && xb < x)) continue;
    const cross = (xb - xa) * (y - ya) - (yb - ya) * (x - xa);
    if (cross === 0 && x >= Math.min(xa, xb) && x <= Math.max(xa, xb)) return 0;
    if (ya > y !== yb > y && cross > 0 === yb > ya) inside = -inside;
  }
  return inside;
}

/** Area (positive: counter-clockwise) from the ring's first vertex as origin, and the box. */
function measured(xy: Float64Array, order: number): Ring {
  let twice = 0;
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < xy.length; i += 2) {
    const [x, y] = [xy[i], xy[i + 1]];
    minX = Math.min(minX, x);
    minY = Math.min(minY, y);
    maxX = Math.max(maxX, x);
    maxY = Math.max(maxY, y);
    if (i > 0) twice += (xy[i - 2] - xy[0]) * (y - xy[1]) - (x - xy[0]) * (xy[i - 1] - xy[1]);
  }
  return { xy, signedArea: twice / 2, minX, minY, maxX, maxY, order };
}
