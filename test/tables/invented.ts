/** Accounts made by hand for the tests of this folder: cells in, facts of a run that read them without trouble out. */
import { readFileSync } from "node:fs";
import type { CellTable } from "../../src/aggregate/cells.js";
import type { CodeColumn } from "../../src/core/layer.js";
import type { AccountFacts, Both, UnitFacts, ZoneLayerFacts } from "../../src/tables/facts.js";

/** A small CSV, quoted fields included; every cell is text. */
export function csvRows(text: string): string[][] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        (m) => m[1]?.replaceAll('""', '"') ?? m[2],
      ),
    );
}

export function readRows(url: URL): string[][] {
  return csvRows(readFileSync(url, "utf8"));
}

/** Cells from rows whose first line names the columns: class fields, then zone layers, then the two areas. */
export function cellsOf(rows: readonly (readonly string[])[], zoneNames: readonly string[]): CellTable {
  const [names, ...body] = rows;
  const column = (name: string): [string, CodeColumn] => {
    const values = body.map((row) => row[names.indexOf(name)]);
    const terms = [...new Set(["", ...values])];
    return [name, { codes: Uint32Array.from(values, (value) => terms.indexOf(value)), terms }];
  };
  const keys = names.slice(0, -2);
  const area = (at: number) => Float64Array.from(body, (row) => Number(row.at(at)));
  return {
    rowCount: body.length,
    classes: new Map(keys.filter((name) => !zoneNames.includes(name)).map(column)),
    zones: new Map(zoneNames.map(column)),
    planM2: area(-2),
    trueM2: area(-1),
  };
}

const NONE: Both = { planM2: 0, trueM2: 0 };
export const plus = (a: Both, b: Both): Both => ({
  planM2: a.planM2 + b.planM2,
  trueM2: a.trueM2 + b.trueM2,
});

/** A zone layer that is exactly what the cells say, and owns `uncovered` besides, unit by unit. */
export function layerOf(
  cells: CellTable,
  name: string,
  keyField: string,
  uncovered: Readonly<Record<string, Both>> = {},
): ZoneLayerFacts {
  const { codes, terms } = cells.zones.get(name)!;
  const covered = new Map<string, Both>(Object.keys(uncovered).map((key) => [key, NONE]));
  let inside = NONE;
  let overlap = NONE;
  for (let row = 0; row < cells.rowCount; row++) {
    const area = { planM2: cells.planM2[row], trueM2: cells.trueM2[row] };
    const keys = terms[codes[row]] === "" ? [] : terms[codes[row]].split("|");
    if (keys.length > 0) inside = plus(inside, area);
    keys.forEach((key, k) => {
      covered.set(key, plus(covered.get(key) ?? NONE, area));
      if (k > 0) overlap = plus(overlap, area);
    });
  }
  const units = [...covered].sort().map(([key, part]): UnitFacts => {
    const union = plus(part, uncovered[key] ?? NONE);
    return { key, own: union, union, covered: part };
  });
  const own = units.reduce((sum, unit) => plus(sum, unit.own), NONE);
  const union = { planM2: own.planM2 - overlap.planM2, trueM2: own.trueM2 - overlap.trueM2 };
  const polygonCount = units.length;
  return { name, keyField, polygonCount, outsideCount: 0, own, union, covered: inside, overlap, units };
}

export function factsOf(
  cells: CellTable,
  zoneLayers: readonly ZoneLayerFacts[],
  more: Partial<AccountFacts> & { readonly edition?: string } = {},
): AccountFacts {
  const sum = (areas: Float64Array) => areas.reduce((total, area) => total + area, 0);
  const posted = { planM2: sum(cells.planM2), trueM2: sum(cells.trueM2) };
  const { edition, ...rest } = more;
  return {
    cells,
    measure: "ellipsoide",
    measureId: "tm 15 0.9996",
    inputs: [
      {
        role: "grunnkart",
        name: "grunnkart",
        file: "grunnkart.fgb",
        format: "FlatGeobuf",
        epsg: 25833,
        epsgFrom: "file",
        featureCount: cells.rowCount,
        byteLength: 1000,
        sha256: "00".repeat(32),
        ...(edition === undefined ? {} : { edition }),
      },
    ],
    zoneLayers,
    ground: {
      featureCount: cells.rowCount,
      vertexCount: 99,
      own: posted,
      posted,
      worstResidualM2: 0,
      foldedM2: 0,
    },
    findings: [],
    ruleSets: [{ id: "regnskap", version: "2026-11-21", sha256: "11".repeat(32) }],
    ...rest,
  };
}

/** Kommune 9901, see fixtures/tables/9901-eksempel/why.md. */
export function kommune9901(more: Parameters<typeof factsOf>[2] = {}): AccountFacts {
  const rows = readRows(new URL("../../fixtures/tables/9901-eksempel/cells.csv", import.meta.url));
  const cells = cellsOf(rows, ["kommuner"]);
  return factsOf(cells, [layerOf(cells, "kommuner", "kommunenummer")], {
    edition: "arsversjon2025",
    ...more,
  });
}
