import { putArc } from "../arcs.js";
import { GmlElements } from "./gmlElements.js";
import { GmlLine } from "./gmlLine.js";
import type { NumberList } from "./gmlNumbers.js";
import { reversePositions, toPositions } from "./gmlPositions.js";
import type { GmlShapes } from "./gmlShapes.js";
import type { Srs, SrsScope } from "./gmlSrs.js";
import type { XmlTokens } from "./xmlTokens.js";

const LINE = 1;
const ARC = 2;
const ARC_STRING = 3;
const CIRCLE = 4;
const CIRCLE_BY_CENTRE = 5;
const ORIENTABLE = 6;
/** Its children are curves, or hold curves, in the order they are walked. */
const CHAIN = 7;

const KINDS: Readonly<Record<string, number>> = {
  LinearRing: LINE,
  LineString: LINE,
  LineStringSegment: LINE,
  GeodesicString: LINE,
  Geodesic: LINE,
  Arc: ARC,
  ArcString: ARC_STRING,
  Circle: CIRCLE,
  CircleByCenterPoint: CIRCLE_BY_CENTRE,
  OrientableCurve: ORIENTABLE,
  Ring: CHAIN,
  Curve: CHAIN,
  CompositeCurve: CHAIN,
  segments: CHAIN,
  curveMember: CHAIN,
  curveMembers: CHAIN,
  baseCurve: CHAIN,
};

/**
 * Reads, with `readElement`, what the xlink:href of the element begun last points at, passes over that element and
 * returns true; false where it has none.
 */
export type FollowReference = (readElement: () => void) => boolean;

/**
 * Reads curves into one line of x, y in turn: of a ring all its curves, each beginning where the last one ended.
 * Arcs become chords (see `putArc`). ISO 19136:2007 (GML 3.2.1), 10.4 and 10.5.
 */
export class GmlCurves {
  /** x0, y0, x1, y1 ... of the ring being read. */
  readonly line: NumberList;
  readonly elements: GmlElements;
  private readonly positions: GmlLine;
  /** Places in the ring where a curve did not begin where the last one ended. */
  gaps = 0;
  private lineFrom = 0; // curves join on to what stands from here on
  /** By name; undefined for one that is no such thing. */
  private readonly kinds: (number | undefined)[] = [];
  private readonly linearRing: number;

  /**
   * @param sagitta for arcs, in the unit of the coordinates
   * @param isDegree radii in metres mean nothing then
   */
  constructor(
    private readonly tokens: XmlTokens,
    private readonly scope: SrsScope,
    private readonly sagitta: number,
    private readonly isDegree: boolean,
    private readonly shapes: GmlShapes,
    private readonly follow: FollowReference,
  ) {
    for (const [name, kind] of Object.entries(KINDS)) this.kinds[tokens.numberOf(name)] = kind;
    this.elements = new GmlElements(tokens);
    this.positions = new GmlLine(tokens, scope, shapes, this.elements);
    this.line = this.positions.xy;
    this.linearRing = tokens.numberOf("LinearRing");
  }

  /** The ring whose element has just begun: LinearRing or Ring. */
  ring(): void {
    this.positions.begin();
    this.lineFrom = 0;
    this.gaps = 0;
    this.curve();
    this.positions.end();
  }

  /**
   * The ring whose LinearRing holds one posList, the text bytes[from] .. bytes[to].
   * @returns false where it is not whole positions in plain numbers
   */
  ringOf(bytes: Uint8Array, from: number, to: number, srs: Srs, dimension: number): boolean {
    const { line } = this;
    line.length = 0;
    this.gaps = 0;
    return line.parse(bytes, from, bytes.length) === to && toPositions(line, 0, true, srs, dimension) === 0;
  }

  /** The curve, or the part of one, whose element has just begun: added to the line. */
  curve(): void {
    const { tokens, scope, line } = this;
    const kind = this.kinds[tokens.name];
    if (kind === undefined) this.elements.refuse("lines and circular arcs");
    if (kind !== LINE || tokens.name !== this.linearRing) this.shapes.spoil();
    if (kind === CHAIN) return this.chain();
    const from = line.length;
    const outer = scope.enter(tokens);
    if (kind === LINE) this.positions.all(tokens.name === this.linearRing);
    else if (kind === ORIENTABLE) this.orientable();
    else if (kind === CIRCLE_BY_CENTRE) this.circleByCentre();
    else this.arcs(kind);
    scope.leave(outer);
    if (from > this.lineFrom && line.length > from) this.joinAt(from);
  }

