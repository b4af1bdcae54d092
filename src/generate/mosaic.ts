import { BORDER, INSIDE, ROAD, labelBlock, type BlockLabels } from "./blockLabels.js";
import { BlockRings, type Ring } from "./blockRings.js";
import { blockShape, NORTH, SOUTH, type BlockShape } from "./blockShape.js";
import { hash, purpose, unit } from "./hash.js";
import { holdsLargeIsland, islandBits, islandKind, islandRing, reversed, SLOTS } from "./islands.js";
import { blockAt, isStraight, shiftOf, type Lattice } from "./lattice.js";

/** One polygon of a mosaic, before it has a meaning. */
export type Tile = {
  readonly kind: "face" | "road" | "building" | "patch";
  readonly shell: Ring; // counter-clockwise
  readonly holes: Ring[]; // clockwise
  /** Cells of a face; 0 for the rest. */
  readonly cells: number;
  /** Index in the block of the polygon around an island; -1 for the rest. */
  readonly host: number;
};

/** How a mosaic's polygons are spread over its blocks. */
export type MosaicRecipe = {
  readonly polygons: number;
  /** Share of the polygons that are islands, where the block is no wild one. */
  readonly islandShare: number;
  /** Groups of cells with roads between them. */
  readonly roadGroups: (block: number) => number;
  /** How many times more polygons a wild block has than others: nearly all of them islands in one huge polygon. */
  readonly wildWeight: number;
};

/** One block in so many is wild. */
const WILD_EVERY = 40;
/** Share of a wild block's cells that stay polygons of their own. */
const WILD_FACES = 0.04;

/**
 * A planar partition with exactly the asked number of polygons, made block by block.
 * Borders between polygons, also across blocks, are the very same vertices on both sides.
 */
export class Mosaic {
  readonly blockCount: number;
  private readonly shape: BlockShape;
  /** Polygons in the blocks before this one. */
  private readonly before: Float64Array;

