import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InputError } from "../../src/core/trouble.js";
import type { PlanRequest } from "../../src/run/plan.js";
import { isoDate } from "../../src/run/planAttributes.js";
import { planRequestOf } from "../../src/run/planSettings.js";
import type { Table } from "../../src/tables/table.js";
import { fasit } from "../data/fasit.js";
import { haveOutsideData, outside } from "../read/outsideData.js";
import { accounted, rules } from "./accounted.js";
import { box, layerOfFlater, settings, writeFgb, writeGeoJson, type Flate } from "./scene.js";

let folder: string;
let ground: string;

const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "plan-"));
  const flater: Flate[] = [
    { ring: box(0, 0, 200, 1000), values: { arealdekkeNiva1: "bebygdSamferdsel" } },
    { ring: box(200, 0, 1000, 1000), values: { arealdekkeNiva1: "skog" } },
  ];
  ground = await writeFgb(at("grunnkart.fgb"), layerOfFlater("grunnkart", flater));
});
afterAll(() => rmSync(folder, { recursive: true }));

const REQUEST: Omit<PlanRequest, "files"> = {
  themes: [],
  methods: [],
  mode: "kp",
  withoutStatus: "uten",
  vertikalnivaer: ["2"],
  newScope: "innenfor",
};

type More = Partial<PlanRequest> & { readonly type?: string };

function planned(path: string, { type, ...more }: More = {}) {
  return accounted({
    grunnkart: { path: ground },
    classes: ["arealdekkeNiva1"],
    plan: { ...REQUEST, files: [{ path, role: "gjeldende", ...(type !== undefined && { type }) }], ...more },
  });
}

/** Areas in dekar by code and column of T3. */
function balance(tables: readonly Table[], column: string): Record<string, number> {
  const table = tables.find(({ id }) => id === "T3-gjeldende")!;
  const ids = table.columns.map(({ id }) => id);
  const rows = table.rows.filter((row) => row[ids.indexOf("rad")] === "formal");
  return Object.fromEntries(
    rows.map((row) => [String(row[ids.indexOf("kode")]), Number(row[ids.indexOf(column)])]),
  );
}

const one = (values: Flate["values"], maxX = 400): Flate => ({ ring: box(200, 0, maxX, 1000), values });

const write = (name: string, flater: readonly Flate[]): string => writeGeoJson(at(name), flater);

/** GeoJSON with whatever properties: nested objects too. */
function writeNested(name: string, properties: object): string {
  const geometry = { type: "Polygon", coordinates: [box(200, 0, 400, 1000)] };
  const crs = { type: "name", properties: { name: "urn:ogc:def:crs:EPSG::25833" } };
  const features = [{ type: "Feature", properties, geometry }];
  writeFileSync(at(name), JSON.stringify({ type: "FeatureCollection", crs, features }));
  return at(name);
}