  private chain(): void {
    const { tokens, scope } = this;
    if (this.follow(() => this.curve())) return;
    const outer = scope.enter(tokens);
    while (tokens.nextChild()) if (!this.elements.skipsDescription()) this.curve();
    scope.leave(outer);
  }

  /** Takes away the first vertex of a curve where the line already ended in it. */
  private joinAt(from: number): void {
    const { line } = this;
    const { values } = line;
    const [dx, dy] = [values[from] - values[from - 2], values[from + 1] - values[from - 1]];
    if (dx !== 0 || dy !== 0) {
      if (Math.hypot(dx, dy) > this.sagitta) this.gaps++;
      return;
    }
    values.copyWithin(from, from + 2, line.length);
    line.length -= 2;
  }

  private orientable(): void {
    const { line, lineFrom } = this;
    const from = line.length;
    const reversed = this.tokens.hasAttributes && this.tokens.attribute("orientation") === "-";
    this.lineFrom = from;
    this.chain();
    this.lineFrom = lineFrom;
    if (reversed) reversePositions(line.values, from, line.length);
  }

  private arcs(kind: number): void {
    const { line } = this;
    const from = line.length;
    const at = this.tokens.tagFrom;
    this.positions.all(false);
    const points = line.values.slice(from, line.length);
    const count = points.length / 2;
    const suits = kind === ARC_STRING ? count >= 3 && count % 2 === 1 : count === 3;
    if (!suits)
      this.tokens.refuse(`an arc of ${count} positions`, "three, or two more for each further arc", at);
    line.length = from + 2;
    const put = (x: number, y: number) => {
      line.push(x);
      line.push(y);
    };
    for (let p = 0; p + 5 < points.length; p += 4) {
      putArc(
        points[p],
        points[p + 1],
        points[p + 2],
        points[p + 3],
        points[p + 4],
        points[p + 5],
        this.sagitta,
        put,
      );
    }
    if (kind === CIRCLE) this.closeCircle(points, put);
  }

  /** From the third point of a circle round to the first, through the point between them on the other side. */
  private closeCircle([x1, y1, x2, y2, x3, y3]: Float64Array, put: (x: number, y: number) => void): void {
    if (x1 === x3 && y1 === y3) return; // the second point lies opposite: the circle is whole
    const [px, py, qx, qy] = [x2 - x1, y2 - y1, x3 - x1, y3 - y1];
    const cross = px * qy - py * qx;
    const [pp, qq] = [px * px + py * py, qx * qx + qy * qy];
    const [cx, cy] = [(qy * pp - py * qq) / (2 * cross), (px * qq - qx * pp) / (2 * cross)];
    if (!Number.isFinite(cx) || !Number.isFinite(cy))
      this.tokens.refuse("a Circle of three points on a line", "points that make a circle", this.tokens.at);
    // The second point lies to the right of the chord q where `cross` is positive: (-qy, qx) points away from it.
    const reach = ((cross > 0 ? 1 : -1) * Math.hypot(cx, cy)) / Math.sqrt(qq);
    putArc(x3, y3, x1 + cx - reach * qy, y1 + cy + reach * qx, x1, y1, this.sagitta, put);
  }

  private circleByCentre(): void {
    const { tokens, line } = this;
    const from = line.length;
    const at = tokens.tagFrom;
    let radius = NaN;
    while (tokens.nextChild()) {
      if (tokens.textOf(tokens.name) === "radius") radius = this.radius();
      else this.positions.position();
    }
    if (!(radius > 0) || line.length !== from + 2)
      tokens.refuse("a circle without one centre and a radius", "pos and radius", at);
    const [x, y] = [line.values[from], line.values[from + 1]];
    line.length = from;
    const put = (px: number, py: number) => {
      line.push(px);
      line.push(py);
    };
    put(x + radius, y);
    putArc(x + radius, y, x - radius, y, x + radius, y, this.sagitta, put);
  }

  private radius(): number {
    const { tokens, line } = this;
    const unit = tokens.attribute("uom") ?? "m";
    if (this.isDegree || !/(^|[:#/])(m|metre|9001)$/.test(unit)) {
      tokens.refuse(
        `a radius in ${unit}${this.isDegree ? " where positions are in degrees" : ""}`,
        "metres",
        tokens.tagFrom,
      );
    }
    const from = line.length;
    this.positions.numbers();
    const radius = line.length === from + 1 ? line.values[from] : NaN;
    line.length = from;
    return radius;
  }
}
