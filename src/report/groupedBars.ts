import { scaleLinear } from "d3-scale";
import {
  type Bar,
  type ChartHead,
  CHART_WIDTH,
  classLegend,
  finish,
  LEAST_NUMBERED,
  numberOn,
  type Part,
} from "./chart.js";
import type { Painter } from "./painter.js";
import { box, clip, clipMiddle, Fills, label, softLabel, textWidth } from "./svg.js";

const BAR = 15;
const SPACE = 3;
const HEADING = 24;
const GAP = 12;
const NAME_CHARACTERS = 60;
const LEGEND_GAP = 10;

/**
 * Groups of diverging bars around one zero, a group for each alternative and a bar for each class: more to the right,
 * less to the left, all on one scale, each bar with its figure. A class that is nothing in a group has no bar there.
 */
export function groupedBars(head: ChartHead, groups: readonly Bar[], paint: Painter): string {
  const fills = new Fills(head.id);
  const shown = groups.map(({ name, parts }) => ({ name, parts: parts.filter(({ value }) => value !== 0) }));
  const all = shown.flatMap(({ parts }) => parts);
  const most = all.reduce((size, { value }) => Math.max(size, Math.abs(value)), 0) || 1;
  const room = all.reduce((width, { text }) => Math.max(width, textWidth(text, 11)), 0) + 10;
  const scale = scaleLinear()
    .domain([-most, most])
    .range([room, CHART_WIDTH - room]);
  const zero = scale(0);
  const key = classLegend(classesIn(all), (kode) => fills.of(paint(kode)));
  let y = key.height + LEGEND_GAP;
  let body = key.markup;
  for (const { name, parts } of shown) {
    const top = y + HEADING;
    const bottom = top + Math.max(1, parts.length) * (BAR + SPACE);
    body += label(0, y + 15, clipMiddle(name, NAME_CHARACTERS), { bold: true });
    body += `<path d="M${round(zero)} ${round(top - 2)}V${round(bottom)}" stroke="#1e2b3c" stroke-width="1.5" fill="none"/>`;
    parts.forEach(({ kode, name: className, value, text }, row) => {
      const at = top + row * (BAR + SPACE);
      const end = scale(value);
      const says = `${clip(name, 80)}: ${clip(className, 80)} ${text}`;
      body += box(Math.min(zero, end), at, Math.abs(end - zero), BAR, fills.of(paint(kode)), says);
      const number = key.numbers.get(kode);
      if (number !== undefined && Math.abs(end - zero) >= LEAST_NUMBERED)
        body += numberOn((zero + end) / 2, at + 12, number);
      body +=
        value < 0
          ? softLabel(end - 5, at + 12, text, { anchor: "end", size: 11 })
          : softLabel(end + 5, at + 12, text, { size: 11 });
    });
    y = bottom + GAP;
  }
  return finish(head, y, fills, body);
}

/** The classes that have a bar anywhere, in the order they are met. */
function classesIn(parts: readonly Part[]): readonly Part[] {
  const met = new Map<string, Part>();
  for (const part of parts) if (!met.has(part.kode)) met.set(part.kode, part);
  return [...met.values()];
}

const round = (value: number): number => Math.round(value * 100) / 100;
