import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { InputError } from "../../src/core/trouble.js";
import { generate, type Generated, type GenerateOptions } from "../../src/generate/generate.js";
import type { GeneratedLayer } from "../../src/generate/polygon.js";
import { directedEdges, outerEdges, polygonsOf, sumM2 } from "./partition.js";
import { complaint } from "./valid.js";
import { values } from "./values.js";

const layersOf = (made: Generated): GeneratedLayer[] => [
  made.grunnkart,
  made.kommune,
  made.grunnkretser,
  made.plan,
];

function digest(made: Generated): string {
  const sha = createHash("sha256");
  for (const layer of layersOf(made)) {
    for (const batch of layer.batches()) {
      for (const array of [batch.xy, batch.ringVertex, batch.partRing, batch.featurePart]) {
        sha.update(new Uint8Array(array.buffer));
      }
      for (const [field, column] of batch.columns) {
        sha.update(field).update(new Uint8Array(column.codes.buffer)).update(column.terms.join("\n"));
      }
    }
  }
  return sha.digest("hex");
}

describe("the default kommune", () => {
  const started = performance.now();
  const made = generate({ seed: 1, values });
  const ground = [...polygonsOf(made.grunnkart.batches())];
  const plan = [...polygonsOf(made.plan.batches())];
  const elapsedMs = performance.now() - started;
  const groundM2 = sumM2(ground);

  test("has the asked number of polygons, in less than three seconds", () => {
    expect([ground.length, plan.length]).toEqual([5000, 500]);
    expect([made.grunnkart.featureCount, made.plan.featureCount]).toEqual([5000, 500]);
    expect(elapsedMs).toBeLessThan(3000);
  });

  test("has vertices and sizes like real data", () => {
    const vertices = ground.reduce((sum, polygon) => sum + polygon.vertices, 0);
    expect(vertices / ground.length).toBeGreaterThan(66);
    expect(vertices / ground.length).toBeLessThan(74);
    expect(ground.filter(({ areaM2 }) => areaM2 < 100).length).toBeGreaterThan(0.35 * ground.length);
    expect(Math.max(...ground.map(({ areaM2 }) => areaM2))).toBeGreaterThan((100 * groundM2) / ground.length);
    const holes = ground.map(({ parts }) => parts.reduce((sum, rings) => sum + rings.length - 1, 0));
    expect(Math.max(...holes)).toBeGreaterThan(300);
  });

  test("is a partition: every inner edge is there in both directions, the rest is the kommune's outline", () => {
    const outer = outerEdges(directedEdges(ground));
    const outline = directedEdges(polygonsOf(made.kommune.batches()));
    const elsewhere = outer.filter((edge) => !outline.has(edge));
    const northings = elsewhere.map((edge) => edge.split(/[ >]/).filter((_, i) => i % 2 === 1));
    expect(northings.every(([from, to]) => from === to && Number(from) % 100 === 0)).toBe(true); // on straight cuts
    expect(outer.length).toBeGreaterThan(1000);
  });

  test.each(["kommune", "grunnkretser"] as const)("%s: the same area as the ground", (name) => {
    const unitsM2 = sumM2(polygonsOf(made[name].batches()));
    expect(Math.abs(unitsM2 - groundM2)).toBeLessThan(1e-9 * groundM2);
  });

  test("every polygon of every layer is valid", () => {
    const complaints = layersOf(made).flatMap((layer) =>
      [...polygonsOf(layer.batches())].map(complaint).filter((text) => text !== ""),
    );
    expect(complaints).toEqual([]);
  });

  test("has long straight edges where tiles were cut", () => {
    const lengths = [...directedEdges(ground)].map((edge) => {
      const [x1, y1, x2, y2] = edge.split(/[ >]/).map(Number);
      return y1 === y2 ? Math.abs(x2 - x1) : 0;
    });
    expect(lengths.reduce((a, b) => Math.max(a, b))).toBeGreaterThan(150);
  });

  test("lokalId is unique in each layer", () => {
    expect(new Set(ground.map((polygon) => polygon.value("lokalid"))).size).toBe(ground.length);
    expect(new Set(plan.map((polygon) => polygon.value("lokalId"))).size).toBe(plan.length);
  });

  test("unbuilt land has no arealbruk, roads and buildings have one", () => {
    for (const polygon of ground) {
      const isBuilt = polygon.value("okosystemtypeniva1") === "bebygdOpparbeidetAreal";
      expect(polygon.value("arealbruklandhovedklasse") !== "").toBe(isBuilt);
    }
  });

  test("the plan has borders of its own, some of the ground's, uncovered ground and a part outside", () => {
    const { partition, coinciding, overlapping } = made.plan.counts;
    expect([partition, coinciding, overlapping]).toEqual([485, 10, 5]);
    directedEdges(plan.slice(0, partition)); // throws if two areas of the kommuneplan overlapped along an edge
    const shells = new Set(ground.map(({ parts }) => parts[0][0].join()));
    expect(plan.filter(({ parts }) => shells.has(parts[0][0].join())).length).toBe(coinciding);
    const extent = (polygons: typeof plan): [number, number] => {
      const xs = polygons.flatMap(({ parts }) => [...parts[0][0]].filter((_, i) => i % 2 === 0));
      return [xs.reduce((a, b) => Math.min(a, b)), xs.reduce((a, b) => Math.max(a, b))];
    };
    const [groundWest, groundEast] = extent(ground);
    const [planWest, planEast] = extent(plan.slice(0, partition));
    expect(planWest).toBeGreaterThan(groundWest);
    expect(planEast).toBeGreaterThan(groundEast);
  });
});

