import type { GmlElements } from "./gmlElements.js";
import { NumberList } from "./gmlNumbers.js";
import { toPlane, toPositions } from "./gmlPositions.js";
import { RING, type GmlShapes } from "./gmlShapes.js";
import type { Srs, SrsScope } from "./gmlSrs.js";
import type { XmlTokens } from "./xmlTokens.js";

const POS_LIST = 1;
const POS = 2;
const COORDINATES = 3;
/** Its children are positions. */
const POINT = 4;

const POSITIONS: Readonly<Record<string, number>> = {
  posList: POS_LIST,
  pos: POS,
  coordinates: COORDINATES,
  pointProperty: POINT,
  pointRep: POINT,
  Point: POINT,
};

/**
 * Reads positions into the line of a ring, x and y in turn, whichever of GML's ways they are written in: posList, pos,
 * points that hold one, and GML 2's coordinates. ISO 19136:2007 (GML 3.2.1), 10.1.4.
 */
export class GmlLine {
  /** x0, y0, x1, y1 ... of the ring being read. */
  readonly xy = new NumberList();
  /** By name; undefined for one that is no such thing. */
  private readonly kinds: (number | undefined)[] = [];
  /** Of the last posList of the ring being read: its text and what its positions are in; and how many there were. */
  private listCount = 0;
  private listFrom = 0;
  private listTo = 0;
  private listSrs: Srs | undefined;
  private listDimension = 0;

  constructor(
    private readonly tokens: XmlTokens,
    private readonly scope: SrsScope,
    private readonly shapes: GmlShapes,
    private readonly elements: GmlElements,
  ) {
    for (const [name, kind] of Object.entries(POSITIONS)) this.kinds[tokens.numberOf(name)] = kind;
  }

  /** Begins a ring. */
  begin(): void {
    this.xy.length = 0;
    this.listCount = 0;
  }

  /** The ring has been read: where one posList was all of it, its shape is noted. */
  end(): void {
    if (this.listCount !== 1) return this.shapes.spoil();
    this.shapes.note(RING, this.listFrom, this.listTo, 0, this.listSrs, this.listDimension);
  }

  /** The positions of the element begun last, to its end. */
  all(isRing: boolean): void {
    const { tokens } = this;
    while (tokens.nextChild()) if (!this.elements.skipsDescription()) this.position(isRing);
  }

  /** Those of the element begun last: one, or a list. */
  position(isRing = false): void {
    const { tokens, scope } = this;
    const kind = this.kinds[tokens.name];
    if (kind === undefined) this.elements.refuse("posList, pos or coordinates");
    if (kind !== POS_LIST) this.shapes.spoil();
    const outer = scope.enter(tokens);
    if (kind === POS_LIST || kind === POS) this.ordinates(isRing && kind === POS_LIST);
    else if (kind === COORDINATES) this.coordinates();
    else this.all(false);
    scope.leave(outer);
  }

  private ordinates(isRing: boolean): void {
    const { tokens, xy, scope } = this;
    const from = xy.length;
    const at = tokens.tagFrom;
    this.numbers();
    const count = xy.length - from;
    this.listCount++;
    this.listSrs = scope.srs;
    this.listDimension = scope.dimension;
    const unsuited = toPositions(xy, from, isRing, scope.srs, scope.dimension);
    if (unsuited !== 0) tokens.refuse(`${count} numbers`, `${unsuited} for each position (srsDimension)`, at);
  }

  /** The text of the element begun last as numbers, to its end. */
  numbers(): void {
    const { tokens, xy } = this;
    const from = xy.length;
    const start = tokens.at;
    const plainTo = xy.parse(tokens.bytes, start, tokens.bytes.length);
    if (tokens.endsAt(plainTo)) {
      this.listFrom = start;
      this.listTo = plainTo;
      return;
    }
    this.shapes.spoil();
    xy.length = from; // something else than plain numbers stands there: once more, piece by piece
    if (!tokens.leaf()) tokens.refuse("an element among numbers", "numbers", start);
    const { text, textFrom, textTo } = tokens;
    const end = xy.parse(text, textFrom, textTo);
    if (end === textTo) return;
    const came = Buffer.from(text.subarray(end, Math.min(textTo, end + 30))).toString("latin1");
    xy.length = from;
    tokens.refuse(
      `"${came.split(/\s/)[0]}" among numbers`,
      "decimal numbers with a point",
      text === tokens.bytes ? end : start,
    );
  }

  /** GML 2: `1.0,2.0 3.0,4.0`, with signs of its own choice. */
  private coordinates(): void {
    const { tokens, xy, scope } = this;
    const at = tokens.tagFrom;
    const [decimal, comma, space] = ["decimal", "cs", "ts"].map((name) => tokens.attribute(name));
    if (!tokens.leaf()) tokens.refuse("an element among coordinates", "numbers", at);
    const from = xy.length;
    const text = Buffer.from(tokens.text.subarray(tokens.textFrom, tokens.textTo)).toString("latin1");
    const positions = text
      .split(space === undefined || space.trim() === "" ? /\s+/ : space)
      .filter((one) => one.trim() !== "");
    const dimension = positions.length === 0 ? 2 : positions[0].split(comma ?? ",").length;
    for (const position of positions) {
      const ordinates = position
        .split(comma ?? ",")
        .map((one) => Number((decimal ? one.replace(decimal, ".") : one).trim() || NaN));
      const suits = ordinates.length === dimension && dimension >= 2 && ordinates.every(Number.isFinite);
      if (!suits) tokens.refuse(`"${position}" among coordinates`, "x,y", at);
      for (const ordinate of ordinates) xy.push(ordinate);
    }
    xy.length = toPlane(xy.values, from, xy.length, dimension, scope.srs.northFirst);
  }
}
