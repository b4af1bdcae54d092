import { readSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { invariant } from "../core/trouble.js";
import { promoteToMulti } from "./featureBytes.js";
import type { FeatureSpool } from "./featureSpool.js";
import { WriteBehind } from "./writeAll.js";

/** Bytes put together before they are written. */
const BLOCK_BYTES = 16 << 20;
/** Bytes read at one go where they are to be spread over a block. */
const RUN_BYTES = 1 << 20;
/** Fewer than this many features make a block, so that one of them and its place in it fit a double. */
const MOST_IN_BLOCK = 2 ** 20;

/**
 * Copies features from their temporary file behind what is in the target, in the order given.
 *
 * A block of the target is put together at a time. What it holds is read in the order of the temporary file, neighbours
 * at one go: features that come row by row and leave along a Hilbert curve are so read by stretches of rows.
 *
 * @returns how many bytes were written
 */
export async function copyInOrder(
  source: FileHandle,
  target: FileHandle,
  spool: FeatureSpool,
  order: Uint32Array,
): Promise<number> {
  const starts = spool.starts();
  const behind = new WriteBehind(target);
  const run = Buffer.allocUnsafeSlow(RUN_BYTES);
  let block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  let spare = Buffer.allocUnsafeSlow(BLOCK_BYTES); // the one before it, perhaps still being written
  let total = 0;
  for (let from = 0; from < order.length;) {
    const { to, byteLength } = blockFrom(spool, order, from);
    if (byteLength > block.length) block = Buffer.allocUnsafeSlow(byteLength);
    fillBlock(source.fd, block, run, spool, starts, order.subarray(from, to));
    await behind.write(block.subarray(0, byteLength));
    [block, spare] = [spare, block];
    total += byteLength;
    from = to;
  }
  await behind.end();
  return total;
}

/** The features order[from] .. order[to] that fit a block; one at least. */
function blockFrom(
  spool: FeatureSpool,
  order: Uint32Array,
  from: number,
): { to: number; byteLength: number } {
  let byteLength = spool.finalLength(order[from]);
  let to = from + 1;
  for (; to < order.length && to - from < MOST_IN_BLOCK; to++) {
    const more = spool.finalLength(order[to]);
    if (byteLength + more > BLOCK_BYTES) break;
    byteLength += more;
  }
  return { to, byteLength };
}

/** Puts the features into the block in their order. `starts`: where each begins in the file `fd`. */
function fillBlock(
  fd: number,
  block: Buffer,
  run: Buffer,
  spool: FeatureSpool,
  starts: Float64Array,
  features: Uint32Array,
): void {
  const placeAt = new Float64Array(features.length);
  const inFile = new Float64Array(features.length); // the feature, and its number in the block
  let end = 0;
  for (let i = 0; i < features.length; i++) {
    placeAt[i] = end;
    end += spool.finalLength(features[i]);
    inFile[i] = features[i] * MOST_IN_BLOCK + i;
  }
  invariant(end <= block.length, () => `${end} bytes in a block of ${block.length}`);
  inFile.sort();
  for (let k = 0; k < inFile.length;) {
    const first = Math.floor(inFile[k] / MOST_IN_BLOCK);
    const slot = inFile[k] % MOST_IN_BLOCK;
    let byteLength = spool.spooledLength(first);
    let isInPlace = true; // neighbours in the block as well
    let count = 1;
    for (; k + count < inFile.length; count++) {
      const next = Math.floor(inFile[k + count] / MOST_IN_BLOCK);
      if (next !== first + count || byteLength + spool.spooledLength(next) > run.length) break;
      byteLength += spool.spooledLength(next);
      if (inFile[k + count] % MOST_IN_BLOCK !== slot + count || spool.promoted(next)) isInPlace = false;
    }
    isInPlace &&= count === 1 || !spool.promoted(first);
    if (isInPlace) readExactly(fd, block, placeAt[slot], byteLength, starts[first]);
    else readExactly(fd, run, 0, byteLength, starts[first]);
    for (let at = 0, m = 0; m < count; m++) {
      const to = placeAt[inFile[k + m] % MOST_IN_BLOCK];
      const length = spool.spooledLength(first + m);
      if (!isInPlace) block.set(run.subarray(at, at + length), to);
      if (spool.promoted(first + m)) promoteToMulti(block, to, length);
      at += length;
    }
    k += count;
  }
}

/** Synchronous on purpose: the bytes were written a moment ago and lie in the page cache, and there are many reads. */
export function readExactly(fd: number, buffer: Buffer, at: number, length: number, position: number): void {
  let done = 0;
  while (done < length) {
    const read = readSync(fd, buffer, at + done, length - done, position + done);
    invariant(
      read > 0,
      () => `temporary file ends at ${position + done}, features go on to ${position + length}`,
    );
    done += read;
  }
}
