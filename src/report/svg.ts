/** The few things every drawing needs: escaping, text that fits, and hatches. */
import type { Paint } from "../rules/schema.js";

/**
 * Text that may stand in HTML and SVG, in an element or an attribute. What XML 1.0 (section 2.2) has no place for,
 * control characters and lone surrogates, becomes U+FFFD.
 */
export function escapeMarkup(text: string): string {
  return text.replace(NOT_XML, "\ufffd").replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

/** Text of at most so many characters; a cut one ends with an ellipsis. Never cuts a character in two. */
export function clip(text: string, most: number): string {
  if (text.length <= most) return text;
  return (
    Array.from(text.slice(0, 2 * most))
      .slice(0, most - 1)
      .join("") + "…"
  );
}

/** Text of at most so many characters that keeps its last word: what tells two long names apart often stands there. */
export function clipMiddle(text: string, most: number): string {
  const last = text.slice(text.lastIndexOf(" "));
  if (text.length <= most || last.length > most / 2 || last === text) return clip(text, most);
  return clip(text.slice(0, text.length - last.length), most - last.length) + last;
}

/** About how wide a text is, without a font at hand: 0.64 of the size for each character, as wide fonts have it. */
export const textWidth = (text: string, size: number): number => 0.64 * size * text.length;

/** A coordinate with two decimals at most, so that one drawing is the same bytes everywhere. */
export const coordinate = (value: number): string => {
  const rounded = Math.round(value * 100) / 100;
  return Object.is(rounded, -0) ? "0" : String(rounded);
};

/** A drawing with its name and description, for readers that do not see it. */
export function drawing(
  id: string,
  { width, height, title, desc }: { width: number; height: number; title: string; desc: string },
  body: string,
): string {
  const size = `${coordinate(width)} ${coordinate(height)}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size}" role="img"`,
    ` aria-labelledby="${id}-t ${id}-d" font-family="system-ui, 'Segoe UI', Arial, sans-serif" font-size="13">`,
    `<title id="${id}-t">${escapeMarkup(title)}</title><desc id="${id}-d">${escapeMarkup(desc)}</desc>`,
    `${body}</svg>`,
  ].join("");
}

export type TextStyle = {
  readonly anchor?: "start" | "middle" | "end";
  readonly size?: number;
  readonly bold?: boolean;
  readonly fill?: string;
  /** A light edge, so that it can be read on any hatch. */
  readonly halo?: boolean;
};

export const INK = "#1e2b3c";
const LIGHT_INK = "#4a5567";

export function label(x: number, y: number, text: string, style: TextStyle = {}): string {
  const { anchor, size, bold = false, fill = INK, halo = false } = style;
  const attributes = [
    `x="${coordinate(x)}" y="${coordinate(y)}" fill="${fill}"`,
    anchor === undefined || anchor === "start" ? "" : ` text-anchor="${anchor}"`,
    size === undefined ? "" : ` font-size="${size}"`,
    bold ? ` font-weight="600"` : "",
    halo ? ` stroke="#ffffff" stroke-width="3" stroke-linejoin="round" paint-order="stroke"` : "",
  ].join("");
  return `<text ${attributes}>${escapeMarkup(text)}</text>`;
}

/** Size of the text of scales and notes. */
export const SOFT_SIZE = 12;

export const softLabel = (x: number, y: number, text: string, style: TextStyle = {}): string =>
  label(x, y, text, { fill: LIGHT_INK, size: SOFT_SIZE, ...style });

/** A colour and the hatch over it; `hatch` is the name of a pattern, undefined for a plain fill. */
export type Fill = { readonly colour: string; readonly hatch?: string };

/** A box narrower or lower than this has no room for a hatch: a line or a dot in it would be a smear. */
const LEAST_HATCHED = 4;

export function box(x: number, y: number, width: number, height: number, fill: Fill, hover = ""): string {
  const place = `x="${coordinate(x)}" y="${coordinate(y)}" width="${coordinate(Math.max(0, width))}" height="${coordinate(height)}"`;
  const says = hover === "" ? "" : `<title>${escapeMarkup(hover)}</title>`;
  const edge = `stroke="#3b4656" stroke-width="0.75"`;
  if (fill.hatch === undefined || Math.min(width, height) < LEAST_HATCHED)
    return `<rect ${place} fill="${fill.colour}" ${edge}>${says}</rect>`;
  return `<g>${says}<rect ${place} fill="${fill.colour}"/><rect ${place} fill="url(#${fill.hatch})" ${edge}/></g>`;
}

/**
 * Fills of one drawing: each hatch becomes a pattern, defined once. It has no ground of its own: the colour is drawn
 * under it, or thin light lines would show between the tiles in print.
 *
 * @param id begins the names of the patterns, which must differ from those of other drawings on the page
 * @param scale of the hatches, in units of where they are drawn: 1 is 8 units between two lines
 */
export class Fills {
  private readonly names = new Map<Paint["pattern"], string>();
  private readonly patterns: string[] = [];

  constructor(
    private readonly id: string,
    private readonly scale = 1,
  ) {}

  of({ colour, pattern }: Paint): Fill {
    if (pattern === "ingen") return { colour };
    let hatch = this.names.get(pattern);
    if (hatch === undefined) {
      hatch = `${this.id}-f${this.names.size}`;
      this.names.set(pattern, hatch);
      const scaled = this.scale === 1 ? "" : ` patternTransform="scale(${this.scale.toFixed(5)})"`;
      this.patterns.push(
        `<pattern id="${hatch}" width="8" height="8" patternUnits="userSpaceOnUse"${scaled}>${HATCH_MARKS[pattern]}</pattern>`,
      );
    }
    return { colour, hatch };
  }

  defs(): string {
    return this.patterns.length === 0 ? "" : `<defs>${this.patterns.join("")}</defs>`;
  }
}

const strokes = (path: string): string =>
  `<path d="${path}" fill="none" stroke="#1e2b3c" stroke-opacity="0.38" stroke-width="0.8"/>`;

const HATCH_MARKS: Readonly<Record<Exclude<Paint["pattern"], "ingen">, string>> = {
  skra: strokes("M-1 1L1-1M0 8L8 0M7 9L9 7"),
  motskra: strokes("M-1 7L1 9M0 0L8 8M7-1L9 1"),
  kryss: strokes("M0 0L8 8M0 8L8 0"),
  prikker:
    '<circle cx="2" cy="2" r="0.9" fill="#1e2b3c" fill-opacity="0.4"/><circle cx="6" cy="6" r="0.9" fill="#1e2b3c" fill-opacity="0.4"/>',
  vannrett: strokes("M0 2H8M0 6H8"),
  loddrett: strokes("M2 0V8M6 0V8"),
  ruter: strokes("M0 4H8M4 0V8"),
  bolger: strokes("M0 3Q2 1 4 3T8 3M0 7Q2 5 4 7T8 7"),
};
