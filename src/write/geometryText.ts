import type { Layer } from "../core/layer.js";

/** How a notation writes nested lists of points. */
export type PointNotation = {
  readonly open: string;
  readonly close: string;
  readonly pointOpen: string;
  readonly between: string;
  readonly pointClose: string;
};

/** Takes texts one by one. */
export type PutText = (text: string) => void;

/**
 * The polygon or polygons of feature f as nested lists, each ordinate as the shortest number that reads back as the same
 * double. Nothing for a feature without geometry.
 *
 * @param rightHand shells counter-clockwise and holes clockwise, turned where they are not; else as they stand
 */
export function putPolygons(
  layer: Layer,
  f: number,
  notation: PointNotation,
  rightHand: boolean,
  put: PutText,
): void {
  const from = layer.featurePart[f];
  const to = layer.featurePart[f + 1];
  const several = to - from > 1;
  if (several) put(notation.open);
  for (let p = from; p < to; p++) {
    if (p > from) put(",");
    putRings(layer, p, notation, rightHand, put);
  }
  if (several) put(notation.close);
}

function putRings(
  layer: Layer,
  part: number,
  notation: PointNotation,
  rightHand: boolean,
  put: PutText,
): void {
  const first = layer.partRing[part];
  put(notation.open);
  for (let r = first; r < layer.partRing[part + 1]; r++) {
    const from = layer.ringVertex[r];
    const to = layer.ringVertex[r + 1];
    const turned = rightHand && turnsWrong(layer.xy, from, to, r === first);
    put(r === first ? notation.open : `,${notation.open}`);
    for (let i = 0; i < to - from; i++) {
      const v = turned ? to - 1 - i : from + i;
      put(pointText(layer.xy[2 * v], layer.xy[2 * v + 1], notation, i > 0));
    }
    put(notation.close);
  }
  put(notation.close);
}

function pointText(x: number, y: number, notation: PointNotation, comma: boolean): string {
  const text = notation.pointOpen + numberText(x) + notation.between + numberText(y) + notation.pointClose;
  return comma ? `,${text}` : text;
}

/** The shortest text that reads back as the same double, minus zero included. */
const numberText = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));

/** Rings without area are left as they stand. */
function turnsWrong(xy: Float64Array, from: number, to: number, shell: boolean): boolean {
  let twice = 0;
  const [x0, y0] = [xy[2 * from], xy[2 * from + 1]];
  for (let v = from + 1; v < to; v++) {
    twice += (xy[2 * v - 2] - x0) * (xy[2 * v + 1] - y0) - (xy[2 * v] - x0) * (xy[2 * v - 1] - y0);
  }
  return shell ? twice < 0 : twice > 0;
}
