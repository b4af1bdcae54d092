import { bboxOf, EMPTY_BBOX, LayerBuilder, type Bbox, type Layer } from "../core/layer.js";
import { lineCount, type Lines } from "../core/lines.js";
import { byPosition, InputError, type Finding } from "../core/trouble.js";
import { bordersOf, type Borders, type FrameFrom, type Meaning } from "./borders.js";
import { LINE_KIND, type Contours } from "./contours.js";
import { doubtfulFaces, doubtfulLines, frameFindings, mendFindings } from "./doubts.js";
import { facesOf, type Faces } from "./faces.js";
import { DECIDED, decideHeights, isDecided, type Heights } from "./heights.js";
import type { BandLimits } from "./limits.js";
import { node, SegmentList } from "./noding.js";
import { mendOpenEnds } from "./openEnds.js";
import { regionsOf } from "./regions.js";

export type BandsInput = {
  readonly lines: Lines;
  readonly contours: Contours;
  readonly limits: BandLimits;
  /** Polygons the map sheet is; without them the lines of the frame, and without those the box around the contours. */
  readonly frame?: Layer;
  /** Open ends are led on to the frame or to each other over no longer a gap, in the unit of the coordinates. */
  readonly gap: number;
  /** Ground without contours is taken for the lowest band. */
  readonly lowestWithout: boolean;
};

/** Area in the plane of the CRS, by what became of it. */
export type BandAreas = {
  readonly bands: Float64Array;
  readonly undecided: number;
};

export type BandsResult = {
  /** Polygons with `hoydeband`, `minhoyde`, `makshoyde` and `status`. They cover the frame and nowhere each other. */
  readonly layer: Layer;
  readonly areaM2: BandAreas;
  readonly findings: readonly Finding[];
};

const BAND_FIELDS = ["hoydeband", "minhoyde", "makshoyde", "status"] as const;

/** Label of ground whose band is not known; bands are numbered from 0, what lies outside the frame is -1. */
const OUTSIDE = -1;

/**
 * Builds elevation bands of contours: all lines are laid into one arrangement, its faces get the heights of the contours
 * around them, and faces of one band become polygons. Nothing is interpolated: a face whose contours do not tell its
 * band is a polygon of its own, «uavklart», and is reported with its place and area, as is every line mended.
 *
 * @throws InputError where the frame does not close, or lines lie on each other beyond untangling
 */
export function buildBands(input: BandsInput): BandsResult {
  const { lines, limits } = input;
  const { segments, meanings, frameFrom } = segmentsOf(input);
  const mended = mendOpenEnds(segments, meanings, input.gap);
  node(segments, lines.name);
  const borders = bordersOf(segments, meanings);
  const faces = facesOf(borders);
  const inside = insideOf(borders, faces, input.frame !== undefined);
  if (!inside.includes(1)) throw openFrame(lines.name);
  const heights = decideHeights(borders, faces, inside, limits.inner, input.lowestWithout);
  const labelOf = Int32Array.from(heights.decision, (_, face) => bandOf(heights, face, limits.inner));
  const place = { lines, borders, faces, heights, inside };
  return {
    layer: layerOf(lines, limits, borders, faces, labelOf),
    areaM2: areasOf(faces, labelOf, limits),
    findings: [
      ...input.contours.findings,
      ...frameFindings(place, frameFrom),
      ...mendFindings(lines, mended),
      ...doubtfulLines(place),
      ...doubtfulFaces(place, limits.inner),
    ].sort(byPosition),
  };
}

