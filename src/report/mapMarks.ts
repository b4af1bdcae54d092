/** What every map is drawn with: areas of a class, a scale bar, an arrow to the north, and the names of the classes. */
import type { ReportBasis } from "./basis.js";
import type { Translate } from "./localise.js";
import { formatNumber } from "./numbers.js";
import { coordinate, type Fill, INK, label, softLabel } from "./svg.js";
import type { Texts } from "./textsShape.js";

/** Colour, and hatch over it from the same path, which stands in the file once; `id` is its own on the page. */
export function area(id: string, { colour, hatch }: Fill, path: string): string {
  if (hatch === undefined) return `<path fill="${colour}" fill-rule="evenodd" d="${path}"/>`;
  const shape = `<path id="${id}" fill-rule="evenodd" d="${path}"/>`;
  return `<g fill="${colour}">${shape}</g><use href="#${id}" fill="url(#${hatch})"/>`;
}

/** A bar of a round length, at most so many units of the drawing and at least half of that, in two halves. */
export function scaleBar(metresPerUnit: number, most: number, texts: Texts): string {
  const longest = most * metresPerUnit;
  const power = 10 ** Math.floor(Math.log10(longest));
  const metres = [5, 2, 1].map((step) => step * power).find((length) => length <= longest) ?? power;
  const wide = metres / metresPerUnit;
  return (
    `<rect x="0" y="-6" width="${coordinate(wide / 2)}" height="8" fill="${INK}" stroke="${INK}"/>` +
    `<rect x="${coordinate(wide / 2)}" y="-6" width="${coordinate(wide / 2)}" height="8" fill="#ffffff" stroke="${INK}"/>` +
    softLabel(0, 18, "0") +
    softLabel(wide, 18, lengthText(metres, texts), { anchor: "middle" })
  );
}

const lengthText = (metres: number, texts: Texts): string =>
  metres >= 1000 ? `${plain(metres / 1000, texts)}\u00a0km` : `${plain(metres, texts)}\u00a0m`;

const plain = (value: number, texts: Texts): string =>
  formatNumber(value, Number.isInteger(value) ? 0 : value >= 0.1 ? 1 : 3, texts.signs);

/** @param x of its middle, `y` of its point */
export function northArrow(x: number, y: number, north: string): string {
  return (
    `<g transform="translate(${coordinate(x)} ${coordinate(y)})">` +
    `<path d="M0 0L7 24L0 19L-7 24Z" fill="${INK}"/>${label(0, 40, north, { anchor: "middle", bold: true })}</g>`
  );
}

/** Names of a field's classes in the order of their list. */
export class ClassNames {
  private readonly names: ReadonlyMap<string, string>;
  private readonly order: readonly string[];
  private readonly none: string;

  constructor(field: string, basis: Pick<ReportBasis, "fields">, translate: Translate, texts: Texts) {
    const classes = basis.fields.find((one) => one.field === field)?.classes ?? [];
    const isEnglish = texts.language === "en";
    this.names = new Map(
      classes.map(({ kode, navn, en }) => [kode, isEnglish && en ? en : translate(navn)] as const),
    );
    this.order = [...this.names.keys()];
    this.none = translate("Uten verdi");
  }

  /** A code that the list does not know is its own name. */
  of(kode: string): string {
    return kode === "" ? this.none : (this.names.get(kode) ?? kode);
  }

  /** In the order of the list, then what it does not know. */
  sorted<C extends { readonly kode: string }>(classes: readonly C[]): readonly C[] {
    const rank = ({ kode }: C): number => {
      const at = this.order.indexOf(kode);
      return at < 0 ? this.order.length : at;
    };
    return [...classes].sort((a, b) => rank(a) - rank(b));
  }
}
