import { bboxOf, featureCount, type Layer, shared } from "../core/layer.js";
import { isCounterClockwise } from "../overlay/orientation.js";
import { orient } from "../overlay/perturb.js";

/** What was done to the rings of one feature. None of it changes what they enclose by anything but rounding of nothing. */
export type RingCounts = {
  readonly feature: number;
  /** Rings that did not end where they began. */
  readonly closed: number;
  /** Vertices equal to the one before. */
  readonly repeated: number;
  /** Vertices from which the border runs straight back. */
  readonly spikes: number;
  /** Rings turned, so that shells run counter-clockwise and holes clockwise (RFC 7946, 3.1.6). */
  readonly turned: number;
  /** Vertices with a coordinate that is no number. */
  readonly notFinite: number;
  /** Rings that enclose nothing, with the holes of a shell that does so. */
  readonly dropped: number;
};

export type CleanedRings = { readonly layer: Layer; readonly changed: readonly RingCounts[] };

/**
 * Rings closed, without repeated vertices and exact spikes, and turned the usual way: all that leaves the area alone. No
 * vertex moves and none is made. A feature whose shells all enclose nothing keeps its row and owns no parts.
 * The layer itself comes back where there is nothing to do.
 */
export function cleanRings(layer: Layer): CleanedRings {
  const { xy, ringVertex, partRing, featurePart } = layer;
  const out = new RingsOut(layer);
  const changed: RingCounts[] = [];
  for (let f = 0; f < featureCount(layer); f++) {
    const counts = { closed: 0, repeated: 0, spikes: 0, turned: 0, notFinite: 0, dropped: 0 };
    for (let p = featurePart[f]; p < featurePart[f + 1]; p++) {
      const shell = partRing[p];
      for (let r = shell; r < partRing[p + 1]; r++) {
        const [from, to] = [ringVertex[r], ringVertex[r + 1]];
        if (from === to) continue;
        const ring = isTidy(xy, from, to) ? xy.subarray(2 * from, 2 * to) : tidied(xy, from, to, counts);
        if (ring.length < 8) {
          counts.dropped += r === shell ? partRing[p + 1] - shell : 1;
          if (r === shell) break;
        } else out.ring(turned(ring, r === shell, counts));
      }
      out.endPart();
    }
    out.endFeature();
    if (Object.values(counts).some((count) => count > 0)) changed.push({ feature: f, ...counts });
  }
  return changed.length === 0 ? { layer, changed } : { layer: out.build(), changed };
}

type Counts = { -readonly [K in Exclude<keyof RingCounts, "feature">]: number };

/** Closed, all numbers, nothing repeated, no vertex from which the border runs back. */
function isTidy(xy: Float64Array, from: number, to: number): boolean {
  const last = to - 1;
  if (to - from < 4) return false;
  if (xy[2 * from] !== xy[2 * last] || xy[2 * from + 1] !== xy[2 * last + 1]) return false;
  let before = last - 1;
  let notFinite = 0;
  for (let v = from; v < last; v++) {
    const x = xy[2 * v];
    const y = xy[2 * v + 1];
    const dx = x - xy[2 * before];
    const dy = y - xy[2 * before + 1];
    notFinite += dx - dx + (dy - dy);
    if (dx === 0 && dy === 0) return false;
    const ex = xy[2 * v + 2] - x;
    const ey = xy[2 * v + 3] - y;
    if (dx * ex + dy * ey <= 0 && spikeAt(xy, before, v, v + 1)) return false;
    before = v;
  }
  return notFinite === 0;
}

/** Does the border turn right back at b, so that it ends up on the line it came from? Exact. */
function runsBack(ax: number, ay: number, bx: number, by: number, cx: number, cy: number): boolean {
  if (orient(ax, ay, bx, by, cx, cy) !== 0) return false;
  return Math.sign(ax - bx) === Math.sign(cx - bx) && Math.sign(ay - by) === Math.sign(cy - by);
}

