/** An account repairs its ground as it goes: with planted errors it comes to the clean kommune, but for what the ledger says. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { generate } from "../../src/generate/generate.js";
import type { ErrorKind } from "../../src/generate/plant.js";
import { parseGenerateValues } from "../../src/generate/values.js";
import type { AccountFacts } from "../../src/tables/facts.js";
import { writeFlatGeobuf } from "../../src/write/flatgeobuf.js";
import { account } from "../../src/cli/account.js";
import { runAccount } from "../../src/run/account.js";
import { accounted, planM2By, rules } from "./accounted.js";
import {
  box,
  EAST,
  type Flate,
  GROUND,
  KOMMUNER,
  layerOfFlater,
  NORTH,
  settings,
  writeFgb,
  writeGeoJson,
} from "./scene.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "reparert-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const inn = (name: string): string => join(folder, name);
const values = parseGenerateValues(
  readFileSync(new URL("../../rules/generate.json", import.meta.url), "utf8"),
);

async function kommune(name: string, kinds?: readonly ErrorKind[]) {
  const plantErrors = kinds && { kinds, count: 8 };
  const made = generate({
    seed: 11,
    values,
    polygons: 2000,
    planAreas: 0,
    ...(plantErrors && { plantErrors }),
  });
  await writeFlatGeobuf(inn(name), made.grunnkart, made.grunnkart.batches());
  return { path: inn(name), errors: made.plantedErrors };
}

/** Areas by class without and with the repair, and what the ledger says of it. */
function holdToLedger(facts: AccountFacts): void {
  const { repair } = facts;
  if (repair === undefined) throw new Error("nothing was repaired");
  for (const [field, moves] of repair.moves) {
    const before = planM2By({ ...facts, cells: repair.before.cells }, [field]);
    for (const [value, m2] of planM2By(facts, [field])) {
      const { gainedM2 = 0, lostM2 = 0 } = moves.get(value) ?? {};
      expect(Math.abs((before.get(value) ?? 0) + gainedM2 - lostM2 - m2), value).toBeLessThan(1e-4);
    }
  }
}

const ALL: readonly ErrorKind[] = [
  "gap",
  "overlap",
  "sliver",
  "duplicate polygon",
  "bow-tie",
  "unclosed ring",
  "spike",
  "repeated vertex",
  "wrong orientation",
];

test("planted errors: every class comes to what it was plus what the ledger moved, and nothing is covered twice", async () => {
  const { path } = await kommune("plantet.fgb", ALL);
  const clean = await accounted({ grunnkart: { path: (await kommune("ren.fgb")).path }, classes: [] });
  const off = await accounted({ grunnkart: { path }, classes: [] });
  const full = await accounted({ grunnkart: { path }, classes: [], repair: "full" });
  holdToLedger(full.facts);
  expect(full.checks.filter(({ id }) => id === "repairLedger").length).toBeGreaterThan(1);
  expect(full.checks.filter(({ ok }) => !ok)).toEqual([]);
  expect(full.facts.repair?.before.cells.planM2).toEqual(off.facts.cells.planM2);
  expect(full.facts.coverage?.overlapCount ?? 0).toBe(0);
  const { inputs } = full.facts;
  expect(inputs).toEqual(off.facts.inputs); // the original, its hash too
  // Open gaps are what is missing of the clean kommune; nothing else is.
  const own = (facts: AccountFacts) => facts.ground.own.planM2;
  const open = full.facts.coverage?.gapM2 ?? 0;
  const outwardM2 = own(clean.facts) - own(full.facts) - open;
  // What opens outwards at the kommune's edge no file can tell from its border.
  expect(Math.abs(outwardM2)).toBeLessThan(10);
  expect(Math.abs(own(clean.facts) - own(off.facts))).toBeGreaterThan(10_000);
  expect(
    full.tables.find(({ id }) => id === "T14")?.rows.filter(([tema]) => tema === "Reparasjon").length,
  ).toBe(14);
}, 120_000);

test("clean ground: the same account with and without, of the whole and of units", async () => {
  const { path } = await kommune("ren.fgb");
  const off = await accounted({ grunnkart: { path }, classes: [] });
  const { coverUnknown, ...facts } = off.facts;
  expect(coverUnknown).toBe("notLooked");
  const isToldOf = (row: readonly unknown[]): boolean => row.includes("ikke sett etter");
  expect(off.tables.flatMap(({ rows }) => rows.filter(isToldOf))).toHaveLength(1);
  for (const repair of ["safe", "full"] as const) {
    const looked = await accounted({ grunnkart: { path }, classes: [], repair });
    expect(looked.facts).toEqual(facts);
    const rows = off.tables.map((table) => table.rows.filter((row) => !isToldOf(row)));
    expect(looked.tables.map((table) => table.rows)).toEqual(rows);
  }
}, 120_000);

