import { box, drawing, type Fill, type Fills, label, softLabel, SOFT_SIZE, textWidth, clip } from "./svg.js";

/** One thing measured: a class, a flow, a change. `text` is the value as a reader sees it. */
export type Part = {
  readonly kode: string;
  readonly name: string;
  readonly value: number;
  readonly text: string;
};

/** A bar or a panel with its parts, in the order they are drawn. */
export type Bar = { readonly name: string; readonly parts: readonly Part[] };

/** A figure of a report: the drawing, and the same numbers as a table for those who want or need it. */
export type Chart = {
  readonly id: string;
  readonly title: string;
  readonly desc: string;
  readonly svg: string;
  /** Says what is left out of the drawing; "" when nothing is. */
  readonly note: string;
  readonly data: ChartData;
};

export type ChartData = {
  readonly heads: readonly { readonly title: string; readonly figure: boolean }[];
  readonly rows: readonly (readonly string[])[];
};

/** What a chart is told of itself. */
export type ChartHead = { readonly id: string; readonly title: string; readonly desc: string };

/** All drawings are as wide as a page of A4 needs them. */
export const CHART_WIDTH = 720;

export const LABEL_CHARACTERS = 28;

export const sumOf = (parts: readonly Part[]): number => parts.reduce((sum, { value }) => sum + value, 0);

/** The classes of bars in the order they stand there, without those that are nothing everywhere. */
export function classesOf(bars: readonly Bar[]): readonly Part[] {
  const met = new Map<string, Part>();
  const drawn = new Set<string>();
  for (const part of bars.flatMap(({ parts }) => parts)) {
    if (!met.has(part.kode)) met.set(part.kode, part);
    if (part.value > 0) drawn.add(part.kode);
  }
  return [...met.values()].filter(({ kode }) => drawn.has(kode));
}

/** Classes that hatches tell apart without colour: eight of them, and none. */
const MOST_HATCHED = 9;

/** The number of a class on what is drawn of it, where that is at least `LEAST_NUMBERED` wide: room for two digits. */
export const numberOn = (x: number, y: number, number: string): string =>
  label(x, y, number, { anchor: "middle", size: 10, bold: true, halo: true });

export const LEAST_NUMBERED = 15;

/** A legend as rows of swatches; a number stands on its swatch as on the drawing. @returns markup and how high it is */
export function legend(
  classes: readonly { readonly name: string; readonly fill: Fill; readonly number?: string }[],
  top: number,
  width = CHART_WIDTH,
): { readonly markup: string; readonly height: number } {
  let x = 0;
  let y = top;
  let markup = "";
  for (const { name, fill, number } of classes) {
    const text = clip(name, LABEL_CHARACTERS + 8);
    const wide = 24 + textWidth(text, 13) + 18;
    if (x > 0 && x + wide > width) {
      x = 0;
      y += 22;
    }
    markup += box(x, y, 16, 12, fill) + label(x + 22, y + 11, text);
    if (number !== undefined) markup += numberOn(x + 8, y + 10, number);
    x += wide;
  }
  return { markup, height: classes.length === 0 ? 0 : y - top + 22 };
}

/**
 * The legend of a chart's classes, above its bars. Of more classes than there are hatches some look alike in grey print:
 * then each has a number, in the legend and on what is drawn of it (`numberOn`); `numbers` is empty where hatches do.
 */
export function classLegend(
  classes: readonly Pick<Part, "kode" | "name">[],
  fillOf: (kode: string) => Fill,
): ReturnType<typeof legend> & { readonly numbers: ReadonlyMap<string, string> } {
  const isNumbered = classes.length > MOST_HATCHED;
  const numbers = new Map(isNumbered ? classes.map(({ kode }, i) => [kode, String(i + 1)]) : []);
  const entries = classes.map(({ kode, name }, i) => ({
    name,
    fill: fillOf(kode),
    ...(isNumbered && { number: String(i + 1) }),
  }));
  return { ...legend(entries, 2), numbers };
}

/** A scale line with ticks under or over the bars. A text that would pass an edge of the drawing stands at that edge. */
export function ticks(
  values: readonly number[],
  at: (value: number) => number,
  text: (value: number) => string,
  top: number,
  bottom: number,
): string {
  return values
    .map((value) => {
      const x = Math.round(at(value) * 100) / 100;
      const says = text(value);
      const passes = x + textWidth(says, SOFT_SIZE) / 2 > CHART_WIDTH;
      const anchor = x < 24 ? "start" : passes ? "end" : "middle";
      return (
        `<path d="M${x} ${top}V${bottom}" stroke="#c3cad5" stroke-width="1" fill="none"/>` +
        softLabel(passes ? CHART_WIDTH : x, bottom + 15, says, { anchor })
      );
    })
    .join("");
}

export const finish = (head: ChartHead, height: number, fills: Fills | undefined, body: string): string =>
  drawing(
    head.id,
    { width: CHART_WIDTH, height, title: head.title, desc: head.desc },
    (fills?.defs() ?? "") + body,
  );
