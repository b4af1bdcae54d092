import { bboxOf, type CodeColumn, EMPTY_BBOX, type Bbox, featureCount, type Layer } from "../core/layer.js";
import type { Finding } from "../core/trouble.js";
import { featureBoxes, subsetOf } from "../core/subset.js";
import type { Epsg, Metre } from "../core/units.js";
import type { Handler } from "../pool/pool.js";
import { makeDecoder } from "../read/decoder.js";
import type { Cut, DecoderSpec } from "../read/source.js";
import { asMeant } from "../repair/asMeant.js";
import { looseEdgesOf } from "../repair/cutEdges.js";
import { type Defect, isHarmless } from "../repair/defect.js";
import { meanWidth } from "../repair/meanWidth.js";
import { isPlaced } from "../repair/placed.js";
import { decisionFinding, defectFinding, type Named, type PlacedFinding } from "../repair/polygonFindings.js";
import { type DecisionRule, readingsOf } from "../repair/readings.js";
import { areasOf, ringArea } from "../repair/rings.js";
import { structureOf } from "../repair/structure.js";
import { PolygonChecker } from "../repair/validity.js";

/** One field that is looked at. */
export type CheckedField = {
  readonly inFile: string;
  /** The standard's name, or its own. */
  readonly name: string;
  /** Multiplicity 1: a feature without it is told of. */
  readonly required: boolean;
  /** Every code that a list of the field has, of the file's edition where that is known; undefined without a list. */
  readonly codes?: readonly string[];
};

export type CheckSetup = {
  readonly decoder: DecoderSpec;
  readonly fields: readonly CheckedField[];
  /** The field with the features' ids, in the file. */
  readonly idField?: string;
  readonly decision: DecisionRule;
  /** A system in metres to take areas in; the file's own unless that is in degrees. */
  readonly areaEpsg: Epsg;
  /** Where polygons are to be held against each other too. */
  readonly neighbours?: {
    /** A polygon with 2 area / perimeter up to this is a sliver. */
    readonly sliverM: Metre;
  };
};

/** How often a value stands, over how much ground, and where first. */
export type ValueCount = {
  readonly count: number;
  readonly areaM2: number;
  readonly first: number;
};

export type CheckedCut = {
  readonly featureCount: number;
  readonly vertexCount: number;
  readonly box: Bbox;
  readonly areaM2: number;
  readonly invalidCount: number;
  readonly findings: readonly PlacedFinding[];
  /** Per field, in the order of the setup: values to their counts; "" is not given. */
  readonly values: readonly ReadonlyMap<string, ValueCount>[];
  /** Per feature: its id ("" for none; empty when there is no id field) and its first vertex, NaN without one. */
  readonly ids: readonly string[];
  readonly firstXy: Float64Array;
  /** In the system of areas: edges of the cut that have no neighbour in it (`looseEdgesOf`). None where nobody asks. */
  readonly loose: Float64Array;
  /** minx, miny, maxx, maxy of each feature in that system. None where nobody asks. */
  readonly boxes: Float64Array;
  /** Numbers in the file of features with anything wrong, be it harmless. */
  readonly wrong: readonly number[];
};

/** Code of a value that is not there. */
const NOT_GIVEN = 0;
export const KOMMUNE_FIELD = "kommunenummer";

/** A value that more of a cut's features have is the file's way, and told of once, with its count. */
const FEW_SHARE = 0.1;
const FEW = 20;

/** One thread's work: decodes a cut and looks at each polygon by itself. Nothing is changed. */
export function makeCheckHandler(setup: CheckSetup): Handler<Cut, CheckedCut> {
  const { idField, fields } = setup;
  const wanted = [
    ...new Set([...fields.map(({ inFile }) => inFile), ...(idField === undefined ? [] : [idField])]),
  ];
  const decode = makeDecoder(setup.decoder, wanted);
  const checker = new PolygonChecker();
  return async (cut) => {
    const { layer, findings } = decode(cut);
    const sized = await inMetres(layer, setup.areaEpsg);
    return new CutCheck(setup, cut, layer, sized).all(findings, checker);
  };
}

async function inMetres(layer: Layer, areaEpsg: Epsg): Promise<Layer> {
  if (layer.epsg === areaEpsg) return layer;
  const { reproject } = await import("../read/crs/reproject.js");
  return reproject(layer, areaEpsg);
}

class CutCheck {
  private readonly found: PlacedFinding[] = [];
  private readonly firstXy: Float64Array;
  private readonly ids: readonly string[];
  /** 0 for a feature that is not placed. */
  private readonly areaM2: Float64Array;
  /** 1 for a feature that can be measured (`isPlaced`); others are looked at by themselves only. */
  private readonly placedOnes: Uint8Array;
  /** 1 where all shells run counter-clockwise and all holes clockwise, -1 where all run the other way, MIXED, 0 for none. */
  private readonly ways: Int8Array;
  /** 1 for a feature with anything wrong, be it harmless. */
  private readonly isWrong: Uint8Array;