test("safe: broken polygons are read by the structure rule, overlaps and gaps are counted and stay", async () => {
  const { path, errors } = await kommune("safe.fgb", ["bow-tie", "overlap", "gap"]);
  const off = await accounted({ grunnkart: { path }, classes: [] });
  const safe = await accounted({ grunnkart: { path }, classes: [], repair: "safe" });
  holdToLedger(safe.facts);
  expect(safe.facts.repair?.ledger.overlapM2).toBe(0);
  expect(safe.facts.repair?.ledger.filledM2).toBe(0);
  expect(safe.facts.repair?.ledger.mendedM2).not.toBe(0);
  const overlapM2 = errors
    .filter(({ kind }) => kind === "overlap")
    .reduce((sum, { areaM2 }) => sum + areaM2, 0);
  expect(safe.facts.coverage?.overlapM2 ?? 0).toBeGreaterThan(0.9 * overlapM2);
  expect(safe.findings.some(({ code }) => code === "DOBBELTDEKNING")).toBe(true);
  expect(off.findings.some(({ code }) => code === "FLATE_REPARERT")).toBe(false);
}, 120_000);

const overlapping = (): Flate[] =>
  GROUND.map((flate, i) =>
    i === 5 ? { ...flate, values: { objtype: "Myr" }, ring: box(1000, 1000, 2000.5, 2000) } : flate,
  );

test("two files of one ground: the ground is repaired as one, and findings name the file", async () => {
  const first = await writeFgb(inn("vest.fgb"), layerOfFlater("vest", overlapping().slice(0, 6)));
  const second = await writeFgb(inn("ost.fgb"), layerOfFlater("ost", overlapping().slice(6)));
  const kommuner = await writeFgb(inn("kommuner.fgb"), layerOfFlater("kommuner", KOMMUNER));
  const full = await accounted({
    grunnkart: { path: first },
    moreGrounds: [{ path: second }],
    units: [{ name: "kommune", path: kommuner }],
    repair: "full",
  });
  expect(planM2By(full.facts, ["kommune"])).toEqual(
    new Map([
      ["0301", 6e6],
      ["3201", 10e6],
    ]),
  );
  expect(full.facts.repair?.ledger.overlapM2).toBeCloseTo(500, 6);
  expect(
    full.facts.inputs.filter(({ role }) => role === "grunnkart").map(({ featureCount }) => featureCount),
  ).toEqual([6, 10]);
});

/** One square of 1 km² is missing, and another reaches 0.5 m over its neighbour: both in kommune 3201. */
const withHoleAndOverlap = (): Flate[] =>
  GROUND.map((flate, i) => (i === 9 ? { ...flate, ring: box(1000, 2000, 2000.5, 3000) } : flate)).filter(
    (_, i) => i !== 6,
  );

test.each(["kartplan", "ellipsoide"] as const)(
  "T1 in %s: gaps and ground claimed twice stand by themselves, and each unit still adds up",
  async (measure) => {
    const ground = await writeFgb(inn("hull.fgb"), layerOfFlater("hull", withHoleAndOverlap()));
    const kommuner = await writeFgb(inn("kommuner.fgb"), layerOfFlater("kommuner", KOMMUNER));
    const units = [{ name: "kommune", path: kommuner }];
    const made = await accounted({ grunnkart: { path: ground }, units, repair: "safe", measure });
    const clean = await writeFgb(inn("grunn.fgb"), layerOfFlater("grunn", GROUND));
    const whole = await accounted({ grunnkart: { path: clean }, units, repair: "safe", measure });
    const m2Of = ({ tables }: typeof made, id: string, unit: string, rad: string): number | undefined => {
      const { columns, rows } = tables.find((table) => table.id === id)!;
      const at = (name: string) => columns.findIndex((column) => column.id === name);
      const row = rows.find((cells) => cells[at("enhet")] === unit && cells[at("rad")] === rad);
      return row?.[at("arealM2")] as number | undefined;
    };
    for (const [id, unit, gapM2, doubledM2] of [
      ["T1-objtype", "", 1e6, 500],
      ["T1-objtype-kommune", "0301", 0, 0],
      ["T1-objtype-kommune", "3201", 1e6, 500],
    ] as const) {
      const near = measure === "kartplan" ? 1e-6 : 0.005 * gapM2; // the ellipsoid is within 0.5 % of the map here
      expect(Math.abs(m2Of(made, id, unit, "hull")! - gapM2)).toBeLessThanOrEqual(near);
      expect(Math.abs(m2Of(made, id, unit, "dobbelt")! + doubledM2)).toBeLessThanOrEqual(near);
      expect(m2Of(made, id, unit, "udekket") ?? 0).toBeCloseTo(0, 4);
      expect(m2Of(made, id, unit, "sum")).toBeCloseTo(m2Of(whole, id, unit, "sum")!, 4);
      expect(m2Of(made, id, unit, "avvik")).toBeUndefined();
      expect(m2Of(whole, id, unit, "hull")).toBeUndefined();
    }
    expect(made.checks.filter(({ ok }) => !ok)).toEqual([]);
  },
);

