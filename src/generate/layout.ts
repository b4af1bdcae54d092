import type { Lattice } from "./lattice.js";

/** Bricks across a block and rows in it, from the largest; even, as the lattice wants. */
const BLOCK_SIZES = [24, 16, 12, 8, 6, 4];
/** Polygons per cell that give the tail of sizes and the vertex counts the generator is tuned to. */
const POLYGONS_PER_CELL = 0.55;
/** No block is made for fewer: so even the smallest share of a block is a polygon. */
const FEWEST_POLYGONS = 4;

/** Chooses blocks for a number of polygons: as large as can be while there are enough of them. */
export function layOut(
  polygons: number,
  fewestBlocks: number,
): Pick<Lattice, "width" | "height" | "rows" | "cols"> {
  const blocksOf = (size: number): number => Math.round(polygons / (POLYGONS_PER_CELL * size * size));
  const size = BLOCK_SIZES.find((candidate) => blocksOf(candidate) >= fewestBlocks) ?? 4;
  const blocks = Math.max(
    1,
    Math.min(Math.max(blocksOf(size), fewestBlocks), Math.floor(polygons / FEWEST_POLYGONS)),
  );
  const cols = Math.max(1, Math.round(Math.sqrt(blocks)));
  return { width: 2 * size, height: size, rows: Math.max(1, Math.round(blocks / cols)), cols };
}
