import type { AreaGeometry, Ring } from "../kernels/layers.js";

/** labels[row][column]: the feature that owns a cell of the unit lattice, or NOBODY. */
export type Labels = readonly (readonly number[])[];
export const NOBODY = -1;

export type Point = readonly [number, number];

/** Points strictly between two neighbouring lattice points; asked for once per edge, from the lesser end to the greater. */
export type Border = (from: Point, to: Point) => readonly Point[];

/** `sparse`: no vertex where a straight border goes straight on. */
export type Look = {
  readonly border?: Border;
  readonly sparse?: boolean;
  readonly place?: (at: Point) => Point;
};

/**
 * One feature a label 0 .. featureCount - 1, made of all its cells: one part for every group of cells joined by
 * sides, with holes where it surrounds others. Neighbours share their border vertex by vertex, parts and holes
 * touch at corners, and areas are known by counting cells, so no kernel has to be trusted. A feature without cells
 * has no parts.
 */
export function mosaic(labels: Labels, featureCount: number, look: Look = {}): AreaGeometry[] {
  const parts: Ring[][][] = Array.from({ length: featureCount }, () => []);
  for (const group of cellGroups(labels)) {
    const loops = outline(group.cells).flatMap(splitAtRepeats);
    const shellFirst = loops.sort((p, q) => signedArea(q) - signedArea(p));
    parts[group.label].push(shellFirst.map((loop) => dress(loop, look)));
  }
  return parts.map((coordinates) => ({ type: "MultiPolygon", coordinates }));
}

/** Cells of label a that have label b in the other mosaic. */
export function cellsInCommon(a: Labels, labelA: number, b: Labels, labelB: number): number {
  return a.flatMap((row, r) => row.filter((label, c) => label === labelA && b[r][c] === labelB)).length;
}

/** A jagged line of 4^depth segments that stays close enough to its edge never to meet its neighbours. */
export function fractal(depth: number): Border {
  const between = (from: Point, to: Point, level: number): Point[] => {
    if (level === 0) return [];
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const side = Math.sin(12.9898 * from[0] + 78.233 * from[1] + 37.719 * to[0]) > 0 ? 0.2 : -0.2;
    const bends: Point[] = [
      [from[0] + dx / 3, from[1] + dy / 3],
      [from[0] + dx / 2 - side * dy, from[1] + dy / 2 + side * dx],
      [from[0] + (2 * dx) / 3, from[1] + (2 * dy) / 3],
    ];
    const corners = [from, ...bends, to];
    return corners
      .slice(1)
      .flatMap((corner, i) => [...between(corners[i], corner, level - 1), corner])
      .slice(0, -1);
  };
  return (from, to) => between(from, to, depth);
}

/** Groups of cells of one label that are joined by sides. */
function cellGroups(labels: Labels): { label: number; cells: Point[] }[] {
  const groups: { label: number; cells: Point[] }[] = [];
  const seen = new Set<string>();
  const visit = (label: number, [c, r]: Point, cells: Point[]): void => {
    if (labels[r]?.[c] !== label || seen.has(`${c} ${r}`)) return;
    seen.add(`${c} ${r}`);
    cells.push([c, r]);
    visit(label, [c + 1, r], cells);
    visit(label, [c, r + 1], cells);
    visit(label, [c - 1, r], cells);
    visit(label, [c, r - 1], cells);
  };
  labels.forEach((row, r) =>
    row.forEach((label, c) => {
      const cells: Point[] = [];
      if (label !== NOBODY) visit(label, [c, r], cells);
      if (cells.length > 0) groups.push({ label, cells });
    }),
  );
  return groups;
}

/** Closed walks along the sides of the group with the cells on the left; at a corner of two cells it stays with its own. */
function outline(cells: readonly Point[]): Point[][] {
  const owned = new Set(cells.map(([c, r]) => `${c} ${r}`));
  const sides = new Map<string, Point>(); // "x y dx dy" -> where the side begins
  for (const [c, r] of cells) {
    if (!owned.has(`${c} ${r - 1}`)) sides.set(`${c} ${r} 1 0`, [c, r]);
    if (!owned.has(`${c + 1} ${r}`)) sides.set(`${c + 1} ${r} 0 1`, [c + 1, r]);
    if (!owned.has(`${c} ${r + 1}`)) sides.set(`${c + 1} ${r + 1} -1 0`, [c + 1, r + 1]);
    if (!owned.has(`${c - 1} ${r}`)) sides.set(`${c} ${r + 1} 0 -1`, [c, r + 1]);
  }
  const walks: Point[][] = [];
  while (sides.size > 0) {
    const [start] = sides.keys();
    const walk: Point[] = [];
    let [x, y, dx, dy] = start.split(" ").map(Number);
    while (sides.delete(`${x} ${y} ${dx} ${dy}`)) {
      walk.push([x, y]);
      [x, y] = [x + dx, y + dy];
      const leftmostFirst = [
        [-dy, dx],
        [dx, dy],
        [dy, -dx],
      ];
      [dx, dy] = leftmostFirst.find((turn) => sides.has(`${x} ${y} ${turn[0]} ${turn[1]}`)) ?? [0, 0];
    }
    walks.push(walk);
  }
  return walks;
}

/** A walk that comes back to a point before its end is several loops that touch there. */
function splitAtRepeats(walk: readonly Point[]): Point[][] {
  const loops: Point[][] = [];
  const open: Point[] = [];
  for (const at of [...walk, walk[0]]) {
    const before = open.findIndex(([x, y]) => x === at[0] && y === at[1]);
    if (before >= 0) loops.push(open.splice(before));
    open.push(at);
  }
  return loops;
}

function dress(loop: readonly Point[], { border, sparse = false, place = (at) => at }: Look): Ring {
  const corners = sparse ? loop.filter((_, i) => turnsAt(loop, i)) : loop;
  const points = corners.flatMap((from, i) => {
    const to = corners[(i + 1) % corners.length];
    const lesserFirst = from[0] < to[0] || from[1] < to[1];
    const between =
      border === undefined ? [] : lesserFirst ? border(from, to) : [...border(to, from)].reverse();
    return [from, ...between];
  });
  return [...points, points[0]].map(place);
}

function turnsAt(loop: readonly Point[], i: number): boolean {
  const before = loop[(i + loop.length - 1) % loop.length];
  const after = loop[(i + 1) % loop.length];
  return before[0] !== after[0] && before[1] !== after[1];
}

function signedArea(loop: readonly Point[]): number {
  return loop.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = loop[(i + 1) % loop.length];
    return sum + (x * nextY - nextX * y) / 2;
  }, 0);
}
