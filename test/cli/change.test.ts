import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { change } from "../../src/cli/change.js";
import { statistics } from "../../src/cli/statistics.js";
import { box, hashesOf, writeGeoJson } from "../run/scene.js";

let folder = "";
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "endring-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const never = new AbortController().signal;

describe("the folders of change and statistikk", () => {
  const files = () => {
    const path = (name: string) => join(folder, name);
    const two = (middle: number) => [
      { ring: box(0, 0, middle, 1000), values: { objtype: "Skog" } },
      { ring: box(middle, 0, 2000, 1000), values: { objtype: "Myr" } },
    ];
    return {
      a: writeGeoJson(path("a.geojson"), two(1000)),
      b: writeGeoJson(path("b.geojson"), two(1200)),
      kommune: writeGeoJson(path("kommune.geojson"), [
        { ring: box(0, 0, 2000, 1000), values: { kommunenummer: "0301" } },
      ]),
      krets: writeGeoJson(path("stemmekretser.geojson"), [
        { ring: box(0, 0, 2000, 1000), values: { kommunenummer: "0301", stemmekretsnummer: "1" } },
      ]),
    };
  };

  test("change writes cells, T10, T11, places, findings and a receipt; twice the same bytes", async () => {
    const { a, b, kommune } = files();
    const run = async (out: string, blockBytes: number) => {
      const request = {
        from: { path: a },
        to: { path: b },
        classField: "objtype",
        units: [{ name: "kommune", path: kommune }],
        measure: "kartplan" as const,
        workers: 0,
        blockBytes,
      };
      await change({ request, out: join(folder, out), managed: false, strict: true }, true, never);
      return hashesOf(join(folder, out));
    };
    const first = await run("endring1", 1e6);
    expect(await run("endring2", 1e6)).toEqual(first);
    expect(readdirSync(join(folder, "endring1")).sort()).toEqual([
      "cells.csv",
      "findings.csv",
      "kvittering.json",
      "regnskap.json",
      "tables",
    ]);
    const cells = readFileSync(join(folder, "endring1/cells.csv"), "utf8").split("\n");
    expect(cells[0]).toMatch(/^finnes,fra_objtype,til_objtype,kommune,kartplanM2/);
    expect(cells.find((row) => row.startsWith("begge,Myr,Skog,0301,200000,"))).toBeDefined();
    const receipt = JSON.parse(readFileSync(join(folder, "endring1/kvittering.json"), "utf8")) as {
      checks: { ok: boolean }[];
    };
    expect(receipt.checks.every(({ ok }) => ok)).toBe(true);
  });

  test("statistikk writes the cube, and refuses stemmekretser", async () => {
    const { a, kommune, krets } = files();
    const request = (path: string) => ({
      years: [{ year: "2024", path: a }],
      classField: "objtype",
      units: [{ path, key: "kommunenummer" }],
      measure: "kartplan" as const,
      date: "2024-01-01",
      workers: 0,
    });
    const out = join(folder, "kube");
    await statistics({ request: request(kommune), out }, true, never);
    const rows = readFileSync(join(out, "tables/T12-objtype.csv"), "utf8").split("\n");
    expect(rows).toContain("0301,Oslo,kommune,Skog,Skog,Areal,2024,1");
    expect(rows.some((row) => /^1101,.*,Skog,Skog,Areal,2024,$/.test(row))).toBe(true);
    await expect(
      statistics({ request: request(krets), out: join(folder, "nei") }, true, never),
    ).rejects.toThrow(/KILDE_GENERALISERT/);
  });
});
