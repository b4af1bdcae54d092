import { shared } from "../core/layer.js";

/** Which ring a vertex is of, in a quarter of a byte a vertex. On shared memory. */
export type RingFinder = {
  /** Ring r has the vertices ringVertex[r] .. ringVertex[r + 1]. */
  readonly ringVertex: Uint32Array;
  /** Per block of vertices: the ring of its first. */
  readonly blockRing: Uint32Array;
};

/** Vertices of a block: 2^4. Rings have four or more, so no more than a few begin in one. */
const BLOCK_BITS = 4;

export function ringFinder(ringVertex: Uint32Array): RingFinder {
  const vertexCount = ringVertex[ringVertex.length - 1];
  const blockRing = shared(Uint32Array, Math.ceil(vertexCount / 2 ** BLOCK_BITS));
  for (let block = 0, r = 0; block < blockRing.length; block++) {
    while (ringVertex[r + 1] <= block << BLOCK_BITS) r++;
    blockRing[block] = r;
  }
  return { ringVertex, blockRing };
}

/** The ring of vertex v, and of the edge that begins there. */
export function ringAt({ ringVertex, blockRing }: RingFinder, v: number): number {
  let r = blockRing[v >>> BLOCK_BITS];
  while (ringVertex[r + 1] <= v) r++;
  return r;
}
