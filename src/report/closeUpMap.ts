/** The map of one change: the ground around it before and after, side by side, with what has changed outlined. */
import type { CloseUp, DrawnClass } from "./basis.js";
import { legend } from "./chart.js";
import { area, type ClassNames, northArrow, scaleBar } from "./mapMarks.js";
import type { Painter } from "./painter.js";
import { clip, coordinate, drawing, type Fill, Fills, INK, label } from "./svg.js";
import type { Texts } from "./textsShape.js";

/** As wide as a card is on a narrow screen, so that its text is never made small. */
const WIDTH = 300;
const GAP = 10;
const SIDE = (WIDTH - GAP) / 2;
const TOP = 20;
/** Hatches of so small a map are finer than those of bars. */
const HATCH = 0.75;
const NAME_CHARACTERS = 30;

/** @param title of the card, which the drawing has too */
export function closeUpMap(
  closeUp: CloseUp,
  title: string,
  look: { readonly names: ClassNames; readonly paint: Painter; readonly texts: Texts },
): { readonly svg: string; readonly alt: string } {
  const { names, paint, texts } = look;
  const { changes: words, map: mapWords } = texts.report;
  const { nr, before, after, changed, width, height, pixelM } = closeUp;
  const id = `endring${nr}`;
  const scale = SIDE / Math.max(width, height);
  const [fills, keyFills] = [new Fills(id, HATCH / scale), new Fills(`${id}-t`, HATCH)];
  const met = [...new Map([...before, ...after].map((one) => [one.kode, one])).values()];
  const painted = new Map(met.map(({ kode }) => [kode, fills.of(paint(kode))]));
  const desc = words.closeUpDesc(
    names
      .sorted(met)
      .map(({ kode }) => names.of(kode))
      .join(", "),
  );
  const panels = [
    { name: words.before, mark: "f", left: 0, classes: before },
    { name: words.after, mark: "e", left: SIDE + GAP, classes: after },
  ].map(
    ({ name, mark, left, classes }) =>
      label(left, 14, name, { bold: true }) +
      `<g transform="translate(${coordinate(left)} ${TOP}) scale(${scale.toFixed(5)})">` +
      grounds(`${id}${mark}`, classes, painted) +
      outline(changed, scale) +
      `<path fill="none" stroke="#8a94a3" stroke-width="${coordinate(1 / scale)}" d="M0 0h${width}v${height}h-${width}z"/></g>`,
  );
  const below = TOP + SIDE + 18;
  const key = legend(
    names
      .sorted(met)
      .map(({ kode }) => ({ name: clip(names.of(kode), NAME_CHARACTERS), fill: keyFills.of(paint(kode)) })),
    below + 34,
    WIDTH,
  );
  const body =
    fills.defs() +
    keyFills.defs() +
    panels.join("") +
    `<g transform="translate(1 ${coordinate(below)})">${scaleBar(pixelM / scale, SIDE - GAP, texts)}</g>` +
    northArrow(WIDTH - 12, below - 12, mapWords.north) +
    key.markup;
  const size = { width: WIDTH, height: below + 34 + key.height };
  return { svg: drawing(id, { ...size, title, desc }, body), alt: `${title}. ${desc}` };
}

const grounds = (id: string, classes: readonly DrawnClass[], painted: ReadonlyMap<string, Fill>): string =>
  classes.map(({ kode, path }, i) => area(`${id}${i}`, painted.get(kode)!, path)).join("");

/** Dark, with a light edge, so that it shows on every colour. */
function outline(path: string, scale: number): string {
  const line = (stroke: string, width: number): string =>
    `<path fill="none" stroke="${stroke}" stroke-width="${coordinate(width / scale)}" stroke-linejoin="round" d="${path}"/>`;
  return line("#ffffff", 4) + line(INK, 2);
}
