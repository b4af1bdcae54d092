/** The file of an account's pieces as polygons, written while the ground streams by. */
import { ExactSums } from "../core/exactSums.js";
import { keysIn, type ZoneKeys } from "../aggregate/merge.js";
import type { CodeColumn, Layer } from "../core/layer.js";
import type { Finding } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";
import type { NotBuilt, PieceBatch } from "../pieces/pieceBatch.js";
import type { PieceFacts } from "../tables/facts.js";
import { freeName } from "../write/freeName.js";
import { type OutField } from "../write/layerOut.js";
import { outFormatOf } from "../write/writeLayer.js";
import { InOrder } from "./inOrder.js";

/** Pieces of one cut of the ground, and what its file says of them: one code per ground feature of the batch. */
export type PiecesOfCut = {
  readonly pieces: PieceBatch;
  readonly firstFeature: number;
  /** Class fields in the account's order. */
  readonly columns: readonly CodeColumn[];
  /** Where the file has ids. */
  readonly ids?: CodeColumn;
};

/** Says which file a feature of several in a row is of, and its number there. */
export type PlaceOf = (feature: number) => { readonly layer: string; readonly feature: number };

export type PiecesWritten = { readonly facts: PieceFacts; readonly findings: readonly Finding[] };

export type PieceFileSetup = {
  readonly path: string;
  readonly epsg: Epsg;
  readonly classFields: readonly string[];
  /** Whether the ground has ids. */
  readonly hasIds: boolean;
  /** Layer names of the files of the ground. */
  readonly grounds: readonly string[];
  readonly zoneKeys: readonly ZoneKeys[];
  /** Where the ground is not the files themselves but what repair made of them: one file, all polygons in a row. */
  readonly placeOf?: PlaceOf;
};

/** Findings of their own up to so many, in order of the file; the rest are counted in one. */
const MOST_FINDINGS = 1000;

/** What a piece is called by its making. */
export const MAKING = { k: "kopiert", b: "bygd", r: "avrundet" } as const;

/**
 * Takes the pieces of cuts as threads finish them, and writes them in the order of the ground. Memory holds the cuts under
 * way and what the writer remembers of each feature (FlatGeobuf: its box and length).
 */
export class PieceFile {
  private readonly findings: Finding[] = [];
  private readonly cuts = new InOrder<{ ground: number; cut: PiecesOfCut }>();
  private readonly sums = new ExactSums();
  private readonly counts = { k: 0, b: 0, r: 0, thin: 0, failed: 0 };
  private readonly fields: readonly OutField[];
  private readonly names: {
    readonly flate: string;
    readonly id: string;
    readonly grunnkart: string;
    readonly laget: string;
  };
  private readonly written: Promise<unknown>;

  constructor(private readonly setup: PieceFileSetup) {
    const { classFields, zoneKeys, hasIds, grounds } = setup;
    const taken = [...classFields, ...zoneKeys.map(({ name }) => name), ...AREAS];
    this.names = {
      flate: freeName("flate", taken),
      id: freeName("lokalId", taken),
      grunnkart: freeName("grunnkart", taken),
      laget: freeName("laget", taken),
    };
    const text = (name: string): OutField => ({ name, type: "string" });
    this.fields = [
      ...(grounds.length > 1 ? [text(this.names.grunnkart)] : []),
      { name: this.names.flate, type: "int" },
      ...(hasIds ? [text(this.names.id)] : []),
      ...classFields.map(text),
      ...zoneKeys.map(({ name }) => text(name)),
      ...AREAS.map((name): OutField => ({ name, type: "double" })),
      text(this.names.laget),
    ];
    this.written = this.write();
    // The error is told to whoever gives the next cut, and again at the end.
    this.written.catch((error: unknown) => this.cuts.fail(error));
  }

  /** Settles when the cut is with the writer. Cuts are numbered from 0 in the order of the ground. */
  give(number: number, ground: number, cut: PiecesOfCut): Promise<void> {
    return this.cuts.give(number, { ground, cut });
  }

  /** No more pieces will come: all who wait are told why. */
  fail(error: unknown): void {
    this.cuts.fail(error);
  }

  /** Stops writing: nothing is left of the file. Settles when that is so. */
  async stop(error: unknown): Promise<void> {
    this.fail(error);
    await this.written.catch(() => undefined);
  }

  /** The file takes its name. @throws InputError for a disk that is full */
  async end(): Promise<PiecesWritten> {
    this.cuts.end();
    await this.written;
    const { counts, sums } = this;
    this.tellSummed();
    const facts = {
      copiedCount: counts.k,
      builtCount: counts.b,
      roundedCount: counts.r,
      thinCount: counts.thin,
      failedCount: counts.failed,
      written: { planM2: sums.total(0), trueM2: sums.total(1) },
      notBuilt: { planM2: sums.total(2), trueM2: sums.total(3) },
      drawnM2: sums.total(4),
    };
    return { facts, findings: this.findings };
  }

  private async write(): Promise<unknown> {
    const write = await outFormatOf(this.setup.path).load();
    return write(
      this.setup.path,
      { name: "flater", epsg: this.setup.epsg, fields: this.fields },
      this.layers(),
    );
  }