describe("the five shapes of one plan area", () => {
  test.each<[string, object]>([
    [
      "GeoJSON, nested",
      {
        objekttypenavn: "KpArealformålOmråde",
        arealformål: "1110",
        arealbruksstatus: "2",
        arealplanId: { kommunenummer: "0301", planidentifikasjon: "0007" },
      },
    ],
    [
      "GeoJSON, nested codes",
      {
        objekttypenavn: "KpArealformålOmråde",
        arealformål: { kode: 1110, navn: "Boligbebyggelse" },
        arealbruksstatus: { kode: "2", beskrivelse: "Framtidig" },
        arealplanId: { kommunenummer: "0301", planidentifikasjon: "0007" },
      },
    ],
    [
      "GeoJSON, flat, in numbers",
      {
        objekttypenavn: "KpArealformålOmråde",
        arealformål: 1110,
        arealbruksstatus: 2,
        planidentifikasjon: "0007",
      },
    ],
    [
      "tables in ASCII",
      {
        objtype: "KpArealformalOmrade",
        arealformal: "1110",
        arealbruksstatus: "2",
        planidentifikasjon: "0007",
      },
    ],
    [
      "GML, labels and addresses",
      {
        objekttypenavn: "app:KpArealformålOmråde",
        arealformål: "https://register.geonorge.no/sosi-kodelister/plan/5.0/arealformal/1110",
        arealbruksstatus: "Fremtidig",
        "arealplanId.planidentifikasjon": "0007",
      },
    ],
    [
      "SOSI",
      {
        OBJTYPE: "KpArealformålOmråde",
        KPAREALFORMÅL: "1110",
        AREALST: "2",
        "NASJONALAREALPLANID.PLANID": "0007",
      },
    ],
    ["no object type, but fields of a kommuneplan", { OPLAREAL: "110", AREALST: 2, PLANID: "0007" }],
    [
      "the purpose by its name",
      { objtype: "KpArealformalOmrade", arealformal: "Boligbebyggelse", arealbruksstatus: 2, PLANID: "0007" },
    ],
  ])("%s", async (name, properties) => {
    const { tables, facts, findings } = await planned(
      writeNested(`${name.replaceAll(/\W/g, "")}.geojson`, properties),
    );
    expect(balance(tables, "framtidig")).toEqual({ 1110: expect.closeTo(200, 6) as number });
    expect(facts.plan!.layers[0].areas[0]).toMatchObject({
      planId: "0007",
      family: "kommuneplan",
      status: "2",
    });
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
  });
});

describe("outlines", () => {
  test("tell the date and status of areas that leave it to them", async () => {
    const path = write("outline.geojson", [
      one({
        objtype: "KpArealformålOmråde",
        arealformal: "1110",
        arealbruksstatus: 2,
        planidentifikasjon: "A",
      }),
      one({
        objtype: "KpArealformålOmråde",
        arealformal: "5100",
        arealbruksstatus: 1,
        planidentifikasjon: "B",
      }),
      one({ objtype: "KpOmråde", planidentifikasjon: "A", ikrafttredelsesdato: "20010101", planstatus: 3 }),
      one({
        objtype: "KpOmråde",
        planidentifikasjon: "B",
        ikrafttredelsesdato: "2011-01-01T00:00:00",
        planstatus: 3,
      }),
    ]);
    const { tables, findings } = await planned(path);
    expect(balance(tables, "sum")).toEqual({ 5100: expect.closeTo(200, 6) as number });
    expect(findings.find(({ code }) => code === "PLAN_OVERLAPP")!.says).toMatch(
      /^B \(2011-01-01\) går foran A \(2001-01-01\)/,
    );
  });

  test.each([
    ["20171109", "2017-11-09"],
    ["2017-11-09", "2017-11-09"],
    ["2017-11-09T12:00:00Z", "2017-11-09"],
    ["20171109120000", "2017-11-09"],
    ["9.11.2017", "2017-11-09"],
    ["2017", ""],
    ["1510185600000", ""],
    ["20171399", ""],
    ["i fjor", ""],
  ])("the date %s is %s", (text, iso) => {
    expect(isoDate(text)).toBe(iso);
  });
});

test("the order of features and files moves no byte of the cells or the tables", async () => {
  const flater = [
    one({
      objtype: "KpArealformålOmråde",
      arealformal: "1110",
      arealbruksstatus: 2,
      planidentifikasjon: "A",
    }),
    one(
      { objtype: "KpArealformålOmråde", arealformal: "1300", arealbruksstatus: 2, planidentifikasjon: "B" },
      300,
    ),
    one(
      { objtype: "KpArealformålOmråde", arealformal: "1300", arealbruksstatus: 2, planidentifikasjon: "B" },
      350,
    ),
    one(
      { objtype: "KpArealformålOmråde", arealformal: "5100", arealbruksstatus: 1, planidentifikasjon: "A" },
      900,
    ),
  ];
  const first = await planned(write("order.geojson", flater));
  const second = await planned(write("order.geojson", [...flater].reverse()));
  expect(second.facts.cells).toEqual(first.facts.cells);
  const rows = ({ tables }: typeof first) =>
    tables.filter(({ id }) => id !== "T14").map((table) => table.rows);
  expect(rows(second)).toEqual(rows(first));
  expect(second.findings).toEqual(first.findings);
});