/** All lines as segments. Lines keep their numbers; rings of the frame come behind them. */
function segmentsOf({ lines, contours, frame }: BandsInput): {
  segments: SegmentList;
  meanings: Meaning[];
  frameFrom: FrameFrom;
} {
  const segments = new SegmentList();
  const meanings: Meaning[] = [];
  const hasFrameLines = contours.kind.includes(LINE_KIND.frame);
  const frameFrom = frame !== undefined ? "polygons" : hasFrameLines ? "lines" : "box";
  let box: Bbox = EMPTY_BBOX;
  for (let line = 0; line < lineCount(lines); line++) {
    const [from, to] = [lines.lineVertex[line], lines.lineVertex[line + 1]];
    const kind = contours.kind[line];
    const isFrame = kind === LINE_KIND.frame;
    const pit = kind === LINE_KIND.depression ? turnOf(lines.xy, from, to) : 0;
    meanings.push({
      height: contours.height[line],
      frame: isFrame && frameFrom === "lines",
      winding: 0,
      pit,
    });
    if (kind === LINE_KIND.passedOver || (isFrame && frameFrom !== "lines")) continue;
    addLine(segments, lines.xy, from, to, line);
    const own = bboxOf(lines.xy, from, to);
    box = [
      Math.min(box[0], own[0]),
      Math.min(box[1], own[1]),
      Math.max(box[2], own[2]),
      Math.max(box[3], own[3]),
    ];
  }
  const frameMeaning: Meaning = { height: NaN, frame: true, winding: frame === undefined ? 0 : 1, pit: 0 };
  const rings = frame !== undefined ? leftHandRings(frame) : frameFrom === "box" ? [boxRing(box)] : [];
  for (const ring of rings) addLine(segments, ring, 0, ring.length / 2, meanings.push(frameMeaning) - 1);
  return { segments, meanings, frameFrom };
}

function addLine(segments: SegmentList, xy: Float64Array, from: number, to: number, line: number): void {
  let last = segments.table.of(xy[2 * from], xy[2 * from + 1]);
  for (let v = from + 1; v < to; v++) {
    const vertex = segments.table.of(xy[2 * v], xy[2 * v + 1]);
    segments.add(last, vertex, line);
    last = vertex;
  }
}

/** 1 for a closed line that runs counter-clockwise, -1 for clockwise, 0 for one that is not closed. */
function turnOf(xy: Float64Array, from: number, to: number): -1 | 0 | 1 {
  if (xy[2 * from] !== xy[2 * to - 2] || xy[2 * from + 1] !== xy[2 * to - 1]) return 0;
  const area = twiceArea(xy, from, to);
  return area > 0 ? 1 : area < 0 ? -1 : 0;
}

function twiceArea(xy: Float64Array, from: number, to: number): number {
  let twice = 0;
  for (let v = from + 1; v + 1 < to; v++) {
    const [px, py] = [xy[2 * v] - xy[2 * from], xy[2 * v + 1] - xy[2 * from + 1]];
    const [qx, qy] = [xy[2 * v + 2] - xy[2 * from], xy[2 * v + 3] - xy[2 * from + 1]];
    twice += px * qy - qx * py;
  }
  return twice;
}

/** Rings of polygons with the inside on their left, however the file turns them: the first of a part is its shell. */
function leftHandRings({ xy, partRing, ringVertex }: Layer): Float64Array[] {
  const rings: Float64Array[] = [];
  for (let part = 0; part + 1 < partRing.length; part++) {
    for (let r = partRing[part]; r < partRing[part + 1]; r++) {
      const ring = xy.slice(2 * ringVertex[r], 2 * ringVertex[r + 1]);
      const isShell = r === partRing[part];
      if (twiceArea(ring, 0, ring.length / 2) > 0 !== isShell) reversePoints(ring);
      rings.push(ring);
    }
  }
  return rings;
}

function reversePoints(ring: Float64Array): void {
  for (let i = 0, j = ring.length - 2; i < j; i += 2, j -= 2) {
    [ring[i], ring[j]] = [ring[j], ring[i]];
    [ring[i + 1], ring[j + 1]] = [ring[j + 1], ring[i + 1]];
  }
}

