import { scaleLinear, scaleSqrt } from "d3-scale";
import { type ChartHead, CHART_WIDTH, finish, LABEL_CHARACTERS } from "./chart.js";
import { box, clip, INK, label, softLabel, textWidth } from "./svg.js";

/** A table of amounts: rows from, columns to. */
export type Matrix = {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** cells[row][column]; `texts` as a reader sees them. */
  readonly cells: readonly (readonly number[])[];
  readonly texts: readonly (readonly string[])[];
};

/** With more columns than these, heads stand upright. */
const MOST_SLANTED = 9;
/** Sizes of the figures in the squares: all have the same. */
const FIGURE_SIZES = [11, 10, 9, 8];

/** A grid where more is darker, with the figure in each square where the largest has room; hover and table have them. */
export function flowMatrix(head: ChartHead, { rows, columns, cells, texts }: Matrix): string {
  const names = rows.map((name) => clip(name, LABEL_CHARACTERS));
  const left = Math.min(220, Math.max(0, ...names.map((name) => textWidth(name, 12))) + 10);
  const high = 26;
  const heads = columns.map((name) => clip(name, LABEL_CHARACTERS));
  const widths = heads.map((name) => textWidth(name, 12));
  const upright = columns.length > MOST_SLANTED;
  const [rise, lean] = upright ? [1, 0] : [Math.SQRT1_2, Math.SQRT1_2];
  const top = Math.max(0, ...widths) * rise + 18;
  const room = CHART_WIDTH - left - 2;
  // No head may lean out over the edge: that, and not only the number of columns, tells how wide they can be.
  const wide = Math.min(
    room / Math.max(1, columns.length),
    ...widths.map((width, c) => (room - width * lean) / (c + 0.5)),
  );
  const longest = Math.max(0, ...texts.flat().map((text) => text.length));
  const size = FIGURE_SIZES.find((points) => textWidth("0".repeat(longest), points) < wide - 4);
  const most = Math.max(0, ...cells.flat());
  const shade = scaleSqrt()
    .domain([0, most || 1])
    .range([0, 1]);
  const ramp = scaleLinear<string>().domain([0, 1]).range(["#f2f6fb", "#1d4e89"]);
  let body = "";
  heads.forEach((name, c) => {
    const x = left + (c + 0.5) * wide;
    body += `<g transform="translate(${Math.round(x * 100) / 100} ${Math.round((top - 8) * 100) / 100}) rotate(${upright ? -90 : -45})">${softLabel(0, upright ? 4 : 0, name)}</g>`;
  });
  rows.forEach((row, r) => {
    const y = top + r * high;
    body += softLabel(left - 8, y + 17, names[r], { anchor: "end", fill: INK });
    columns.forEach((column, c) => {
      const dark = cells[r][c] > 0 ? shade(cells[r][c]) : 0;
      const fill = cells[r][c] > 0 ? hex(ramp(dark)) : "#ffffff";
      body += box(
        left + c * wide,
        y,
        wide,
        high,
        { colour: fill },
        `${clip(row, 60)} → ${clip(column, 60)}: ${texts[r][c]}`,
      );
      if (cells[r][c] > 0 && size !== undefined) {
        const ink = dark > 0.55 ? "#ffffff" : INK;
        body += label(left + (c + 0.5) * wide, y + 17, texts[r][c], {
          anchor: "middle",
          size,
          fill: ink,
        });
      }
    });
  });
  return finish(head, top + rows.length * high + 6, undefined, body);
}

/** rgb(r, g, b) as #rrggbb, the one way colours are written here. */
function hex(rgb: string): string {
  const parts = rgb.match(/\d+/g) ?? [];
  return `#${parts.map((part) => Number(part).toString(16).padStart(2, "0")).join("")}`;
}
