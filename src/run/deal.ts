import { byPosition, oncePerField, type Finding } from "../core/trouble.js";
import type { Share } from "../aggregate/merge.js";
import type { Pool } from "../pool/pool.js";
import type { ReadSummary, Source } from "../read/source.js";
import type { BatchResult, BatchTask } from "./batch.js";
import { BufferRing } from "./bufferRing.js";
import type { Ahead } from "./checkAhead.js";
import { GroundCheck } from "./groundCheck.js";
import type { AccountHooks } from "./hooks.js";
import type { PieceFile, PiecesWritten } from "./pieceFile.js";

/** What comes of streaming the ground through the threads. */
export type Streamed = {
  readonly shares: readonly Share[];
  /** Of the shares, what lies in strips of plan areas; empty where nobody asked. */
  readonly strips: readonly Share[];
  /** One a file. */
  readonly summaries: readonly ReadSummary[];
  readonly featureCount: number;
  readonly vertexCount: number;
  readonly findings: readonly Finding[];
  readonly worstResidualM2: number;
  /** Where threads were asked to look at the ground. */
  readonly check: GroundCheck;
  /** Where they were written. */
  readonly pieces?: PiecesWritten;
};

/** Files read at a time: unzipping and waiting for the disk go on beside each other. */
const FILES_AT_ONCE = 4;

/** Formats whose bytes stream from the disk. The others go through a library that does one thing at a time. */
const STREAMED: ReadonlySet<Source["format"]> = new Set(["FlatGeobuf", "GeoJSON", "GML", "SOSI"]);

/**
 * Deals cuts of the ground to all threads through a few reused buffers, several files at a time where their format
 * allows. What comes out does not depend on which cut was done first.
 *
 * @param ahead what of the first file was looked at before
 * @param pieceFile is given the pieces in the order of the ground, and is whole in the end or gone
 */
export async function deal(
  pool: Pool<BatchTask, BatchResult>,
  sources: readonly Source[],
  cutBytes: number,
  hooks: AccountHooks,
  pieceFile?: PieceFile,
  ahead?: Ahead,
): Promise<Streamed> {
  const dealer = new Dealer(pool, sources, cutBytes, hooks, pieceFile, ahead);
  const numbers = sources.map((_, i) => i);
  // Pieces are written in the order of the ground, so each file waits for the one before it.
  const beside = numbers.filter((i) => pieceFile === undefined && STREAMED.has(sources[i].format));
  const alone = numbers.filter((i) => !beside.includes(i));
  const inTurn = async (queue: number[]): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await dealer.dealOne(next);
  };
  const readers = Array.from({ length: Math.min(FILES_AT_ONCE, beside.length) }, () => inTurn(beside));
  await Promise.all([...readers, inTurn(alone)]);
  return dealer.finish();
}

class Dealer {
  private readonly findings: Finding[] = [];
  private readonly check = new GroundCheck();
  private readonly summaries: ReadSummary[] = [];
  private readonly bytesRead: number[];
  private readonly totalBytes: number;
  private readonly buffers: BufferRing;
  /** What went wrong, by file; the first file's is told, whichever came first. */
  private readonly failures: { readonly source: number; readonly error: unknown }[] = [];
  private cuts = 0;
  private features = 0;
  private vertices = 0;
  private worstResidualM2 = 0;
  /** Cuts that threads are at. */
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly pool: Pool<BatchTask, BatchResult>,
    private readonly sources: readonly Source[],
    private readonly cutBytes: number,
    private readonly hooks: AccountHooks,
    private readonly pieceFile: PieceFile | undefined,
    private readonly ahead: Ahead | undefined,
  ) {
    if (ahead !== undefined) this.check.add(ahead.checked);
    this.bytesRead = sources.map(() => 0);
    this.totalBytes = sources.reduce((sum, { byteLength }) => sum + byteLength, 0);
    // Each file may hold one buffer that is not dealt yet while it waits for another.
    this.buffers = new BufferRing(2 * pool.lanes + Math.min(FILES_AT_ONCE + 1, sources.length), cutBytes);
  }

  /** Reads one file to its end, or until anything went wrong anywhere. Never throws. */
  async dealOne(source: number): Promise<void> {
    const cuts = this.sources[source].cuts({
      cutBytes: this.cutBytes,
      take: (byteLength) => this.buffers.take(byteLength),
      onBytes: (bytes) => (this.bytesRead[source] = bytes),
    });
    try {
      while (this.failures.length === 0) {
        const next = await cuts.next();
        this.hooks.signal?.throwIfAborted();
        if (next.done === true) {
          this.summaries[source] = next.value;
          return;
        }
        const { firstFeature, featureCount } = next.value;
        const seen = source === 0 ? (this.ahead?.featureCount ?? 0) : 0;
        const isChecked = firstFeature + featureCount <= seen;
        this.give({ kind: "cut", ground: source, cut: next.value, ...(isChecked && { isChecked }) });
      }
    } catch (error) {
      this.failures.push({ source, error });
    } finally {
      await cuts.return({ featureCount: 0 }); // closes the file where we stopped before its end
    }
  }

  private give(task: BatchTask & { readonly kind: "cut" }): void {
    const buffer = task.cut.bytes.buffer as SharedArrayBuffer;
    const number = this.cuts++;
    const dealt = this.pool
      .run(task)
      .then(async (result) => {
        if (result.kind !== "cut") return;
        this.count(result);
        if (result.pieces !== undefined) await this.pieceFile?.give(number, task.ground, result.pieces);
      })
      .catch((error: unknown) => {
        this.failures.push({ source: task.ground, error });
        this.pieceFile?.fail(error); // nobody waits for pieces that will not come
      })
      .finally(() => {
        this.buffers.giveBack(buffer);
        this.underWay.delete(dealt);
      });
    this.underWay.add(dealt);
  }

  private count(result: BatchResult & { readonly kind: "cut" }): void {
    this.features += result.featureCount;
    this.vertices += result.vertexCount;
    for (const finding of result.findings) this.findings.push(finding);
    this.worstResidualM2 = Math.max(this.worstResidualM2, result.worstResidualM2);
    if (result.checked !== undefined) this.check.add(result.checked);
    const done = this.bytesRead.reduce((sum, bytes) => sum + bytes, 0);
    this.hooks.onProgress?.({ stage: "regner", done, total: this.totalBytes });
  }

  async finish(): Promise<Streamed> {
    // Not until all buffers are back: a reading that was stopped keeps the one it was filling.
    await Promise.all(this.underWay);
    const [failure] = this.failures.sort((a, b) => a.source - b.source);
    if (failure !== undefined) {
      await this.pieceFile?.stop(failure.error);
      throw failure.error as Error;
    }
    const pieces = await this.pieceFile?.end();
    const finished = await this.pool.runOnAll({ kind: "finish" });
    return {
      shares: finished.flatMap((result) => (result.kind === "finish" ? [result.share] : [])),
      strips: finished.flatMap((result) =>
        result.kind === "finish" && result.strips !== undefined ? [result.strips] : [],
      ),
      summaries: this.summaries,
      featureCount: this.features,
      vertexCount: this.vertices,
      findings: this.findings.sort(byPosition).filter(oncePerField()),
      worstResidualM2: this.worstResidualM2,
      ...(pieces !== undefined && { pieces }),
      check: this.check,
    };
  }
}
