import { roomFor } from "../../core/grown.js";
import type { Finding } from "../../core/trouble.js";
import { PolygonColumns } from "../polygonColumns.js";
import { geometryFindings } from "../ringFindings.js";
import { TROUBLE, type Trouble } from "./sosiCurves.js";
import { SosiElements } from "./sosiElements.js";
import { FACE_WORDS, toDoubles } from "./sosiFaces.js";
import { pathOf } from "./sosiPath.js";
import { plainText } from "./sosiText.js";
import type { Cut, Decoded, DecoderSpec } from "../source.js";
import { Terms } from "../terms.js";

/** What the decoder needs of the file. */
export type SosiDetail = {
  /** A label for TextDecoder. */
  readonly characterSet: string;
  /** Objects of the layer's types that are no faces: "13 PUNKT"; "" when there are none. */
  readonly others: string;
};

/** A field with more distinct values than this starts its dictionary anew at the next cut. */
const MOST_TERMS = 1 << 16;
/** Between values of a field that stands several times in an object; no text holds it. */
const RECORD_SEPARATOR = 0x1e;

/**
 * Turns cuts of a SOSI file into columns. Rings come whole from the splitter; attributes are read here.
 * The Layer returned is valid until the next call. `terms` stays the same array while codes keep their meaning.
 */
export class SosiDecoder {
  private readonly columns: PolygonColumns;
  private readonly elements: SosiElements;
  private readonly detail: SosiDetail;
  private readonly text: InstanceType<typeof TextDecoder>;
  private readonly terms: readonly Terms[];
  /** Field by its path, in bytes as Latin-1 letters. */
  private readonly fieldAt = new Map<string, number>();
  /** Values of the object at hand, the bytes of each field's together. */
  private readonly values: Uint8Array[];
  private readonly valueLength: Uint32Array;
  private readonly times: Uint32Array;
  private findings: Finding[] = [];

  constructor(
    private readonly spec: DecoderSpec,
    private readonly fields: readonly string[],
  ) {
    this.detail = spec.detail as SosiDetail;
    this.columns = new PolygonColumns(fields.length);
    this.elements = new SosiElements(spec.path);
    this.text = new TextDecoder(this.detail.characterSet);
    this.terms = fields.map(() => new Terms((bytes) => textOf(this.text, bytes)));
    this.values = fields.map(() => new Uint8Array(64));
    this.valueLength = new Uint32Array(fields.length);
    this.times = new Uint32Array(fields.length);
  }

  decode(cut: Cut): Decoded {
    this.columns.clear();
    this.findings = [];
    for (const terms of this.terms) if (terms.terms.length > MOST_TERMS) terms.reset();
    const { buffer, byteOffset, byteLength } = cut.bytes;
    const words = new Uint32Array(buffer, byteOffset, byteLength / 4);
    const doubles = new Float64Array(buffer, byteOffset, byteLength / 8);
    const { layerName, epsg } = this.spec;
    const { others } = this.detail;
    if (cut.firstFeature === 0 && others !== "") this.findings.push(otherKinds(layerName, others));
    let at = 0;
    for (let i = 0; i < cut.featureCount; i++) {
      this.decodeFace(cut, words.subarray(at / 4), doubles, at, cut.firstFeature + i);
      at += words[at / 4 + FACE_WORDS.length];
    }
    const terms = this.terms.map((one) => one.terms);
    return { layer: this.columns.layer(layerName, epsg, this.fields, terms), findings: this.findings };
  }

  private decodeFace(cut: Cut, words: Uint32Array, doubles: Float64Array, at: number, feature: number): void {
    const rings = words[FACE_WORDS.rings];
    const first = (at + toDoubles(4 * (FACE_WORDS.ends + rings))) / 8;
    let from = 0;
    for (let r = 0; r < rings; r++) {
      const to = words[FACE_WORDS.ends + r];
      this.columns.ring(doubles, first + 2 * from, first + 2 * to);
      from = to;
    }
    this.columns.endPart();
    const textAt = 8 * first + 16 * from;
    if (this.fields.length > 0) this.readText(cut.bytes, textAt, textAt + words[FACE_WORDS.text], words);
    const trouble = words[FACE_WORDS.trouble] as Trouble;
    const { layerName } = this.spec;
    if (trouble !== TROUBLE.none) {
      this.findings.push(
        faceFinding(layerName, feature, trouble, words[FACE_WORDS.serial], words[FACE_WORDS.line]),
      );
    }
    if (trouble === TROUBLE.none || trouble === TROUBLE.smallGap) {
      this.findings.push(...geometryFindings(this.columns, layerName, feature));
    }
    this.columns.endFeature();
  }