test("threads and cuts of any size give the same facts", async () => {
  const { path } = await kommune("trader.fgb", ALL);
  const one = await accounted({ grunnkart: { path }, classes: [], repair: "full" });
  const many = await accounted({ grunnkart: { path }, classes: [], repair: "full", cutBytes: 20_000 });
  const facts = ({ facts: { repair, ...rest } }: typeof one) => ({
    ...rest,
    ledger: repair?.ledger,
    moves: repair?.moves,
  });
  expect(facts(many)).toEqual(facts(one));
}, 120_000);

const [x, y] = [EAST, NORTH];
/** Two loops of 250 000 m2 that run opposite ways: the shoelace formula takes one from the other. */
const bowTie: Flate["ring"] = [
  [x, y],
  [x + 1000, y + 1000],
  [x + 1000, y],
  [x, y + 1000],
  [x, y],
];

test("a unit that crosses itself is read by the structure rule, and said to be; without repair it is refused", async () => {
  const ground = await writeFgb(inn("grunn.fgb"), layerOfFlater("grunn", GROUND));
  const units = [
    {
      name: "omrade",
      path: writeGeoJson(inn("sloyfe.geojson"), [{ ring: bowTie, values: { lokalId: "a" } }]),
    },
  ];
  await expect(accounted({ grunnkart: { path: ground }, units })).rejects.toThrow(/crosses itself/);
  const mended = await accounted({ grunnkart: { path: ground }, units, repair: "full" });
  expect(mended.findings.filter(({ code }) => code === "FLATE_REPARERT")).toMatchObject([
    { layer: "omrade", did: "mended", severity: "warning" },
  ]);
  expect(planM2By(mended.facts, ["omrade"]).get("a")).toBeCloseTo(500_000, 3);
});

test("a unit that winds round some ground twice stays refused: no rule says whether that is in it", async () => {
  const ground = await writeFgb(inn("grunn.fgb"), layerOfFlater("grunn", GROUND));
  const twice: Flate["ring"] = [
    [x, y],
    [x + 1000, y],
    [x + 1000, y + 1000],
    [x + 200, y + 1000],
    [x + 200, y + 200],
    [x + 800, y + 200],
    [x + 800, y + 800],
    [x, y + 800],
    [x, y],
  ];
  const units = [
    {
      name: "omrade",
      path: writeGeoJson(inn("to-ganger.geojson"), [{ ring: twice, values: { lokalId: "a" } }]),
    },
  ];
  await expect(accounted({ grunnkart: { path: ground }, units, repair: "full" })).rejects.toThrow(
    /crosses itself/,
  );
});

test("the run folder has the ledger and a receipt that says what was done; off has neither", async () => {
  const ground = await writeFgb(inn("overlapp.fgb"), layerOfFlater("grunn", overlapping()));
  for (const reparasjon of ["full", "off"]) {
    const out = inn(`regnskap-${reparasjon}`);
    await account(settings(ground, {}, out, { reparasjon }), true, new AbortController().signal);
    const receipt = JSON.parse(readFileSync(join(out, "kvittering.json"), "utf8")) as {
      settings: object;
      repair?: object;
    };
    expect(receipt.settings).toMatchObject({ grunnkart: "overlapp.fgb", reparasjon });
    expect(existsSync(join(out, "ledger.csv"))).toBe(reparasjon === "full");
    if (reparasjon === "full") {
      expect(receipt.repair).toMatchObject({ overlapM2: 500, limits: { gapM: 1, gapM2: 50 } });
      expect(readFileSync(join(out, "ledger.csv"), "utf8")).toMatch(/\noverlap,/);
    } else expect(receipt).not.toHaveProperty("repair");
  }
});

test("no temporary file is left, also when the second pass is stopped", async () => {
  const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith("arealregnskap-"));
  const before = new Set(folders());
  const { path } = await kommune("rest.fgb", ["overlap"]);
  const request = {
    grunnkart: { path },
    classes: [],
    units: [],
    measure: "kartplan",
    workers: 0,
    repair: "full",
  } as const;
  const stop = new AbortController();
  let isRepaired = false;
  const onProgress = ({ stage }: { readonly stage: string }): void => {
    isRepaired ||= stage === "reparerer";
    if (isRepaired && stage === "regner") stop.abort();
  };
  await expect(runAccount(request, rules, { onProgress, signal: stop.signal })).rejects.toThrow();
  expect(isRepaired).toBe(true);
  await runAccount(request, rules);
  const left = folders().filter((name) => !before.has(name));
  expect(left.filter((name) => existsSync(join(tmpdir(), name, "grunnkart.fgb")))).toEqual([]);
}, 60_000);
