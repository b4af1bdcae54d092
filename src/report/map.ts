import type { MapBasis, ReportBasis } from "./basis.js";
import type { Translate } from "./localise.js";
import { formatNumber } from "./numbers.js";
import type { Painter } from "./painter.js";
import { clip, coordinate, drawing, Fills, INK, label, softLabel } from "./svg.js";
import { CHART_WIDTH, legend } from "./chart.js";
import { area, ClassNames, northArrow, scaleBar } from "./mapMarks.js";
import type { Texts } from "./textsShape.js";

/** The map with its words; the table behind it is T1. */
export type MapFigure = { readonly title: string; readonly desc: string; readonly svg: string };

/** A map higher than this is made narrower, so that it has room on a page. */
const MOST_HEIGHT = 820;
/** Hatches of a map are finer than those of bars: many of its areas are small. */
const HATCH = 0.75;

/** Draws the map of a run: classes, borders, legend, scale bar, north arrow and the coordinate system in words. */
export function mapFigure(
  map: MapBasis,
  basis: ReportBasis,
  paint: Painter,
  translate: Translate,
  texts: Texts,
): MapFigure {
  const { map: words } = texts.report;
  const field = basis.fields.find((one) => one.field === map.field);
  const names = new ClassNames(map.field, basis, translate, texts);
  const title = words.title(translate(field?.title ?? map.field));
  const desc = words.desc(String(map.classes.length), map.outlines?.layer ?? "");
  const scale = Math.min(CHART_WIDTH / map.width, MOST_HEIGHT / map.height);
  const [wide, high] = [map.width * scale, map.height * scale];
  const left = (CHART_WIDTH - wide) / 2;
  // The ground is drawn in pixels of the map, its legend in units of the drawing: both hatches come out alike.
  const [fills, keyFills] = [new Fills("kart", HATCH / scale), new Fills("kart-t", HATCH)];
  const areas = map.classes
    .map(({ kode, path }, i) => area(`kart-a${i}`, fills.of(paint(kode)), path))
    .join("");
  const borders = map.outlines === undefined ? "" : borderLines(map.outlines.path, scale);
  const ground = `<g transform="translate(${coordinate(left)} 0) scale(${scale.toFixed(5)})">${areas}${borders}</g>`;
  const frame = `<rect x="${coordinate(left)}" y="0" width="${coordinate(wide)}" height="${coordinate(high)}" fill="none" stroke="#8a94a3"/>`;
  const below = high + 22;
  const bar = scaleBar(map.pixelM / scale, 220, texts);
  const notes = [words.crs(String(map.epsg)), words.drawn(metresText(map.pixelM, texts))];
  const classes = names.sorted(map.classes).map(({ kode }) => ({
    name: clip(names.of(kode), 60),
    fill: keyFills.of(paint(kode)),
  }));
  const keyTop = below + 110;
  const key = legend(classes, keyTop);
  const outlineKey =
    map.outlines === undefined ? "" : outlineLegend(words.outlines(map.outlines.layer), key, keyTop);
  const body =
    fills.defs() +
    keyFills.defs() +
    ground +
    frame +
    `<g transform="translate(0 ${coordinate(below)})">${bar}</g>` +
    northArrow(300, below - 12, words.north) +
    notes.map((note, i) => softLabel(0, below + 48 + 17 * i, note)).join("") +
    label(0, below + 98, words.legend, { bold: true }) +
    key.markup +
    outlineKey;
  const height = keyTop + key.height + (outlineKey === "" ? 4 : 26);
  return { title, desc, svg: drawing("kart", { width: CHART_WIDTH, height, title, desc }, body) };
}

/** Borders with a light edge, so that they show on every colour; many of them are drawn thinner, without it. */
function borderLines(path: string, scale: number): string {
  const line = (stroke: string, opacity: number, width: number) =>
    `<path fill="none" stroke="${stroke}" stroke-opacity="${opacity}" stroke-width="${coordinate(width / scale)}" stroke-linejoin="round" d="${path}"/>`;
  return path.length > MANY_BORDERS ? line(INK, 0.8, 0.6) : line("#ffffff", 0.75, 3) + line(INK, 1, 1.25);
}

/** Characters of path data, about a hundred units. */
const MANY_BORDERS = 20_000;

function outlineLegend(text: string, key: { height: number }, top: number): string {
  const y = top + key.height;
  return `<path d="M0 ${coordinate(y + 7)}h16" stroke="${INK}" stroke-width="2" fill="none"/>${label(22, y + 11, clip(text, 80))}`;
}

const metresText = (metres: number, texts: Texts): string =>
  formatNumber(metres, metres >= 10 ? 0 : metres >= 1 ? 1 : 2, texts.signs);
