import type { Ring } from "./blockRings.js";
import type { Ground } from "./ground.js";
import { hash, pickWeighted, purpose, signed, unit } from "./hash.js";
import { placeName, type Division } from "./kommuner.js";
import { HALF_BRICK, shiftOf, toCm, type Lattice } from "./lattice.js";
import { layOut } from "./layout.js";
import { Mosaic } from "./mosaic.js";
import { localId, type Polygon } from "./polygon.js";
import type { GenerateValues } from "./values.js";

export const PLAN_FIELDS = [
  "objtype",
  "arealformal",
  "arealbruksstatus",
  "omradenavn",
  "kommunenummer",
  "planidentifikasjon",
  "lokalId",
] as const;

/** How many plan areas there are of each kind. */
export type PlanCounts = {
  /** Areas of the kommuneplan: a partition of its own, not of the ground's borders. */
  readonly partition: number;
  /** Areas of kommunedelplaner on top of it, each the outline of a ground polygon. */
  readonly coinciding: number;
  /** Areas of drafts that lie across the others. */
  readonly overlapping: number;
};

const COINCIDING_SHARE = 0.02;
const OVERLAPPING_SHARE = 0.01;
/** The kommuneplan lies this share of the width to the right: uncovered ground on one side, sea on the other. */
const ASIDE = 0.05;
const SEGMENTS = 8;
const FEWEST_BLOCKS = 6;
/** A plan area over this share of a block's cells is the default purpose, LNFR. */
const BACKGROUND_SHARE = 0.03;

export function planCounts(planAreas: number): PlanCounts {
  const coinciding = Math.round(COINCIDING_SHARE * planAreas);
  const overlapping = Math.round(OVERLAPPING_SHARE * planAreas);
  return { partition: planAreas - coinciding - overlapping, coinciding, overlapping };
}

/** The plan areas in the order of PlanCounts, with values in the order of PLAN_FIELDS. */
export function* planPolygons(
  ground: Ground,
  division: Division,
  counts: PlanCounts,
  values: GenerateValues,
): Generator<Polygon> {
  if (counts.partition === 0) return;
  const groundLattice = ground.mosaic.lattice;
  const seed = hash(groundLattice.seed, purpose.plan);
  const mosaic = planMosaic(groundLattice, seed, counts.partition);
  const cellsPerBlock = (mosaic.lattice.width * mosaic.lattice.height) / 2;
  let number = 0;
  const area = (shell: Ring, holes: Ring[], plan: string, isBackground: boolean): Polygon => {
    const bits = hash(seed, purpose.values, number);
    const kommune = kommuneAt(groundLattice, division, shell[0], shell[1]);
    const formal = isBackground ? values.plan.background : pickWeighted(values.plan.formal, bits);
    const status = pickWeighted(values.plan.status, hash(bits, 1));
    const name = `${placeName(values, hash(bits, 2))} ${1 + (hash(bits, 3) % 60)}`;
    const kommunenummer = division.kommunenummer[kommune];
    const id = localId(number++, seed);
    return {
      parts: [{ shell, holes }],
      values: ["KpArealformålOmråde", formal, status, name, kommunenummer, plan, id],
    };
  };

  for (let block = 0; block < mosaic.blockCount; block++) {
    for (const { shell, holes, cells } of mosaic.tiles(block)) {
      yield area(shell, holes, "2024001", cells > BACKGROUND_SHARE * cellsPerBlock);
    }
  }
  for (const shell of groundOutlines(ground, counts.coinciding)) yield area(shell, [], "2021007", false);
  for (let i = 0; i < counts.overlapping; i++)
    yield area(draftOutline(mosaic.lattice, i), [], "2022003", false);
}

/** A lattice about as large as the ground, moved aside, with cells of the size that the number of areas asks for. */
function planMosaic(ground: Lattice, seed: number, areas: number): Mosaic {
  const blocks = layOut(areas, Math.min(FEWEST_BLOCKS, areas));
  const width = (ground.cols + 0.5) * ground.width * HALF_BRICK * ground.pitch;
  const height = ground.rows * ground.height * ground.pitch;
  const blockArea = blocks.width * HALF_BRICK * blocks.height;
  const pitch = toCm(Math.sqrt((width * height) / (blocks.rows * blocks.cols * blockArea)));
  const lattice: Lattice = {
    ...blocks,
    seed,
    originX: ground.originX + ASIDE * width,
    originY: ground.originY + 0.3 * ground.pitch,
    pitch,
    cols: Math.max(1, Math.round(width / (blocks.width * HALF_BRICK * pitch) - 0.5)),
    rows: Math.max(1, Math.round(height / (blocks.height * pitch))),
    straightEvery: 0,
    segments: SEGMENTS,
  };
  return new Mosaic(lattice, { polygons: areas, islandShare: 0.15, roadGroups: () => 0, wildWeight: 2 });
}

/** Shells of ground faces, spread over the blocks; a face is used once. */
function* groundOutlines(ground: Ground, count: number): Generator<Ring> {
  const { mosaic } = ground;
  for (let block = 0, taken = 0; block < mosaic.blockCount; block++) {
    const due = Math.round((count * (block + 1)) / mosaic.blockCount) - taken;
    if (due === 0) continue;
    const rank = (i: number): number => hash(mosaic.lattice.seed, purpose.planExtra, block, i);
    const faces = mosaic.tiles(block).filter((tile) => tile.kind === "face");
    const chosen = faces
      .map((face, i) => ({ face, rank: rank(i) }))
      .sort((a, b) => a.rank - b.rank)
      .slice(0, due);
    for (const { face } of chosen) yield face.shell;
    taken += chosen.length;
  }
}

/** A round outline somewhere in the plan, about two cells across. */
function draftOutline(lattice: Lattice, i: number): Ring {
  const CORNERS = 24;
  const bits = hash(lattice.seed, purpose.planExtra, i);
  const x = lattice.originX + unit(hash(bits, 1)) * lattice.cols * lattice.width * HALF_BRICK * lattice.pitch;
  const y = lattice.originY + unit(hash(bits, 2)) * lattice.rows * lattice.height * lattice.pitch;
  const ring = new Float64Array(2 * CORNERS + 2);
  for (let corner = 0; corner <= CORNERS; corner++) {
    const angle = (2 * Math.PI * (corner % CORNERS)) / CORNERS;
    const reach = lattice.pitch * (0.9 + 0.15 * signed(hash(bits, 3, corner % CORNERS)));
    ring[2 * corner] = toCm(x + reach * Math.cos(angle));
    ring[2 * corner + 1] = toCm(y + reach * Math.sin(angle));
  }
  return ring;
}

/** The kommune of the nearest block, by the straight lattice: near a border a plan area may carry the neighbour's number. */
function kommuneAt(lattice: Lattice, division: Division, x: number, y: number): number {
  const within = (i: number, count: number): number => Math.min(count - 1, Math.max(0, i));
  const row = within(Math.floor((y - lattice.originY) / (lattice.pitch * lattice.height)), lattice.rows);
  const u = (x - lattice.originX) / (HALF_BRICK * lattice.pitch) - shiftOf(lattice, row);
  return division.kommuneOf[row * lattice.cols + within(Math.floor(u / lattice.width), lattice.cols)];
}
