import { calcTreeSize, generateLevelBounds } from "flatgeobuf/lib/mjs/packedrtree.js";
import type { Bbox } from "../../core/layer.js";

const NODE_BYTES = 40;

/** Bytes the packed R-tree of a FlatGeobuf file takes; 0 when it has none. */
export function treeByteLength(featureCount: number, nodeSize: number): number {
  return featureCount === 0 || nodeSize === 0 ? 0 : calcTreeSize(featureCount, nodeSize);
}

/** Features from .. to of the file (half-open) lie in its feature bytes from fromByte .. toByte. */
export type FeatureRun = {
  readonly from: number;
  readonly to: number;
  readonly fromByte: number;
  readonly toByte: number;
};

/**
 * Features whose boxes meet `bbox` (touching counts), as runs of neighbours in file order.
 * Walks the index level by level, so only nodes that meet the box are looked at.
 *
 * @param tree the index, whole
 * @param featureBytes length of all features together, which is where the last one ends
 */
export function searchTree(
  tree: Uint8Array,
  featureCount: number,
  nodeSize: number,
  bbox: Bbox,
  featureBytes: number,
): FeatureRun[] {
  const view = new DataView(tree.buffer, tree.byteOffset, tree.length);
  const levels = generateLevelBounds(featureCount, nodeSize); // leaves first
  const meets = (node: number) =>
    view.getFloat64(node * NODE_BYTES, true) <= bbox[2] &&
    view.getFloat64(node * NODE_BYTES + 8, true) <= bbox[3] &&
    view.getFloat64(node * NODE_BYTES + 16, true) >= bbox[0] &&
    view.getFloat64(node * NODE_BYTES + 24, true) >= bbox[1];
  const offset = (node: number) => Number(view.getBigUint64(node * NODE_BYTES + 32, true));

  let hits = [0].filter(meets);
  for (let level = levels.length - 1; level > 0; level--) {
    const end = levels[level - 1][1];
    hits = hits.flatMap((node) => range(offset(node), Math.min(offset(node) + nodeSize, end)).filter(meets));
  }
  const firstLeaf = levels[0][0];
  const startOf = (feature: number) =>
    feature === featureCount ? featureBytes : offset(firstLeaf + feature);
  const runs: FeatureRun[] = [];
  for (const node of hits) {
    const feature = node - firstLeaf;
    const last = runs[runs.length - 1];
    const from = last?.to === feature ? (runs.pop(), last.from) : feature;
    runs.push({ from, to: feature + 1, fromByte: startOf(from), toByte: startOf(feature + 1) });
  }
  return runs;
}

const range = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);

/** Where the last feature of the file begins, counted from the first one. */
export function lastFeatureStart(tree: Uint8Array): number {
  return Number(new DataView(tree.buffer, tree.byteOffset, tree.length).getBigUint64(tree.length - 8, true));
}
