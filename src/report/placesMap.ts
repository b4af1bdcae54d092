/** Where the largest changes are: numbered points over the borders of the run's map. */
import type { Table } from "../tables/table.js";
import { MOST_CHANGES, changeCards } from "./changeCards.js";
import { type Chart, type ChartHead, CHART_WIDTH, finish } from "./chart.js";
import { type FigureInput, figureId } from "./figureInput.js";
import { coordinate, label } from "./svg.js";

const MOST_HEIGHT = 560;
const EDGE = 24;
const RADIUS = 11;

type Frame = {
  readonly minX: number;
  readonly maxY: number;
  readonly widthM: number;
  readonly heightM: number;
};

/** None where no change has a place. */
export function placesMap(input: FigureInput, table: Table): Chart[] {
  const { texts, map } = input;
  const { changes: words } = texts.report;
  const at = (id: string) => table.columns.findIndex((column) => column.id === id);
  const [nr, x, y] = [at("nr"), at("x"), at("y")];
  const places = table.rows.slice(0, MOST_CHANGES).flatMap((row) => {
    const [east, north] = [row[x], row[y]];
    return typeof east === "number" && typeof north === "number"
      ? [{ nr: String(row[nr]), east, north }]
      : [];
  });
  if (places.length === 0) return [];
  const head: ChartHead = {
    id: figureId("steder", table),
    title: words.map(table.title),
    desc: words.mapDesc(String(places.length)),
  };
  const frame = map === undefined ? frameOf(places) : mapFrame(map);
  const scale = Math.min((CHART_WIDTH - 2 * EDGE) / frame.widthM, (MOST_HEIGHT - 2 * EDGE) / frame.heightM);
  const [wide, high] = [frame.widthM * scale + 2 * EDGE, frame.heightM * scale + 2 * EDGE];
  const left = (CHART_WIDTH - wide) / 2;
  const sx = (east: number) => left + EDGE + (east - frame.minX) * scale;
  const sy = (north: number) => EDGE + (frame.maxY - north) * scale;
  let body = `<rect x="${coordinate(left)}" y="0" width="${coordinate(wide)}" height="${coordinate(high)}" fill="#f3f6fa" stroke="#8a94a3"/>`;
  if (map?.outlines !== undefined) {
    const pixel = map.pixelM * scale;
    body +=
      `<path transform="translate(${coordinate(left + EDGE)} ${EDGE}) scale(${pixel.toFixed(5)})" fill="none" ` +
      `stroke="#4a5567" stroke-width="${coordinate(1 / pixel)}" d="${map.outlines.path}"/>`;
  }
  // The largest is drawn last, so that it lies on top.
  for (const place of [...places].reverse()) {
    const [px, py] = [sx(place.east), sy(place.north)];
    body += `<circle cx="${coordinate(px)}" cy="${coordinate(py)}" r="${RADIUS}" fill="#1d4e89" stroke="#ffffff" stroke-width="1.5"/>`;
    body += label(px, py + 4, place.nr, { anchor: "middle", size: 11, bold: true, fill: "#ffffff" });
  }
  const cards = changeCards(table, texts);
  const value = (facts: (typeof cards)[number]["facts"], name: string) =>
    facts.find((fact) => fact.name === name)?.value ?? "";
  return [
    {
      ...head,
      svg: finish(head, high + 2, undefined, body),
      note: "",
      data: {
        heads: [
          { title: words.number, figure: false },
          { title: words.change, figure: false },
          { title: words.area, figure: true },
          { title: words.place, figure: false },
        ],
        rows: cards.map(({ number, title, facts }) => [
          number,
          title,
          value(facts, words.area),
          value(facts, words.place),
        ]),
      },
    },
  ];
}

const mapFrame = ({ minX, minY, pixelM, width, height }: NonNullable<FigureInput["map"]>): Frame => ({
  minX,
  maxY: minY + height * pixelM,
  widthM: width * pixelM,
  heightM: height * pixelM,
});

/** Around the points, at least a kilometre wide and high. */
function frameOf(places: readonly { readonly east: number; readonly north: number }[]): Frame {
  const span = (values: readonly number[]) => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const more = Math.max(0, 1000 - (high - low)) / 2;
    return { low: low - more, high: high + more };
  };
  const [x, y] = [span(places.map(({ east }) => east)), span(places.map(({ north }) => north))];
  return { minX: x.low, maxY: y.high, widthM: x.high - x.low, heightM: y.high - y.low };
}