  private readText(bytes: Uint8Array, from: number, to: number, words: Uint32Array): void {
    const { elements, fields, columns } = this;
    elements.read(bytes, from, to, words[FACE_WORDS.line]);
    this.times.fill(0);
    const path: string[] = [];
    for (let i = 0; i < elements.elementCount; i++) {
      const field = this.fieldOf(pathOf(path, elements, i));
      if (field >= 0) this.addValue(field, bytes.subarray(elements.valueFrom(i), elements.valueTo(i)));
    }
    for (let i = 0; i < fields.length; i++) {
      if (this.times[i] > 0) columns.code(i, this.terms[i].codeOf(this.values[i], 0, this.valueLength[i]));
    }
  }

  private fieldOf(key: string): number {
    let field = this.fieldAt.get(key);
    if (field === undefined) {
      field = this.fields.indexOf(this.text.decode(Buffer.from(key, "latin1")));
      this.fieldAt.set(key, field);
    }
    return field;
  }

  private addValue(field: number, bytes: Uint8Array): void {
    let at = this.times[field]++ === 0 ? 0 : this.valueLength[field];
    const needed = at + bytes.length + 1;
    if (needed > this.values[field].length) this.values[field] = roomFor(this.values[field], needed);
    const values = this.values[field];
    if (at > 0) values[at++] = RECORD_SEPARATOR;
    values.set(bytes, at);
    this.valueLength[field] = at + bytes.length;
  }
}

/** The text of a value; of several, those that say something, as JSON. */
function textOf(text: InstanceType<typeof TextDecoder>, bytes: Uint8Array): string {
  const values = text
    .decode(bytes)
    .split(String.fromCharCode(RECORD_SEPARATOR))
    .map(plainText)
    .filter((value) => value !== "");
  return values.length > 1 ? JSON.stringify(values) : (values.at(0) ?? "");
}

const SAYS: Readonly<Record<Exclude<Trouble, 0>, (curve: number) => string>> = {
  [TROUBLE.missingCurve]: (curve) =>
    `flaten viser til kurve ${curve}, som ikke finnes i filen eller er uten punkter`,
  [TROUBLE.sameNumber]: (curve) => `flaten viser til kurve ${curve}, men flere kurver har det nummeret`,
  [TROUBLE.bentCurve]: (curve) =>
    `flaten følger kurve ${curve}, som ikke er KURVE, LINJE eller BUEP med tre punkter og ikke kan følges nøyaktig`,
  [TROUBLE.open]: (curve) => `kurvene rundt flaten henger ikke sammen ved kurve ${curve}`,
  [TROUBLE.smallGap]: (curve) =>
    `kurvene rundt flaten møtes bare nesten ved kurve ${curve}; gapet på høyst én enhet ble lukket`,
};

function faceFinding(
  layer: string,
  feature: number,
  trouble: Exclude<Trouble, 0>,
  curve: number,
  line: number,
): Finding {
  const mended = trouble === TROUBLE.smallGap;
  const outcome = mended ? "" : ": flaten telles, med 0 m²";
  return {
    code: mended ? "SOSI_LITE_GAP" : "SOSI_FLATE_UTEN_RING",
    severity: mended ? "note" : "error",
    layer,
    feature,
    areaM2: 0,
    did: mended ? "mended" : "dropped",
    says: `FLATE på linje ${line}: ${SAYS[trouble](curve)}${outcome}`,
  };
}

function otherKinds(layer: string, others: string): Finding {
  return {
    code: "ANNEN_GEOMETRI",
    severity: "note",
    layer,
    feature: -1,
    areaM2: 0,
    did: "dropped",
    says: `objekttypene har også ${others}, som ikke er flater og ikke har areal`,
  };
}
