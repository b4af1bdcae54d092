import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { account } from "../../src/cli/account.js";
import { writeReports } from "../../src/cli/report.js";
import { InputError } from "../../src/core/trouble.js";
import { checkSettings } from "../../src/run/settings.js";

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/run/${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "rapport-"));
const run = join(folder, "regnskap");

async function runWith(rapport: readonly string[] | undefined): Promise<void> {
  const settings = {
    grunnkart: fixture("grunnkart.geojson"),
    klasse: ["arealdekkeNiva1"],
    enheter: [
      { navn: "kommune", fil: fixture("kommuner.geojson") },
      { navn: "plan", fil: fixture("plan.geojson"), nokkel: "arealformal" },
    ],
    arealmetode: "kartplan",
    workers: 0,
    ut: run,
    ...(rapport === undefined ? {} : { rapport }),
  };
  await account(checkSettings(settings, "test"), true, new AbortController().signal);
}

const text = (name: string) => readFileSync(join(run, name), "utf8");

beforeAll(() => runWith(["nb", "en"]));
afterAll(() => rmSync(folder, { recursive: true }));

test("the report is made again from the folder alone, byte for byte", async () => {
  const first = [text("rapport.html"), text("rapport.en.html")];
  rmSync(join(run, "cells.csv"));
  rmSync(join(run, "tables"), { recursive: true });
  await writeReports(run, ["nb", "en"], ["html"]);
  expect([text("rapport.html"), text("rapport.en.html")]).toEqual(first);
});

test("the report shows the worked example and its fingerprint", () => {
  const html = text("rapport.html");
  const receipt = JSON.parse(text("kvittering.json")) as { resultSha256: string };
  expect(html).toContain("9901 Eksempel".slice(0, 4));
  expect(html).toMatch(/10\u00a0000[ \u00a0]daa/);
  expect(html).toContain(receipt.resultSha256);
});

test("the map is the seven strips, drawn in pixels of 5 m", () => {
  const map = JSON.parse(text("kart.json")) as { pixelM: number; width: number; classes: { path: string }[] };
  expect(map.pixelM).toBe(5);
  expect(map.width).toBe(1000);
  expect(map.classes).toHaveLength(7);
  expect(map.classes[0].path).toBe("M100 0v400h-100v-400z");
});

test("a folder with a report in it is an earlier run's, and may be replaced", async () => {
  await runWith(undefined);
  expect(() => text("rapport.html")).toThrow();
  expect(() => text("kart.json")).toThrow();
  await writeReports(run, ["nb"], ["html"]);
  expect(text("rapport.html")).toContain("Kjør den igjen med --report");
});

test("a title of one's own stands where the other did, as text, and says nothing of the run", async () => {
  await writeReports(run, ["nb"], ["html"]);
  const plain = text("rapport.html");
  await writeReports(run, ["nb"], ["html"], { title: "Hva bygges ned? <b> & mer" });
  const titled = text("rapport.html");
  const titleOf = (html: string) => /<title>(.*?)<\/title>/s.exec(html)?.[1] ?? "";
  expect(titleOf(titled)).toBe("Hva bygges ned? &lt;b&gt; &amp; mer");
  expect(titled.replaceAll(titleOf(titled), titleOf(plain))).toBe(plain);
});

test.each([
  ["a figure is changed", (json: string) => json.replace("10000", "10001")],
  ["it is cut off", (json: string) => json.slice(0, 1000)],
])("regnskap.json is refused when %s", async (_, change) => {
  const before = text("regnskap.json");
  writeFileSync(join(run, "regnskap.json"), change(before));
  await expect(writeReports(run, ["nb"], ["html"])).rejects.toThrow(/not the one in the receipt/);
  writeFileSync(join(run, "regnskap.json"), before);
});

test("a folder that is no run's is refused in words", async () => {
  await expect(writeReports(folder, ["nb"], ["html"])).rejects.toThrow(InputError);
  await expect(writeReports(folder, ["nb"], ["html"])).rejects.toThrow(/kvittering.json/);
});
