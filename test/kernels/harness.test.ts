import { expect, test } from "vitest";
import { featureCount, LayerBuilder, type Layer } from "../../src/core/layer.js";
import { exactArea, exactCoverAreas, ofCoverKey } from "../oracle/exact.js";
import type { LayerCase, PairCase } from "./cases.js";
import { checkArrangement, checkLayers, checkPair, type Failure } from "./checks.js";
import { coverKernel, type Account, type CoverRow, type Kernel } from "./kernels.js";
import { boxRing, polygon } from "./layers.js";

/** The suite is only worth something if a kernel that is slightly wrong fails it. */

const donut = polygon(boxRing(0, 0, 10, 10), boxRing(4, 4, 6, 6));
const eastHalf = polygon(boxRing(5, 0, 15, 10));

const pair: PairCase = {
  id: "donut and box",
  a: donut,
  b: eastHalf,
  tolerance: 1e-9,
  expected: {
    areaA: "96",
    areaB: "100",
    intersection: "48",
    union: "148",
    aMinusB: "48",
    bMinusA: "52",
    symDiff: "100",
  },
};

const layers: LayerCase = {
  id: "donut under two boxes that overlap",
  left: [{ geometry: donut }],
  right: [{ geometry: eastHalf }, { geometry: polygon(boxRing(0, 0, 10, 5)) }],
  maxAbsCoord: 15,
  expected: {
    leftAreas: ["96"],
    cells: [
      [0, 0, "48"],
      [0, 1, "48"],
    ],
  },
};

const failuresOf = (kernel: Kernel): Failure[] => [
  ...checkPair(kernel, pair),
  ...checkArrangement(kernel, pair),
  ...checkLayers(kernel, layers),
];

function exact(ground: Layer, zones: Layer): Account {
  const rows: CoverRow[] = [];
  for (const [key, m2] of exactCoverAreas(ground, zones)) {
    rows.push({ ...ofCoverKey(key), m2 });
  }
  return { ownM2: Array.from({ length: featureCount(ground) }, (_, f) => exactArea(ground, f)), rows };
}

/** The exact kernel with its rows spoiled. */
const spoiled = (rows: (right: readonly CoverRow[]) => CoverRow[]): Kernel =>
  coverKernel("spoiled", (ground, zones) => {
    const right = exact(ground, zones);
    return { ownM2: right.ownM2, rows: rows(right.rows) };
  });

test("an exact kernel passes", () => {
  expect(failuresOf(coverKernel("exact", exact))).toEqual([]);
});

const sharedOut = ({ zones, ...row }: CoverRow): CoverRow[] =>
  zones.map((zone) => ({ ...row, zones: [zone] }));

const wrongKernels: Record<string, Kernel> = {
  "adds 1e-3 m2": spoiled(([first, ...rest]) => [{ ...first, m2: first.m2 + 1e-3 }, ...rest]),
  "moves 1e-3 m2 from row to row": spoiled(([p, q, ...rest]) => [
    { ...p, m2: p.m2 - 1e-3 },
    { ...q, m2: q.m2 + 1e-3 },
    ...rest,
  ]),
  "loses the ground outside all zones": spoiled((rows) => rows.filter((row) => row.zones.length > 0)),
  "gives doubly covered ground to the first zone": spoiled((rows) =>
    rows.map((row) => ({ ...row, zones: row.zones.slice(0, 1) })),
  ),
  "counts doubly covered ground twice": spoiled((rows) =>
    rows.flatMap((row) => (row.zones.length < 2 ? [row] : sharedOut(row))),
  ),
  "books a negative row": spoiled((rows) =>
    rows.flatMap((row) => [
      { ...row, m2: row.m2 + 200 },
      { ...row, m2: -200 },
    ]),
  ),
  "answers NaN": spoiled((rows) => rows.map((row) => ({ ...row, m2: NaN }))),
  throws: spoiled(() => {
    throw new Error("side location conflict");
  }),
  "drops the holes of the ground": coverKernel("spoiled", (ground, zones) =>
    exact(withoutHoles(ground), zones),
  ),
  "drops the holes of the zones": coverKernel("spoiled", (ground, zones) =>
    exact(ground, withoutHoles(zones)),
  ),
};

test.each(Object.entries(wrongKernels))("a kernel fails that %s", (_, kernel) => {
  expect(failuresOf(kernel)).not.toEqual([]);
});

function withoutHoles(layer: Layer): Layer {
  const builder = new LayerBuilder(layer.name, layer.epsg, []);
  for (let feature = 0; feature < featureCount(layer); feature++) {
    for (let part = layer.featurePart[feature]; part < layer.featurePart[feature + 1]; part++) {
      const shell = layer.partRing[part];
      builder.ring(layer.xy.subarray(2 * layer.ringVertex[shell], 2 * layer.ringVertex[shell + 1]));
      builder.endPart();
    }
    builder.endFeature([]);
  }
  return builder.build();
}