  constructor(
    private readonly setup: CheckSetup,
    private readonly cut: Cut,
    private readonly layer: Layer,
    /** The same features in the system areas are taken in. */
    private readonly sized: Layer,
  ) {
    const count = featureCount(layer);
    this.firstXy = firstVertices(layer);
    const column = setup.idField === undefined ? undefined : layer.columns.get(setup.idField);
    this.ids = column === undefined ? [] : Array.from(column.codes, (code) => column.terms[code]);
    this.areaM2 = new Float64Array(count);
    this.ways = new Int8Array(count);
    this.isWrong = new Uint8Array(count);
    this.placedOnes = new Uint8Array(count);
    for (let f = 0; f < count; f++) {
      if (!isPlaced(sized, f)) continue;
      this.placedOnes[f] = 1;
      this.measure(f);
    }
  }

  all(reading: readonly Finding[], checker: PolygonChecker): CheckedCut {
    for (const finding of reading) this.found.push(this.placed(finding));
    const invalidCount = this.checkGeometry(checker);
    this.noteOrientation();
    const { layer, setup } = this;
    const wrong = this.wrongOnes().map((f) => this.cut.firstFeature + f);
    return {
      featureCount: featureCount(layer),
      vertexCount: layer.xy.length / 2,
      box: layer.xy.length === 0 ? EMPTY_BBOX : bboxOf(layer.xy, 0, layer.xy.length / 2),
      areaM2: this.areaM2.reduce((sum, m2) => sum + m2, 0),
      invalidCount,
      values: setup.fields.map((field) => this.checkField(field)),
      findings: this.found,
      ids: this.ids,
      firstXy: this.firstXy,
      loose: setup.neighbours === undefined ? new Float64Array(0) : this.borders(setup.neighbours.sliverM),
      boxes: setup.neighbours === undefined ? new Float64Array(0) : featureBoxes(this.sized),
      wrong,
    };
  }

  private wrongOnes(): number[] {
    const wrong: number[] = [];
    this.isWrong.forEach((is, f) => {
      if (is === 1) wrong.push(f);
    });
    return wrong;
  }

  /** Polygons with anything wrong are read by the structure rule first; moved to metres, any of them may have something. */
  private borders(sliverM: Metre): Float64Array {
    const { sized, isWrong, placedOnes } = this;
    if (sized !== this.layer) isWrong.fill(1);
    const wrong = this.wrongOnes().filter((f) => placedOnes[f] === 1);
    for (let f = 0; f < isWrong.length; f++)
      if (isWrong[f] < placedOnes[f]) this.noteSliver(sized, f, f, this.areaM2[f], sliverM);
    const loose = looseEdgesOf(
      sized,
      isWrong.map((is, f) => is | (1 - placedOnes[f])),
    );
    if (wrong.length === 0) return loose;
    const mended = asMeant(subsetOf(sized, wrong), () => true);
    areasOf(mended).forEach((areaM2, i) => this.noteSliver(mended, i, wrong[i], areaM2, sliverM));
    const looseToo = looseEdgesOf(mended);
    const both = new Float64Array(loose.length + looseToo.length);
    both.set(loose);
    both.set(looseToo, loose.length);
    return both;
  }

  private noteSliver(layer: Layer, i: number, f: number, areaM2: number, sliverM: Metre): void {
    const widthM = meanWidth(layer, i, areaM2);
    if (widthM > sliverM) return;
    const [x, y] = [this.firstXy[2 * f], this.firstXy[2 * f + 1]];
    const says = `flaten er i snitt ${widthM.toPrecision(2)} m bred`;
    const about = { ...this.named(f), areaM2, did: "kept", x, y } as const;
    this.found.push({ ...about, code: "SMAL_FLATE", severity: "note", says });
  }

  /** Own area, shells less holes, and the way the rings run. */
  private measure(f: number): void {
    const { xy, ringVertex, partRing, featurePart } = this.sized;
    for (let p = featurePart[f]; p < featurePart[f + 1]; p++) {
      for (let r = partRing[p]; r < partRing[p + 1]; r++) {
        const signed = ringArea(xy.subarray(2 * ringVertex[r], 2 * ringVertex[r + 1]));
        const isShell = r === partRing[p];
        this.areaM2[f] += isShell ? Math.abs(signed) : -Math.abs(signed);
        const way = Math.sign(isShell ? signed : -signed);
        if (way !== 0) this.ways[f] = this.ways[f] === 0 || this.ways[f] === way ? way : MIXED;
      }
    }
  }

  private named(f: number): Named {
    return { layer: this.layer.name, feature: this.cut.firstFeature + f, id: this.ids[f] ?? "" };
  }

  private placed(finding: Finding): PlacedFinding {
    const f = finding.feature - this.cut.firstFeature;
    const isHere = f >= 0 && f < featureCount(this.layer);
    const [x, y] = isHere ? [this.firstXy[2 * f], this.firstXy[2 * f + 1]] : [NaN, NaN];
    return { ...finding, x, y, id: isHere ? (this.ids[f] ?? "") : "" };
  }

