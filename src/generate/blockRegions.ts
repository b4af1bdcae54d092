import type { Rings } from "./blockRings.js";
import { signedArea } from "./blockRings.js";
import { hash } from "./hash.js";
import {
  bendEdge,
  blockAt,
  edgeBits,
  edgeLevel,
  isStraight,
  nodeX,
  nodeY,
  shiftOf,
  type Lattice,
} from "./lattice.js";

/**
 * Divides blocks among regions that are each connected: every region grows from a random block of its own,
 * one random neighbour at a time.
 *
 * @param members the blocks to divide
 * @returns region of each block of the lattice, 0 .. count - 1; -1 for blocks that are no members
 */
export function growRegions(
  lattice: Lattice,
  members: readonly number[],
  count: number,
  seed: number,
): Int32Array {
  const region = new Int32Array(lattice.rows * lattice.cols).fill(-1);
  const isMember = new Uint8Array(region.length);
  for (const block of members) isMember[block] = 1;
  const front: { block: number; into: number }[] = [];
  const take = (block: number, into: number): void => {
    region[block] = into;
    for (const next of neighbours(lattice, block)) {
      if (isMember[next] && region[next] < 0) front.push({ block: next, into });
    }
  };
  const seeds = [...members].sort((a, b) => hash(seed, 1, a) - hash(seed, 1, b) || a - b).slice(0, count);
  seeds.forEach(take);
  for (let turn = 0; front.length > 0; turn++) {
    const pick = hash(seed, 2, turn) % front.length;
    const { block, into } = front[pick];
    front[pick] = front[front.length - 1];
    front.pop();
    if (region[block] < 0) take(block, into);
  }
  return region;
}

/** The up to six blocks beside, above and below a block. */
function neighbours(lattice: Lattice, block: number): number[] {
  const row = Math.floor(block / lattice.cols);
  const u = (block % lattice.cols) * lattice.width + shiftOf(lattice, row);
  const v = row * lattice.height;
  const { width, height } = lattice;
  return [
    blockAt(lattice, u - 1, v),
    blockAt(lattice, u + width, v),
    ...[v - 1, v + height].flatMap((across) => [
      blockAt(lattice, u, across),
      blockAt(lattice, u + width - 1, across),
    ]),
  ].filter((next) => next >= 0);
}

/** One edge of a block's outline, block to the left. */
type Step = { readonly u: number; readonly v: number; readonly du: number; readonly dv: number };

/**
 * The outline of some blocks, along the very vertices of the polygons in them (less those in the middle of straight
 * cuts, which lie on the line between their neighbours). A region in several pieces has several Rings.
 */
export function outlineOf(lattice: Lattice, isInside: (block: number) => boolean): Rings[] {
  const steps = new Map<string, Step>();
  for (let block = 0; block < lattice.rows * lattice.cols; block++) {
    if (!isInside(block)) continue;
    for (const { step, across } of blockOutline(lattice, block)) {
      if (across < 0 || !isInside(across)) steps.set(`${step.u},${step.v}`, step);
    }
  }
  const shells: Rings[] = [];
  const holes: Float64Array[] = [];
  for (const first of steps.values()) {
    if (!steps.has(`${first.u},${first.v}`)) continue;
    const ring = followSteps(lattice, steps, first);
    if (signedArea(ring) > 0) shells.push({ shell: ring, holes: [] });
    else holes.push(ring);
  }
  for (const hole of holes) {
    const around = shells.filter(({ shell }) => isWithin(shell, hole[0], hole[1]));
    const nearest = around.reduce((a, b) => (signedArea(b.shell) < signedArea(a.shell) ? b : a), around[0]);
    nearest.holes.push(hole);
  }
  return shells;
}

/** The steps around one block, each with the block on its other side. */
function blockOutline(lattice: Lattice, block: number): { step: Step; across: number }[] {
  const row = Math.floor(block / lattice.cols);
  const u = (block % lattice.cols) * lattice.width + shiftOf(lattice, row);
  const v = row * lattice.height;
  const [right, top] = [u + lattice.width, v + lattice.height];
  const around: { step: Step; across: number }[] = [];
  for (let i = u; i < right; i++) {
    around.push({ step: { u: i, v, du: 1, dv: 0 }, across: blockAt(lattice, i, v - 1) });
    around.push({ step: { u: i + 1, v: top, du: -1, dv: 0 }, across: blockAt(lattice, i, top) });
  }
  for (let j = v; j < top; j++) {
    around.push({ step: { u: right, v: j, du: 0, dv: 1 }, across: blockAt(lattice, right, j) });
    around.push({ step: { u, v: j + 1, du: 0, dv: -1 }, across: blockAt(lattice, u - 1, j) });
  }
  return around;
}

/** Follows steps from one to the next until they close, taking them out of the map. */
function followSteps(lattice: Lattice, steps: Map<string, Step>, first: Step): Float64Array {
  const xy: number[] = [];
  let step: Step | undefined = first;
  let before: Step = first;
  while (step !== undefined) {
    steps.delete(`${step.u},${step.v}`);
    const line = stepLine(lattice, step);
    const inCut: boolean = xy.length > 0 && step.dv === 0 && before.dv === 0 && isStraight(lattice, step.v);
    for (let i = inCut ? 2 : 0; i < line.length - 2; i++) xy.push(line[i]);
    before = step;
    step = steps.get(`${step.u + step.du},${step.v + step.dv}`);
  }
  xy.push(xy[0], xy[1]);
  return Float64Array.from(xy);
}

function stepLine(lattice: Lattice, { u, v, du, dv }: Step): Float64Array {
  const backwards = du + dv < 0;
  const [fromU, fromV] = backwards ? [u + du, v + dv] : [u, v];
  const [toU, toV] = backwards ? [u, v] : [u + du, v + dv];
  const bits = edgeBits(lattice, dv !== 0, fromU, fromV);
  const level = edgeLevel(lattice, bits, dv === 0 && isStraight(lattice, v));
  const line = new Float64Array(2 * ((1 << level) + 1));
  const [x1, y1] = [nodeX(lattice, fromU, fromV), nodeY(lattice, fromU, fromV)];
  const [x2, y2] = [nodeX(lattice, toU, toV), nodeY(lattice, toU, toV)];
  bendEdge(bits, level, x1, y1, x2, y2, line, 0);
  if (!backwards) return line;
  const turned = new Float64Array(line.length);
  for (let i = 0; i < line.length; i += 2) turned.set(line.subarray(i, i + 2), line.length - 2 - i);
  return turned;
}

/** Even-odd test; the outlines of one region touch nowhere, so no vertex of a hole lies on a shell. */
function isWithin(shell: Float64Array, x: number, y: number): boolean {
  let inside = false;
  for (let i = 0; i + 3 < shell.length; i += 2) {
    const [x1, y1, x2, y2] = [shell[i], shell[i + 1], shell[i + 2], shell[i + 3]];
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside;
  }
  return inside;
}
