import { GmlCurves } from "./gmlCurves.js";
import type { References } from "./gmlReferences.js";
import { PART_END, type GmlShapes } from "./gmlShapes.js";
import type { Srs, SrsScope } from "./gmlSrs.js";
import type { PolygonColumns } from "../polygonColumns.js";
import { START, type XmlTokens } from "./xmlTokens.js";

/** One surface with rings of its own. */
const PATCHES = ["Polygon", "PolygonPatch", "Triangle", "Rectangle"];
/** Surfaces made of others. */
const SURFACES = [
  "Surface",
  "MultiSurface",
  "CompositeSurface",
  "OrientableSurface",
  "PolyhedralSurface",
  "TriangulatedSurface",
  "Tin",
  "MultiPolygon",
];
/** What stands between a surface and its parts. */
const MEMBERS = [
  "patches",
  "polygonPatches",
  "trianglePatches",
  "surfaceMember",
  "surfaceMembers",
  "polygonMember",
  "baseSurface",
];
const OTHERS = [
  "Point",
  "MultiPoint",
  "LineString",
  "MultiLineString",
  "Curve",
  "MultiCurve",
  "CompositeCurve",
  "OrientableCurve",
  "LinearRing",
  "Ring",
  "Solid",
  "MultiSolid",
  "CompositeSolid",
];
const LINES = ["LineString", "Curve", "CompositeCurve", "OrientableCurve"];
const MIXED = ["geometryMember", "geometryMembers"];
const SHELLS = ["exterior", "outerBoundaryIs"];
const HOLES = ["interior", "innerBoundaryIs"];

const PATCH = 1;
const CONTAINER = 2;
const OTHER = 3;
const MULTI_GEOMETRY = 4;
const SHELL = 5;
const HOLE = 6;

/** References that lead to references: more than this many are a circle. */
const MOST_HOPS = 20;

export type GmlGeometryOptions = {
  /** For arcs, in the unit of the coordinates. */
  readonly sagitta: number;
  readonly isDegree: boolean;
  readonly references: References;
  /** Told of a reference that is not among them; throws, or makes a note for later. */
  readonly onMissing: (id: string, at: number) => void;
  /** Told of each curve, x and y in turn, where lines are wanted; without it curves are passed over. */
  readonly onLine?: (values: Float64Array, length: number) => void;
};

/** Reads surfaces, of whatever make, into polygon columns: each patch is a part (GML 3.2.1, 10.5, 10.6 and 11.3.4). */
export class GmlGeometry {
  private readonly curves: GmlCurves;
  /** By name; undefined for one that says nothing in a surface. */
  private readonly kinds: (number | undefined)[] = [];
  private hops = 0;
  /** Of the geometry read last: curves that did not meet; the name of what in it is no surface. */
  gaps = 0;
  otherType = "";

  constructor(
    private readonly tokens: XmlTokens,
    private readonly scope: SrsScope,
    private readonly columns: PolygonColumns,
    private readonly shapes: GmlShapes,
    private readonly options: GmlGeometryOptions,
  ) {
    const { sagitta, isDegree } = options;
    this.curves = new GmlCurves(tokens, scope, sagitta, isDegree, shapes, (readElement) =>
      this.follow(readElement),
    );
    const groups: readonly [readonly string[], number][] = [
      [PATCHES, PATCH],
      [SURFACES, CONTAINER],
      [MEMBERS, CONTAINER],
      [MIXED, CONTAINER],
      [OTHERS, OTHER],
      [["MultiGeometry"], MULTI_GEOMETRY],
      [SHELLS, SHELL],
      [HOLES, HOLE],
    ];
    for (const [names, kind] of groups) for (const name of names) this.kinds[tokens.numberOf(name)] = kind;
  }

  /** Whether the element begun last is a geometry: a surface, or one that may hold some. */
  isSurface(): boolean {
    const kind = this.kinds[this.tokens.name];
    return kind === PATCH || kind === CONTAINER || kind === MULTI_GEOMETRY;
  }

  isOther(): boolean {
    return this.kinds[this.tokens.name] === OTHER;
  }