describe("several kommuner", () => {
  const made = generate({ seed: 5, values, polygons: 3000, kommuner: 6, planAreas: 100 });

  test("ground of each kommunenummer is exactly its kommune", () => {
    const ownM2 = new Map<string, number>();
    for (const polygon of polygonsOf(made.grunnkart.batches())) {
      const kommune = polygon.value("kommunenummer");
      ownM2.set(kommune, (ownM2.get(kommune) ?? 0) + polygon.areaM2);
    }
    const kommuner = [...polygonsOf(made.kommune.batches())];
    expect(kommuner.map((kommune) => kommune.value("kommunenummer"))).toEqual(
      Array.from({ length: 6 }, (_, i) => String(9901 + i)),
    );
    for (const kommune of kommuner) {
      const groundM2 = ownM2.get(kommune.value("kommunenummer")) ?? 0;
      expect(Math.abs(kommune.areaM2 - groundM2)).toBeLessThan(1e-9 * groundM2);
    }
  });

  test("a grunnkretsnummer has eight digits, begins with its kommune's and is no delområde", () => {
    for (const grunnkrets of polygonsOf(made.grunnkretser.batches())) {
      const nummer = grunnkrets.value("grunnkretsnummer");
      expect(nummer).toMatch(/^99\d{4}(?!00)\d{2}$/);
      expect(nummer.slice(0, 4)).toBe(grunnkrets.value("kommunenummer"));
    }
  });
});

test.each<Omit<GenerateOptions, "values">>([
  { seed: 3, polygons: 20, planAreas: 1 },
  { seed: 4, polygons: 60, planAreas: 0, kommuner: 3 },
  { seed: 6, polygons: 1000, planAreas: 40, kommuner: 15, verticesPerPolygon: 20 },
  { seed: 9, polygons: 800, planAreas: 40, verticesPerPolygon: 300 },
])("small and odd sizes are met exactly and valid: %o", (options) => {
  const made = generate({ ...options, values });
  for (const layer of layersOf(made)) {
    const polygons = [...polygonsOf(layer.batches())];
    expect(polygons.length).toBe(layer.featureCount);
    expect(polygons.map(complaint).filter((text) => text !== "")).toEqual([]);
  }
  const groundM2 = sumM2(polygonsOf(made.grunnkart.batches()));
  expect(sumM2(polygonsOf(made.kommune.batches()))).toBeCloseTo(groundM2, 3);
});

test("a large ground has a polygon with thousands of holes", () => {
  let mostHoles = 0;
  for (const layer of generate({
    seed: 2,
    values,
    polygons: 50_000,
    verticesPerPolygon: 20,
  }).grunnkart.batches()) {
    for (let part = 0; part + 1 < layer.partRing.length; part++) {
      mostHoles = Math.max(mostHoles, layer.partRing[part + 1] - layer.partRing[part] - 1);
    }
  }
  expect(mostHoles).toBeGreaterThan(2000);
});

test("the same options give the same bytes, another seed others", () => {
  const options: GenerateOptions = { seed: 11, values, polygons: 600, planAreas: 60, kommuner: 2 };
  const once = digest(generate(options));
  expect(digest(generate(options))).toBe(once);
  expect(digest(generate({ ...options, seed: 12 }))).not.toBe(once);
  const made = generate(options);
  expect([digest(made), digest(made)]).toEqual([once, once]); // batches can be read again
});

test("each edition has its own field names", () => {
  const names = (edition: "arsversjon2025" | "testversjon2"): string[] =>
    generate({ seed: 1, values, edition }).grunnkart.fields.map(({ name }) => name);
  expect(names("arsversjon2025")).toContain("okosystemtypeniva1");
  expect(names("testversjon2")).toContain("okosystemtype_1");
  expect(names("testversjon2")).not.toContain("okosystemtypeniva1");
});

test.each([{ polygons: 10 }, { kommuner: 0 }, { planAreas: -1 }, { epsg: 4258 }, { seed: 0.5 }])(
  "%o is refused",
  (wrong) => {
    expect(() => generate({ seed: 1, values, ...wrong })).toThrow(InputError);
  },
);
