import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { termOf, featureCount, type CodeColumn } from "../../src/core/layer.js";
import { areasByBand, bandsOf, contour, edge, pit, ringsArea, square, type Drawn } from "./drawn.js";

const SHEET = edge(...square(0, 0, 1000));
const codes = (result: ReturnType<typeof bandsOf>): string[] => result.findings.map(({ code }) => code);

describe("drawn by hand", () => {
  test("a hill: each closed contour is higher inside, the top above the last", () => {
    const result = bandsOf(
      [SHEET, contour(100, ...square(100, 100, 800)), contour(200, ...square(300, 300, 400))],
      100,
    );
    expect(areasByBand(result.layer)).toEqual({ "0-100": 360_000, "100-200": 480_000, "200-300": 160_000 });
    expect(codes(result)).toEqual([]);
  });

  test("a pit: marked by a depression contour, or by the order of heights around it", () => {
    const slope = [SHEET, contour(100, ...square(50, 50, 900)), contour(200, ...square(100, 100, 800))];
    const marked = bandsOf([...slope, pit(200, ...square(400, 400, 200))], 100);
    expect(areasByBand(marked.layer)).toEqual({ "0-100": 190_000, "100-200": 210_000, "200-300": 600_000 });
    expect(codes(marked)).toEqual([]);
    const unmarked = bandsOf([...slope, contour(200, ...square(400, 400, 200))], 100);
    expect(areasByBand(unmarked.layer)).toEqual(areasByBand(marked.layer));
    expect(codes(unmarked)).toEqual(["FORSENKNING_UMERKET"]);
  });

  test("a lone pit in flat ground is known by its mark alone, a lone hill is an assumption", () => {
    const hole = bandsOf([SHEET, pit(100, ...square(400, 400, 200))], 100);
    expect(areasByBand(hole.layer)).toEqual({ "0-100": 40_000, "100-200": 960_000 });
    expect(codes(hole)).toEqual([]);
    const hill = bandsOf([SHEET, contour(100, ...square(400, 400, 200))], 100);
    expect(areasByBand(hill.layer)).toEqual({ "0-100": 960_000, "100-200": 40_000 });
    expect(codes(hill)).toEqual(["TOPP_ANTATT"]);
  });

  test("a mark against the heights around it is told of", () => {
    const drawn = [SHEET, contour(100, ...square(100, 100, 800)), pit(200, ...square(300, 300, 400))];
    const result = bandsOf(drawn, 100);
    expect(codes(result)).toContain("KURVE_UTEN_FALL");
  });

  test("contours from edge to edge: their ends within the gap are led to the frame", () => {
    const slope = [contour(100, [0.004, 300], [999.99, 300]), contour(200, [-0.01, 600], [1000.02, 600])];
    const result = bandsOf([SHEET, ...slope], 100);
    expect(areasByBand(result.layer)).toEqual({
      "0-100": expect.closeTo(300_000, 1) as number,
      "100-200": expect.closeTo(300_000, 1) as number,
      "200-300": expect.closeTo(400_000, 1) as number,
    });
    expect(codes(result)).toEqual(["KURVE_TIL_RAMME"]);
  });

  test("an open line: the ground around it is not guessed at, and its end is told of with its place", () => {
    const drawn = [
      SHEET,
      contour(100, [0, 300], [1000, 300]),
      contour(200, [0, 600], [400, 600]),
      contour(300, [0, 900], [1000, 900]),
    ];
    const result = bandsOf(drawn, 100);
    expect(areasByBand(result.layer)).toEqual({ "0-100": 300_000, uavklart: 600_000, "300-400": 100_000 });
    expect(codes(result).sort()).toEqual(["KURVE_APEN", "KURVE_SLUTTER"]);
    expect(result.findings.find(({ code }) => code === "KURVE_SLUTTER")?.says).toContain("(400.00 600.00)");
    expect(result.areaM2.undecided).toBe(600_000);
  });

  test("a gap between two ends of one height is closed, and told of", () => {
    const drawn = [
      SHEET,
      contour(100, [0, 300], [500, 300]),
      contour(100, [500.5, 300], [1000, 300]),
      contour(200, [0, 600], [1000, 600]),
    ];
    const result = bandsOf(drawn, 100, { gap: 1 });
    expect(areasByBand(result.layer)).toEqual({ "0-100": 300_000, "100-200": 300_000, "200-300": 400_000 });
    expect(codes(result)).toEqual(["KURVE_SKJOTT"]);
  });

  test("an island: a part of the sheet without contours is undecided, or lowest where the user says so", () => {
    const drawn = [
      SHEET,
      contour(100, [0, 500], [1000, 500]),
      contour(200, [0, 700], [1000, 700]),
      edge(...square(2000, 0, 100)),
    ];
    const result = bandsOf(drawn, 100);
    expect(areasByBand(result.layer)).toEqual({
      "0-100": 500_000,
      "100-200": 200_000,
      "200-300": 300_000,
      uavklart: 10_000,
    });
    expect(codes(result)).toEqual(["FLATE_UTEN_KURVE"]);
    const lowest = bandsOf(drawn, 100, { lowestWithout: true });
    expect(areasByBand(lowest.layer)["0-100"]).toBe(510_000);
    expect(codes(lowest)).toEqual(["LAVEST_ANTATT"]);
  });

  test("a contour that is missing: the ground spans a limit and is undecided", () => {
    const drawn = [
      SHEET,
      contour(100, [0, 300], [1000, 300]),
      contour(300, [0, 700], [1000, 700]),
      contour(200, ...square(100, 800, 100)),
    ];
    const result = bandsOf(drawn, 100);
    expect(areasByBand(result.layer)["uavklart"]).toBe(400_000);
    expect(codes(result)).toContain("KURVE_MANGLER");
  });

  test("contours between the limits help to decide and leave no border", () => {
    const drawn = [
      SHEET,
      contour(100, [0, 300], [1000, 300]),
      contour(150, [0, 500], [1000, 500]),
      contour(200, [0, 700], [1000, 700]),
    ];
    const { layer } = bandsOf(drawn, 100);
    expect(areasByBand(layer)).toEqual({ "0-100": 300_000, "100-200": 400_000, "200-300": 300_000 });
    expect(featureCount(layer)).toBe(3);
  });

  test("without a frame the box around the contours is one, and said to be assumed", () => {
    const result = bandsOf([contour(100, ...square(0, 0, 800)), contour(200, ...square(300, 300, 400))], 100);
    expect(areasByBand(result.layer)).toEqual({ "100-200": 480_000, "200-300": 160_000 });
    expect(codes(result)).toEqual(["RAMME_ANTATT"]);
  });

  test("a hill that touches another in one point: rings part there, and no ground is lost", () => {
    const drawn = [
      SHEET,
      contour(100, ...square(100, 100, 300)),
      contour(100, ...square(400, 400, 300)),
      contour(200, ...square(450, 450, 100)),
      contour(200, ...square(150, 150, 100)),
    ];
    const { layer } = bandsOf(drawn, 100);
    expect(areasByBand(layer)).toEqual({ "0-100": 820_000, "100-200": 160_000, "200-300": 20_000 });
  });

  test("contours that cross by mistake are noded, and the sheet stays covered", () => {
    const drawn = [
      SHEET,
      contour(100, [0, 300], [500, 310], [1000, 300]),
      contour(200, [0, 320], [500, 305], [1000, 320]),
    ];
    const result = bandsOf(drawn, 100);
    expect(ringsArea(result.layer)).toBeCloseTo(1_000_000, 3);
  });
});

