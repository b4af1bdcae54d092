import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { account } from "../../src/cli/account.js";
import type { ReportBasis } from "../../src/report/basis.js";
import { GROUND, KOMMUNER, settings, writeGeoJson } from "../run/scene.js";

/** The scene's ground by the classes of SSB's table 09594: 0301 has 6 km2, 3201 has 10. */
let folder: string;
const inn = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "statbank-"));
  const classOf = (objtype: string): string => (objtype === "Skog" ? "17" : "18");
  const ground = GROUND.map(({ ring, values }) => ({
    ring,
    values: { arealklasse: classOf(String(values["objtype"])) },
  }));
  writeGeoJson(inn("grunn.geojson"), ground);
  writeGeoJson(inn("kommune.geojson"), KOMMUNER);
  const dataset = {
    version: "2.0",
    class: "dataset",
    id: ["Region", "ArealKlasse", "ContentsCode", "Tid"],
    size: [2, 2, 1, 2],
    dimension: {
      Region: { category: { index: ["K-0301", "K-3201"] } },
      ArealKlasse: { category: { index: ["17", "23"] } },
      ContentsCode: { category: { index: ["Areal"] } },
      Tid: { category: { index: ["2024", "2025"] } },
    },
    value: [9, 2.5, null, null, 9, 3, null, null],
  };
  writeFileSync(inn("09594.json"), JSON.stringify(dataset));
  const csv =
    '"09594: Arealbruk"\n\n"region";"arealklasse";"Areal (km²) 2024";"Areal (km²) 2025"\n' +
    '"0301 Oslo";"17 Skog";9,0;2,5\n"0301 Oslo";"23 Sjøområde";"..";".."\n"3201 Bærum";"17 Skog";9,0;3,0\n';
  writeFileSync(inn("09594.csv"), csv);
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each(["09594.json", "09594.csv"])(
  "%s as a reference of an account: T15 of its latest year, with reasons",
  async (file) => {
    const rest = {
      klasse: ["arealklasse"],
      arealmetode: "kartplan",
      reparasjon: "off",
      referanse: [inn(file)],
    };
    const run = settings(inn("grunn.geojson"), { kommune: inn("kommune.geojson") }, inn(`ut-${file}`), rest);
    await account(run, true, new AbortController().signal);
    const basis = JSON.parse(readFileSync(join(inn(`ut-${file}`), "regnskap.json"), "utf8")) as ReportBasis;
    const { id, title, rows, footnotes } = basis.tables.find((table) => table.id.startsWith("T15"))!;
    expect(id).toBe("T15-09594 2025");
    expect(title).toContain("arealklasse × kommune mot 09594 2025");
    const forest = rows.filter((row) => row[2] === "17").map((row) => [row[0], row[3], row[5]]);
    expect(forest.sort()).toEqual([
      ["0301", "Skog", 2_500_000],
      ["3201", "Skog", 3_000_000],
    ]);
    const [oslo] = rows.filter((row) => row[0] === "0301" && row[2] === "17");
    expect(oslo[4]).toBeCloseTo(2_000_000, 3);
    expect(oslo[6]).toBeCloseTo(-500_000, 3);
    for (const reason of [
      /Klassedefinisjoner/,
      /Arealmål/,
      /Dato og utgave/,
      /Sjø: .*klasse 23/,
      /ikke brukes til å regne endring/,
    ])
      expect(footnotes.some((note) => reason.test(note))).toBe(true);
  },
);
