import type { Cut } from "../read/source.js";
import { LooseGather } from "../repair/looseGather.js";
import { BufferRing } from "./bufferRing.js";
import type { CheckedGround } from "./groundCheck.js";

/**
 * What a thread does while the units are read, which takes one thread only: it looks at the beginning of the ground
 * (`checkGround`), which needs no units. Plain data that crosses to a worker.
 */
export type AheadTask = {
  /** As it was opened: the file, or file#layer. */
  readonly path: string;
  readonly epsg?: number;
  /** As later when the ground is dealt: the same cuts come again. */
  readonly cutBytes: number;
  /** Set to 1 where it is to stop. */
  readonly stop: Int32Array;
};

/** How far a thread came. */
export type Ahead = { readonly featureCount: number; readonly checked: CheckedGround };

/**
 * Reads the file from its beginning, and checks it, until it is told to stop.
 *
 * @param look decodes and checks one cut
 * @throws InputError as reading does
 */
export async function checkAhead(
  { path, epsg, cutBytes, stop }: AheadTask,
  look: (cut: Cut) => Promise<CheckedGround>,
): Promise<Ahead> {
  const { openSource } = await import("../read/open.js");
  const source = await openSource(path, epsg === undefined ? {} : { epsg });
  const doubtful: number[] = [];
  const gather = new LooseGather();
  let featureCount = 0;
  const buffers = new BufferRing(3, cutBytes);
  const cuts = source.cuts({ cutBytes, take: (byteLength) => buffers.take(byteLength) });
  try {
    for (let next = await cuts.next(); next.done !== true; next = await cuts.next()) {
      const checked = await look(next.value);
      for (const feature of checked.doubtful) doubtful.push(featureCount + feature);
      gather.add(checked.loose);
      featureCount += next.value.featureCount;
      buffers.giveBack(next.value.bytes.buffer as SharedArrayBuffer);
      if (Atomics.load(stop, 0) === 1) break;
    }
  } finally {
    await cuts.return({ featureCount: 0 }); // closes the file where we stopped before its end
  }
  return { featureCount, checked: { doubtful, loose: gather.left().ends } };
}
