/** `check` and `repair` through the program: what they print and write, and that Ctrl-C leaves nothing. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { featureBox } from "../../src/core/subset.js";
import { openSource } from "../../src/read/open.js";
import { readLayer } from "../../src/read/readLayer.js";
import { arealregnskap } from "./program.js";

let folder: string;
const at = (name: string): string => join(folder, name);
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "kontroll-cli-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Two squares of 10 m, the second 2 m into the first; with a field that only land cover, or only plans, have. */
function overlapping(name: string, field: string, value: string): string {
  const square = (lokalId: string, x: number) => {
    const [w, s] = [500_000 + x, 6_600_000];
    const ring = [
      [w, s],
      [w + 10, s],
      [w + 10, s + 10],
      [w, s + 10],
      [w, s],
    ];
    const properties = { lokalId, [field]: value };
    return { type: "Feature", properties, geometry: { type: "Polygon", coordinates: [ring] } };
  };
  const crs = { type: "name", properties: { name: "urn:ogc:def:crs:EPSG::25833" } };
  const features = [square("a", 0), square("b", 8)];
  writeFileSync(at(name), JSON.stringify({ type: "FeatureCollection", crs, features }));
  return at(name);
}

test("between neighbours by itself for land cover, not for plans, and as asked", async () => {
  const ground = overlapping("grunn.geojson", "arealdekkeNiva1", "1");
  const plan = overlapping("plan.geojson", "arealformål", "1110");
  const findsIt = async (...args: string[]) =>
    (await arealregnskap(["check", ...args])).stdout.includes("OVERLAPP");
  expect(await findsIt(ground)).toBe(true);
  expect(await findsIt(ground, "--no-neighbours")).toBe(false);
  expect(await findsIt(plan)).toBe(false);
  expect(await findsIt(plan, "--neighbours")).toBe(true);
}, 60_000);

test("check -o writes the findings and their places; --strict fails on errors; repair leaves none", async () => {
  const ground = overlapping("grunn.geojson", "arealdekkeNiva1", "1");
  expect((await arealregnskap(["check", ground, "-o", at("funn"), "--strict"])).code).toBe(2);
  expect(readdirSync(at("funn")).sort()).toEqual(["findings.csv", "kvittering.json", "places"]);
  expect(readFileSync(at("funn/findings.csv"), "utf8")).toMatch(/^OVERLAPP,error,grunn,0,a,/m);
  const places = JSON.parse(readFileSync(at("funn/places/grunn.geojson"), "utf8")) as { features: object[] };
  expect(places.features.length).toBeGreaterThan(0);
  const { layer } = await readLayer(await openSource(at("funn/places/grunn.fgb")), ["kode"]);
  const overlap = layer.columns.get("kode")!.terms.indexOf("OVERLAPP");
  const [f] = Array.from(layer.columns.get("kode")!.codes.keys()).filter(
    (i) => layer.columns.get("kode")!.codes[i] === overlap,
  );
  expect(featureBox(layer, f)).toEqual([500_008, 6_600_000, 500_010, 6_600_010]); // the ground that is claimed twice
  expect((await arealregnskap(["repair", ground, "-o", at("hel.geojson")])).code).toBe(0);
  expect((await arealregnskap(["check", at("hel.geojson")])).stdout).not.toMatch(
    /OVERLAPP|HULL|PUNKT_UTEN_NABO/,
  );
}, 60_000);

const CTRL_C_AT_ONCE = `
  const waiting = setInterval(() => {
    if (process.listenerCount("SIGINT") === 0) return;
    clearInterval(waiting);
    process.kill(process.pid, "SIGINT");
  }, 1);`;

test.each([
  ["check", "funn"],
  ["repair", "hel.fgb"],
])(
  "Ctrl-C in %s: exit code 130, nothing left",
  async (command, out) => {
    const ground = overlapping("grunn.geojson", "arealdekkeNiva1", "1");
    const { code, stderr } = await arealregnskap([command, ground, "-o", at(out)], CTRL_C_AT_ONCE);
    expect(stderr).toMatch(/Avbrutt/);
    expect(code).toBe(130);
    expect(readdirSync(folder)).toEqual(["grunn.geojson"]);
  },
  60_000,
);
