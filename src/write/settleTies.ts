import { createHash } from "node:crypto";
import { orderBy } from "../core/orderBy.js";
import { readExactly } from "./copyInOrder.js";
import type { FeatureSpool } from "./featureSpool.js";

/** 32-bit numbers of a feature's digest that are kept. */
const WORDS = 4;

/**
 * Puts features that have the same place on the curve in an order that does not hang on the order they came in: by their
 * boxes, and those of one box (polygons stored twice, features without geometry) by a digest of their bytes. Only the
 * latter are read again. Sorts `order` in place.
 *
 * @param fd the temporary file with the features' bytes
 * @param keys place on the curve, by the feature's number
 * @param order features in the order of their keys
 */
export function settleTies(fd: number, spool: FeatureSpool, keys: Uint32Array, order: Uint32Array): void {
  const boxes = spool.boxes.array;
  let starts: Float64Array | undefined;
  for (const run of runsOf(order, (f, g) => keys[f] === keys[g])) {
    orderBy(run, (f, g) => compareBoxes(boxes, f, g));
    for (const twins of runsOf(run, (f, g) => compareBoxes(boxes, f, g) === 0)) {
      starts ??= spool.starts();
      orderByBytes(fd, spool, starts, twins);
    }
  }
}

/** Stretches of two or more that are alike; views on `order`. */
function* runsOf(order: Uint32Array, areAlike: (f: number, g: number) => boolean): Generator<Uint32Array> {
  for (let from = 0, to = 1; from < order.length; from = to++) {
    while (to < order.length && areAlike(order[from], order[to])) to++;
    if (to - from > 1) yield order.subarray(from, to);
  }
}

/** Empty boxes (minx Infinity, maxx -Infinity) are alike. */
function compareBoxes(boxes: Float64Array, f: number, g: number): number {
  for (let k = 0; k < 4; k++) {
    if (boxes[4 * f + k] < boxes[4 * g + k]) return -1;
    if (boxes[4 * f + k] > boxes[4 * g + k]) return 1;
  }
  return 0;
}

function orderByBytes(fd: number, spool: FeatureSpool, starts: Float64Array, features: Uint32Array): void {
  const digests = new Uint32Array(WORDS * features.length);
  const places = new Uint32Array(features.length);
  let bytes = Buffer.alloc(0);
  features.forEach((f, i) => {
    const length = spool.spooledLength(f);
    if (length > bytes.length) bytes = Buffer.allocUnsafe(2 * length);
    readExactly(fd, bytes, 0, length, starts[f]);
    const digest = createHash("sha256").update(bytes.subarray(0, length)).digest();
    for (let k = 0; k < WORDS; k++) digests[WORDS * i + k] = digest.readUInt32LE(4 * k);
    places[i] = i;
  });
  orderBy(places, (i, j) => {
    for (let k = 0; k < WORDS; k++) {
      const order = digests[WORDS * i + k] - digests[WORDS * j + k];
      if (order !== 0) return order;
    }
    return 0;
  });
  features.set(places.map((i) => features[i]));
}
