import { GmlGeometry, type GmlGeometryOptions } from "./gmlGeometry.js";
import type { Referred } from "./gmlReferences.js";
import { SrsScope } from "./gmlSrs.js";
import type { PolygonColumns } from "./polygonColumns.js";
import type { Refuse } from "./xmlText.js";
import { DONE, END, START, XmlTokens } from "./xmlTokens.js";

/** The field that holds a feature's gml:id, as GDAL names it too. */
const ID_FIELD = "gml_id";

const ROOT = 0;
const UPPER_CASE = /^\p{Lu}/u;

/** Told of a value: `path` numbers the field; the text is bytes[from] .. bytes[to] in UTF-8. */
export type OnValue = (path: number, bytes: Uint8Array, from: number, to: number) => void;

/**
 * Reads one feature at a time: its values by their path, its surface into polygon columns.
 *
 * A property in a property is named by both with a dot between: identifikasjon.lokalId. The data type that stands
 * between them (Identifikasjon) begins with a capital and is left out (GML 3.2.1, 7.1.2 and Annex E: properties begin
 * with a small letter, types with a capital). An empty property gives its xlink:href, where it has one.
 */
export class GmlFeatureReader {
  /** paths[path] is the field's name; paths[0] is the feature itself. */
  readonly paths: string[] = [""];
  readonly tokens: XmlTokens;
  readonly scope: SrsScope;
  readonly geometry: GmlGeometry;
  /** Of the feature read last. */
  surfaceCount = 0;
  otherType = "";
  /** What a line or a point in it says of its system. */
  otherSrsName: string | undefined;
  /** By path and name: the path of that property in it. */
  private readonly children: (number | undefined)[][] = [[]];
  private readonly idPath: number;
  private readonly startsUpper: boolean[] = [];
  private readonly boundedBy: number;

  constructor(
    private readonly columns: PolygonColumns,
    private readonly inherited: Omit<Referred, "bytes">,
    options: GmlGeometryOptions & { readonly epsg: number | undefined },
    refuse: Refuse,
    private readonly onValue: OnValue,
  ) {
    this.tokens = new XmlTokens(refuse);
    this.scope = new SrsScope(options.epsg);
    this.geometry = new GmlGeometry(this.tokens, this.scope, columns, options);
    this.boundedBy = this.tokens.numberOf("boundedBy");
    this.idPath = this.pathOf(ROOT, this.tokens.numberOf(ID_FIELD));
  }

  /** Reads the feature at bytes[from] .. bytes[to]. The caller ends it in the columns. */
  read(bytes: Uint8Array, from: number, to: number): void {
    const { tokens, scope } = this;
    this.surfaceCount = 0;
    this.otherType = "";
    this.otherSrsName = undefined;
    scope.set(this.inherited.srsName, this.inherited.dimension);
    tokens.read(bytes, from, to);
    if (tokens.next() !== START) tokens.endsEarly();
    if (tokens.hasAttributes && tokens.findAttribute("id"))
      this.onValue(this.idPath, tokens.text, tokens.textFrom, tokens.textTo);
    this.properties(ROOT);
  }

  private properties(parent: number): void {
    const { tokens } = this;
    while (tokens.nextChild()) {
      if (parent === ROOT && tokens.name === this.boundedBy) this.envelope();
      else this.property(this.pathOf(parent, tokens.name));
    }
  }

  private property(path: number): void {
    const { tokens } = this;
    const href = tokens.hasAttributes ? tokens.attribute("href") : undefined;
    if (tokens.leaf()) {
      if (tokens.textFrom < tokens.textTo) this.onValue(path, tokens.text, tokens.textFrom, tokens.textTo);
      else this.textValue(path, href ?? "");
      return;
    }
    while (tokens.nextChild()) this.child(path);
  }

  /** What stands in a property: a geometry, a data type, or a property right away. */
  private child(path: number): void {
    const { tokens, geometry } = this;
    const { name } = tokens;
    if (geometry.isSurface()) return this.surface();
    if (geometry.isOther()) {
      this.otherSrsName ??= tokens.hasAttributes ? tokens.attribute("srsName") : undefined;
      if (geometry.readLine()) return;
      this.otherType = tokens.textOf(name);
      return tokens.skip();
    }
    this.startsUpper[name] ??= UPPER_CASE.test(tokens.textOf(name));
    if (!this.startsUpper[name]) return this.property(this.pathOf(path, name));
    if (!tokens.leaf()) return this.properties(path);
    this.onValue(path, tokens.text, tokens.textFrom, tokens.textTo);
  }

  /** A second surface of one feature would count its ground twice: it is passed over, and told of. */
  private surface(): void {
    const { tokens, geometry } = this;
    const name = tokens.textOf(tokens.name);
    if (this.surfaceCount++ > 0) {
      this.otherType = `${name} (flate nummer ${this.surfaceCount})`;
      return tokens.skip();
    }
    geometry.read();
    if (geometry.otherType !== "") this.otherType = geometry.otherType;
    const isMixed = name === "MultiGeometry" && this.columns.openParts === 0;
    if (isMixed) this.surfaceCount--;
  }

  /** The feature's own box: of use only for the system it states, which its geometries inherit. */
  private envelope(): void {
    const { tokens } = this;
    let depth = 1;
    while (depth > 0) {
      const kind = tokens.next();
      if (kind === DONE) tokens.endsEarly();
      if (kind === END) depth--;
      if (kind !== START) continue;
      depth++;
      this.scope.enter(tokens);
    }
  }

  private textValue(path: number, text: string): void {
    const bytes = Buffer.from(text);
    this.onValue(path, bytes, 0, bytes.length);
  }

  private pathOf(parent: number, name: number): number {
    const known = this.children[parent][name];
    if (known !== undefined) return known;
    const local = this.tokens.textOf(name);
    const path = this.paths.push(parent === ROOT ? local : `${this.paths[parent]}.${local}`) - 1;
    this.children.push([]);
    this.children[parent][name] = path;
    return path;
  }
}