/** The ring without what `isTidy` looks for, closed; shorter than four vertices where it encloses nothing. */
function tidied(xy: Float64Array, from: number, to: number, counts: Counts): Float64Array {
  const kept: number[] = [];
  const at = (back: number) => kept.length - 2 * back;
  for (let v = from; v < to; v++) {
    const x = xy[2 * v];
    const y = xy[2 * v + 1];
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      counts.notFinite++;
      continue;
    }
    if (kept.length > 0 && kept[at(1)] === x && kept[at(1) + 1] === y) {
      counts.repeated++;
      continue;
    }
    kept.push(x, y);
  }
  if (kept.length === 0) return new Float64Array(0);
  if (kept[0] === kept[at(1)] && kept[1] === kept[at(1) + 1]) kept.length -= 2;
  else counts.closed++;
  const points = withoutSpikes(kept, counts);
  if (points.length < 6) return new Float64Array(0);
  return Float64Array.from([...points, points[0], points[1]]);
}

/** Takes off spikes, and those that come to light behind them, until none is left. The ring is open: first and last differ. */
function withoutSpikes(points: readonly number[], counts: Counts): number[] {
  const kept: number[] = [];
  const trim = () => {
    for (let n = kept.length / 2; n >= 2; n = kept.length / 2) {
      if (kept[2 * n - 2] === kept[2 * n - 4] && kept[2 * n - 1] === kept[2 * n - 3]) kept.length -= 2;
      else if (n >= 3 && spikeAt(kept, n - 3, n - 2, n - 1)) kept.splice(2 * n - 4, 2);
      else return;
      counts.spikes++;
    }
  };
  for (let i = 0; i < points.length; i += 2) {
    kept.push(points[i], points[i + 1]);
    trim();
  }
  // And round the seam.
  for (let n = kept.length / 2; n >= 3; n = kept.length / 2) {
    if (kept[0] === kept[2 * n - 2] && kept[1] === kept[2 * n - 1]) kept.length -= 2;
    else if (spikeAt(kept, n - 2, n - 1, 0)) kept.length -= 2;
    else if (spikeAt(kept, n - 1, 0, 1)) kept.splice(0, 2);
    else break;
    counts.spikes++;
  }
  return kept;
}

const spikeAt = (points: ArrayLike<number>, a: number, b: number, c: number) =>
  runsBack(
    points[2 * a],
    points[2 * a + 1],
    points[2 * b],
    points[2 * b + 1],
    points[2 * c],
    points[2 * c + 1],
  );

/** The ring turned the usual way: a copy where it was not. */
function turned(ring: Float64Array, isShell: boolean, counts: Counts): Float64Array {
  const count = ring.length / 2;
  const [minX, minY, maxX, maxY] = bboxOf(ring, 0, count);
  const left = isCounterClockwise(ring, 0, count - 1, ringArea(ring), maxX - minX + maxY - minY);
  if (left === isShell) return ring;
  counts.turned++;
  return reversed(ring);
}

export function reversed(ring: Float64Array): Float64Array {
  const back = new Float64Array(ring.length);
  for (let i = 0, j = ring.length - 2; i < ring.length; i += 2, j -= 2) {
    back[i] = ring[j];
    back[i + 1] = ring[j + 1];
  }
  return back;
}

/** The same closed ring, begun at its lowest leftmost vertex; the ring itself where it does so already. */
export function fromLowest(ring: Float64Array): Float64Array {
  const corners = ring.length / 2 - 1;
  let least = 0;
  for (let i = 1; i < corners; i++) {
    if (
      ring[2 * i] < ring[2 * least] ||
      (ring[2 * i] === ring[2 * least] && ring[2 * i + 1] < ring[2 * least + 1])
    ) {
      least = i;
    }
  }
  if (least === 0) return ring;
  const turned = new Float64Array(ring.length);
  turned.set(ring.subarray(2 * least, 2 * corners));
  turned.set(ring.subarray(0, 2 * least), 2 * (corners - least));
  turned[2 * corners] = turned[0];
  turned[2 * corners + 1] = turned[1];
  return turned;
}

/** Signed area of a closed ring, counter-clockwise positive; summed from its first vertex, with the rounding carried along. */
export function ringArea(ring: ArrayLike<number>): number {
  let sum = 0;
  let lost = 0;
  for (let i = 0; i + 3 < ring.length; i += 2) {
    const term = (ring[i + 3] - ring[i + 1]) * ((ring[i] - ring[0] + (ring[i + 2] - ring[0])) / 2);
    const next = sum + term;
    lost += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum; // Neumaier, ZAMM 54, 1974
    sum = next;
  }
  return sum + lost;
}

