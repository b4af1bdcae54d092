import { describe, expect, test } from "vitest";
import { type Layer, termOf } from "../../src/core/layer.js";
import { overlay } from "../../src/overlay/overlay.js";
import { openSource } from "../../src/read/open.js";
import { readLayer } from "../../src/read/readLayer.js";
import { reproject } from "../../src/read/crs/reproject.js";
import { haveOutsideData, outside } from "../read/outsideData.js";
import { accounted, planM2By } from "../run/accounted.js";
import { deviations, fasitM2, perUnit } from "./fasit.js";

const UTM32 = 32632;
const GROUND = "data/arealdekke/osm_liechtenstein_2015_arealdekke_wgs84.geojson";
const FASIT = "osm_liechtenstein_2015_kommune_x_klasse_m2.csv";
const KOMMUNER = "data/admin/osm_liechtenstein_2015_kommuner_wgs84.geojson";

const CLASSES = ["landuse", "natural"];

describe.skipIf(!haveOutsideData)(
  "OSM land cover of Liechtenstein: in degrees, incomplete, lying on itself",
  () => {
    const expected = haveOutsideData ? fasitM2(FASIT, ["kommune", "klasse"]) : new Map<string, number>();

    test("vertices moved one by one, as the reference has it: all 116 cells to the printed digits", async () => {
      expect(expected.size).toBe(116);
      expect(deviations(await cellsInMemory(Infinity), expected, 0.0051)).toEqual([]);
    });

    /**
     * What is straight in degrees is bent in UTM: an edge of 3 km by 0.2 m. The program divides edges of more than 100 m
     * first, the reference does not, so cells along long edges differ by some m2. Dividing by 5 m shows who is nearer.
     */
    test("the program itself: within 0.2 m2 of edges divided by 5 m, and so up to 30 m2 from the reference", async () => {
      const { facts, checks, findings } = await accounted({
        grunnkart: { path: outside(GROUND) },
        units: [{ name: "kommune", path: outside(KOMMUNER), key: "name" }],
        classes: CLASSES,
        workEpsg: UTM32,
      });
      const found = new Map<string, number>();
      for (const [cell, m2] of perUnit(planM2By(facts, ["kommune", ...CLASSES]), 0)) {
        const [kommune, landuse, natural] = cell.split("\t");
        add(found, `${kommune}\t${classOf(landuse, natural)}`, m2);
      }
      expect(deviations(found, await cellsInMemory(5), 0.2)).toEqual([]);
      expect(deviations(found, expected, 30)).toEqual([]);
      expect(deviations(found, expected, 0.05).length).toBeLessThan(expected.size / 2);
      expect(checks.filter(({ ok }) => !ok)).toEqual([]);
      expect(findings.filter(({ code }) => code === "REPROJISERT")).toHaveLength(2);
    });

    test("repaired: the ground that is written on the way is not held to Norway's place again", async () => {
      const { facts, checks } = await accounted({
        grunnkart: { path: outside(GROUND) },
        units: [{ name: "kommune", path: outside(KOMMUNER), key: "name" }],
        classes: CLASSES,
        workEpsg: UTM32,
        repair: "full",
      });
      expect(checks.filter(({ ok }) => !ok)).toEqual([]);
      expect(facts.repair?.ledger.lines.length).toBeGreaterThan(0);
    });
  },
);

/** The same account by way of layers in memory, edges in UTM divided to at most `longestEdgeM`. */
async function cellsInMemory(longestEdgeM: number): Promise<Map<string, number>> {
  const inUtm = async (path: string, fields: readonly string[]): Promise<Layer> => {
    const { layer } = await readLayer(await openSource(path), fields);
    return reproject(layer, UTM32, longestEdgeM);
  };
  const ground = await inUtm(outside(GROUND), CLASSES);
  const kommuner = await inUtm(outside(KOMMUNER), ["name"]);
  const { pieces, members } = overlay(ground, [kommuner]);
  const found = new Map<string, number>();
  pieces.ground.forEach((feature, i) => {
    const [landuse, natural] = CLASSES.map((field) => termOf(ground.columns.get(field)!, feature));
    for (const zone of members[pieces.cover[i]]) {
      const kommune = termOf(kommuner.columns.get("name")!, zone);
      add(found, `${kommune}\t${classOf(landuse, natural)}`, pieces.planM2[i]);
    }
  });
  return found;
}

function add(sums: Map<string, number>, cell: string, m2: number): void {
  sums.set(cell, (sums.get(cell) ?? 0) + m2);
}

/** The reference's one class: landuse, and natural, so marked, where there is none. */
const classOf = (landuse: string, natural: string): string => landuse || `natural=${natural}`;
