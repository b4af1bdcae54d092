import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import JSONstat from "jsonstat-toolkit";
import { expect, test } from "vitest";
import { writeReports } from "../../src/cli/report.js";
import { statistics } from "../../src/cli/statistics.js";
import { haveOutsideData, outside } from "../read/outsideData.js";
import { parsePx } from "../report/pxReader.js";
import { box, GROUND, writeGeoJson } from "../run/scene.js";

type Dataset = { readonly value: readonly (number | null)[]; readonly length: number };

/** N1000 of all kommuner, fylker and the country: the same figures in three formats, and sums that close. */
test.runIf(haveOutsideData)(
  "T12 as CSV, JSON-stat and PX has the same cells, which close to the country",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "statistikk-"));
    try {
      const out = join(folder, "kube");
      await statistics(
        {
          request: {
            years: [{ year: "2024", path: outside("data/arealdekke/n1000_arealdekke_25833.fgb") }],
            classField: "objtype",
            units: [{ path: outside("data/admin/n1000_kommune_25833.fgb"), name: "kommune" }],
            date: "2024-01-01",
            measure: "kartplan",
            workers: 0,
          },
          out,
        },
        true,
        new AbortController().signal,
      );
      const [, ...rows] = readFileSync(join(out, "tables/T12-objtype.csv"), "utf8").trimEnd().split("\n");
      const figures = rows.map((row) => {
        const value = row.slice(row.lastIndexOf(",") + 1);
        return value === "" ? null : Number(value);
      });
      expect(figures.length).toBe((357 + 15 + 1) * 10);

      const dataset = JSONstat(
        JSON.parse(readFileSync(join(out, "json-stat/T12-objtype.json"), "utf8")),
      ) as Dataset;
      expect(dataset.length).toBeGreaterThan(0);
      expect(dataset.value).toEqual(figures);

      const px = parsePx(readFileSync(join(out, "px/T12-objtype.px"), "utf8"));
      expect(JSON.stringify(px)).toContain("km²");
      const numbers = px.cells.map((cell) => (typeof cell === "number" ? cell : null));
      expect(numbers).toHaveLength(figures.length);
      numbers.forEach((cell: number | null, i: number) =>
        expect(cell ?? NaN).toBeCloseTo(figures[i] ?? NaN, 9),
      );

      const sumOf = (level: string): number =>
        rows.reduce((sum, row, i) => (row.includes(`,${level},`) ? sum + (figures[i] ?? 0) : sum), 0);
      expect(sumOf("kommune")).toBeCloseTo(sumOf("land"), 6);
      expect(sumOf("fylke")).toBeCloseTo(sumOf("land"), 6);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

test("grunnkretser alone: T13 in three formats with the same figures, and a year used twice is told", async () => {
  const folder = mkdtempSync(join(tmpdir(), "statistikk-"));
  try {
    const path = (name: string) => join(folder, name);
    const ground = writeGeoJson(path("grunn.geojson"), GROUND);
    const kretser = writeGeoJson(path("kretser.geojson"), [
      { ring: box(0, 0, 2000, 4000), values: { grunnkretsnummer: 3010101, grunnkretsnavn: "Vest" } },
      { ring: box(2000, 0, 4000, 4000), values: { grunnkretsnummer: 3010201, grunnkretsnavn: "Øst" } },
    ]);
    const out = path("ut");
    await statistics(
      {
        request: {
          years: [
            { year: "2024", path: ground },
            { year: "2025", path: ground },
          ],
          classField: "objtype",
          units: [{ path: kretser, name: "krets" }],
          date: "2024-01-01",
          measure: "kartplan",
          workers: 0,
        },
        out,
      },
      true,
      new AbortController().signal,
    );
    const csv = readFileSync(join(out, "tables/T13-objtype-krets-2025.csv"), "utf8").trimEnd().split("\n");
    expect(csv).toContain("0301,03010100,03010101,Vest,grunnkrets,Skog,Skog,2000000,2000");
    const figures = csv.slice(1).flatMap((row) => row.split(",").slice(-2).map(Number));
    const text = readFileSync(join(out, "json-stat/T13-objtype-krets-2025.json"), "utf8");
    const dataset = JSONstat(JSON.parse(text)) as Dataset & {
      readonly id: readonly string[];
      readonly label: string;
    };
    expect(dataset.id).toEqual(["krets", "klasse", "contents"]);
    expect(dataset.label).toMatch(/, 2025$/);
    expect(dataset.value).toEqual(figures);
    expect(text).toContain('"index":["03010101","03010201","03010100","03010200","0301"]');
    const px = parsePx(readFileSync(join(out, "px/T13-objtype-krets-2025.px"), "utf8"));
    expect(px.cells).toEqual(figures);
    // A report in the same form leaves the run's own file, which the receipt names, as it is.
    const files = await writeReports(out, ["nb", "en"], ["json-stat"]);
    expect(files).toContain(join(out, "json-stat/T13-objtype-krets-2025.json"));
    expect(files).toContain(join(out, "json-stat/T13-objtype-krets-2025.en.json"));
    expect(readFileSync(join(out, "json-stat/T13-objtype-krets-2025.json"), "utf8")).toBe(text);
    const findings = readFileSync(join(out, "findings.csv"), "utf8");
    expect(findings.match(/^warning,GRUNNKRETS_FEIL,/gm)).toHaveLength(4);
    expect(findings).toMatch(/^warning,UTGAVE_LIK,grunn,.*2025 er samme fil som for 2024/m);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