/** Areas of the features as their rings have them, shells less holes. */
export function areasOf({ xy, ringVertex, partRing, featurePart }: Layer): Float64Array {
  const areas = new Float64Array(featurePart.length - 1);
  for (let f = 0; f < areas.length; f++) {
    for (let r = partRing[featurePart[f]]; r < partRing[featurePart[f + 1]]; r++) {
      areas[f] += ringArea(xy.subarray(2 * ringVertex[r], 2 * ringVertex[r + 1]));
    }
  }
  return areas;
}

/** Room for rounding: of sums, by the ground rings go round; of points, by a few units in the last place of coordinates. */
const SUM_SLACK = 1e-9;
const POINT_SLACK = 8 * 2 ** -52;

/**
 * A feature's area from its rings as they are stored, and how far sums over its faces may be off.
 *
 * @returns `signedM2` with the rings' own directions, `rolesM2` with shells counted plus and holes minus
 */
export function ringFigures({ xy, ringVertex, partRing, featurePart }: Layer, feature: number) {
  let signedM2 = 0;
  let rolesM2 = 0;
  let slackM2 = 0;
  for (let p = featurePart[feature]; p < featurePart[feature + 1]; p++) {
    for (let r = partRing[p]; r < partRing[p + 1]; r++) {
      const ring = xy.subarray(2 * ringVertex[r], 2 * ringVertex[r + 1]);
      const areaM2 = ringArea(ring);
      signedM2 += areaM2;
      rolesM2 += r === partRing[p] ? Math.abs(areaM2) : -Math.abs(areaM2);
      slackM2 += SUM_SLACK * Math.abs(areaM2) + roundingOf(ring);
    }
  }
  return { signedM2, rolesM2, slackM2 };
}

/** What areas on both sides of a feature's border may change by when points are rounded on it. */
export function roundingOfFeature({ xy, ringVertex, partRing, featurePart }: Layer, feature: number): number {
  let slackM2 = 0;
  for (let r = partRing[featurePart[feature]]; r < partRing[featurePart[feature + 1]]; r++) {
    slackM2 += roundingOf(xy.subarray(2 * ringVertex[r], 2 * ringVertex[r + 1]));
  }
  return slackM2;
}

/** What the ring's area may change by when its points are rounded. */
function roundingOf(ring: Float64Array): number {
  let slackM2 = 0;
  for (let i = 0; i + 3 < ring.length; i += 2) {
    const largest = Math.max(Math.abs(ring[i]), Math.abs(ring[i + 1]));
    slackM2 +=
      POINT_SLACK * largest * (Math.abs(ring[i + 2] - ring[i]) + Math.abs(ring[i + 3] - ring[i + 1]));
  }
  return slackM2;
}

/** Grows a layer like another one, ring by ring, with its columns. */
export class RingsOut {
  private readonly rings: Float64Array[] = [];
  private vertices = 0;
  private readonly ringVertex: number[] = [0];
  private readonly partRing: number[] = [0];
  private readonly featurePart: number[] = [0];

  constructor(private readonly like: Layer) {}

  ring(xy: Float64Array): void {
    this.rings.push(xy);
    this.vertices += xy.length / 2;
    this.ringVertex.push(this.vertices);
  }

  /** A part without rings is none. */
  endPart(): void {
    const rings = this.ringVertex.length - 1;
    if (rings > this.partRing[this.partRing.length - 1]) this.partRing.push(rings);
  }

  endFeature(): void {
    this.featurePart.push(this.partRing.length - 1);
  }

  /** @param whose "own": memory of this thread alone, which for a few rings is made many times as fast */
  build(whose: "shared" | "own" = "shared"): Layer {
    const xy =
      whose === "own" ? new Float64Array(2 * this.vertices) : shared(Float64Array, 2 * this.vertices);
    const column = (from: number[]) => (whose === "own" ? new Uint32Array(from) : shared(Uint32Array, from));
    let at = 0;
    for (const ring of this.rings) {
      xy.set(ring, at);
      at += ring.length;
    }
    // Member by member, as other layers are made: the compiler takes a spread one for another type, and loops over both are slower.
    return {
      name: this.like.name,
      epsg: this.like.epsg,
      xy,
      ringVertex: column(this.ringVertex),
      partRing: column(this.partRing),
      featurePart: column(this.featurePart),
      columns: this.like.columns,
    };
  }
}
