import { describe, expect, test } from "vitest";
import { loadRules } from "../../src/rules/load.js";
import { classFields } from "../../src/tables/classes.js";
import type { AccountFacts } from "../../src/tables/facts.js";
import { klassNames } from "../../src/tables/klassNames.js";
import { kretsTable } from "../../src/tables/kretser.js";
import { holdBy } from "../../src/tables/checks.js";
import { type Cube, cubeAgainstUnits, statisticsCube } from "../../src/tables/kube.js";
import { cellsOf, factsOf, layerOf } from "./invented.js";

const rules = await loadRules();

/** An account of objtype by unit; amounts in km2. */
function account(
  rows: readonly (readonly [unit: string, objtype: string, km2: number])[],
  keyField = "kommunenummer",
): AccountFacts {
  const body = rows.map(([unit, objtype, km2]) => [objtype, unit, String(1e6 * km2), String(1e6 * km2)]);
  const cells = cellsOf([["objtype", "enhet", "kartplanM2", "ellipsoideM2"], ...body], ["enhet"]);
  return factsOf(cells, [layerOf(cells, "enhet", keyField)]);
}

const options = { field: "objtype", layer: "enhet", date: "2024-01-01" };

function value(
  { dimensions: [region, klasse, , aar], values }: Cube,
  kode: string,
  class_: string,
  year: string,
) {
  const at = region.codes.indexOf(kode) * klasse.codes.length + klasse.codes.indexOf(class_);
  return values[at * aar.codes.length + aar.codes.indexOf(year)];
}

describe("T12", () => {
  test("every region has every class: 0 is none, null is missing, sums over what is missing are missing", () => {
    const facts = account([
      ["0301", "Skog", 300],
      ["0301", "", 2],
    ]);
    const { cube } = statisticsCube([{ year: "2024", facts }], rules, options);
    expect(cube.values).toHaveLength(
      cube.dimensions.reduce((product, { codes }) => product * codes.length, 1),
    );
    expect(value(cube, "0301", "Skog", "2024")).toBe(300);
    expect(value(cube, "0301", "Myr", "2024")).toBe(0);
    expect(value(cube, "0301", "utenVerdi", "2024")).toBe(2);
    expect(value(cube, "03", "Skog", "2024")).toBe(300); // Oslo is a fylke of one kommune
    expect(value(cube, "1101", "Skog", "2024")).toBe(null);
    expect(value(cube, "11", "Skog", "2024")).toBe(null);
    expect(value(cube, "0", "Skog", "2024")).toBe(null);
    const check = cubeAgainstUnits(cube, { year: "2024", facts }, "enhet", holdBy(rules));
    expect(check).toMatchObject({ id: "cubeUnits", ok: true });
  });

  test("what summing leaves behind of uncovered ground is none: no region has less than nothing", () => {
    const cells = cellsOf(
      [
        ["objtype", "enhet", "kartplanM2", "ellipsoideM2"],
        ["Skog", "0301", "1000000", "1000000"],
        ["Skog", "1101", "1000000", "1000000"],
      ],
      ["enhet"],
    );
    const left = (m2: number) => ({ planM2: m2, trueM2: m2 });
    const uncovered = { "0301": left(-3e-7), "1101": left(5) };
    const facts = factsOf(cells, [layerOf(cells, "enhet", "kommunenummer", uncovered)]);
    const { cube } = statisticsCube([{ year: "2024", facts }], rules, options);
    expect(value(cube, "0301", "udekket", "2024")).toBe(0);
    expect(value(cube, "1101", "udekket", "2024")).toBeCloseTo(5e-6, 12);
  });

  test("years with other numbers meet in one division; a lost zero is mended and told", () => {
    const years = [
      {
        year: "2019",
        facts: account([
          ["0101", "Skog", 5],
          ["301", "Skog", 7],
        ]),
      },
      {
        year: "2021",
        facts: account([
          ["3001", "Skog", 6],
          ["0301", "Skog", 8],
        ]),
      },
    ];
    const { cube, findings } = statisticsCube(years, rules, options);
    expect(["2019", "2021"].map((year) => value(cube, "3101", "Skog", year))).toEqual([5, 6]);
    expect(["2019", "2021"].map((year) => value(cube, "0301", "Skog", year))).toEqual([7, 8]);
    expect(findings.map(({ code }) => code).sort()).toEqual([
      "KOMMUNENUMMER_FEIL",
      "KOMMUNE_OMKODET",
      "KOMMUNE_OMKODET",
    ]);
    expect(cube.title).toContain("kommuneinndeling per 2024-01-01");
  });

  test("a divided kommune is refused, with what to do", () => {
    const facts = account([["1507", "Skog", 5]]);
    expect(() => statisticsCube([{ year: "2023", facts }], rules, options)).toThrow(
      /KOMMUNE_DELT: kommune 1507.*1508, 1580.*border of 2024-01-01/,
    );
    const then = statisticsCube([{ year: "2023", facts }], rules, { ...options, date: "2023-01-01" });
    expect(value(then.cube, "1507", "Skog", "2023")).toBe(5);
  });

  test("Våler and Herøy are told apart by number", () => {
    const facts = account([
      ["3114", "Skog", 1],
      ["3419", "Skog", 2],
      ["1515", "Skog", 3],
      ["1818", "Skog", 4],
    ]);
    const { cube } = statisticsCube([{ year: "2024", facts }], rules, options);
    expect(["3114", "3419", "1515", "1818"].map((kode) => value(cube, kode, "Skog", "2024"))).toEqual([
      1, 2, 3, 4,
    ]);
  });
});

