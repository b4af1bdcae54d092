import { InputError, invariant, type Finding } from "../core/trouble.js";
import { SAGITTA_M } from "./arcs.js";
import { crsOf } from "./crs/crs.js";
import { PolygonColumns } from "./polygonColumns.js";
import { NO_GEOMETRY } from "./records.js";
import { geometryFindings, otherGeometry } from "./ringFindings.js";
import type { Cut, Decoded, DecoderSpec, IsWanted } from "./source.js";
import { Terms } from "./terms.js";
import { WkbReader } from "./wellKnown/wkb.js";

/** A field with more distinct values than this starts its dictionary anew at the next cut. */
const MOST_TERMS = 1 << 16;
/** Length of a degree of latitude, which is never less than one of longitude. */
const METRES_A_DEGREE = 111_700;

/**
 * Turns cuts of records (see `recordCuts`) into columns, without an object per ring, vertex or value.
 *
 * The Layer returned, and its arrays, are valid until the next call: the buffers are used again. A column's `terms`
 * stays the same array from cut to cut (longer each time) as long as codes keep their meaning.
 */
export class RecordsDecoder {
  private readonly columns: PolygonColumns;
  private readonly terms: Terms[];
  /** Per field of the file: which wanted field it is, or -1. */
  private readonly wantedAt: Int32Array;
  private readonly wkb: WkbReader;
  private findings: Finding[] = [];
  private feature = 0;
  /** The SRID that extended WKB carries; the first one holds for all. */
  private srid = 0;

  constructor(
    private readonly spec: DecoderSpec,
    private readonly fields: readonly string[],
    private readonly isWanted?: IsWanted,
  ) {
    const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
    this.columns = new PolygonColumns(fields.length);
    this.terms = fields.map(() => new Terms((bytes) => utf8.decode(bytes), true));
    this.wantedAt = Int32Array.from(spec.fields, (field) => fields.indexOf(field));
    const isDegree = crsOf(spec.path, spec.epsg).unit === "degree";
    this.wkb = new WkbReader(
      this.columns,
      isDegree ? SAGITTA_M / METRES_A_DEGREE : SAGITTA_M,
      (came, wanted, at) => this.refuse(came, wanted, `byte ${at} of its geometry`),
    );
  }

  /** @throws InputError with the feature's number when its geometry cannot be read */
  decode(cut: Cut): Decoded {
    this.columns.clear();
    this.findings = [];
    for (const terms of this.terms) if (terms.terms.length > MOST_TERMS) terms.reset();
    const { bytes } = cut;
    const lengths = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = 0;
    for (let i = 0; i < cut.featureCount; i++) {
      this.feature = cut.firstFeature + i;
      const wkbBytes = lengths.getUint32(at, true);
      const hasGeometry = wkbBytes !== NO_GEOMETRY;
      const valuesAt = at + 4 + (hasGeometry ? wkbBytes : 0);
      if (this.isWanted?.(this.feature) === false) {
        at = this.endOfValues(lengths, valuesAt);
        continue;
      }
      if (hasGeometry) this.wkb.read(bytes, at + 4, valuesAt);
      this.look(hasGeometry);
      at = this.decodeValues(bytes, lengths, valuesAt);
      this.columns.endFeature();
    }
    invariant(at === bytes.length, () => `records end at byte ${at} of a cut of ${bytes.length}`);
    const { layerName, epsg } = this.spec;
    const terms = this.terms.map((each) => each.terms);
    return { layer: this.columns.layer(layerName, epsg, this.fields, terms), findings: this.findings };
  }

  /** What is to be said of the feature's geometry. */
  private look(hasGeometry: boolean): void {
    const { openParts, closedRings, shortRings } = this.columns;
    const leftOut = hasGeometry ? this.wkb.leftOut : "";
    if (leftOut !== "") this.findings.push(this.leftOutFinding(leftOut, openParts > 0));
    if ((leftOut === "" && openParts === 0) || closedRings > 0 || shortRings > 0) {
      this.findings.push(...geometryFindings(this.columns, this.spec.layerName, this.feature));
    }
    if (hasGeometry && this.wkb.srid !== 0) this.checkSrid(this.wkb.srid);
  }

  private leftOutFinding(type: string, besideAreas: boolean): Finding {
    const finding = otherGeometry(this.spec.layerName, this.feature, type);
    if (!besideAreas) return finding;
    return { ...finding, says: `objektet har også ${type}, som ikke har areal: den delen ble utelatt` };
  }

  private checkSrid(srid: number): void {
    if (this.srid === 0) this.srid = srid;
    if (srid === this.srid) return;
    this.refuse(`SRID ${srid} among features with SRID ${this.srid}`, "one CRS a layer", undefined);
  }

  private endOfValues(lengths: DataView, from: number): number {
    let at = from;
    for (let i = 0; i < this.wantedAt.length; i++) at += 4 + lengths.getUint32(at, true);
    return at;
  }

  private decodeValues(bytes: Uint8Array, lengths: DataView, from: number): number {
    let at = from;
    for (let i = 0; i < this.wantedAt.length; i++) {
      const to = at + 4 + lengths.getUint32(at, true);
      const wanted = this.wantedAt[i];
      if (wanted >= 0 && to > at + 4) this.columns.code(wanted, this.terms[wanted].codeOf(bytes, at + 4, to));
      at = to;
    }
    return at;
  }

  private refuse(came: string, wanted: string, position: string | undefined): never {
    throw new InputError(
      { layer: this.spec.path, feature: this.feature, ...(position !== undefined && { position }) },
      { came, wanted, todo: "Mend or remove the feature (features are counted from 0 in file order)" },
    );
  }
}
