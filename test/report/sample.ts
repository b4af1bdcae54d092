/** Reports of kommune 9901 for the tests of this folder: tables of its account, and a map drawn by hand. */
import { loadRules } from "../../src/rules/load.js";
import { accountTables } from "../../src/tables/tables.js";
import { basisOf, type MapBasis, type ReportBasis } from "../../src/report/basis.js";
import type { CellColumns } from "../../src/core/cellColumns.js";
import { documentOf } from "../../src/report/document.js";
import { reportHtml } from "../../src/report/html.js";
import type { Language } from "../../src/report/textsShape.js";
import { kommune9901 } from "../tables/invented.js";

export const rules = await loadRules();

const facts = kommune9901({
  findings: [
    {
      code: "HULL",
      severity: "note",
      layer: "kommuner",
      feature: -1,
      areaM2: 1234,
      did: "kept",
      says: "et hull",
    },
    {
      code: "ANNET",
      severity: "error",
      layer: "plan",
      feature: 3,
      areaM2: 0,
      did: "dropped",
      says: "noe annet",
    },
  ],
});

export const basis9901: ReportBasis = basisOf("0.0.0", facts, rules, accountTables(facts, rules));

/** The seven strips of fixtures/run, 100 m to a pixel. */
export const map9901: MapBasis = {
  form: "arealregnskap/kart/1",
  field: "arealdekkeNiva1",
  epsg: 25833,
  minX: 497_500,
  minY: 7_300_000,
  pixelM: 100,
  width: 50,
  height: 20,
  classes: [
    { kode: "bebygdSamferdsel", path: "M0 0h5v20h-5z" },
    { kode: "ferskvann", path: "M45 0h2v20h-2z" },
    { kode: "hav", path: "M47 0h3v20h-3z" },
    { kode: "jordbruk", path: "M5 0h8v20h-8z" },
    { kode: "myr", path: "M42 0h3v20h-3z" },
    { kode: "skog", path: "M13 0h25v20h-25z" },
    { kode: "snaumark", path: "M38 0h4v20h-4z" },
  ],
  outlines: { layer: "kommuner", path: "M0 0h50v20h-50v-20" },
};

/** Three cells with all a workbook must carry: a code that begins with =, one with a leading zero, Sami letters. */
export const sampleCells: CellColumns = {
  keys: [
    { name: "arealdekkeNiva1", codes: Uint32Array.of(1, 2, 0), terms: ["", "skog", "=1+1"] },
    { name: "kommuner", codes: Uint32Array.of(1, 1, 2), terms: ["", "0301", "Ŋđŧ"] },
  ],
  planM2: Float64Array.of(0.1 + 0.2, 1e9, 1 / 3),
  trueM2: Float64Array.of(1, 2, 3),
};

export function sampleDocument(
  language: Language,
  basis = basis9901,
  more: { maxRows?: number; map?: MapBasis } = {},
) {
  return documentOf({
    basis,
    map: map9901,
    rules,
    language,
    basisSha256: "ab".repeat(32),
    resultSha256: "cd".repeat(32),
    ...more,
  });
}

export const sampleHtml = (language: Language, basis = basis9901, map = map9901): string =>
  [...reportHtml(sampleDocument(language, basis, { map }))].join("");