describe("laws", () => {
  const rings = fc
    .uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 8 })
    .map((sides) => sides.sort((p, q) => q - p));
  const drawing = (sides: readonly number[]): Drawn[] => [
    SHEET,
    ...sides.map((side, i) => contour(100 * (i + 1), ...square(500 - 12 * side, 500 - 12 * side, 24 * side))),
  ];

  test("nested squares: every band has the ground between its squares", () => {
    fc.assert(
      fc.property(rings, (sides) => {
        const { layer, findings } = bandsOf(drawing(sides), 100);
        const areas = [1_000_000, ...sides.map((side) => (24 * side) ** 2), 0];
        const wanted = areas
          .slice(0, -1)
          .map((area, i) => [`${100 * i}-${100 * (i + 1)}`, area - areas[i + 1]]);
        expect(areasByBand(layer)).toEqual(Object.fromEntries(wanted));
        expect(findings).toEqual([]);
      }),
    );
  });

  test("the order of lines and their direction leave no trace", () => {
    fc.assert(
      fc.property(rings, fc.infiniteStream(fc.nat()), (sides, dice) => {
        const drawn = drawing(sides);
        const shuffled = drawn
          .map((line) => ({ line, at: dice.next().value as number }))
          .sort((p, q) => p.at - q.at)
          .map(({ line, at }) => (at % 2 === 0 ? line : { ...line, points: [...line.points].reverse() }));
        const plain = bandsOf(drawn, 100).layer;
        const other = bandsOf(shuffled, 100).layer;
        expect(other.xy).toEqual(plain.xy);
        expect(bandOf(other)).toEqual(bandOf(plain));
      }),
    );
  });

  test("three lines through almost one point settle: a crossing as near to a point as rounding is that point", () => {
    const drawn = [
      contour(200, [3, 7], [3, 1], [12, 12], [7, 1], [12, 12], [0, 7]),
      pit(200, [3, 11], [7, -1], [7, 10], [11, 5], [2, 6], [5, 1], [12, 11]),
      contour(300, [-2, -1], [2, -2], [6, 3], [7, 10], [-2, 5], [10, 6], [3, 1]),
      contour(100, [-5, -5], [-4, -5]),
    ];
    const { layer } = bandsOf([edge(...square(0, 0, 10)), ...drawn], 100, { gap: 0.5 });
    expect(ringsArea(layer)).toBeCloseTo(100, 6);
  });

  test("scribbles of any kind: the sheet is covered once, and nothing is thrown but what is said", () => {
    const point = fc.tuple(fc.integer({ min: -2, max: 12 }), fc.integer({ min: -2, max: 12 }));
    const scribble = fc.record({
      height: fc.constantFrom(100, 200, 300),
      points: fc.array(point, { minLength: 2, maxLength: 8 }),
      isPit: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(scribble, { minLength: 1, maxLength: 8 }), (scribbles) => {
        const drawn = scribbles.map(({ height, points, isPit }) =>
          (isPit ? pit : contour)(height, ...points),
        );
        const whole = [
          contour(100, [-5, -5], [-4, -5]),
          contour(200, [-5, -6], [-4, -6]),
          contour(300, [-5, -7], [-4, -7]),
        ];
        const { layer } = bandsOf([edge(...square(0, 0, 10)), ...whole, ...drawn], 100, { gap: 0.5 });
        expect(ringsArea(layer)).toBeCloseTo(100, 6);
      }),
      { numRuns: 300 },
    );
  });
});

function bandOf(layer: ReturnType<typeof bandsOf>["layer"]): string[] {
  const column = layer.columns.get("hoydeband") as CodeColumn;
  return Array.from({ length: featureCount(layer) }, (_, f) => termOf(column, f));
}
