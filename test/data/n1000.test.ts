import { beforeAll, describe, expect, test } from "vitest";
import type { ZoneLayerFacts } from "../../src/tables/facts.js";
import { haveOutsideData, outside } from "../read/outsideData.js";
import { accounted, planM2By } from "../run/accounted.js";
import { deviations, fasit, fasitM2, perUnit } from "./fasit.js";

/** The printed digits of the reference: two decimals, so half of the last one, and a little for its own rounding. */
const PRINTED_M2 = 0.0051;

const n1000 = { path: outside("data/arealdekke/n1000_arealdekke_25833.fgb") };

type Accounted = Awaited<ReturnType<typeof accounted>>;

describe.skipIf(!haveOutsideData)("all of Norway by kommune and objtype", () => {
  let account: Accounted;
  let layer: ZoneLayerFacts;
  const reference = haveOutsideData ? fasit("n1000_kommune_x_objtype_m2.csv") : [];
  const byKommune = (column: string) =>
    new Map(reference.map((row) => [row.kommunenummer, Number(row[column])]));

  beforeAll(async () => {
    const kommuner = outside("data/admin/n1000_kommune_25833.fgb");
    account = await accounted({ grunnkart: n1000, units: [{ name: "kommune", path: kommuner }] });
    layer = account.facts.zoneLayers[0];
  });

  test("all 2 856 cells equal the reference to its printed digits", () => {
    const classes = Object.keys(reference[0]).slice(2, 10);
    const expected = new Map(
      reference.flatMap((row) =>
        classes.map((objtype) => [`${row.kommunenummer}\t${objtype}`, Number(row[objtype])] as const),
      ),
    );
    expect(expected.size).toBe(2856);
    const inKommuner = perUnit(planM2By(account.facts, ["kommune", "objtype"]), 0);
    expect(deviations(inKommuner, expected, PRINTED_M2)).toEqual([]);
  });

  test("kommune areas in the map plane, and what the ground does not cover of them", () => {
    const own = new Map(layer.units.map(({ key, own: { planM2 } }) => [key, planM2]));
    expect(own.size).toBe(357);
    expect(deviations(own, byKommune("kommune_areal"), PRINTED_M2)).toEqual([]);
    const uncovered = new Map(
      layer.units.map(({ key, union, covered }) => [key, union.planM2 - covered.planM2]),
    );
    expect(deviations(uncovered, byKommune("udekket"), 2 * PRINTED_M2)).toEqual([]);
  });

  test("kommune areas on the ellipsoid: within 1e-4 of the reference, whose sea borders are geodesics", () => {
    // The reference joins vertices by geodesics, we by the map's straight lines: decisions/ellipsoidal-area.md.
    const expected = byKommune("kommune_areal_geodetisk");
    const apart = layer.units.map(({ key, own }) => own.trueM2 / (expected.get(key) as number) - 1);
    expect(Math.max(...apart.map(Math.abs))).toBeLessThan(1e-4);
    const total = [...expected.values()].reduce((sum, m2) => sum + m2, 0);
    expect(Math.abs(layer.own.trueM2 / total - 1)).toBeLessThan(1e-6);
  });

  // Utsira's kommune is mostly sea, west of the island: 0.76 where the island itself has 0.73.
  test.each([
    ["Vardø", "5634", 0.8],
    ["Utsira", "1151", 0.76],
    ["Øksnes", "1868", -0.08],
  ])("%s (%s): the map plane is off by %d %%", (_, kommune, percent) => {
    const { own } = layer.units.find(({ key }) => key === kommune) ?? expect.fail(`no ${kommune}`);
    expect(100 * (own.planM2 / own.trueM2 - 1)).toBeCloseTo(percent, 2);
  });

  test("nothing is lost: own = posted, every check holds, kommuner do not overlap", () => {
    const { facts, checks } = account;
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(Math.abs(facts.ground.own.planM2 / facts.ground.posted.planM2 - 1)).toBeLessThan(1e-13);
    expect(facts.ground.worstResidualM2).toBeLessThan(1e-4); // of polygons of up to 1e10 m2
    expect(layer.overlap.planM2).toBeLessThan(0.01);
    expect(facts.ground.featureCount).toBe(15_867);
  });
});

describe.skipIf(!haveOutsideData)("elevation bands, which lie on each other", () => {
  let account: Accounted;

  beforeAll(async () => {
    const path = outside("data/hoyde/n1000_hoydelag_25833.fgb");
    account = await accounted({ grunnkart: n1000, units: [{ name: "hoydelag", path, key: "minhoyde" }] });
  });

  test("all cells equal the reference, ground under two bands counted in both", () => {
    const expected = fasitM2("n1000_hoydelag_x_objtype_m2.csv", ["minhoyde", "objtype"]);
    expect(expected.size).toBe(23);
    expect(
      deviations(perUnit(planM2By(account.facts, ["hoydelag", "objtype"]), 0), expected, PRINTED_M2),
    ).toEqual([]);
  });

  test("the 5 586 m2 the bands have in common are found and said in T14", () => {
    const { planM2 } = account.facts.zoneLayers[0].overlap;
    expect(planM2).toBeCloseTo(5586, -1);
    const quality = account.tables.find(({ id }) => id === "T14");
    expect(quality?.rows).toContainEqual(expect.arrayContaining([planM2]));
    expect(account.checks.filter(({ ok }) => !ok)).toEqual([]);
  });
});

describe.skipIf(!haveOutsideData)("grunnkretser simplified one by one", () => {
  let account: Accounted;

  beforeAll(async () => {
    const path = outside("data/admin/grunnkretser_asker_baerum_2018_25833.geojson");
    account = await accounted({ grunnkart: n1000, units: [{ name: "grunnkrets", path }] });
  });

  test("all 705 cells equal the reference, overlaps counted in both grunnkretser", () => {
    const expected = fasitM2("grunnkretser_x_n1000_objtype_m2.csv", ["grunnkretsnummer", "objtype"]);
    const found = perUnit(planM2By(account.facts, ["grunnkrets", "objtype"]), 0);
    expect(expected.size).toBe(705);
    expect(deviations(found, expected, PRINTED_M2)).toEqual([]);
  });

  test("their overlaps are measured: 488 360 m2", () => {
    expect(account.facts.zoneLayers[0].overlap.planM2).toBeCloseTo(488_360, -2);
    expect(account.facts.zoneLayers[0].units).toHaveLength(535);
    expect(account.checks.filter(({ ok }) => !ok)).toEqual([]);
  });
});
