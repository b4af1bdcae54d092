import { lineCount, type Lines } from "../core/lines.js";
import type { Finding } from "../core/trouble.js";
import type { Borders, FrameFrom } from "./borders.js";
import { pointText } from "./contours.js";
import type { Faces } from "./faces.js";
import { DECIDED, isDecided, isRingedByContour, placeOf, type Decision, type Heights } from "./heights.js";
import type { Mended } from "./openEnds.js";

/** The arrangement and what was decided of it. */
export type Arrangement = {
  readonly lines: Lines;
  readonly borders: Borders;
  readonly faces: Faces;
  readonly heights: Heights;
  readonly inside: Uint8Array;
};

type Say = Pick<Finding, "code" | "severity" | "did" | "says"> & {
  readonly feature?: number;
  readonly areaM2?: number;
};

const finding = (layer: string, { feature = -1, areaM2 = 0, ...rest }: Say): Finding => ({
  layer,
  feature,
  areaM2,
  ...rest,
});

/** Coordinates are written with two decimals: an end this near was meant to lie there. In metres or degrees. */
const ROUNDING = 0.05;

/** Ends that were led on: each that is more than rounding, the others in one line. */
export function mendFindings(lines: Lines, mended: readonly Mended[]): Finding[] {
  const rounded = mended.filter(({ kind, distance }) => kind === "frame" && distance <= ROUNDING);
  const findings = mended
    .filter((one) => !rounded.includes(one))
    .map(({ kind, line, x, y, distance }) =>
      finding(lines.name, {
        code: kind === "frame" ? "KURVE_FORLENGET" : "KURVE_SKJOTT",
        severity: "warning",
        feature: featureOf(lines, line),
        did: "mended",
        says: `kurven slutter i ${pointText(x, y)} og ble ført ${distance.toFixed(2)} videre til ${kind === "frame" ? "rammen" : "nærmeste åpne ende av samme høyde"}`,
      }),
    );
  if (rounded.length === 0) return findings;
  const worst = rounded.reduce((a, b) => (b.distance > a.distance ? b : a));
  const says = `${rounded.length} kurveender ved rammen ble ført inn til den, høyst ${worst.distance.toFixed(3)}, i ${pointText(worst.x, worst.y)}`;
  return [
    ...findings,
    finding(lines.name, { code: "KURVE_TIL_RAMME", severity: "note", did: "mended", says }),
  ];
}

export function frameFindings({ lines, borders, faces }: Arrangement, from: FrameFrom): Finding[] {
  if (from === "box") {
    const says =
      "ingen ramme er gitt og fila har ingen: rektangelet rundt kurvene ble brukt, og ytterst kan bånd gå for langt eller for kort";
    return [finding(lines.name, { code: "RAMME_ANTATT", severity: "warning", did: "kept", says })];
  }
  const findings: Finding[] = [];
  const told = new Set<number>();
  for (let e = 0; e < borders.count; e++) {
    if (borders.frame[e] === 0 || faces.faceOf[2 * e] !== faces.faceOf[2 * e + 1]) continue;
    if (told.has(borders.line[e])) continue;
    told.add(borders.line[e]);
    const says = `rammelinja ved ${pointText(...middleOf(borders, e))} omslutter ingenting: rammen er åpen der`;
    const feature = featureOf(lines, borders.line[e]);
    findings.push(
      finding(lines.name, { code: "RAMME_APEN", severity: "warning", feature, did: "kept", says }),
    );
  }
  return findings;
}

/** Contours that end inside the frame, have the same ground on both sides, or lie on each other. Once a line. */
export function doubtfulLines(all: Arrangement): Finding[] {
  const { lines, borders, faces, heights, inside } = all;
  const findings: Finding[] = [];
  const told = new Set<string>();
  const degree = degreesOf(borders);
  for (let e = 0; e < borders.count; e++) {
    const [left, right] = [faces.faceOf[2 * e], faces.faceOf[2 * e + 1]];
    if (Number.isNaN(borders.low[e]) || inside[left] + inside[right] === 0) continue;
    const line = borders.line[e];
    const feature = featureOf(lines, line);
    const tell = (
      code: string,
      severity: Finding["severity"],
      says: string,
      key = `${code} ${line}`,
    ): void => {
      if (told.has(key)) return;
      told.add(key);
      findings.push(finding(lines.name, { code, severity, feature, did: "kept", says }));
    };
    for (const v of [borders.from[e], borders.to[e]]) {
      if (left !== right || degree[v] !== 1) continue;
      const where = pointText(borders.xy[2 * v], borders.xy[2 * v + 1]);
      const says = `kurven på ${borders.low[e]} m slutter i ${where} uten å møte noe`;
      tell("KURVE_SLUTTER", "warning", says, `slutter ${v}`);
    }
    const where = pointText(...middleOf(borders, e));
    if (borders.low[e] !== borders.high[e]) {
      tell(
        "KURVER_SAMMEN",
        "note",
        `kurver fra ${borders.low[e]} til ${borders.high[e]} m ligger på hverandre ved ${where}`,
      );
    }
    if (left !== right && onOneSide(heights, left, right, borders.low[e], borders.high[e])) {
      tell(
        "KURVE_UTEN_FALL",
        "warning",
        `kurven på ${borders.low[e]} m har samme side på begge sider ved ${where}`,
      );
    }
  }
  return findings;
}

