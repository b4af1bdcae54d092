import { scaleLinear } from "d3-scale";
import { type Bar, type ChartHead, CHART_WIDTH, classesOf, classLegend, finish } from "./chart.js";
import type { Painter } from "./painter.js";
import { box, clip, Fills, label, softLabel } from "./svg.js";

const COLUMNS = 4;
const PANEL = 152;
const BARS = 96;
/** A bar this wide has room for its class's number below it; narrower ones stand in the order of the legend. */
const LEAST_BAR = 9;

/**
 * Panels alike, one a unit, with a bar for each class and one scale for all, so that units can be held against each
 * other. Classes that nobody has are left out.
 */
export function smallMultiples(
  head: ChartHead,
  panels: readonly Bar[],
  paint: Painter,
  text: (value: number) => string,
): string {
  const fills = new Fills(head.id);
  const classes = classesOf(panels);
  const most = Math.max(0, ...panels.flatMap(({ parts }) => parts.map(({ value }) => value)));
  const scale = scaleLinear()
    .domain([0, most || 1])
    .range([0, BARS]);
  const key = classLegend(classes, (kode) => fills.of(paint(kode)));
  const wide = CHART_WIDTH / COLUMNS;
  const bar = Math.min(22, (wide - 34) / Math.max(1, classes.length));
  let body = key.markup;
  panels.forEach(({ name, parts }, p) => {
    const x = (p % COLUMNS) * wide;
    const base = key.height + 12 + Math.floor(p / COLUMNS) * PANEL + 34 + BARS;
    const byCode = new Map(parts.map((part) => [part.kode, part]));
    body += label(x, base - BARS - 22, clip(name, 20), { size: 12, bold: true });
    if (p % COLUMNS === 0) body += softLabel(x, base - BARS - 7, text(most), { size: 11 });
    body += `<path d="M${x} ${base}H${Math.round((x + wide - 16) * 100) / 100}" stroke="#3b4656" stroke-width="1" fill="none"/>`;
    classes.forEach(({ kode }, c) => {
      const part = byCode.get(kode);
      if (part === undefined || !(part.value > 0)) return;
      const high = scale(part.value);
      const says = `${clip(name, 80)}: ${clip(part.name, 80)} ${part.text}`;
      body += box(x + c * bar + 4, base - high, bar - 2, high, fills.of(paint(kode)), says);
      const number = key.numbers.get(kode);
      if (number !== undefined && bar >= LEAST_BAR)
        body += softLabel(x + c * bar + 3 + bar / 2, base + 9, number, { anchor: "middle", size: 8 });
    });
  });
  const rows = Math.ceil(panels.length / COLUMNS);
  return finish(head, key.height + 12 + rows * PANEL + 4, fills, body);
}
