import type { Meaning } from "./borders.js";
import { split, type SegmentList } from "./noding.js";
import { eachNear, gridOf } from "./segmentGrid.js";

/** An end of a contour that was led on: to the frame, or to an end of the same height. Where, and how far. */
export type Mended = {
  readonly kind: "frame" | "joined";
  readonly line: number;
  readonly x: number;
  readonly y: number;
  readonly distance: number;
};

type End = { readonly vertex: number; readonly line: number; readonly height: number };

/**
 * Leads contours that stop short on: to the frame, or to another open end of the same height, whichever is nearer and no
 * further off than `gap`. Contours are cut at the edge of a map sheet, and their ends rounded: they rarely lie on it.
 *
 * @param gap in the unit of the coordinates
 */
export function mendOpenEnds(segments: SegmentList, meanings: readonly Meaning[], gap: number): Mended[] {
  const ends = openEndsOf(segments, meanings);
  if (ends.length === 0) return [];
  const toFrame = nearestOnFrame(segments, meanings, ends, gap);
  const partner = nearestPartner(segments, ends, gap);
  const mended: Mended[] = [];
  const splits = new Map<number, Set<number>>();
  ends.forEach((end, i) => {
    const { xy } = segments;
    const [x, y] = [xy[2 * end.vertex], xy[2 * end.vertex + 1]];
    const frame = toFrame[i];
    const other = partner[i];
    const isMutual = other !== undefined && partner[other.end]?.end === i;
    if (
      isMutual &&
      other.distance <= Math.min(frame?.distance ?? Infinity, toFrame[other.end]?.distance ?? Infinity)
    ) {
      if (other.end < i) return;
      segments.add(end.vertex, ends[other.end].vertex, end.line);
      mended.push({ kind: "joined", line: end.line, x, y, distance: other.distance });
    } else if (frame !== undefined) {
      const vertex = segments.table.of(frame.x, frame.y);
      const onIt = splits.get(frame.segment) ?? new Set();
      if (vertex !== segments.from[frame.segment] && vertex !== segments.to[frame.segment]) onIt.add(vertex);
      if (onIt.size > 0) splits.set(frame.segment, onIt);
      segments.add(end.vertex, vertex, end.line);
      if (frame.distance > 0) mended.push({ kind: "frame", line: end.line, x, y, distance: frame.distance });
    }
  });
  split(segments, splits);
  return mended;
}

/** Ends that no other line of the same height begins or ends in, in order of place. */
function openEndsOf(segments: SegmentList, meanings: readonly Meaning[]): End[] {
  const { count, from, to, line, xy, table } = segments;
  const heightAt = new Float64Array(table.count).fill(NaN);
  const timesAt = new Uint32Array(table.count);
  // Vertices of several heights are few: they alone are counted by height.
  const times = new Map<string, number>();
  const isMixed = new Uint8Array(table.count);
  const eachEnd = (call: (v: number, height: number, line: number) => void): void => {
    for (let s = 0; s < count; s++) {
      const { height } = meanings[line[s]];
      if (Number.isNaN(height)) continue;
      call(from[s], height, line[s]);
      call(to[s], height, line[s]);
    }
  };
  eachEnd((v, height) => {
    if (timesAt[v]++ > 0 && heightAt[v] !== height) isMixed[v] = 1;
    heightAt[v] = height;
  });
  eachEnd((v, height) => {
    if (isMixed[v] === 1) times.set(`${v} ${height}`, (times.get(`${v} ${height}`) ?? 0) + 1);
  });
  const ends: End[] = [];
  eachEnd((v, height, ofLine) => {
    const isOpen = isMixed[v] === 1 ? times.get(`${v} ${height}`) === 1 : timesAt[v] === 1;
    if (isOpen) ends.push({ vertex: v, line: ofLine, height });
  });
  return ends.sort(
    (p, q) =>
      xy[2 * p.vertex] - xy[2 * q.vertex] ||
      xy[2 * p.vertex + 1] - xy[2 * q.vertex + 1] ||
      p.height - q.height,
  );
}

type OnFrame = {
  readonly segment: number;
  readonly x: number;
  readonly y: number;
  readonly distance: number;
};

function nearestOnFrame(
  segments: SegmentList,
  meanings: readonly Meaning[],
  ends: readonly End[],
  gap: number,
): (OnFrame | undefined)[] {
  const numbers = segments.line.flatMap((line, s) => (meanings[line].frame ? [s] : []));
  if (numbers.length === 0) return ends.map(() => undefined);
  const { xy, from, to } = segments;
  const frame = {
    xy,
    count: numbers.length,
    from: numbers.map((s) => from[s]),
    to: numbers.map((s) => to[s]),
  };
  const grid = gridOf(frame);
  return ends.map(({ vertex }) => {
    const [x, y] = [xy[2 * vertex], xy[2 * vertex + 1]];
    let best: OnFrame | undefined;
    eachNear(grid, x, y, gap, (i) => {
      const found = { segment: numbers[i], ...footOn(xy, frame.from[i], frame.to[i], x, y) };
      const isNearer =
        best === undefined ||
        found.distance < best.distance ||
        (found.distance === best.distance && found.x < best.x);
      if (found.distance <= gap && isNearer) best = found;
    });
    return best;
  });
}

/** The nearest point of a segment. */
function footOn(xy: Float64Array, a: number, b: number, x: number, y: number) {
  const [ax, ay] = [xy[2 * a], xy[2 * a + 1]];
  const [dx, dy] = [xy[2 * b] - ax, xy[2 * b + 1] - ay];
  const share = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
  const [px, py] = share === 1 ? [xy[2 * b], xy[2 * b + 1]] : [ax + share * dx, ay + share * dy];
  return { x: px, y: py, distance: Math.hypot(px - x, py - y) };
}

type Partner = { readonly end: number; readonly distance: number };

/** The nearest open end of the same height, through buckets as wide as the gap. */
function nearestPartner({ xy }: SegmentList, ends: readonly End[], gap: number): (Partner | undefined)[] {
  if (!(gap > 0)) return ends.map(() => undefined);
  const buckets = new Map<string, number[]>();
  const bucketOf = (v: number): readonly [number, number] => [
    Math.floor(xy[2 * v] / gap),
    Math.floor(xy[2 * v + 1] / gap),
  ];
  ends.forEach(({ vertex, height }, i) => {
    const key = `${bucketOf(vertex).join()} ${height}`;
    buckets.set(key, [...(buckets.get(key) ?? []), i]);
  });
  return ends.map(({ vertex, height }, i) => {
    const [column, row] = bucketOf(vertex);
    let best: Partner | undefined;
    for (let c = column - 1; c <= column + 1; c++) {
      for (let r = row - 1; r <= row + 1; r++) {
        for (const j of buckets.get(`${c},${r} ${height}`) ?? []) {
          const other = ends[j].vertex;
          const distance = Math.hypot(xy[2 * other] - xy[2 * vertex], xy[2 * other + 1] - xy[2 * vertex + 1]);
          if (j !== i && distance <= gap && distance < (best?.distance ?? Infinity))
            best = { end: j, distance };
        }
      }
    }
    return best;
  });
}
