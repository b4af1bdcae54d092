import fc from "fast-check";
import { expect, test } from "vitest";
import { LayerBuilder } from "../../src/core/layer.js";
import { frameOf, halved, RasterFill, type Raster } from "../../src/report/mapRaster.js";
import { tracedAreas, tracedBorders } from "../../src/report/mapTrace.js";

const raster = (rows: readonly string[]): Raster => ({
  width: rows[0].length,
  height: rows.length,
  pixels: Uint16Array.from(rows.join(""), Number),
});

/** Rings of path data as corner points. */
function rings(path: string): number[][][] {
  return path
    .split("M")
    .slice(1)
    .map((ring) => {
      const tokens = [...ring.matchAll(/([hvl])?(-?\d+)(?:[ ]?(-?\d+))?/g)];
      const points: number[][] = [];
      let [x, y] = [0, 0];
      for (const [all, step, a, b] of tokens) {
        if (all === "") continue;
        if (step === undefined) [x, y] = [Number(a), Number(b)];
        else if (step === "h") x += Number(a);
        else if (step === "v") y += Number(a);
        else [x, y] = [x + Number(a), y + Number(b)];
        points.push([x, y]);
      }
      return points;
    });
}

const area = (points: readonly (readonly number[])[]): number =>
  points.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = points[(i + 1) % points.length];
    return sum + (x * nextY - nextX * y) / 2;
  }, 0);

test("a square with a hole is two rings, and the hole's own square a third", () => {
  const paths = tracedAreas(raster(["11111", "11111", "11211", "11111", "11111"]));
  expect(rings(paths.get(1)!).map((ring) => Math.abs(area(ring)))).toEqual([25, 1]);
  expect(rings(paths.get(2)!).map((ring) => Math.abs(area(ring)))).toEqual([1]);
});

test("stairs become a slope that both sides share", () => {
  const size = 40;
  const rows = Array.from({ length: size }, (_, y) => "1".repeat(y + 1) + "2".repeat(size - y - 1));
  const paths = tracedAreas(raster(rows));
  expect(paths.get(1)!.length).toBeLessThan(60);
  const sums = [...paths.values()].flatMap(rings).reduce((sum, ring) => sum + area(ring), 0);
  expect(Math.abs(sums)).toBeCloseTo(size * size, -1);
});

test("neighbours share their border to the last corner: every step is walked both ways, or is the outer edge", () => {
  const side = fc.integer({ min: 2, max: 14 });
  const picture = fc
    .tuple(side, side)
    .chain(([width, height]) =>
      fc
        .array(fc.integer({ min: 1, max: 3 }), { minLength: width * height, maxLength: width * height })
        .map((values): Raster => ({ width, height, pixels: Uint16Array.from(values) })),
    );
  fc.assert(
    fc.property(picture, (drawn) => {
      const steps = new Map<string, number>();
      let total = 0;
      for (const ring of [...tracedAreas(drawn).values()].flatMap(rings)) {
        total += area(ring);
        ring.forEach((from, i) => {
          const to = ring[(i + 1) % ring.length];
          const forward = from[0] < to[0] || (from[0] === to[0] && from[1] < to[1]);
          const key = (forward ? [...from, ...to] : [...to, ...from]).join(" ");
          steps.set(key, (steps.get(key) ?? 0) + (forward ? 1 : -1));
        });
      }
      // What is left unpaired bounds everything together: its area is the sum of all areas.
      const outer = [...steps].filter(([, count]) => count !== 0);
      const around = outer.reduce((sum, [key, count]) => {
        const [ax, ay, bx, by] = key.split(" ").map(Number);
        return sum + (count * (ax * by - bx * ay)) / 2;
      }, 0);
      expect(around).toBeCloseTo(total, 6);
      for (const [key] of outer) {
        const [ax, ay, bx, by] = key.split(" ").map(Number);
        const near = (x: number, y: number) => Math.min(x, y, drawn.width - x, drawn.height - y) <= 1;
        expect(near(ax, ay) && near(bx, by)).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
});

test("borders are drawn once each", () => {
  expect(tracedBorders(raster(["12"]))).toMatch(/^M.*M.*M.*$/);
  expect(tracedBorders(raster(["12"])).split("M").length - 1).toBe(3);
});

test("a polygon takes the pixels whose centres it holds, holes left out", () => {
  const builder = new LayerBuilder("ground", 25833, []);
  builder.ring([0, 0, 4, 0, 4, 4, 0, 4, 0, 0]);
  builder.ring([1, 1, 1, 3, 3, 3, 3, 1, 1, 1]);
  builder.endPart();
  builder.endFeature([]);
  const fill = new RasterFill(frameOf([0, 0, 4, 4], 4));
  fill.draw(builder.build(), () => 7);
  expect([...fill.raster.pixels]).toEqual([7, 7, 7, 7, 7, 0, 0, 7, 7, 0, 0, 7, 7, 7, 7, 7]);
});

test("polygons that touch fill each pixel once, whatever falls on a centre", () => {
  const builder = new LayerBuilder("ground", 25833, []);
  for (const [from, to] of [
    [0, 1.5],
    [1.5, 4],
  ]) {
    builder.ring([from, 0, to, 0, to, 3.5, from, 3.5, from, 0]);
    builder.endPart();
    builder.endFeature([]);
  }
  const counts = new Uint16Array(16);
  for (const one of [0, 1]) {
    const fill = new RasterFill(frameOf([0, 0, 4, 4], 4));
    fill.draw(builder.build(), (f) => (f === one ? 1 : 0));
    fill.raster.pixels.forEach((value, i) => (counts[i] += value));
  }
  expect([...counts]).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
});

test("half the size keeps the commonest", () => {
  expect([...halved(raster(["1122", "1222", "333" + "4", "3344"])).pixels]).toEqual([1, 2, 3, 4]);
});
