import { InputError, type Finding } from "../../core/trouble.js";
import { SAGITTA_M } from "../arcs.js";
import { crsOf } from "../crs/crs.js";
import { GmlFeatureReader } from "./gmlFeature.js";
import type { Referred, References } from "./gmlReferences.js";
import { PolygonColumns } from "../polygonColumns.js";
import { geometryFindings, otherGeometry } from "../ringFindings.js";
import type { Cut, Decoded, DecoderSpec } from "../source.js";
import { Terms } from "../terms.js";
import { placeIn } from "./xmlEncoding.js";

/** What the decoder knows besides the bytes; plain data. */
export type GmlDetail = {
  /** What the collection says for all its geometries. */
  readonly inherited: Omit<Referred, "bytes">;
  /** The user has said the CRS: geometries may state what they like. */
  readonly anyCrs: boolean;
  readonly references: References;
  /** What the file was in before it became UTF-8. */
  readonly encoding: string;
};

/** A cut is a stretch of the file; behind it, for each feature, where in it that one begins and ends (uint32 each). */
export const SPAN_BYTES = 8;

/** A field with more distinct values than this starts its dictionary anew at the next cut. */
const MOST_TERMS = 1 << 16;
/** Length of a degree of latitude, which is never less than one of longitude. */
const METRES_A_DEGREE = 111_700;
/** Between the values of a property that a feature has several times. */
const BETWEEN_VALUES = ";";

/** Greatest distance between an arc and its chords, in the unit of the system. */
export function sagittaIn(path: string, epsg: number): { sagitta: number; isDegree: boolean } {
  const isDegree = crsOf(path, epsg).unit === "degree";
  return { sagitta: isDegree ? SAGITTA_M / METRES_A_DEGREE : SAGITTA_M, isDegree };
}

/**
 * Turns cuts of a GML file into columns. The Layer returned is valid until the next call. `terms` stays the same array
 * while codes keep their meaning.
 */
export class GmlDecoder {
  private readonly columns: PolygonColumns;
  private readonly terms: Terms[];
  private readonly reader: GmlFeatureReader;
  /** By path: the wanted field it is, -1 when none is, undefined when it has not been met. */
  private readonly fieldAt: number[] = [];
  private readonly inFile: ReadonlySet<string>;
  private readonly lateFields = new Set<string>();
  private readonly valueFeature: Int32Array;
  private readonly valueCode: Uint32Array;
  private findings: Finding[] = [];
  private feature = 0;
  private cutBytes: Uint8Array = new Uint8Array(0);
  private base = 0; // where in the file the cut begins
  private valueAt = 0; // in the cut: the value being looked up