  private checkGeometry(checker: PolygonChecker): number {
    const { layer } = this;
    let invalid = 0;
    for (let f = 0; f < featureCount(layer); f++) {
      const defects = checker.check(layer, f);
      if (defects.length === 0) continue;
      this.isWrong[f] = 1;
      for (const defect of defects) this.found.push(defectFinding(this.named(f), defect));
      const faults = defects.filter(({ kind }) => !isHarmless(kind));
      if (faults.length === 0) continue;
      invalid++;
      this.ways[f] = 0; // a ring that crosses itself runs both ways
      if (this.placedOnes[f] === 1) this.noteDecision(f, faults[0]);
    }
    return invalid;
  }

  private noteDecision(f: number, first: Defect): void {
    const structured = structureOf(this.sized, f);
    const { afterM2, evenOddM2, lineworkM2, needsDecision } = readingsOf(
      this.sized,
      f,
      structured,
      structured,
      this.setup.decision,
    );
    if (!needsDecision) return;
    const readings = structured === undefined ? [] : [afterM2, evenOddM2, lineworkM2];
    this.found.push(decisionFinding(this.named(f), readings, first));
  }

  /**
   * Shells that run the other way than most of their cut, and holes that run as their shell does. Which way is right is
   * the format's affair; one that differs from its neighbours was made by another hand.
   */
  private noteOrientation(): void {
    const { firstXy, ways } = this;
    let sum = 0;
    for (const way of ways) if (way === 1 || way === -1) sum += way;
    const usual = sum < 0 ? -1 : 1;
    ways.forEach((way, f) => {
      if (way === 0 || way === usual) return;
      const says =
        way === MIXED
          ? "ytre ring og hull går samme vei rundt, eller delene hver sin vei"
          : "ytre ring går motsatt vei av de andre i fila";
      const [x, y] = [firstXy[2 * f], firstXy[2 * f + 1]];
      this.found.push({
        ...this.named(f),
        code: "RING_RETNING",
        severity: "note",
        areaM2: 0,
        did: "kept",
        says,
        x,
        y,
      });
    });
  }

  private checkField({ inFile, name, required, codes }: CheckedField): Map<string, ValueCount> {
    const { codes: columnCodes, terms } = this.layer.columns.get(inFile) as CodeColumn;
    const known = codes === undefined ? undefined : new Set(codes);
    const counts = new Uint32Array(terms.length);
    const areaM2 = new Float64Array(terms.length);
    const first = new Uint32Array(terms.length);
    const met: number[] = []; // terms are those of all cuts so far: ids by the thousand
    for (let f = 0; f < columnCodes.length; f++) {
      const code = columnCodes[f];
      if (counts[code]++ === 0) {
        first[code] = this.cut.firstFeature + f;
        met.push(code);
      }
      areaM2[code] += this.areaM2[f];
    }
    const few = Math.max(FEW, FEW_SHARE * columnCodes.length);
    const isTold = (code: number) =>
      counts[code] <= few && (code === NOT_GIVEN ? required : known !== undefined && !known.has(terms[code]));
    const told = new Set(met.filter(isTold));
    if (told.size > 0) {
      columnCodes.forEach((code, f) => {
        if (told.has(code)) this.noteValue(f, name, terms[code]);
      });
    }
    // Without a list only the lack of a value is of interest.
    const asked =
      codes !== undefined || name === KOMMUNE_FIELD ? met : met.filter((code) => code === NOT_GIVEN);
    return new Map(
      asked.map((code) => [terms[code], { count: counts[code], areaM2: areaM2[code], first: first[code] }]),
    );
  }

  private noteValue(f: number, field: string, term: string): void {
    const [x, y] = [this.firstXy[2 * f], this.firstXy[2 * f + 1]];
    const about = { ...this.named(f), areaM2: this.areaM2[f], did: "kept", x, y } as const;
    if (term === "") {
      const says = `${field} er påkrevd og mangler`;
      this.found.push({ ...about, code: "FELT_TOMT", severity: "warning", says });
    } else {
      this.found.push({
        ...about,
        code: "KODE_UKJENT",
        severity: "error",
        says: `${field} «${term}» er ikke i noen av feltets kodelister`,
      });
    }
  }
}

/** Rings of one feature that do not agree on a direction. */
const MIXED = 2;

function firstVertices({ xy, ringVertex, partRing, featurePart }: Layer): Float64Array {
  const first = new Float64Array(2 * (featurePart.length - 1)).fill(NaN);
  for (let f = 0; f + 1 < featurePart.length; f++) {
    if (featurePart[f] === featurePart[f + 1]) continue;
    const v = ringVertex[partRing[featurePart[f]]];
    first[2 * f] = xy[2 * v];
    first[2 * f + 1] = xy[2 * v + 1];
  }
  return first;
}
