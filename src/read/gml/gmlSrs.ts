import { isNorthFirst } from "../../core/axisOrder.js";
import type { Epsg } from "../../core/units.js";
import { epsgOf, hasHeights } from "../crs/crs.js";
import { Terms } from "../terms.js";
import type { XmlTokens } from "./xmlTokens.js";

/** What an srsName tells of the coordinates under it. */
export type Srs = {
  readonly text: string;
  /** Of the part in the plane; undefined when the text names no code we understand. */
  readonly epsg: Epsg | undefined;
  /** The first ordinate is latitude or northing. */
  readonly northFirst: boolean;
  /** How many ordinates a position has where no srsDimension says so. */
  readonly dimension: 2 | 3;
};

/** Forms that mean the register's own order of axes; "EPSG:4258" and the old XML form mean x, y (OGC 09-048r5, 8). */
const IN_REGISTERED_ORDER = /^(urn:(x-)?ogc:def:crs|https?:\/\/www\.opengis\.net\/def\/crs\/)/i;

/** What an srsName means; see `Srs`. */
export function srsOf(text: string): Srs {
  const epsg = epsgOf(text);
  const isLonLat = /CRS:?84h?$/i.test(text.trim());
  return {
    text: text.trim(),
    epsg,
    northFirst:
      epsg !== undefined && !isLonLat && isNorthFirst(epsg) && IN_REGISTERED_ORDER.test(text.trim()),
    dimension: hasHeights(text) ? 3 : 2,
  };
}

/** A geometry that does not say its system, and nothing around it does. */
export const NO_SRS: Srs = { text: "", epsg: undefined, northFirst: false, dimension: 2 };

/** What held before an element was entered. */
type Outer = { readonly srs: Srs; readonly dimension: number } | undefined;

/** The system that holds where the reader is: said by the nearest element around it (GML 3.2.1, 9.10 and 10.1.3.2). */
export class SrsScope {
  srs = NO_SRS;
  /** 0: not said. */
  dimension = 0;
  /** What the first geometry said. */
  firstSaid: Srs | undefined;
  private readonly names = new Terms((bytes) => Buffer.from(bytes).toString("utf8"));
  private readonly known: Srs[] = [];

  /** @param epsg the layer's own: geometries that state another one are refused; undefined to take any */
  constructor(private readonly epsg: Epsg | undefined) {}

  set(srsName: string | undefined, dimension: number | undefined): void {
    this.srs = srsName === undefined ? NO_SRS : this.srsNamed(srsName);
    this.dimension = dimension ?? 0;
  }

  /** Takes what the element begun last says. @returns what `leave` is to be given where the element ends */
  enter(tokens: XmlTokens): Outer {
    if (!tokens.hasAttributes) return undefined;
    const { srs, dimension } = this;
    const saysSrs = tokens.findAttribute("srsName");
    if (saysSrs) this.srs = this.srsAt(tokens.text, tokens.textFrom, tokens.textTo);
    const saysDimension = tokens.findAttribute("srsDimension");
    if (saysDimension) this.dimension = this.dimensionIn(tokens);
    if (!saysSrs && !saysDimension) return undefined;
    const outer = { srs, dimension };
    if (saysSrs) {
      this.firstSaid ??= this.srs;
      const isOther = this.epsg !== undefined && this.srs.epsg !== this.epsg;
      if (isOther) this.refuseOther(tokens);
    }
    return outer;
  }

  leave(outer: Outer): void {
    if (outer === undefined) return;
    this.srs = outer.srs;
    this.dimension = outer.dimension;
  }

  private refuseOther(tokens: XmlTokens): never {
    const wanted = `EPSG:${this.epsg}, as the layer's other geometries have`;
    return tokens.refuse(`srsName "${this.srs.text}"`, wanted, tokens.tagFrom);
  }

  private dimensionIn(tokens: XmlTokens): number {
    const digit = tokens.text[tokens.textFrom] - 0x30;
    if (tokens.textTo - tokens.textFrom === 1 && (digit === 2 || digit === 3)) return digit;
    return tokens.refuse(`srsDimension "${tokens.attribute("srsDimension")}"`, "2 or 3", tokens.tagFrom);
  }

  private srsNamed(text: string): Srs {
    const bytes = Buffer.from(text);
    return this.srsAt(bytes, 0, bytes.length);
  }

  private srsAt(bytes: Uint8Array, from: number, to: number): Srs {
    const code = this.names.codeOf(bytes, from, to);
    return (this.known[code] ??= srsOf(this.names.terms[code]));
  }
}