  constructor(
    readonly lattice: Lattice,
    private readonly recipe: MosaicRecipe,
  ) {
    this.shape = blockShape(lattice);
    this.blockCount = lattice.rows * lattice.cols;
    const weights = Array.from({ length: this.blockCount }, (_, block) =>
      this.isWild(block) ? recipe.wildWeight : 1,
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    this.before = new Float64Array(this.blockCount + 1);
    let weight = 0;
    for (let block = 0; block < this.blockCount; block++) {
      weight += weights[block];
      this.before[block + 1] = Math.round((recipe.polygons * weight) / total);
    }
  }

  /** Number of the block's first polygon, counted through the whole mosaic. */
  firstOf(block: number): number {
    return this.before[block];
  }

  /** The same mosaic with another density of vertices. */
  withSegments(segments: number): Mosaic {
    return new Mosaic({ ...this.lattice, segments }, this.recipe);
  }

  /** The polygons of a block: faces, roads, islands. */
  tiles(block: number): Tile[] {
    const { lattice, shape } = this;
    const labels = this.labels(block);
    const rings = new BlockRings(lattice, shape, labels, {
      ...this.corner(block),
      leftOut: this.leftOut(block, labels),
    });
    const tiles: Tile[] = rings
      .faces()
      .map((face, i) => ({ kind: "face", ...face, cells: labels.faceCells[i], host: -1 }));
    for (const road of rings.roads()) tiles.push({ kind: "road", ...road, cells: 0, host: -1 });
    const islandCount = this.quota(block) - labels.faceCount - labels.roadCount;
    for (const { cell, slot } of this.islandPlaces(block, islandCount)) {
      const cellBits = this.cellBits(block, cell);
      const middle = rings.cellMiddle(cell) as readonly [number, number];
      const shell = islandRing(cellBits, slot, middle, lattice.pitch, Math.round(lattice.segments));
      const kind = holdsLargeIsland(cellBits) ? "patch" : islandKind(islandBits(cellBits, slot));
      const host = labels.faceOf[cell];
      tiles[host].holes.push(reversed(shell));
      tiles.push({ kind, shell, holes: [], cells: 0, host });
    }
    return tiles;
  }

  /** What the block's vertices are made of, counted without drawing anything. */
  census(block: number): { polygons: number; borderDarts: number; roadSides: number; islands: number } {
    const { kind, faceCount, roadCount } = this.labels(block);
    let [borderDarts, roadSides] = [0, 0];
    for (let dart = 0; dart < 2 * kind.length; dart++) {
      if (this.shape.leftCell[dart] < 0) continue;
      if (kind[dart >> 1] === BORDER) borderDarts++;
      if (kind[dart >> 1] === ROAD) roadSides++;
    }
    const polygons = this.quota(block);
    return { polygons, borderDarts, roadSides, islands: polygons - faceCount - roadCount };
  }

  private quota(block: number): number {
    return this.before[block + 1] - this.before[block];
  }

  private isWild(block: number): boolean {
    return (
      block % WILD_EVERY === hash(this.lattice.seed, purpose.wild) % Math.min(WILD_EVERY, this.blockCount)
    );
  }

  private labels(block: number): BlockLabels {
    const wild = this.isWild(block);
    const quota = this.quota(block);
    const faces = wild ? WILD_FACES * this.shape.cellCount : quota * (1 - this.recipe.islandShare);
    const wanted = Math.max(1, Math.min(Math.round(faces), quota), quota - this.islandRoom(block));
    const seed = hash(this.lattice.seed, purpose.merge, block);
    return this.withinQuota(seed, wanted, quota, wild ? 0 : this.recipe.roadGroups(block));
  }

  /** A small quota may not even hold the polygons that roads keep apart: then the block has fewer roads. */
  private withinQuota(seed: number, wanted: number, quota: number, roadGroups: number): BlockLabels {
    for (let groups = roadGroups; ; groups >>= 1) {
      const labels = labelBlock(this.shape, seed, wanted, groups);
      if (groups < 2 || labels.faceCount + labels.roadCount <= quota) return labels;
    }
  }

  private islandRoom(block: number): number {
    let room = 0;
    for (let cell = 0; cell < this.shape.cellCount; cell++) {
      if (this.shape.corners[6 * cell] >= 0) room += holdsLargeIsland(this.cellBits(block, cell)) ? 1 : SLOTS;
    }
    return room;
  }

  private cellBits(block: number, cell: number): number {
    return hash(this.lattice.seed, purpose.island, block, cell);
  }

  /** The first `count` places in an order that favours some cells, so that islands stand in flocks. */
  private islandPlaces(block: number, count: number): { cell: number; slot: number }[] {
    const places: { cell: number; slot: number; rank: number }[] = [];
    for (let cell = 0; cell < this.shape.cellCount; cell++) {
      if (this.shape.corners[6 * cell] < 0) continue;
      const cellBits = this.cellBits(block, cell);
      const favour = 0.1 + unit(hash(cellBits, 3)) ** 2;
      const slots = holdsLargeIsland(cellBits) ? 1 : SLOTS;
      for (let slot = 0; slot < slots; slot++) {
        places.push({ cell, slot, rank: favour * unit(hash(cellBits, purpose.islandPlace, slot)) });
      }
    }
    return places.sort((a, b) => a.rank - b.rank || a.cell - b.cell || a.slot - b.slot).slice(0, count);
  }

  private corner(block: number): { u: number; v: number } {
    const { lattice } = this;
    const row = Math.floor(block / lattice.cols);
    const u = (block % lattice.cols) * lattice.width + shiftOf(lattice, row);
    return { u, v: row * lattice.height };
  }

  /** Nodes on the block's straight cuts where neither this block nor the one across has a border ending. */
  private leftOut(block: number, labels: BlockLabels): Uint8Array {
    const { lattice, shape } = this;
    const { u, v } = this.corner(block);
    const leftOut = new Uint8Array(shape.nodeCount);
    const acrossLabels = new Map<number, BlockLabels>([[block, labels]]);
    for (const line of [0, shape.height]) {
      if (!isStraight(lattice, v + line)) continue;
      for (let i = 1; i < shape.width; i++) {
        const own = this.endsAt(labels, i, line);
        const acrossRow = line === 0 ? v - 1 : v + line;
        const across = blockAt(lattice, u + i, acrossRow);
        // A corner of a block across has borders, also where the row of blocks ends and nothing stands to the right.
        const isCorner = across !== blockAt(lattice, u + i - 1, acrossRow);
        leftOut[line * (shape.width + 1) + i] =
          !own && !isCorner && !this.endsAcross(acrossLabels, across, u + i, line) ? 1 : 0;
      }
    }
    return leftOut;
  }

  private endsAcross(known: Map<number, BlockLabels>, block: number, u: number, line: number): boolean {
    if (block < 0) return false;
    if (!known.has(block)) known.set(block, this.labels(block));
    const local = u - this.corner(block).u;
    return this.endsAt(known.get(block) as BlockLabels, local, this.shape.height - line);
  }

  /** Whether a border of the block ends at node i of its lowest or highest line. */
  private endsAt(labels: BlockLabels, i: number, line: number): boolean {
    const inward = line === 0 ? NORTH : SOUTH;
    const dart = this.shape.leaving[4 * (line * (this.shape.width + 1) + i) + inward];
    return dart >= 0 && labels.kind[dart >> 1] !== INSIDE;
  }
}