test("whatever stands in the fields, an area is posted and nothing throws", async () => {
  const anything = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom("", "1110", "1110.0", "-1", "1e3", "NaN", "{}", '{"kode":', "２", "0301|x", "null"),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.record({ a: anything, b: anything, c: anything, d: anything, e: anything }),
      async (v) => {
        const values = {
          objtype: "KpArealformålOmråde",
          arealformal: v.a,
          arealbruksstatus: v.b,
          ikrafttredelsesdato: v.c,
          lokalId: v.d,
          omradenavn: v.e,
        };
        const { tables, checks } = await planned(write("anything.geojson", [one(values)]));
        expect(Object.values(balance(tables, "sum"))).toEqual([expect.closeTo(200, 6)]);
        expect(checks.every(({ ok }) => ok)).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);

test("a local id that is a polygon's own is its key; one that is used twice is not", async () => {
  const area = (lokalId: string, maxX: number) =>
    one({ objtype: "KpArealformålOmråde", arealformal: "1110", arealbruksstatus: 2, lokalId }, maxX);
  const { facts } = await planned(
    write("ids.geojson", [area("a-1", 300), area("x", 320), area("x", 340), area("p|q", 360)]),
  );
  expect(
    facts.zoneLayers
      .at(-1)!
      .units.map(({ key }) => key)
      .sort(),
  ).toEqual(["#2", "#3", "#4", "a-1"]);
});

describe("what the user can mend is said with where, what and what to do", () => {
  const kp = { objtype: "KpArealformålOmråde", arealformal: "1110", arealbruksstatus: 2 };
  const rp = { objtype: "RpArealformålOmråde", arealformal: "1110" };
  test.each<[string, Flate["values"], More, RegExp]>([
    ["no object type", { arealformal: "1110" }, {}, /do not say whether.*arealformal.*objekttype/s],
    ["a type that is none", kp, { type: "Tomt" }, /the object type Tomt.*KpArealformålOmråde/],
    ["zoning plans in mode kp", rp, {}, /reguleringsplaner er ikke med.*--planmodus mosaikk/s],
    [
      "a plan that is not adopted",
      { ...kp, planstatus: 2 },
      {},
      /planstatus 2 hører ikke til gjeldende plan/,
    ],
    [
      "a plan that is a proposal, in words",
      { ...kp, planstatus: "Planforslag" },
      {},
      /planstatus 2 hører ikke/,
    ],
    ["only a tunnel", { ...rp, vertikalniva: 1 }, { mode: "mosaikk" }, /vertikalnivå 1 er utelatt/],
    ["a method nobody knows", kp, { methods: ["magi"] }, /a method called magi.*kdd-bolig-fritid, nina-2023/],
  ])("%s", async (name, values, more, says) => {
    const path = write(`${name.replaceAll(/\W/g, "")}.geojson`, [one(values)]);
    const failure = await planned(path, more).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(InputError);
    expect((failure as InputError).message).toMatch(says);
  });

  test("a new plan without one in force, a plan elsewhere, themes without a plan", async () => {
    const path = write("ny.geojson", [one(kp)]);
    const onlyNew = accounted({
      grunnkart: { path: ground },
      classes: ["arealdekkeNiva1"],
      plan: { ...REQUEST, files: [{ path, role: "ny" }] },
    });
    await expect(onlyNew).rejects.toThrow(/a new plan without one in force/);
    const elsewhere = write("elsewhere.geojson", [{ ring: box(50_000, 0, 50_100, 100), values: kp }]);
    await expect(planned(elsewhere)).rejects.toThrow(/nowhere meet the ground layer/);
    const tema = [{ navn: "vern", fil: "vern.fgb" }];
    expect(() => planRequestOf(settings(ground, {}, "ut", { tema }), rules)).toThrow(/tema without a plan/);
  });

  test("unknown codes and types are findings with their m2, and rows, never gone", async () => {
    const path = write("unknown.geojson", [
      one({ ...kp, arealformal: "1999" }),
      one({ ...kp, arealformal: "" }, 300),
      one({ ...kp, objtype: "KpTulleOmråde" }),
    ]);
    const { tables, findings } = await planned(path);
    expect(balance(tables, "sum")).toEqual({
      "": expect.closeTo(100, 6) as number,
      1999: expect.closeTo(100, 6) as number,
    });
    const told = findings.map(({ code, severity, areaM2 }) => [code, severity, Math.round(areaM2)]);
    expect(told).toEqual(
      expect.arrayContaining([
        ["KODE_UKJENT", "error", 200_000],
        ["KODE_UKJENT", "error", 100_000],
        ["OBJEKTTYPE_UKJENT", "warning", 200_000],
      ]),
    );
  });
});

describe.skipIf(!haveOutsideData)("Saltdal 2016003, a whole adopted plan in SOSI", () => {
  const path = outside("data/plan/regplan_saltdal_2016003_ntm15.sos");
  const saltdal = async (file: string) => {
    const flate: Flate = { ring: around(), values: { arealdekkeNiva1: "skog" } };
    const square = await writeFgb(at("saltdal.fgb"), layerOfFlater("grunnkart", [flate], 5115));
    return accounted({
      grunnkart: { path: square },
      classes: ["arealdekkeNiva1"],
      plan: {
        ...REQUEST,
        mode: "mosaikk",
        methods: ["nina-2023"],
        files: [{ path: file, role: "gjeldende" }],
      },
    });
  };

  test("49 arealformål tile 440 831.50 m2, code by code as the reference has them, under all its zones", async () => {
    const { facts, tables, findings, checks } = await saltdal(path);
    const [layer] = facts.plan!.layers;
    expect(layer.areas).toHaveLength(49);
    expect(layer.areas[0]).toMatchObject({
      planId: "2016003",
      plannavn: "E6 Hestbrinken-Borkamo",
      dato: "2017-11-09",
      planstatus: "3",
    });
    const expected: Record<string, number> = {};
    for (const { arealformal, areal_m2 } of fasit("regplan_saltdal_arealformal_m2.csv")) {
      expected[arealformal] = (expected[arealformal] ?? 0) + Number(areal_m2);
    }
    const found = balance(tables, "sum");
    expect(Object.keys(found)).toEqual(Object.keys(expected).sort());
    for (const [kode, m2] of Object.entries(expected)) expect(1000 * found[kode], kode).toBeCloseTo(m2, 1);
    expect(1000 * Object.values(found).reduce((sum, daa) => sum + daa)).toBeCloseTo(440_831.5, 2);
    expect(facts.plan!.themes.flatMap(({ keys }) => keys.map(({ key }) => key)).sort()).toEqual([
      "140",
      "320",
      "520",
      "570",
    ]);
    expect(checks.every(({ ok }) => ok)).toBe(true);
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  test("its partition is the same when the zones upon it are not read", async () => {
    const whole = await saltdal(path);
    const alone = await saltdal(`${path}#RpArealformålOmråde`);
    const column = "sum";
    const a = balance(whole.tables, column);
    for (const [kode, daa] of Object.entries(balance(alone.tables, column)))
      expect(a[kode]).toBeCloseTo(daa, 9);
  });
});

/** A square of 20 km around the plan, in NTM zone 15. */
function around(): Flate["ring"] {
  const [x, y] = [94_000, 1_983_900];
  return [
    [x - 10_000, y - 10_000],
    [x + 10_000, y - 10_000],
    [x + 10_000, y + 10_000],
    [x - 10_000, y + 10_000],
    [x - 10_000, y - 10_000],
  ];
}
