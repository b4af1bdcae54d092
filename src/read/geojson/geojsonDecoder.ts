import { InputError, type Finding } from "../../core/trouble.js";
import { PolygonColumns } from "../polygonColumns.js";
import { geometryFindings, otherGeometry } from "../ringFindings.js";
import type { Cut, Decoded, DecoderSpec } from "../source.js";

/** What we take from a parsed feature; nothing of it is certain yet. */
export type ParsedFeature = {
  readonly type?: unknown;
  readonly geometry?: { readonly type?: unknown; readonly coordinates?: unknown } | null;
  readonly properties?: unknown;
};

const POINTS_AND_LINES = new Set(["Point", "LineString", "MultiPoint", "MultiLineString"]);

/** A field with more distinct values than this starts its dictionary anew at the next cut. */
const MOST_TERMS = 1 << 16;

/**
 * Turns cuts of a GeoJSON file into columns. A cut is parsed at one go; if that fails, feature by feature, to say where.
 * The Layer returned is valid until the next call. `terms` stays the same array while codes keep their meaning.
 */
export class GeoJsonDecoder {
  private readonly columns: PolygonColumns;
  private readonly fieldAt: ReadonlyMap<string, number>;
  private terms: string[][];
  private codes: Map<string, number>[];
  private findings: Finding[] = [];
  private flat = new Float64Array(1024);
  private feature = 0;
  private readonly text = new TextDecoder("utf-8", { ignoreBOM: true });

  constructor(
    private readonly spec: DecoderSpec,
    private readonly fields: readonly string[],
  ) {
    this.columns = new PolygonColumns(fields.length);
    this.fieldAt = new Map(fields.map((field, i) => [field, i]));
    this.terms = fields.map(() => [""]);
    this.codes = fields.map(() => new Map([["", 0]]));
  }

  decode(cut: Cut): Decoded {
    this.columns.clear();
    this.findings = [];
    this.forgetLongDictionaries();
    this.feature = cut.firstFeature;
    for (const feature of this.parse(cut)) {
      this.decodeFeature(feature);
      this.feature++;
    }
    const { layerName, epsg } = this.spec;
    return { layer: this.columns.layer(layerName, epsg, this.fields, this.terms), findings: this.findings };
  }

  private parse(cut: Cut): ParsedFeature[] {
    try {
      const features = JSON.parse(`[${this.text.decode(cut.bytes.slice())}]`) as ParsedFeature[];
      if (features.length === cut.featureCount && features.every(isFeature)) return features;
    } catch {
      // Parsed one by one below, which throws with the place.
    }
    return [...eachFeature(cut.bytes)].map(([from, to], i) =>
      parseFeature(this.spec.path, cut.bytes, from, to, cut.position ?? 0, cut.firstFeature + i),
    );
  }

  private decodeFeature(feature: ParsedFeature): void {
    if (this.fields.length > 0)
      flatten(this.spec.path, feature.properties, (field, value) => this.value(field, value));
    const type = geometryTypeOf(feature);
    const coordinates = feature.geometry?.coordinates;
    if (type === "Polygon") this.part(coordinates);
    else if (type === "MultiPolygon") for (const part of this.list(coordinates)) this.part(part);
    else if (POINTS_AND_LINES.has(type)) {
      this.findings.push(otherGeometry(this.spec.layerName, this.feature, type));
    } else if (type !== "") this.refuse(`a geometry of type ${type}`, "Polygon or MultiPolygon");
    const known = POINTS_AND_LINES.has(type);
    if (!known) this.findings.push(...geometryFindings(this.columns, this.spec.layerName, this.feature));
    this.columns.endFeature();
  }

  private part(rings: unknown): void {
    for (const ring of this.list(rings)) {
      const points = this.list(ring);
      if (2 * points.length > this.flat.length) this.flat = new Float64Array(4 * points.length);
      for (let v = 0; v < points.length; v++) {
        const [x, y] = this.list(points[v]);
        if (typeof x !== "number" || typeof y !== "number") {
          this.refuse(`the coordinate ${JSON.stringify(points[v])}`, "two finite numbers");
        }
        this.flat[2 * v] = x;
        this.flat[2 * v + 1] = y;
      }
      if (!this.columns.ring(this.flat, 0, 2 * points.length)) {
        this.refuse("a coordinate that is NaN or infinite", "finite coordinates");
      }
    }
    this.columns.endPart();
  }

  private list(value: unknown): unknown[] {
    if (Array.isArray(value)) return value as unknown[];
    return this.refuse(`${JSON.stringify(value)} among the coordinates`, "nested arrays of numbers");
  }