  constructor(
    private readonly spec: DecoderSpec,
    private readonly fields: readonly string[],
  ) {
    const { inherited, anyCrs, references } = spec.detail as GmlDetail;
    const utf8 = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });
    this.columns = new PolygonColumns(fields.length);
    this.terms = fields.map(() => new Terms((bytes) => this.asText(utf8, bytes), true));
    this.inFile = new Set(spec.fields);
    this.valueFeature = new Int32Array(fields.length).fill(-1);
    this.valueCode = new Uint32Array(fields.length);
    const onMissing = (href: string, at: number) =>
      this.refuse(`xlink:href="${href}", which points at nothing in the file`, "a gml:id that is there", at);
    this.reader = new GmlFeatureReader(
      this.columns,
      inherited,
      { ...sagittaIn(spec.path, spec.epsg), references, onMissing, epsg: anyCrs ? undefined : spec.epsg },
      (came, wanted, at) => this.refuse(came, wanted, at),
      (path, bytes, from, to) => this.value(path, bytes, from, to),
    );
  }

  /** @throws InputError with the feature's number and the byte where it cannot be read */
  decode(cut: Cut): Decoded {
    this.columns.clear();
    this.findings = [];
    this.lateFields.clear();
    for (const terms of this.terms) if (terms.terms.length > MOST_TERMS) terms.reset();
    this.cutBytes = cut.bytes;
    this.base = cut.position ?? 0;
    const spans = new DataView(cut.bytes.buffer, cut.bytes.byteOffset, cut.bytes.length);
    let at = cut.bytes.length - cut.featureCount * SPAN_BYTES;
    for (let i = 0; i < cut.featureCount; i++, at += SPAN_BYTES) {
      this.feature = cut.firstFeature + i;
      this.readFeature(spans.getUint32(at, true), spans.getUint32(at + 4, true));
    }
    const { layerName, epsg } = this.spec;
    const terms = this.terms.map((one) => one.terms);
    return { layer: this.columns.layer(layerName, epsg, this.fields, terms), findings: this.findings };
  }

  private readFeature(from: number, to: number): void {
    const { reader, columns, feature } = this;
    const { layerName } = this.spec;
    reader.read(this.cutBytes, from, to);
    if (reader.otherType !== "") this.findings.push(otherGeometry(layerName, feature, reader.otherType));
    if (reader.geometry.gaps > 0 && reader.surfaceCount > 0)
      this.findings.push(gapFinding(layerName, feature, reader.geometry.gaps));
    if (reader.surfaceCount > 0 || reader.otherType === "")
      for (const finding of geometryFindings(columns, layerName, feature)) this.findings.push(finding);
    columns.endFeature();
  }

  private value(path: number, bytes: Uint8Array, from: number, to: number): void {
    const field = this.fieldAt[path] ?? this.meet(path);
    if (field < 0 || from === to) return;
    this.valueAt = bytes === this.cutBytes ? from : this.reader.tokens.at;
    const terms = this.terms[field];
    let code = terms.codeOf(bytes, from, to);
    if (this.valueFeature[field] === this.feature) {
      const value = Buffer.from(bytes.subarray(from, to)).toString("utf8");
      const joined = Buffer.from(terms.terms[this.valueCode[field]] + BETWEEN_VALUES + value);
      code = terms.codeOf(joined, 0, joined.length);
    }
    this.valueFeature[field] = this.feature;
    this.valueCode[field] = code;
    this.columns.code(field, code);
  }

  /** A path met for the first time in this cut: which wanted field it is; told of where the survey did not see it. */
  private meet(path: number): number {
    const name = this.reader.paths[path];
    if (this.inFile.has(name)) return (this.fieldAt[path] = this.fields.indexOf(name));
    if (!this.lateFields.has(name)) {
      this.lateFields.add(name);
      this.findings.push(lateFieldFinding(this.spec.layerName, this.feature, name));
    }
    return -1;
  }

  private asText(utf8: InstanceType<typeof TextDecoder>, bytes: Uint8Array): string {
    try {
      return utf8.decode(bytes);
    } catch {
      return this.refuse(
        "a value that is not UTF-8",
        "the encoding that the file's first line states",
        this.valueAt,
      );
    }
  }

  private refuse(came: string, wanted: string, at: number): never {
    const inFile = this.reader.tokens.bytes === this.cutBytes;
    throw new InputError(
      {
        layer: this.spec.path,
        feature: this.feature,
        position: inFile
          ? placeIn((this.spec.detail as GmlDetail).encoding, this.base + at)
          : "in a geometry it points at",
      },
      { came, wanted, todo: "Mend the feature or export the file again (features are counted from 0)" },
    );
  }
}

function gapFinding(layer: string, feature: number, gaps: number): Finding {
  return {
    code: "KURVER_HULL",
    severity: "warning",
    layer,
    feature,
    areaM2: 0,
    did: "mended",
    says: `${gaps} kurve(r) begynner ikke der forrige slutter, og ble bundet sammen med en rett linje`,
  };
}

function lateFieldFinding(layer: string, feature: number, field: string): Finding {
  return {
    code: "FELT_SENT",
    severity: "warning",
    layer,
    feature,
    areaM2: 0,
    did: "dropped",
    says: `feltet ${field} finnes ikke i den første delen av fila, og er ikke lest`,
  };
}
