import { hash, pickWeighted, purpose, unit } from "./hash.js";
import type { Division } from "./kommuner.js";
import type { Lattice } from "./lattice.js";
import { layOut } from "./layout.js";
import { Mosaic, type Tile } from "./mosaic.js";
import { localId, type Polygon } from "./polygon.js";
import type { Edition, GenerateValues, Zone } from "./values.js";

/** What the ground is made of. */
export type GroundSpec = {
  readonly seed: number;
  readonly polygons: number;
  readonly kommuner: number;
  readonly edition: Edition;
  readonly verticesPerPolygon: number;
  readonly values: GenerateValues;
};

/** A ground polygon with what the planting of errors has to know of it. */
export type GroundPolygon = Polygon & { readonly kind: Tile["kind"]; readonly host: number };

const PITCH_M = 100;
const ORIGIN = { x: 240_000, y: 6_600_000 }; // in the land window of UTM zones 32, 33 and 35
const FEWEST_BLOCKS = 12;
const BLOCKS_PER_KOMMUNE = 5;
const ISLAND_SHARE = 0.4;
const STRAIGHT_EVERY = 4;
/** From this many polygons on, wild blocks are so full that one polygon has thousands of holes. */
const MANY_POLYGONS = 50_000;
/** A polygon over this share of a block's cells is the zone's background: forest, mountain or sea. */
const BACKGROUND_SHARE = 0.04;
const CELLS_OF_FULL_BLOCK = 588;

/** Field names after the attribute fields of the edition. */
export const IDENTIFICATION = [
  "kommunenummer",
  "lokalid",
  "navnerom",
  "versjonid",
  "oppdateringsdato",
] as const;

/** The ground: a mosaic, and the zone of each of its blocks. */
export class Ground {
  readonly mosaic: Mosaic;
  readonly fieldNames: readonly string[];
  private readonly zoneOf: readonly Zone[];
  private readonly templates: ReadonlyMap<string, readonly string[]>;

  constructor(private readonly spec: GroundSpec) {
    const { seed, values, edition } = spec;
    const blocks = layOut(spec.polygons, Math.max(FEWEST_BLOCKS, BLOCKS_PER_KOMMUNE * spec.kommuner));
    const lattice: Lattice = {
      ...blocks,
      seed,
      originX: ORIGIN.x,
      originY: ORIGIN.y,
      pitch: PITCH_M,
      straightEvery: STRAIGHT_EVERY,
      segments: 1,
    };
    this.zoneOf = zonesByTerrain(lattice, values.zones);
    const fullness = (blocks.width * blocks.height) / 2 / CELLS_OF_FULL_BLOCK;
    const rough = new Mosaic(lattice, {
      polygons: spec.polygons,
      islandShare: ISLAND_SHARE,
      roadGroups: (block) => Math.round(this.zoneOf[block].roadClusters * fullness),
      wildWeight: spec.polygons >= MANY_POLYGONS ? 10 : 3,
    });
    this.mosaic = rough.withSegments(segmentsFor(rough, spec.verticesPerPolygon));
    this.fieldNames = [...values.fields[edition], ...IDENTIFICATION];
    this.templates = new Map(
      Object.entries(values.profiles).map(([name, profile]) => [
        name,
        values.fields[edition].map((field) => profile[edition][field] ?? ""),
      ]),
    );
  }

  /** The polygons of one block, clean. */
  polygons(block: number, division: Division): GroundPolygon[] {
    const kommunenummer = division.kommunenummer[division.kommuneOf[block]];
    const first = this.mosaic.firstOf(block);
    return this.mosaic.tiles(block).map((tile, i) => {
      const bits = hash(this.spec.seed, purpose.values, first + i);
      const profile = this.templates.get(this.profileOf(tile, this.zoneOf[block], bits)) as readonly string[];
      return {
        kind: tile.kind,
        host: tile.host,
        parts: [tile],
        values: [
          ...profile,
          kommunenummer,
          localId(first + i, this.spec.seed),
          "syntetisk",
          "1",
          dateOf(bits),
        ],
      };
    });
  }

  private profileOf(tile: Tile, zone: Zone, bits: number): string {
    switch (tile.kind) {
      case "road":
        return this.spec.values.road;
      case "building":
        return pickWeighted(zone.buildings, bits);
      case "patch":
        return pickWeighted(zone.small, bits);
      case "face": {
        const { width, height } = this.mosaic.lattice;
        const isBackground = tile.cells > (BACKGROUND_SHARE * width * height) / 2;
        return isBackground ? zone.background : pickWeighted(zone.faces, bits);
      }
    }
  }
}

/** Zones lie in bands over a smooth random terrain, each over its share of the blocks. */
function zonesByTerrain(lattice: Lattice, zones: readonly Zone[]): readonly Zone[] {
  const count = lattice.rows * lattice.cols;
  const total = zones.reduce((sum, zone) => sum + zone.share, 0);
  const heights = Array.from({ length: count }, (_, block) =>
    terrain(lattice.seed, block % lattice.cols, Math.floor(block / lattice.cols)),
  );
  const byHeight = heights.map((_, block) => block).sort((a, b) => heights[a] - heights[b] || a - b);
  const zoneOf = new Array<Zone>(count);
  for (const [rank, block] of byHeight.entries()) {
    let left = ((rank + 0.5) / count) * total;
    zoneOf[block] = zones.find((zone) => (left -= zone.share) < 0) ?? zones[zones.length - 1];
  }
  return zoneOf;
}

/** Smooth noise: random heights every few blocks, blended between; rising inland, to the right. */
function terrain(seed: number, col: number, row: number): number {
  const EVERY = 4;
  const [left, below] = [Math.floor(col / EVERY), Math.floor(row / EVERY)];
  const [x, y] = [col / EVERY - left, row / EVERY - below];
  const at = (i: number, j: number): number => unit(hash(seed, purpose.terrain, left + i, below + j));
  const blend = (from: number, to: number, share: number): number => from + (to - from) * share;
  const noise = blend(blend(at(0, 0), at(1, 0), x), blend(at(0, 1), at(1, 1), x), y);
  return noise + 0.02 * col + 0.05 * unit(hash(seed, purpose.terrain, col, row + 0x10000));
}

/** Segments per border edge that give the wanted vertices per polygon, from a census of about a hundred blocks. */
function segmentsFor(mosaic: Mosaic, verticesPerPolygon: number): number {
  const ROAD_SIDE = 8; // 4 vertices a side, in the road and in the polygon beside it
  const ISLAND = 6.6; // half of them buildings of 5 or 7 vertices, in shell and hole
  let [vertices, perSegment] = [0, 0];
  for (let block = 0; block < mosaic.blockCount; block += stride(mosaic.blockCount)) {
    const { polygons, borderDarts, roadSides, islands } = mosaic.census(block);
    vertices += verticesPerPolygon * polygons - ROAD_SIDE * roadSides - ISLAND * islands;
    perSegment += borderDarts + islands;
  }
  return Math.min(64, Math.max(1, vertices / perSegment));
}

/** A step through the blocks that meets wild ones, one in forty, as often as others: it shares no factor with forty. */
function stride(blockCount: number): number {
  const odd = Math.floor(blockCount / 120) | 1;
  return odd % 5 === 0 ? odd + 2 : odd;
}

function dateOf(bits: number): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${2018 + ((bits >>> 4) % 7)}-${two(1 + ((bits >>> 8) % 12))}-${two(1 + ((bits >>> 12) % 28))}`;
}
