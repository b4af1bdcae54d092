import { bboxOf, type Bbox } from "../../core/layer.js";
import { InputError } from "../../core/trouble.js";
import { GmlFeatureReader } from "./gmlFeature.js";
import { ReferenceCollector, type Referred, type References } from "./gmlReferences.js";
import { GmlSplitter, type GmlSpan } from "./gmlSplitter.js";
import type { Srs } from "./gmlSrs.js";
import type { InputFile } from "../inputFile.js";
import { PolygonColumns } from "../polygonColumns.js";
import { SlidingWindow } from "../slidingWindow.js";
import { asUtf8, placeIn, xmlEncoding } from "./xmlEncoding.js";
import { START, XmlTokens } from "./xmlTokens.js";

const WINDOW_BYTES = 1 << 20;
/** The first line of the file, which names its encoding, is shorter. */
const FIRST_BYTES = 1024;
/** So much of a file is looked through before its layers and fields are taken as known. */
export const SURVEY_BYTES = 16 << 20;

/** What is known of one feature type. */
export type FeatureType = {
  readonly name: string;
  count: number;
  holdsPolygons: boolean;
  readonly fields: Set<string>;
  /** What its first geometry says of its system. */
  srs: Srs | undefined;
  /** The same of its first line or point, for a type without surfaces. */
  otherSrsName: string | undefined;
  /** Of its first surface, in the file's own order of axes made x, y. */
  box: Bbox | undefined;
};

export type GmlSurvey = {
  readonly encoding: string;
  /** By name in lower case. */
  readonly types: ReadonlyMap<string, FeatureType>;
  /** What the collection says for all its geometries. */
  readonly inherited: Omit<Referred, "bytes">;
  readonly references: References;
  /** Whether the survey came to the end of the file. */
  readonly ended: boolean;
};

/** A part of a GML file as UTF-8: what of it was completed. The bytes are valid until the next step. */
export type GmlWindow = { readonly bytes: Buffer; readonly base: number; readonly spans: readonly GmlSpan[] };

/** The file from end to end in windows, with the features each completes. */
export async function* gmlWindows(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  encoding: string,
  windowBytes: number,
): AsyncGenerator<GmlWindow> {
  const window = new SlidingWindow(asUtf8(chunks, encoding), windowBytes);
  const splitter = new GmlSplitter(path, encoding);
  try {
    while ((await window.fill()) > 0) {
      const { bytes, base, filled } = window;
      const spans = splitter.scan(bytes, filled, base);
      if (spans.length > 0) yield { bytes, base, spans };
      window.keepFrom(splitter.keepFrom);
    }
    splitter.finish(window.readTo);
  } finally {
    await window.close();
  }
}

/**
 * Looks through a file for its feature types, their fields and systems: the first 16 MiB, or to the end. Where geometries
 * point at others by xlink:href, the whole file is read twice more, for what they point at.
 */
export async function surveyGml(file: InputFile, toEnd: boolean): Promise<GmlSurvey> {
  const encoding = xmlEncoding(file.path, await firstBytes(file));
  const look = new Look(file.path, encoding);
  let ended = true;
  for await (const { bytes, base, spans } of gmlWindows(file.path, file.chunks(), encoding, WINDOW_BYTES)) {
    for (const span of spans) look.at(bytes, span, base);
    if (toEnd || base < SURVEY_BYTES) continue;
    ended = false;
    break;
  }
  const { types, inherited } = look;
  const references = await referencesOf(file, encoding, look, ended);
  return { encoding, types, inherited, references, ended };
}

async function firstBytes(file: InputFile): Promise<Uint8Array> {
  const window = new SlidingWindow(file.chunks(), FIRST_BYTES);
  try {
    await window.fill();
    return window.bytes.subarray(0, window.filled);
  } finally {
    await window.close();
  }
}

async function referencesOf(
  file: InputFile,
  encoding: string,
  first: Look,
  ended: boolean,
): Promise<References> {
  if (first.missing.size === 0) return new Map();
  let { missing } = first;
  if (!ended) {
    const whole = new Look(file.path, encoding);
    for await (const { bytes, base, spans } of gmlWindows(file.path, file.chunks(), encoding, WINDOW_BYTES))
      for (const span of spans) whole.at(bytes, span, base);
    ({ missing } = whole);
  }
  const tokens = new XmlTokens((came, wanted, at) => first.refuse(came, wanted, at));
  const collector = new ReferenceCollector(file.path, missing, tokens);
  for await (const { bytes, spans } of gmlWindows(file.path, file.chunks(), encoding, WINDOW_BYTES))
    for (const { from, to } of spans) collector.add(bytes, from, to, first.inherited);
  return collector.found;
}

