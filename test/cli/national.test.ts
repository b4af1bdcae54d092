import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { box, hashesOf, layerOfFlater, writeFgb, writeGeoJson, type Flate } from "../run/scene.js";
import { arealregnskap } from "./program.js";

/** 50 kommuner in a row, four squares each. The second is a GeoJSON file: any format that is read will do. */
const KOMMUNE_COUNT = 50;
const number = (k: number): string => String(301 + k).padStart(4, "0");
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "landet-"));
  mkdirSync(join(folder, "inn"));
  const units: Flate[] = [];
  for (let k = 0; k < KOMMUNE_COUNT; k++) {
    units.push({ ring: box(2000 * k, 0, 2000 * (k + 1), 2000), values: { kommunenummer: number(k) } });
    const ground: Flate[] = [0, 1, 2, 3].map((i) => {
      const [x, y] = [2000 * k + 1000 * (i % 2), 1000 * Math.floor(i / 2)];
      return {
        ring: box(x, y, x + 1000, y + 1000),
        values: { objtype: ["Skog", "Myr", "Innsjø"][(k + i) % 3] },
      };
    });
    if (k === 1) writeGeoJson(join(folder, "inn", `${number(k)}.geojson`), ground);
    else await writeFgb(join(folder, "inn", `${number(k)}.fgb`), layerOfFlater("grunnkart", ground));
  }
  await writeFgb(join(folder, "kommune.fgb"), layerOfFlater("kommune", units));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

function landet(ut: string, preload?: string) {
  const units = ["--enheter", `kommune=${join(folder, "kommune.fgb")}`, "--klasse", "objtype"];
  const args = [
    "account",
    "--mappe",
    join(folder, "inn"),
    ...units,
    "--workers",
    "0",
    "--out",
    join(folder, ut),
  ];
  return arealregnskap(args, preload);
}

/** Kills the program, as kill -9 does, as soon as so many kommuner are finished. */
const killAfter = (ut: string, count: number): string => `
  import { readdirSync } from "node:fs";
  setInterval(() => {
    try {
      if (readdirSync(${JSON.stringify(join(folder, ut, "merker"))}).length >= ${count}) process.kill(process.pid, "SIGKILL");
    } catch {}
  }, 1);`;

test(
  "killed with -9 in the middle and started again: the same folder, and nothing counted twice",
  { timeout: 120_000 },
  async () => {
    const whole = await landet("hel");
    expect(whole.code).toBe(0);
    const wanted = hashesOf(join(folder, "hel"));
    expect(readdirSync(join(folder, "hel")).sort()).toEqual(["kommuner", "merker", "sum"]);

    const killed = await landet("delt", killAfter("delt", 20));
    expect(killed.code).toBe(null); // by a signal
    const marks = readdirSync(join(folder, "delt", "merker"));
    const finished = marks.filter((name) => name.endsWith(".json"));
    expect(finished.length).toBeGreaterThanOrEqual(19);
    expect(finished.length).toBeLessThan(KOMMUNE_COUNT);
    expect(readdirSync(join(folder, "delt"))).not.toContain("sum");
    const madeAt = finished.map((name) => statSync(join(folder, "delt", "merker", name)).mtimeMs);

    const resumed = await landet("delt");
    expect(resumed.code).toBe(0);
    expect(resumed.stdout).toContain(`50 av 50 filer (${finished.length} var ferdige fra før)`);
    expect(finished.map((name) => statSync(join(folder, "delt", "merker", name)).mtimeMs)).toEqual(madeAt);
    expect(hashesOf(join(folder, "delt"))).toEqual(wanted);
  },
);

test(
  "one bad file: the rest is counted, the exit code says so, and mending it counts that one alone",
  { timeout: 120_000 },
  async () => {
    const bad = join(folder, "inn", "9998.fgb");
    writeFileSync(bad, "fgb");
    const { code, stderr } = await landet("hel");
    expect(stderr).toMatch(/1 av 51 filer er ikke med i summene: 9998\.fgb/);
    expect(code).toBe(3);
    const list = readFileSync(join(folder, "hel", "sum", "tables", "filer.csv"), "utf8").split("\n");
    expect(list.find((row) => row.startsWith("9998"))).toMatch(/^9998,9998\.fgb,mangler,,,,,/);
    expect(readFileSync(join(folder, "hel", "sum", "findings.csv"), "utf8")).toContain("FIL_MANGLER");
    rmSync(bad);
    const mended = await landet("hel");
    expect(mended.code).toBe(0);
    expect(mended.stdout).toContain("(50 var ferdige fra før)");
  },
);

test("a second run in a folder where one is at work is refused", { timeout: 60_000 }, async () => {
  writeFileSync(join(folder, "hel", "kjorer.lock"), String(process.pid));
  const { code, stderr } = await landet("hel");
  expect(stderr).toContain(`another run (process ${process.pid})`);
  expect(code).toBe(1);
  rmSync(join(folder, "hel", "kjorer.lock"));
});

test("--grunnkart and --mappe together, and a folder that is none, are refused in words", async () => {
  const both = await arealregnskap([
    "account",
    "--mappe",
    "a",
    "--grunnkart",
    "b",
    "--out",
    join(folder, "c"),
  ]);
  expect(both.stderr).toContain("not both");
  expect(both.code).toBe(1);
  const none = await arealregnskap(["account", "--mappe", join(folder, "ikke"), "--out", join(folder, "c")]);
  expect(none.stderr).toContain("a folder that cannot be read (ENOENT)");
  expect(none.code).toBe(1);
});
