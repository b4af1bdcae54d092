import { scaleLinear } from "d3-scale";
import {
  type Bar,
  type ChartHead,
  CHART_WIDTH,
  classesOf,
  classLegend,
  finish,
  LABEL_CHARACTERS,
  LEAST_NUMBERED,
  numberOn,
  sumOf,
  ticks,
} from "./chart.js";
import type { Painter } from "./painter.js";
import { box, clip, Fills, label, textWidth } from "./svg.js";

const BAR = 22;
const GAP = 10;

/**
 * Horizontal stacked bars, one a row: reserve by purpose and land cover, or the shares of each unit.
 * Negative parts have no place in a stack and are left out of it; the table behind the chart has them.
 *
 * @param normalise draws each bar as long as the others, in percent
 * @param text writes a value on the axis
 */
export function stackedBars(
  head: ChartHead,
  bars: readonly Bar[],
  paint: Painter,
  normalise: boolean,
  text: (value: number) => string,
): string {
  const fills = new Fills(head.id);
  const classes = classesOf(bars);
  const names = bars.map(({ name }) => clip(name, LABEL_CHARACTERS));
  const left =
    Math.max(0, ...names.map((name) => textWidth(name, 13))) + (names.some((n) => n !== "") ? 12 : 0);
  const totals = bars.map(({ parts }) => sumOf(parts.filter(({ value }) => value > 0)));
  const scale = scaleLinear()
    .domain([0, normalise ? 1 : Math.max(...totals, 0) || 1])
    .range([left, CHART_WIDTH - 24]);
  const key = classLegend(classes, (kode) => fills.of(paint(kode)));
  const top = key.height + 12;
  const bottom = top + bars.length * (BAR + GAP);
  let body = key.markup + ticks(scale.ticks(5), (value) => scale(value), text, top - 4, bottom);
  bars.forEach(({ name, parts }, row) => {
    const y = top + row * (BAR + GAP);
    body += label(left - 12, y + 16, names[row], { anchor: "end" });
    let sum = 0;
    for (const part of parts) {
      if (!(part.value > 0)) continue;
      const whole = normalise ? totals[row] : 1;
      const from = scale(sum / whole);
      sum += part.value;
      const hover = `${name === "" ? "" : `${clip(name, 80)}: `}${clip(part.name, 80)} ${part.text}`;
      const wide = scale(sum / whole) - from;
      body += box(from, y, wide, BAR, fills.of(paint(part.kode)), hover);
      const number = key.numbers.get(part.kode);
      if (number !== undefined && wide >= LEAST_NUMBERED) body += numberOn(from + wide / 2, y + 15, number);
    }
  });
  return finish(head, bottom + 24, fills, body);
}
