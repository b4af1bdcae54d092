import type { Lattice } from "./lattice.js";

/** Directions of edges around a node, counter-clockwise. */
export const EAST = 0;
export const NORTH = 1;
export const WEST = 2;
export const SOUTH = 3;

/**
 * The cells, edges and nodes of one block, counted locally. It is the same for all blocks of a lattice.
 *
 * Node n stands at u = n % (width + 1), v = floor(n / (width + 1)). An edge is two darts: 2e runs right or up,
 * 2e + 1 the other way; a dart has its cell to the left.
 */
export type BlockShape = {
  readonly width: number;
  readonly height: number;
  readonly cellCount: number;
  readonly edgeCount: number; // some of them absent: no dart leads there
  readonly verticalFrom: number; // edges from here on are vertical
  readonly nodeCount: number;
  /** Cell to the left of a dart, -1 outside the block; -2 where there is no such edge. */
  readonly leftCell: Int32Array;
  /** Node a dart starts from. */
  readonly start: Int32Array;
  /** Dart that leaves a node in a direction, 4 per node; -1 where none does. */
  readonly leaving: Int32Array;
  /** Nodes of each full hexagon: 6 per cell, counter-clockwise; -1 for half bricks at the block's sides. */
  readonly corners: Int32Array;
};

export const twin = (dart: number): number => dart ^ 1;

/** Direction in which a dart runs. */
export const directionOf = (shape: BlockShape, dart: number): number =>
  (dart >> 1 < shape.verticalFrom ? EAST : NORTH) + ((dart & 1) << 1);

export function blockShape({ width, height }: Pick<Lattice, "width" | "height">): BlockShape {
  const nodesPerLine = width + 1;
  const nodeCount = nodesPerLine * (height + 1);
  const verticalFrom = width * (height + 1);
  const edgeCount = verticalFrom + nodesPerLine * height;
  const leftCell = new Int32Array(2 * edgeCount).fill(-2);
  const start = new Int32Array(2 * edgeCount).fill(-1);
  const leaving = new Int32Array(4 * nodeCount).fill(-1);

  const rowStart = (row: number): number => row * (width / 2) + (row >> 1);
  const cellAt = (u: number, row: number): number => {
    if (u < 0 || u >= width || row < 0 || row >= height) return -1;
    return rowStart(row) + (row & 1 ? (u + 1) >> 1 : u >> 1);
  };
  const addEdge = (
    edge: number,
    from: number,
    to: number,
    direction: number,
    left: number,
    right: number,
  ): void => {
    leftCell[2 * edge] = left;
    leftCell[2 * edge + 1] = right;
    start[2 * edge] = from;
    start[2 * edge + 1] = to;
    leaving[4 * from + direction] = 2 * edge;
    leaving[4 * to + direction + 2] = 2 * edge + 1;
  };

  for (let v = 0; v <= height; v++) {
    for (let u = 0; u < width; u++) {
      const from = v * nodesPerLine + u;
      addEdge(v * width + u, from, from + 1, EAST, cellAt(u, v), cellAt(u, v - 1));
    }
  }
  for (let row = 0; row < height; row++) {
    for (let u = 0; u <= width; u++) {
      if (u % width !== 0 && (u + row) & 1) continue;
      const from = row * nodesPerLine + u;
      const edge = verticalFrom + row * nodesPerLine + u;
      addEdge(edge, from, from + nodesPerLine, NORTH, cellAt(u - 1, row), cellAt(u, row));
    }
  }

  const cellCount = rowStart(height);
  const corners = new Int32Array(6 * cellCount).fill(-1);
  for (let row = 0; row < height; row++) {
    for (let u = row & 1; u + 2 <= width; u += 2) {
      const below = row * nodesPerLine + u;
      const above = below + nodesPerLine;
      corners.set([below, below + 1, below + 2, above + 2, above + 1, above], 6 * cellAt(u, row));
    }
  }
  return {
    width,
    height,
    cellCount,
    edgeCount,
    verticalFrom,
    nodeCount,
    leftCell,
    start,
    leaving,
    corners,
  };
}
