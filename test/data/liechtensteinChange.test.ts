import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadRules } from "../../src/rules/load.js";
import { runChange } from "../../src/run/change.js";
import { changeTables } from "../../src/tables/changeTables.js";
import { haveOutsideData, outside } from "../read/outsideData.js";

const GROUND = "data/arealdekke/osm_liechtenstein_2015_arealdekke_wgs84.geojson";
const KOMMUNER = "data/admin/osm_liechtenstein_2015_kommuner_wgs84.geojson";
const UTM32 = 32632;

type Feature = { properties: Record<string, string | null> };

/** Polygons that lie on nothing else are planted in, so what was planted is the polygon's own area. */
describe.skipIf(!haveOutsideData)("OSM land cover of Liechtenstein against an edited copy", () => {
  test(
    "planted change comes out, to the square metre, and nothing else changes",
    { timeout: 120_000 },
    async () => {
      const rules = await loadRules();
      const folder = mkdtempSync(join(tmpdir(), "liechtenstein-"));
      try {
        const edited = JSON.parse(readFileSync(outside(GROUND), "utf8")) as { features: Feature[] };
        const farms = edited.features.filter(({ properties }) => properties.landuse === "vineyard");
        expect(farms.length).toBeGreaterThan(3);
        for (const { properties } of farms) properties.landuse = "solpark";
        const later = join(folder, "senere.geojson");
        writeFileSync(later, JSON.stringify(edited));
        const facts = await runChange(
          {
            from: { path: outside(GROUND) },
            to: { path: later },
            classField: "landuse",
            units: [{ name: "kommune", path: outside(KOMMUNER), key: "name" }],
            measure: "kartplan",
            workEpsg: UTM32,
            workers: 0,
            blockBytes: 100_000,
          },
          rules,
        );
        const { checks } = changeTables(facts, rules, { stripWidthM: 2 });
        expect(checks.filter(({ ok }) => !ok)).toEqual([]);
        const { cells } = facts;
        const changed = Array.from({ length: cells.rowCount }, (_, i) => ({
          from: cells.from.terms[cells.from.codes[i]],
          to: cells.to.terms[cells.to.codes[i]],
          m2: cells.planM2[i],
        })).filter(({ from, to }) => from !== to && to.split("|").every((one) => one !== from));
        expect(new Set(changed.map(({ from, to }) => `${from}>${to}`))).toEqual(
          new Set(["vineyard>solpark"]),
        );
        const listed = facts.largest.reduce((sum, { planM2 }) => sum + planM2, 0);
        expect(changed.reduce((sum, { m2 }) => sum + m2, 0)).toBeCloseTo(listed, 3);
        expect(facts.largest).toHaveLength(farms.length);
        expect(facts.control.twins).toBe(facts.control.featuresA);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );
});
