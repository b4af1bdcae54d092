import { scaleLinear } from "d3-scale";
import { type ChartHead, CHART_WIDTH, finish, type Part } from "./chart.js";
import { box, clip, clipMiddle, Fills, label, softLabel, textWidth } from "./svg.js";

const BAR = 20;
const GAP = 8;
const NAME_CHARACTERS = 34;

/** Blue and orange, apart for every kind of colour sight; the hatch tells them apart in grey as well. */
const MORE = { colour: "#7fb2dd", pattern: "ingen" } as const;
const LESS = { colour: "#f0b27a", pattern: "skra" } as const;

/** Diverging bars around nothing: more to the right, less to the left, each with its figure. */
export function changeBars(head: ChartHead, changes: readonly Part[]): string {
  const fills = new Fills(head.id);
  const names = changes.map(({ name }) => clipMiddle(name, NAME_CHARACTERS));
  const left = Math.max(0, ...names.map((name) => textWidth(name, 13))) + 12;
  const room = Math.max(0, ...changes.map(({ text }) => textWidth(text, 12))) + 12;
  const most = Math.max(...changes.map(({ value }) => Math.abs(value)), 0) || 1;
  const scale = scaleLinear()
    .domain([-most, most])
    .range([left + room, CHART_WIDTH - room]);
  const zero = scale(0);
  const bottom = 6 + changes.length * (BAR + GAP);
  let body = "";
  changes.forEach(({ name, value, text }, row) => {
    const y = 6 + row * (BAR + GAP);
    const end = scale(value);
    body += label(left - 12, y + 15, names[row], { anchor: "end" });
    body += box(
      Math.min(zero, end),
      y,
      Math.abs(end - zero),
      BAR,
      fills.of(value < 0 ? LESS : MORE),
      `${clip(name, 80)} ${text}`,
    );
    body +=
      value < 0 ? softLabel(end - 6, y + 15, text, { anchor: "end" }) : softLabel(end + 6, y + 15, text);
  });
  body += `<path d="M${Math.round(zero * 100) / 100} 0V${bottom}" stroke="#1e2b3c" stroke-width="1.5" fill="none"/>`;
  return finish(head, bottom + 8, fills, body);
}