  /** Reads the curve whose element has just begun and hands it on; false where it is none, or none are wanted. */
  readLine(): boolean {
    const { tokens, curves, options } = this;
    if (options.onLine === undefined) return false;
    const name = tokens.textOf(tokens.name);
    if (LINES.includes(name)) {
      curves.ring();
      options.onLine(curves.line.values, curves.line.length);
      return true;
    }
    if (name !== "MultiCurve") return false;
    const outer = this.scope.enter(tokens);
    while (tokens.nextChild()) {
      if (curves.elements.skipsDescription()) continue;
      curves.ring(); // a member, with the curve it holds
      options.onLine(curves.line.values, curves.line.length);
    }
    this.scope.leave(outer);
    return true;
  }

  /** Reads the surface whose element has just begun, to its end. */
  read(): void {
    this.gaps = 0;
    this.otherType = "";
    this.surface();
  }

  private surface(): void {
    const { tokens, scope, curves } = this;
    const kind = this.kinds[tokens.name];
    if (kind === PATCH) return this.patch();
    if (kind === OTHER) {
      this.otherType = tokens.textOf(tokens.name);
      return tokens.passElement();
    }
    if (kind !== CONTAINER && kind !== MULTI_GEOMETRY)
      return curves.elements.refuse("surfaces and their members");
    if (this.follow(() => this.surface())) return;
    const outer = scope.enter(tokens);
    while (tokens.nextChild()) if (!curves.elements.skipsDescription()) this.surface();
    scope.leave(outer);
  }

  private patch(): void {
    const { tokens, scope, curves, columns } = this;
    const outer = scope.enter(tokens);
    let ringCount = 0;
    while (tokens.nextChild()) {
      if (curves.elements.skipsDescription()) continue;
      const kind = this.kinds[tokens.name];
      if (kind !== SHELL && kind !== HOLE) curves.elements.refuse("exterior and interior");
      if ((kind === SHELL) !== (ringCount === 0))
        tokens.refuse("rings in another order", "one exterior, then interiors", tokens.tagFrom);
      ringCount += this.rings();
    }
    columns.endPart();
    this.shapes.note(PART_END, tokens.at, tokens.at);
    scope.leave(outer);
  }

  /** The rings inside an exterior or interior: one. */
  private rings(): number {
    const { tokens, curves, columns } = this;
    let count = 0;
    while (tokens.nextChild()) {
      if (count++ > 0)
        tokens.refuse("a second ring", "one ring in each exterior and interior", tokens.tagFrom);
      curves.ring();
      this.gaps += curves.gaps;
      columns.ring(curves.line.values, 0, curves.line.length);
    }
    return 1;
  }

  /** Reads a ring of a known shape; see `GmlCurves.ringOf`. */
  ringOf(bytes: Uint8Array, from: number, to: number, srs: Srs, dimension: number): boolean {
    const { line } = this.curves;
    if (!this.curves.ringOf(bytes, from, to, srs, dimension)) return false;
    return this.columns.ring(line.values, 0, line.length);
  }

  private follow(readElement: () => void): boolean {
    const { tokens, scope, options } = this;
    const href = tokens.hasAttributes ? tokens.attribute("href") : undefined;
    if (href === undefined) return false;
    this.shapes.spoil();
    const at = tokens.tagFrom;
    tokens.passElement();
    const referred = href.startsWith("#") ? options.references.get(href.slice(1)) : undefined;
    if (referred === undefined) {
      options.onMissing(href, at);
      return true;
    }
    if (++this.hops > MOST_HOPS)
      tokens.refuse(`xlink:href="${href}", which leads back to itself`, "an end", at);
    const goOn = tokens.pause();
    const { srs, dimension } = scope;
    scope.set(referred.srsName ?? srs.text, referred.dimension);
    tokens.read(referred.bytes, 0, referred.bytes.length);
    if (tokens.next() === START) readElement();
    goOn();
    scope.srs = srs;
    scope.dimension = dimension;
    this.hops--;
    return true;
  }
}