/** Whether both faces are decided, and lie both above or both below the contour between them. */
function onOneSide(
  { decision, low, high }: Heights,
  p: number,
  q: number,
  from: number,
  to: number,
): boolean {
  if (!isDecided(decision[p]) || !isDecided(decision[q])) return false;
  if (decision[p] === DECIDED.assumedLowest || decision[q] === DECIDED.assumedLowest) return false;
  const side = (face: number): number => (high[face] <= from ? -1 : low[face] >= to ? 1 : 0);
  return side(p) === side(q);
}

function degreesOf({ vertexCount, count, from, to }: Borders): Uint32Array {
  const degree = new Uint32Array(vertexCount);
  for (let e = 0; e < count; e++) {
    degree[from[e]]++;
    degree[to[e]]++;
  }
  return degree;
}

const UNDECIDED_SAYS: Partial<Record<Decision, readonly [code: string, says: string]>> = {
  [DECIDED.noContour]: ["FLATE_UTEN_KURVE", "ingen høydekurve grenser til flaten"],
  [DECIDED.unknownSide]: [
    "SIDE_UKJENT",
    "bare én høyde grenser til flaten, og ingenting sier om den ligger over eller under",
  ],
  [DECIDED.contradicted]: [
    "SIDE_MOTSAGT",
    "nabokurvene sier både at flaten ligger over og under kurven rundt den",
  ],
  [DECIDED.spans]: ["KURVE_MANGLER", "kurvene rundt flaten ligger på hver sin side av en båndgrense"],
  [DECIDED.openLine]: ["KURVE_APEN", "en kurve på en båndgrense slutter inne i flaten"],
};

/** Faces that have no band, and those that have it by an assumption. */
export function doubtfulFaces(all: Arrangement, inner: readonly number[]): Finding[] {
  const { lines, borders, faces, heights } = all;
  const findings: Finding[] = [];
  const marked = markedPits(all);
  for (let face = 1; face < faces.count; face++) {
    const decision = heights.decision[face] as Decision;
    const areaM2 = faces.areaM2[face];
    const where = (): string => pointText(...placeOf(borders, faces, face));
    const tell = (code: string, severity: Finding["severity"], says: string): void => {
      findings.push(
        finding(lines.name, { code, severity, areaM2, did: "kept", says: `${says}: ved ${where()}` }),
      );
    };
    const undecided = UNDECIDED_SAYS[decision];
    if (undecided !== undefined) tell(undecided[0], "warning", `${undecided[1]}; båndet er uavklart`);
    if (decision === DECIDED.assumedTop)
      tell(
        "TOPP_ANTATT",
        "warning",
        `flaten innenfor kurven på ${heights.low[face]} m er antatt å ligge høyere`,
      );
    if (decision === DECIDED.assumedLowest)
      tell("LAVEST_ANTATT", "note", "flaten uten høydekurver er antatt å ligge i laveste bånd");
    if (decision !== DECIDED.bySide) continue;
    const isBelow = heights.low[face] === -Infinity;
    if (marked[face] === 1 && !isBelow)
      tell(
        "FORSENKNING_MOTSAGT",
        "warning",
        "forsenkningskurve rundt flate som etter nabokurvene ligger høyere",
      );
    const atLimit = inner.includes(isBelow ? heights.high[face] : heights.low[face]);
    if (isBelow && marked[face] === 0 && atLimit && isRingedByContour(borders, faces, face))
      tell("FORSENKNING_UMERKET", "note", "forsenkning som ikke er merket med forsenkningskurve");
  }
  return findings;
}

/** Faces on the inner side of a marked depression. */
function markedPits({ borders, faces }: Arrangement): Uint8Array {
  const marked = new Uint8Array(faces.count);
  for (let e = 0; e < borders.count; e++) {
    if (borders.pit[e] !== 0) marked[faces.faceOf[borders.pit[e] > 0 ? 2 * e : 2 * e + 1]] = 1;
  }
  return marked;
}

function middleOf({ xy, from, to }: Borders, e: number): [number, number] {
  return [(xy[2 * from[e]] + xy[2 * to[e]]) / 2, (xy[2 * from[e] + 1] + xy[2 * to[e] + 1]) / 2];
}

/** Rings of the frame come behind the lines and are of no feature. */
const featureOf = (lines: Lines, line: number): number =>
  line < lineCount(lines) ? lines.lineFeature[line] : -1;
