import { expect, test } from "vitest";
import { LayerBuilder, type Layer } from "../../../src/core/layer.js";
import { InputError } from "../../../src/core/trouble.js";
import { reproject } from "../../../src/read/crs/reproject.js";

function layerOf(epsg: number, ...rings: number[][]): Layer {
  const builder = new LayerBuilder("lag", epsg, ["kode"]);
  for (const ring of rings) {
    builder.ring(ring);
    builder.endPart();
    builder.endFeature([`k${builder.featureCount}`]);
  }
  return builder.build();
}

// Oslo in three systems, from PROJ (conformance case crs:Oslo, south-west corner and the next one).
const DEGREES = [10.7522, 59.9139, 10.7722, 59.9139, 10.7722, 59.9239, 10.7522, 59.9139];
const UTM33 = [262560.48, 6649443.58, 263677.41, 6649371.97, 263748.55, 6650484.12, 262560.48, 6649443.58];
const UTM32 = [597979.9, 6643118.99, 599098.09, 6643148.76, 599068.28, 6644262.16, 597979.9, 6643118.99];

test.each([
  ["4258 to 25833", 4258, DEGREES, 25833, UTM33, 0.006],
  ["4326 to 25832", 4326, DEGREES, 25832, UTM32, 0.006],
  ["25833 to 25832", 25833, UTM33, 25832, UTM32, 0.02],
  ["25833 to 4258", 25833, UTM33, 4258, DEGREES, 2e-7],
])("%s agrees with PROJ", (_, from, xy, to, expected, tolerance) => {
  const moved = reproject(layerOf(from, xy), to, 1e9);
  expect(moved.epsg).toBe(to);
  expect(moved.xy).toHaveLength(expected.length);
  moved.xy.forEach((ordinate, i) => {
    expect(Math.abs(ordinate - expected[i])).toBeLessThan(tolerance);
  });
});

test("the same system gives the same layer", () => {
  const layer = layerOf(25833, UTM33);
  expect(reproject(layer, 25833)).toBe(layer);
});

test("long edges are divided, and no edge is longer than asked", () => {
  const layer = layerOf(4258, DEGREES);
  const moved = reproject(layer, 25833, 50);
  expect(moved.ringVertex[1]).toBeGreaterThan(60);
  for (let v = 1; v < moved.ringVertex[1]; v++) {
    const length = Math.hypot(
      moved.xy[2 * v] - moved.xy[2 * v - 2],
      moved.xy[2 * v + 1] - moved.xy[2 * v - 1],
    );
    expect(length).toBeLessThan(50.1);
  }
  expect([...moved.xy.slice(-2)]).toEqual([...moved.xy.slice(0, 2)]);
  expect(moved.columns).toBe(layer.columns);
});

test("a border walked both ways gets the same vertices to the last bit", () => {
  const west = [10, 60, 10.1, 60, 10.13, 60.07, 10, 60.1, 10, 60];
  const east = [10.13, 60.07, 10.1, 60, 10.2, 60, 10.2, 60.1, 10.13, 60.07];
  const { xy, ringVertex } = reproject(layerOf(4258, west, east), 25833, 100);
  const points = (ring: number) => {
    const found = new Set<string>();
    for (let v = ringVertex[ring]; v < ringVertex[ring + 1]; v++) found.add(`${xy[2 * v]} ${xy[2 * v + 1]}`);
    return found;
  };
  const [ofWest, ofEast] = [points(0), points(1)];
  const common = [...ofWest].filter((point) => ofEast.has(point));
  const borderM = Math.hypot(0.03 * 55_800, 0.07 * 111_400);
  expect(common.length).toBeGreaterThan(borderM / 100);
});

test("a point that has no place in the target is an input error", () => {
  expect(() => reproject(layerOf(4258, [10, 60, NaN, 60, 10, 61, 10, 60]), 25833)).toThrow(InputError);
});