describe("T13", () => {
  const kretser = (rows: Parameters<typeof account>[0], names?: Parameters<typeof kretsTable>[4]) => {
    const facts = account(rows, "grunnkretsnummer");
    const [field] = classFields(facts, rules);
    return kretsTable(facts, rules, field, facts.zoneLayers[0], names);
  };

  test("delområde and kommune are sums of grunnkretser; a shared place counts in both and is told", () => {
    const names = klassNames(
      "klass.json",
      JSON.stringify({ codes: [{ code: "03010101", name: "Áŋgir øst" }] }),
      "2024-01-01",
      8,
    );
    const { table, balance, findings } = kretser(
      [
        ["03010101", "Skog", 1],
        ["03010102", "Skog", 2],
        ["03010101|03010102", "Skog", 0.5],
        ["03010201", "Myr", 4],
      ],
      names,
    );
    const km2 = (niva: string, at: number) =>
      table.rows
        .filter((row) => row[4] === niva && (row[7] as number) > 0)
        .map((row) => [row[at], row[5], (row[7] as number) / 1e6]);
    expect(km2("grunnkrets", 2)).toEqual([
      ["03010101", "Skog", 1.5],
      ["03010102", "Skog", 2.5],
      ["03010201", "Myr", 4],
    ]);
    expect(km2("delområde", 1)).toEqual([
      ["03010100", "Skog", 4],
      ["03010200", "Myr", 4],
    ]);
    expect(balance).toEqual([
      {
        kommune: "0301",
        sumM2: 8e6,
        onceM2: 7.5e6,
        overlapM2: 5e5,
        pairCount: 1,
        uncoveredM2: 0,
        gapM2: 0,
        doubledM2: 0,
      },
    ]);
    expect(findings.map(({ code, areaM2 }) => [code, areaM2])).toEqual([["ENHET_OVERLAPP", 5e5]]);
    expect(table.rows[0][3]).toBe("Áŋgir øst");
  });

  test("delområder in the same layer are not summed with their grunnkretser; lost zeros come back", () => {
    const { table, findings } = kretser([
      ["3010101", "Skog", 1],
      ["03010100", "Skog", 1],
    ]);
    expect(new Set(table.rows.filter((row) => row[4] === "grunnkrets").map((row) => row[2]))).toEqual(
      new Set(["03010101"]),
    );
    expect(findings.map(({ code }) => code).sort()).toEqual(["DELOMRADE_UTELATT", "GRUNNKRETS_FEIL"]);
    expect(() => kretser([["Sentrum", "Skog", 1]])).toThrow(/eight digits/);
  });
});

describe("checks of T13", () => {
  /** Ground by krets and kommune, km2. The kommune has ground under no krets, and a krets has ground outside it. */
  function kretserIn(rows: readonly (readonly [krets: string, kommune: string, km2: number])[]) {
    const body = rows.map(([krets, kommune, km2]) => [
      "Skog",
      krets,
      kommune,
      String(1e6 * km2),
      String(1e6 * km2),
    ]);
    const heads = ["objtype", "krets", "kommune", "kartplanM2", "ellipsoideM2"];
    const cells = cellsOf([heads, ...body], ["krets", "kommune"]);
    const kretser = layerOf(cells, "krets", "grunnkretsnummer");
    return { cells, kretser, kommuner: layerOf(cells, "kommune", "kommunenummer") };
  }
  const rows = [
    ["03010101", "0301", 4],
    ["03010101|03010102", "0301", 1],
    ["03010201", "0301", 2],
    ["", "0301", 3],
    ["03010201", "", 5],
  ] as const;

  function checksOf(change: (units: ReturnType<typeof kretserIn>) => void = () => undefined) {
    const units = kretserIn(rows);
    change(units);
    const facts = factsOf(units.cells, [units.kretser, units.kommuner]);
    const [field] = classFields(facts, rules);
    return kretsTable(facts, rules, field, facts.zoneLayers[0]).checks.map(
      ({ id, name, expectedM2, actualM2, ok }) => [id, name, expectedM2 / 1e6, actualM2 / 1e6, ok],
    );
  }

  test("a delområde is its grunnkretser, and the kommune's T1 is its grunnkretser once with what lies apart", () => {
    expect(checksOf()).toEqual([
      ["kretsDelomrade", "krets 03010100", 6, 6, true],
      ["kretsUnits", "krets 0301", 13, 13, true],
      ["kretsKommune", "krets, kommune 0301", 10, 10, true],
    ]);
  });

  test("ground that is not posted is seen by all three", () => {
    const lost = ({ kretser, kommuner }: ReturnType<typeof kretserIn>): void => {
      for (const { units } of [kretser, kommuner])
        Object.assign(units[0], { covered: { planM2: 20e6, trueM2: 20e6 } });
    };
    expect(checksOf(lost).map((check) => check.at(-1))).toEqual([false, false, false]);
  });
});

describe("names from Klass", () => {
  const date = "2024-01-01";

  test("CSV, JSON of codes and of a version, dated, zeros kept", () => {
    const csv =
      'code;parentCode;level;name;validFrom;validTo\n03010101;03010100;2;"Sentrum; vest";2020-01-01;\n03010102;;2;Gammel;1990-01-01;2020-01-01\n';
    const json = JSON.stringify({ classificationItems: [{ code: 3010101, name: "Kárášjohka" }] });
    expect(klassNames("a", csv, date, 8).nameOf("03010101")).toBe("Sentrum; vest");
    expect(klassNames("a", csv, date, 8).nameOf("03010102")).toBe(undefined);
    expect(klassNames("a", json, date, 8).nameOf("03010101")).toBe("Kárášjohka");
  });

  test.each(["{", '{"codes": 3}', "{}", "a;b\n1;2\n", ""])("%j is refused in words", (text) => {
    expect(() => klassNames("navn.json", text, date, 8)).toThrow(/navn\.json.*Wanted/);
  });
});
