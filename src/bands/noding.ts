import { InputError } from "../core/trouble.js";
import { orient } from "../overlay/perturb.js";
import { gridOf, type Segments } from "./segmentGrid.js";
import { Crossings } from "../core/nearPoints.js";
import { VertexTable } from "../core/vertexTable.js";

/** Segments that grow, each with the line it is of. */
export class SegmentList implements Segments {
  readonly table = new VertexTable();
  readonly from: number[] = [];
  readonly to: number[] = [];
  readonly line: number[] = [];
  readonly crossings = new Crossings(this.table);

  get xy(): Float64Array {
    return this.table.xy;
  }

  get count(): number {
    return this.from.length;
  }

  /** A segment without length is none. */
  add(from: number, to: number, line: number): void {
    if (from === to) return;
    this.from.push(from);
    this.to.push(to);
    this.line.push(line);
  }
}

/** Rounded crossings may lie across a neighbour: then the next round finds that. Two or three rounds are usual. */
const MOST_ROUNDS = 20;

/**
 * Splits segments until they meet in their ends alone. Whether two cross is told on the stored doubles, exactly; the
 * point of a crossing is rounded, to doubles or to a vertex that is as near (`Crossings`), which may move a line by the
 * rounding of its coordinates, and what comes of that is looked at again.
 *
 * @param name of the layer, for messages
 * @throws InputError where lines run on each other so that no round brings an end
 */
export function node(segments: SegmentList, name: string): void {
  let fresh: Uint8Array = new Uint8Array(segments.count).fill(1);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const splits = splitsOf(segments, fresh);
    if (splits.size === 0) return;
    fresh = split(segments, splits);
  }
  throw new InputError(
    { layer: name },
    {
      came: "lines that cross again and again within the rounding of their coordinates",
      wanted: "lines that cross in points",
      todo: "Mend the lines that lie on each other, or export them with fewer decimals",
    },
  );
}

/** For each segment to be split, the vertices on it. Pairs of which neither is fresh have been looked at. */
function splitsOf(segments: SegmentList, fresh: Uint8Array): Map<number, Set<number>> {
  const splits = new Map<number, Set<number>>();
  const put = (segment: number, vertex: number): void => {
    if (vertex === segments.from[segment] || vertex === segments.to[segment]) return;
    const known = splits.get(segment);
    if (known === undefined) splits.set(segment, new Set([vertex]));
    else known.add(vertex);
  };
  const { cellStart, segments: inCells } = gridOf(segments);
  for (let cell = 0; cell + 1 < cellStart.length; cell++) {
    for (let i = cellStart[cell]; i < cellStart[cell + 1]; i++) {
      const s = inCells[i];
      for (let j = i + 1; j < cellStart[cell + 1]; j++) {
        if (fresh[s] + fresh[inCells[j]] > 0) meet(segments, s, inCells[j], put);
      }
    }
  }
  return splits;
}

function meet(segments: SegmentList, s: number, t: number, put: (s: number, v: number) => void): void {
  const { from, to, table } = segments;
  const { xy } = table;
  const [a, b, c, d] = [from[s], to[s], from[t], to[t]];
  const [ax, ay, bx, by] = [xy[2 * a], xy[2 * a + 1], xy[2 * b], xy[2 * b + 1]];
  const [cx, cy, dx, dy] = [xy[2 * c], xy[2 * c + 1], xy[2 * d], xy[2 * d + 1]];
  if (Math.max(ax, bx) < Math.min(cx, dx) || Math.max(cx, dx) < Math.min(ax, bx)) return;
  if (Math.max(ay, by) < Math.min(cy, dy) || Math.max(cy, dy) < Math.min(ay, by)) return;
  const sideC = orient(ax, ay, bx, by, cx, cy);
  const sideD = orient(ax, ay, bx, by, dx, dy);
  if ((sideC > 0 && sideD > 0) || (sideC < 0 && sideD < 0)) return;
  const sideA = orient(cx, cy, dx, dy, ax, ay);
  const sideB = orient(cx, cy, dx, dy, bx, by);
  if ((sideA > 0 && sideB > 0) || (sideA < 0 && sideB < 0)) return;
  if (sideA !== 0 && sideB !== 0 && sideC !== 0 && sideD !== 0) {
    const share = sideA / (sideA - sideB);
    const vertex = segments.crossings.of(between(ax, bx, share), between(ay, by, share));
    put(s, vertex);
    put(t, vertex);
    return;
  }
  if (sideC === 0 && inBox(cx, cy, ax, ay, bx, by)) put(s, c);
  if (sideD === 0 && inBox(dx, dy, ax, ay, bx, by)) put(s, d);
  if (sideA === 0 && inBox(ax, ay, cx, cy, dx, dy)) put(t, a);
  if (sideB === 0 && inBox(bx, by, cx, cy, dx, dy)) put(t, b);
}

function between(p: number, q: number, share: number): number {
  return Math.min(Math.max(p, q), Math.max(Math.min(p, q), p + share * (q - p)));
}

function inBox(x: number, y: number, x1: number, y1: number, x2: number, y2: number): boolean {
  return x >= Math.min(x1, x2) && x <= Math.max(x1, x2) && y >= Math.min(y1, y2) && y <= Math.max(y1, y2);
}

/** Puts pieces in the place of what is split at vertices on it; returns which segments are new. */
export function split(segments: SegmentList, splits: ReadonlyMap<number, ReadonlySet<number>>): Uint8Array {
  const { from, to, line, table } = segments;
  const freshOnes = new Set<number>();
  for (const [s, vertices] of splits) {
    const { xy } = table;
    const [a, b] = [from[s], to[s]];
    const [dx, dy] = [xy[2 * b] - xy[2 * a], xy[2 * b + 1] - xy[2 * a + 1]];
    const along = (v: number): number => (xy[2 * v] - xy[2 * a]) * dx + (xy[2 * v + 1] - xy[2 * a + 1]) * dy;
    const stops = [...vertices].sort((p, q) => along(p) - along(q) || p - q);
    to[s] = stops[0];
    freshOnes.add(s);
    stops.forEach((stop, i) => {
      freshOnes.add(segments.count);
      segments.add(stop, i + 1 < stops.length ? stops[i + 1] : b, line[s]);
    });
  }
  const fresh = new Uint8Array(segments.count);
  for (const s of freshOnes) fresh[s] = 1;
  return fresh;
}
