import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { termOf, type Layer } from "../src/core/layer.js";
import { differences } from "./kernels/differences.js";
import { coverAccount } from "./kernels/kernels.js";
import { layerOf, type AreaGeometry } from "./kernels/layers.js";
import { coverKey, exactCoverAreas, ofCoverKey } from "./oracle/exact.js";

/** Small cases a human can check by hand. expected.csv is written by people; nothing here writes one. */
const root = new URL("../fixtures/overlay/", import.meta.url);
const stories = readdirSync(root).sort();

const TOLERANCE_M2 = 1e-9;

describe.each(stories)("%s", (story) => {
  const text = (file: string): string => readFileSync(new URL(`${story}/${file}`, root), "utf8");
  const ground = readLayer(text("a.geojson"));
  const zones = readLayer(text("b.geojson"));
  const expected = readExpected(text("expected.csv"), ground, zones);

  test("the kernel finds the rows of expected.csv and no others", () => {
    expect(differences(coverAccount(ground, zones), expected, TOLERANCE_M2)).toEqual([]);
  });

  test("expected.csv is what the exact oracle says, and README says why the case is here", () => {
    const rows = [...expected].map(([key, m2]) => ({ ...ofCoverKey(key), m2 }));
    expect(differences({ ownM2: [], rows }, exactCoverAreas(ground, zones), TOLERANCE_M2)).toEqual([]);
    expect(text("README.md").trim()).toMatch(/^\S.{20,}\.$/);
  });
});

test("there are stories to tell", () => {
  expect(stories.length).toBeGreaterThanOrEqual(12);
});

type Collection = { features: { properties: { id: string }; geometry: AreaGeometry }[] };

function readLayer(text: string): Layer {
  const { features } = JSON.parse(text) as Collection;
  return layerOf(
    "fixture",
    features.map(({ geometry }) => geometry),
    features.map(({ properties }) => properties.id),
  );
}

/** Lines "ground,cover,m2": the cover is the zones' ids joined by "|", nothing where no zone lies. */
function readExpected(text: string, ground: Layer, zones: Layer): Map<string, number> {
  const lines = text.trim().split("\n");
  expect(lines.shift()).toBe("ground,cover,m2");
  return new Map(
    lines.map((line) => {
      const [id, cover, m2] = line.split(",");
      const set = cover === "" ? [] : cover.split("|").map((zone) => featureNamed(zones, zone));
      set.sort((p, q) => p - q);
      return [coverKey(featureNamed(ground, id), set), Number(m2)];
    }),
  );
}

function featureNamed(layer: Layer, id: string): number {
  const column = layer.columns.get("key")!;
  const feature = Array.from(column.codes).findIndex((_, f) => termOf(column, f) === id);
  if (feature < 0) throw new Error(`expected.csv names ${id}, which no feature is called`);
  return feature;
}
