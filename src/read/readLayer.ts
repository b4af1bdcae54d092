import type { CodeColumn, Layer } from "../core/layer.js";
import { oncePerField, type Finding } from "../core/trouble.js";
import { makeDecoder } from "./decoder.js";
import type { Decoded, IsWanted, ReadSummary, Source } from "./source.js";

const CUT_BYTES = 4 << 20;

export type ReadLayer = {
  /** On memory of this thread, which is free again as soon as nobody holds it (`sharedLayer` for one that others need). */
  readonly layer: Layer;
  readonly findings: readonly Finding[];
  readonly sha256: string;
  readonly featureCount: number;
};

/** Reads a whole layer into memory: for zones. Ground layers are streamed instead. */
export async function readLayer(source: Source, fields: readonly string[]): Promise<ReadLayer> {
  const pieces = new LayerPieces(fields);
  const findings: Finding[] = [];
  const isNew = oncePerField();
  const batches = readBatches(source, fields);
  let step = await batches.next();
  for (; !step.done; step = await batches.next()) {
    pieces.add(step.value.layer);
    for (const finding of step.value.findings) if (isNew(finding)) findings.push(finding);
  }
  const { sha256 = "", featureCount } = step.value;
  return { layer: pieces.join(source.name, source.epsg), findings, sha256, featureCount };
}

export type ReadOptions = {
  /** Told how many bytes have been read. */
  readonly onBytes?: (bytes: number) => void;
  /** Only these features; all without it. */
  readonly isWanted?: IsWanted;
};

/**
 * Reads a layer some features at a time, in file order.
 *
 * @returns batches, each good until the next is asked for: they share a buffer; in the end what a whole reading knows
 */
export async function* readBatches(
  source: Source,
  fields: readonly string[],
  { onBytes, isWanted }: ReadOptions = {},
): AsyncGenerator<Decoded, ReadSummary> {
  const decode = makeDecoder(source.decoder, fields, isWanted);
  let buffer = new SharedArrayBuffer(CUT_BYTES);
  const take = (byteLength: number) => {
    if (buffer.byteLength < byteLength) buffer = new SharedArrayBuffer(byteLength);
    return buffer;
  };
  const cuts = source.cuts({ cutBytes: CUT_BYTES, take, ...(onBytes !== undefined && { onBytes }) });
  try {
    let step = await cuts.next();
    for (; !step.done; step = await cuts.next()) yield decode(step.value);
    return step.value;
  } finally {
    await cuts.return({ featureCount: 0 }); // closes the file where a cut could not be decoded, or nobody asks for more
  }
}

/** Layers one after the other, each copied as it comes, joined when all are there. */
export class LayerPieces {
  private readonly layers: Layer[] = [];
  private readonly codes: Uint32Array[][];
  private readonly terms: string[][];
  private readonly codeOfTerm: Map<string, number>[];

  constructor(private readonly fields: readonly string[]) {
    this.codes = fields.map(() => []);
    this.terms = fields.map(() => [""]);
    this.codeOfTerm = fields.map(() => new Map([["", 0]]));
  }

  add(layer: Layer): void {
    const { name, epsg, xy, ringVertex, partRing, featurePart } = layer;
    this.fields.forEach((field, i) => {
      const column = layer.columns.get(field);
      if (column !== undefined) this.codes[i].push(this.translated(column, i));
    });
    this.layers.push({
      name,
      epsg,
      xy: xy.slice(),
      ringVertex: ringVertex.slice(),
      partRing: partRing.slice(),
      featurePart: featurePart.slice(),
      columns: new Map(),
    });
  }

  private translated(column: CodeColumn, field: number): Uint32Array {
    const known = new Int32Array(column.terms.length).fill(-1);
    return column.codes.map((code) => {
      if (known[code] < 0) known[code] = this.codeOf(column.terms[code], field);
      return known[code];
    });
  }

  private codeOf(term: string, field: number): number {
    let code = this.codeOfTerm[field].get(term);
    if (code === undefined) {
      code = this.terms[field].push(term) - 1;
      this.codeOfTerm[field].set(term, code);
    }
    return code;
  }

  join(name: string, epsg: number): Layer {
    return {
      name,
      epsg,
      xy: joined(
        Float64Array,
        this.layers.map((layer) => layer.xy),
      ),
      ringVertex: this.offsets((layer) => layer.ringVertex),
      partRing: this.offsets((layer) => layer.partRing),
      featurePart: this.offsets((layer) => layer.featurePart),
      columns: new Map(
        this.fields.map((field, i) => [
          field,
          { codes: joined(Uint32Array, this.codes[i]), terms: this.terms[i] },
        ]),
      ),
    };
  }

  /** Offsets of all pieces behind each other: the first entry of each piece is where the last one ended. */
  private offsets(of: (layer: Layer) => Uint32Array): Uint32Array {
    const length = this.layers.reduce((sum, layer) => sum + of(layer).length - 1, 1);
    const offsets = new Uint32Array(length);
    let at = 0;
    for (const layer of this.layers) {
      const piece = of(layer);
      const base = offsets[at];
      for (let i = 1; i < piece.length; i++) offsets[++at] = base + piece[i];
    }
    return offsets;
  }
}

type Numbers = Float64Array | Uint32Array;

function joined<T extends Numbers>(type: new (length: number) => T, pieces: readonly T[]): T {
  const whole = new type(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