/** Gathers what features show of their types. */
export class Look {
  readonly types = new Map<string, FeatureType>();
  /** Ids that geometries point at. */
  readonly missing = new Set<string>();
  inherited: Omit<Referred, "bytes"> = {};
  private readonly columns = new PolygonColumns(0);
  private reader: GmlFeatureReader | undefined;
  private type: FeatureType | undefined;
  private base = 0;

  private featureCount = 0;

  constructor(
    private readonly path: string,
    private readonly encoding: string,
  ) {}

  at(bytes: Buffer, span: GmlSpan, base: number): void {
    this.base = base;
    if (span.type === "") return this.collectionBox(bytes, span);
    const reader = (this.reader ??= this.newReader());
    const type = this.typeOf(span.type);
    // Of one like those before, nothing but the values could be new.
    const isBoxed = type.box !== undefined || !type.holdsPolygons;
    if (!isBoxed || !reader.knowsShape(bytes, span.from, span.to)) this.tell(type, reader, bytes, span);
    this.featureCount++;
    type.count++;
  }

  private tell(type: FeatureType, reader: GmlFeatureReader, bytes: Buffer, { from, to }: GmlSpan): void {
    this.type = type;
    reader.scope.firstSaid = undefined;
    this.columns.clear();
    reader.read(bytes, from, to);
    this.columns.endFeature();
    type.srs ??= reader.scope.firstSaid;
    type.otherSrsName ??= reader.otherSrsName;
    if (reader.surfaceCount === 0) return;
    type.holdsPolygons = true;
    if (type.box !== undefined) return;
    const { xy } = this.columns.layer("", 0, [], []);
    if (xy.length > 0) type.box = bboxOf(xy, 0, xy.length / 2);
  }

  private newReader(): GmlFeatureReader {
    const onMissing = (href: string) => {
      if (href.startsWith("#")) this.missing.add(href.slice(1));
    };
    const seen: Set<string>[] = [];
    const reader: GmlFeatureReader = new GmlFeatureReader(
      this.columns,
      this.inherited,
      { sagitta: 1, isDegree: false, references: new Map(), onMissing, epsg: undefined },
      (came, wanted, at) => this.refuse(came, wanted, at),
      (path) => {
        const fields = this.type?.fields;
        if (fields === undefined || seen[path] === fields) return;
        seen[path] = fields;
        fields.add(reader.paths[path]);
      },
    );
    return reader;
  }

  private typeOf(name: string): FeatureType {
    const key = name.toLowerCase();
    let type = this.types.get(key);
    if (type === undefined) {
      type = {
        name,
        count: 0,
        holdsPolygons: false,
        fields: new Set(),
        srs: undefined,
        otherSrsName: undefined,
        box: undefined,
      };
      this.types.set(key, type);
    }
    return type;
  }

  private collectionBox(bytes: Buffer, { from, to }: GmlSpan): void {
    const tokens = new XmlTokens((came, wanted, at) => this.refuse(came, wanted, at));
    tokens.read(bytes, from, to);
    for (let kind = tokens.next(); tokens.at < to; kind = tokens.next()) {
      if (kind !== START || !tokens.hasAttributes) continue;
      const srsName = tokens.attribute("srsName");
      const dimension = Number(tokens.attribute("srsDimension") ?? NaN);
      this.inherited = {
        ...this.inherited,
        ...(srsName !== undefined && { srsName }),
        ...(dimension > 0 && { dimension }),
      };
    }
  }

  /** @param at in the bytes being looked at */
  refuse(came: string, wanted: string, at: number): never {
    throw new InputError(
      { layer: this.path, feature: this.featureCount, position: placeIn(this.encoding, this.base + at) },
      {
        came,
        wanted,
        todo: "Mend the feature or export the file again (features of all types are counted from 0)",
      },
    );
  }
}
