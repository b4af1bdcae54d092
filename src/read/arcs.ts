import type { Metre } from "../core/units.js";

/** An arc becomes chords that leave it nowhere by more than this. GDAL's 4 degree steps lose 3 m2 on a half circle of 50 m. */
export const SAGITTA_M: Metre = 0.001;

/** More chords than this in one arc mean that its three points are all but on a line, kilometres from the centre. */
const MOST_CHORDS = 100_000;

/** Takes the vertices of a line one by one. */
export type PutPoint = (x: number, y: number) => void;

/**
 * The circular arc from the first point through the second to the third, as chords: puts every vertex after the first,
 * the last one exactly, and the middle one exactly too. Always divided from its lower end (by x, then y), so that
 * neighbours who follow one arc in opposite directions get the same vertices to the last bit.
 * Where the three points lie on a line the arc is that line; where the ends are one point it is the whole circle with the
 * second point opposite (ISO 19107:2003, 6.4.14 and 6.4.15; WKB CIRCULARSTRING).
 *
 * @param sagitta greatest distance between arc and chord, in the coordinates' unit
 */
export function putArc(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  x3: number,
  y3: number,
  sagitta: number,
  put: PutPoint,
): void {
  if (x1 === x3 && y1 === y3) {
    const circle = { x: (x1 + x2) / 2, y: (y1 + y2) / 2 };
    putStretch(x1, y1, x2, y2, circle, true, sagitta, put);
    putStretch(x2, y2, x3, y3, circle, true, sagitta, put);
    return;
  }
  const centre = circumcentre(x1, y1, x2, y2, x3, y3);
  if (centre === undefined) {
    put(x2, y2);
    put(x3, y3);
    return;
  }
  const leftTurn = (x2 - x1) * (y3 - y2) - (y2 - y1) * (x3 - x2) > 0;
  putStretch(x1, y1, x2, y2, centre, leftTurn, sagitta, put);
  putStretch(x2, y2, x3, y3, centre, leftTurn, sagitta, put);
}

type Centre = { readonly x: number; readonly y: number };

/** Centre of the circle through three points, the same for either order of the ends; undefined when they lie on a line. */
function circumcentre(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  x3: number,
  y3: number,
): Centre | undefined {
  const firstIsLower = x1 < x3 || (x1 === x3 && y1 < y3);
  const [lowX, lowY, highX, highY] = firstIsLower ? [x1, y1, x3, y3] : [x3, y3, x1, y1];
  const [px, py, qx, qy] = [lowX - x2, lowY - y2, highX - x2, highY - y2];
  const twiceCross = 2 * (px * qy - py * qx);
  const [pp, qq] = [px * px + py * py, qx * qx + qy * qy];
  const x = x2 + (qy * pp - py * qq) / twiceCross;
  const y = y2 + (px * qq - qx * pp) / twiceCross;
  return Number.isFinite(x) && Number.isFinite(y) ? { x, y } : undefined;
}

/** The vertices after (xa, ya) up to (xb, yb), less than a whole turn about the centre. */
function putStretch(
  xa: number,
  ya: number,
  xb: number,
  yb: number,
  centre: Centre,
  counterClockwise: boolean,
  sagitta: number,
  put: PutPoint,
): void {
  const upward = xa < xb || (xa === xb && ya < yb);
  const [lowX, lowY, highX, highY] = upward ? [xa, ya, xb, yb] : [xb, yb, xa, ya];
  const from = Math.atan2(lowY - centre.y, lowX - centre.x);
  let sweep = Math.atan2(highY - centre.y, highX - centre.x) - from;
  if (counterClockwise === upward) sweep += sweep <= 0 ? 2 * Math.PI : 0;
  else sweep -= sweep >= 0 ? 2 * Math.PI : 0;
  const radius = Math.hypot(lowX - centre.x, lowY - centre.y);
  const step = 2 * Math.acos(Math.max(0, 1 - sagitta / radius));
  const chords = Math.min(MOST_CHORDS, Math.max(1, Math.ceil(Math.abs(sweep) / step)));
  for (let k = 1; k < chords; k++) {
    const angle = from + (sweep * (upward ? k : chords - k)) / chords;
    put(centre.x + radius * Math.cos(angle), centre.y + radius * Math.sin(angle));
  }
  put(xb, yb);
}