const boxRing = ([minX, minY, maxX, maxY]: Bbox): Float64Array =>
  Float64Array.of(minX, minY, maxX, minY, maxX, maxY, minX, maxY, minX, minY);

/**
 * Which faces lie in the frame. Of polygons: where their winding number is above 0. Of lines: what cannot be reached
 * from outside without crossing one, so lines that part the sheet within do no harm.
 */
function insideOf(borders: Borders, { count, faceOf }: Faces, byWinding: boolean): Uint8Array {
  const winding = new Int32Array(count);
  const reached = new Uint8Array(count);
  const edgesOf = new Map<number, number[]>();
  for (let half = 0; half < faceOf.length; half++) {
    if (faceOf[half] === faceOf[half ^ 1]) continue;
    const list = edgesOf.get(faceOf[half]);
    if (list === undefined) edgesOf.set(faceOf[half], [half]);
    else list.push(half);
  }
  const waiting = [0];
  reached[0] = 1;
  for (let face = waiting.pop(); face !== undefined; face = waiting.pop()) {
    for (const half of edgesOf.get(face) ?? []) {
      const other = faceOf[half ^ 1];
      const e = half >> 1;
      if (reached[other] === 1 || (!byWinding && borders.frame[e] === 1)) continue;
      reached[other] = 1;
      // The winding number is higher on the left of an edge by what it carries.
      winding[other] = winding[face] + (half & 1 ? borders.winding[e] : -borders.winding[e]);
      waiting.push(other);
    }
  }
  return Uint8Array.from(reached, (was, face) => Number(byWinding ? winding[face] > 0 : was === 0));
}

/** The band of a face; the number of bands for one that is not decided. */
function bandOf({ decision, low, high }: Heights, face: number, inner: readonly number[]): number {
  if (decision[face] === DECIDED.outside) return OUTSIDE;
  if (!isDecided(decision[face])) return inner.length + 1;
  const above = Number.isFinite(low[face]) ? low[face] : -Infinity;
  if (above > -Infinity) return inner.filter((limit) => limit <= above).length;
  return inner.filter((limit) => limit < high[face]).length;
}

function areasOf({ areaM2 }: Faces, labelOf: Int32Array, { bands }: BandLimits): BandAreas {
  const sums = new Float64Array(bands.length + 1);
  labelOf.forEach((label, face) => {
    if (label !== OUTSIDE) sums[label] += areaM2[face];
  });
  return { bands: sums.subarray(0, bands.length), undecided: sums[bands.length] };
}

/** "0-200", "under 200", "over 200": a band as a key of a zone layer. */
export function bandName({ low, high }: BandLimits["bands"][number]): string {
  if (low !== undefined && high !== undefined) return `${low}-${high}`;
  return low !== undefined ? `over ${low}` : high !== undefined ? `under ${high}` : "alle høyder";
}

const UNDECIDED = "uavklart";

function layerOf(
  lines: Lines,
  { bands }: BandLimits,
  borders: Borders,
  faces: Faces,
  labelOf: Int32Array,
): Layer {
  const builder = new LayerBuilder("hoydeband", lines.epsg, BAND_FIELDS);
  const text = (height: number | undefined): string => (height === undefined ? "" : String(height));
  for (const { label, parts } of regionsOf(borders, faces, labelOf)) {
    for (const rings of parts) {
      for (const ring of rings) builder.ring(ring);
      builder.endPart();
    }
    const band = bands.at(label);
    builder.endFeature(
      label === bands.length || band === undefined
        ? [UNDECIDED, "", "", UNDECIDED]
        : [bandName(band), text(band.low), text(band.high), "avklart"],
    );
  }
  return builder.build();
}

function openFrame(name: string): InputError {
  return new InputError(
    { layer: name },
    {
      came: "a frame that does not close around any ground",
      wanted: "lines of the map sheet's edge that form rings",
      todo: "Give the sheet as polygons with --ramme FILE",
    },
  );
}