  private async *layers(): AsyncGenerator<Layer> {
    for await (const { ground, cut } of this.cuts) {
      this.count(ground, cut);
      yield this.layerOf(ground, cut);
    }
  }

  private count(ground: number, { pieces, firstFeature }: PiecesOfCut): void {
    const { sums, counts } = this;
    pieces.how.forEach((how, i) => {
      counts[how]++;
      sums.add(0, pieces.planM2[i]);
      sums.add(1, pieces.trueM2[i]);
      sums.add(4, pieces.drawnM2[i]);
    });
    for (const lost of pieces.notBuilt) {
      sums.add(2, lost.planM2);
      sums.add(3, lost.trueM2);
      if (lost.why === "") {
        counts.thin++;
        sums.add(5, Math.abs(lost.planM2));
      } else this.tellFailed(ground, firstFeature, pieces, lost);
    }
  }

  private tellFailed(ground: number, firstFeature: number, { members }: PieceBatch, lost: NotBuilt): void {
    if (++this.counts.failed > MOST_FINDINGS) {
      this.sums.add(6, Math.abs(lost.planM2));
      return;
    }
    const under = this.setup.zoneKeys.flatMap((layer) => {
      const keys = keysIn(layer, members[lost.cover]);
      return keys.length === 0 ? [] : [`${layer.name} ${keys.join("|")}`];
    });
    const where = under.length === 0 ? "utenfor alle enheter" : `i ${under.join(", ")}`;
    this.findings.push({
      code: "FLATE_IKKE_BYGD",
      severity: "warning",
      ...this.placeOf(ground, firstFeature + lost.ground),
      areaM2: Math.abs(lost.planM2),
      did: "kept",
      says: `delen ${where} er med i regnskapet, men ikke i flatefila: ${lost.why}`,
    });
  }

  private tellSummed(): void {
    const [layer] = this.setup.grounds;
    const note = { layer, feature: -1, did: "kept" } as const;
    const { thin, failed, r } = this.counts;
    if (failed > MOST_FINDINGS) {
      const says = `${failed - MOST_FINDINGS} deler til er med i regnskapet, men ikke i flatefila`;
      this.findings.push({
        ...note,
        code: "FLATE_IKKE_BYGD",
        severity: "warning",
        areaM2: this.sums.total(6),
        says,
      });
    }
    if (thin > 0) {
      const says = `${thin} deler er smalere enn avrundingen av koordinatene: med i regnskapet, ikke i flatefila`;
      this.findings.push({
        ...note,
        code: "FLATE_FOR_SMAL",
        severity: "note",
        areaM2: this.sums.total(5),
        says,
      });
    }
    if (r > 0) {
      const says = `${r} deler i flatefila har punkter som er avrundet med høyst 0,1 mm; arealet er regnskapets`;
      this.findings.push({ ...note, code: "FLATE_AVRUNDET", severity: "note", areaM2: 0, says });
    }
  }

  private placeOf(ground: number, feature: number): { readonly layer: string; readonly feature: number } {
    const { placeOf, grounds } = this.setup;
    return placeOf === undefined ? { layer: grounds[ground], feature } : placeOf(feature);
  }

  private layerOf(ground: number, { pieces, firstFeature, columns, ids }: PiecesOfCut): Layer {
    const { names, setup } = this;
    const places = Array.from(pieces.ground, (f) => this.placeOf(ground, firstFeature + f));
    const found = new Map<string, CodeColumn>();
    const ofGround = ({ codes, terms }: CodeColumn): CodeColumn => ({
      codes: Uint32Array.from(pieces.ground, (f) => codes[f]),
      terms,
    });
    if (setup.grounds.length > 1) found.set(names.grunnkart, textColumn(places.map(({ layer }) => layer)));
    found.set(names.flate, numberColumn(places.map(({ feature }) => feature)));
    setup.classFields.forEach((name, k) => found.set(name, ofGround(columns[k])));
    if (ids !== undefined) found.set(names.id, ofGround(ids));
    for (const layer of setup.zoneKeys) {
      const keyOf = pieces.members.map((list) => keysIn(layer, list).join("|"));
      found.set(layer.name, textColumn(Array.from(pieces.cover, (cover) => keyOf[cover])));
    }
    found.set(AREAS[0], numberColumn(pieces.planM2));
    found.set(AREAS[1], numberColumn(pieces.trueM2));
    found.set(names.laget, textColumn(pieces.how.map((how) => MAKING[how])));
    return { name: "flater", epsg: setup.epsg, ...pieces.geometry, columns: found };
  }
}

const AREAS = ["kartplanM2", "ellipsoideM2"] as const;

function textColumn(values: readonly string[]): CodeColumn {
  const codeOf = new Map([["", 0]]);
  const codes = Uint32Array.from(values, (value) => {
    let code = codeOf.get(value);
    if (code === undefined) codeOf.set(value, (code = codeOf.size));
    return code;
  });
  return { codes, terms: [...codeOf.keys()] };
}

/** A column of numbers that hardly repeat: a term each. */
function numberColumn(values: Iterable<number>): CodeColumn {
  const terms = ["", ...Array.from(values, String)];
  return { codes: Uint32Array.from({ length: terms.length - 1 }, (_, i) => i + 1), terms };
}