  private value(field: string, value: Flat): void {
    const at = this.fieldAt.get(field);
    if (at === undefined || value === null) return;
    const text = String(value);
    let code = this.codes[at].get(text);
    if (code === undefined) {
      code = this.terms[at].push(text) - 1;
      this.codes[at].set(text, code);
    }
    this.columns.code(at, code);
  }

  private forgetLongDictionaries(): void {
    for (let i = 0; i < this.terms.length; i++) {
      if (this.terms[i].length <= MOST_TERMS) continue;
      this.terms[i] = [""];
      this.codes[i] = new Map([["", 0]]);
    }
  }

  private refuse(came: string, wanted: string): never {
    throw new InputError(
      { layer: this.spec.path, feature: this.feature },
      { came, wanted, todo: "Mend or remove the feature (features are counted from 0 in file order)" },
    );
  }
}

const isFeature = (parsed: ParsedFeature): boolean => parsed.type === "Feature";

export const geometryTypeOf = (feature: ParsedFeature): string => {
  const type = feature.geometry?.type;
  return typeof type === "string" ? type : "";
};

type Flat = string | number | boolean | null;

/** Objects within objects, or arrays, up to here are values. Real files have one or two. */
const DEEPEST = 64;

/**
 * Calls for each value among properties; those of nested objects by their path with dots, arrays as JSON text.
 * @throws InputError for what is nested deeper than any attribute is
 */
export function flatten(
  path: string,
  properties: unknown,
  call: (field: string, value: Flat) => void,
  prefix = "",
  depth = 0,
): void {
  if (typeof properties !== "object" || properties === null) return;
  for (const key in properties) {
    const value = (properties as Record<string, unknown>)[key];
    if (typeof value !== "object" || value === null) call(prefix + key, value as Flat);
    else if (depth + depthOf(value) > DEEPEST) throw nestedTooDeep(path, key);
    else if (Array.isArray(value)) call(prefix + key, JSON.stringify(value));
    else flatten(path, value, call, `${prefix}${key}.`, depth + 1);
  }
}

/** How many values lie within each other, counted up to one more than are allowed. */
function depthOf(value: unknown, counted = 0): number {
  if (typeof value !== "object" || value === null || counted > DEEPEST) return counted;
  let deepest = counted + 1;
  for (const inner of Object.values(value)) deepest = Math.max(deepest, depthOf(inner, counted + 1));
  return deepest;
}

function nestedTooDeep(path: string, key: string): InputError {
  return new InputError(
    { layer: path },
    {
      came: `the property ${JSON.stringify(key.slice(0, 80))}, nested more than ${DEEPEST} deep`,
      wanted: "properties that are numbers, texts, or a few of them together",
      todo: "Leave it out when the file is exported",
    },
  );
}

/**
 * One feature from its bytes; a bare polygon is a feature without properties.
 *
 * @param base where in the file bytes[0] stands
 * @throws InputError with the byte offset of what cannot be parsed
 */
export function parseFeature(
  path: string,
  bytes: Uint8Array,
  from: number,
  to: number,
  base: number,
  number: number,
): ParsedFeature {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.slice(from, to));
  let parsed: ParsedFeature;
  try {
    parsed = JSON.parse(text) as ParsedFeature;
  } catch (error) {
    const at = /at position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
    const offset = Buffer.byteLength(text.slice(0, Number(at ?? 0)), "utf8");
    throw new InputError(
      { layer: path, feature: number, position: `byte ${base + from + offset}` },
      { came: "broken JSON", wanted: "a GeoJSON feature", todo: "Fetch or export the file again" },
    );
  }
  if (isFeature(parsed)) return parsed;
  if (parsed.type === "Polygon" || parsed.type === "MultiPolygon") {
    return { type: "Feature", geometry: parsed, properties: null };
  }
  throw new InputError(
    { layer: path, feature: number, position: `byte ${base + from}` },
    {
      came: `an object of type ${JSON.stringify(parsed.type ?? null)}`,
      wanted: '"FeatureCollection" or "Feature"',
      todo: "Export the layer as GeoJSON",
    },
  );
}

/** Where each object of a comma-separated list begins and ends. */
function* eachFeature(bytes: Uint8Array): Generator<[number, number]> {
  let depth = 0;
  let from = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (inString) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if ((byte | 0x20) === 0x7b && depth++ === 0) from = i;
    else if ((byte | 0x20) === 0x7d && --depth === 0) yield [from, i + 1];
  }
}
