import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import JSONstat from "jsonstat-toolkit";
import { expect, test } from "vitest";
import { statistics } from "../../src/cli/statistics.js";
import { haveOutsideData, outside } from "../read/outsideData.js";
import { parsePx } from "../report/pxReader.js";

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
