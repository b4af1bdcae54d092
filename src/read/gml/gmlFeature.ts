import { GmlGeometry, type GmlGeometryOptions } from "./gmlGeometry.js";
import type { Referred } from "./gmlReferences.js";
import { EMPTY, GmlShapes, IDLE, PART_END, RING, SURFACE, VALUE } from "./gmlShapes.js";
import { NO_SRS, SrsScope } from "./gmlSrs.js";
import type { PolygonColumns } from "../polygonColumns.js";
import { isSpace } from "./xmlCharacters.js";
import type { Refuse } from "./xmlText.js";
import { DONE, END, START, TEXT, XmlTokens } from "./xmlTokens.js";

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
  private readonly shapes = new GmlShapes();
  private featureFrom = 0;

  constructor(
    private readonly columns: PolygonColumns,
    private readonly inherited: Omit<Referred, "bytes">,
    options: GmlGeometryOptions & { readonly epsg: number | undefined },
    refuse: Refuse,
    private readonly onValue: OnValue,
  ) {
    this.tokens = new XmlTokens(refuse);
    this.scope = new SrsScope(options.epsg);
    this.geometry = new GmlGeometry(this.tokens, this.scope, columns, this.shapes, options);
    this.boundedBy = this.tokens.numberOf("boundedBy");
    this.idPath = this.pathOf(ROOT, this.tokens.numberOf(ID_FIELD));
    this.tokens.onAttributes = () => this.noteId();
  }

  /** Whether the feature at bytes[from] .. bytes[to] has the same tags and attributes as one that has been read. */
  knowsShape(bytes: Uint8Array, from: number, to: number): boolean {
    this.tokens.take(bytes);
    return this.shapes.match(this.tokens.buffer, this.tokens.view, from, to);
  }

  /** Reads the feature at bytes[from] .. bytes[to]. The caller ends it in the columns. */
  read(bytes: Uint8Array, from: number, to: number): void {
    const { tokens, scope, shapes, geometry } = this;
    this.surfaceCount = 0;
    this.otherType = "";
    this.otherSrsName = undefined;
    geometry.gaps = 0;
    geometry.otherType = "";
    if (this.knowsShape(bytes, from, to) && this.readAsMatched(bytes)) return;
    shapes.begin();
    this.featureFrom = from;
    scope.set(this.inherited.srsName, this.inherited.dimension);
    tokens.read(bytes, from, to);
    if (tokens.anyAmpersand) shapes.spoil();
    if (tokens.next() !== START) tokens.endsEarly();
    if (tokens.hasAttributes && tokens.findAttribute("id"))
      this.onValue(this.idPath, tokens.text, tokens.textFrom, tokens.textTo);
    this.properties(ROOT);
    shapes.learn(bytes, from, tokens.at);
  }

  /** Reads what stands in the slots of a known shape; false, and nothing is read, where its numbers are not plain. */
  private readAsMatched(bytes: Uint8Array): boolean {
    const { shapes, geometry, columns } = this;
    const { count, steps, slotFrom, slotTo } = shapes;
    for (let i = 0; i < count; i++) {
      const { kind, srs = NO_SRS, dimension } = steps[i];
      if (kind === PART_END) columns.endPart();
      else if (kind === SURFACE) this.surfaceCount++;
      else if (kind === RING && !geometry.ringOf(bytes, slotFrom[i], slotTo[i], srs, dimension)) {
        columns.dropFeature();
        this.surfaceCount = 0;
        return false;
      }
    }
    for (let i = 0; i < count; i++) {
      const { kind, path } = steps[i];
      if (kind === VALUE) this.trimmedValue(path, bytes, slotFrom[i], slotTo[i]);
      else if (kind === EMPTY) this.onValue(path, bytes, 0, 0);
    }
    return true;
  }

  private trimmedValue(path: number, bytes: Uint8Array, slotFrom: number, slotTo: number): void {
    let [from, to] = [slotFrom, slotTo];
    while (from < to && isSpace(bytes[from])) from++;
    while (from < to && isSpace(bytes[to - 1])) to--;
    this.onValue(path, bytes, from, to);
  }

  /** Ids differ from feature to feature, and only the feature's own is a value. */
  private noteId(): void {
    const { tokens, shapes, featureFrom, idPath } = this;
    const { attributes } = tokens;
    const id = attributes.find("id");
    if (id < 0) return;
    const isOwn = tokens.tagFrom === featureFrom;
    shapes.note(isOwn ? VALUE : IDLE, attributes.valueFrom(id), attributes.valueTo(id), isOwn ? idPath : 0);
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
    if (href !== undefined) this.shapes.spoil();
    if (tokens.leaf()) {
      this.noteValue(path);
      if (tokens.textFrom < tokens.textTo) this.onValue(path, tokens.text, tokens.textFrom, tokens.textTo);
      else this.textValue(path, href ?? "");
      return;
    }
    while (tokens.nextChild()) this.child(path);
  }

  private noteValue(path: number): void {
    const { tokens, shapes } = this;
    const { bytes, text, textFrom, textTo, at } = tokens;
    if (textFrom === textTo) shapes.note(EMPTY, at, at, path);
    else if (text === bytes) shapes.noteText(VALUE, bytes, textFrom, textTo, path);
    else shapes.spoil();
  }

  /** What stands in a property: a geometry, a data type, or a property right away. */
  private child(path: number): void {
    const { tokens, geometry } = this;
    const { name } = tokens;
    if (geometry.isSurface()) return this.surface();
    if (geometry.isOther()) {
      this.shapes.spoil();
      this.otherSrsName ??= tokens.hasAttributes ? tokens.attribute("srsName") : undefined;
      if (geometry.readLine()) return;
      this.otherType = tokens.textOf(name);
      return tokens.passElement();
    }
    this.startsUpper[name] ??= UPPER_CASE.test(tokens.textOf(name));
    if (!this.startsUpper[name]) return this.property(this.pathOf(path, name));
    if (!tokens.leaf()) return this.properties(path);
    this.noteValue(path);
    this.onValue(path, tokens.text, tokens.textFrom, tokens.textTo);
  }

  /** A second surface of one feature would count its ground twice: it is passed over, and told of. */
  private surface(): void {
    const { tokens, geometry, shapes } = this;
    const name = tokens.textOf(tokens.name);
    shapes.note(SURFACE, tokens.at, tokens.at);
    if (this.surfaceCount > 0 || name === "MultiGeometry") shapes.spoil();
    if (this.surfaceCount++ > 0) {
      this.otherType = `${name} (flate nummer ${this.surfaceCount})`;
      return tokens.passElement();
    }
    geometry.read();
    if (geometry.otherType !== "") {
      this.otherType = geometry.otherType;
      shapes.spoil();
    }
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
      if (kind === TEXT) this.noteIdle();
      if (kind !== START) continue;
      depth++;
      this.scope.enter(tokens);
    }
  }

  /** The text last read says nothing; white space between elements is markup. */
  private noteIdle(): void {
    const { bytes, textFrom, textTo } = this.tokens;
    let at = textFrom;
    while (at < textTo && isSpace(bytes[at])) at++;
    if (at < textTo) this.shapes.noteText(IDLE, bytes, textFrom, textTo);
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
