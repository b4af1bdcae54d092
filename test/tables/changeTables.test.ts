import { describe, expect, test } from "vitest";
import { type ChangeCells, columnOf, type Presence } from "../../src/aggregate/changeSums.js";
import { printTable } from "../../src/report/print.js";
import { textsIn } from "../../src/report/texts.js";
import { loadRules } from "../../src/rules/load.js";
import type { ChangeFacts } from "../../src/tables/changeFacts.js";
import { changeTables } from "../../src/tables/changeTables.js";

const rules = await loadRules();

type Row = readonly [
  presence: Presence,
  from: string,
  to: string,
  unit: string,
  daa: number,
  stripDaa?: number,
];

function cellsOf(rows: readonly Row[]): ChangeCells {
  const areas = Float64Array.from(rows, ([, , , , daa]) => 1000 * daa);
  const strips = Float64Array.from(rows, ([, , , , , daa = 0]) => 1000 * daa);
  return {
    rowCount: rows.length,
    presence: rows.map(([presence]) => presence),
    from: columnOf(rows.map(([, from]) => from)),
    to: columnOf(rows.map(([, , to]) => to)),
    zones: new Map([["kommune", columnOf(rows.map(([, , , unit]) => unit))]]),
    planM2: areas,
    trueM2: areas,
    stripPlanM2: strips,
    stripTrueM2: strips,
  };
}

function factsOf(rows: readonly Row[], more: Partial<ChangeFacts> = {}): ChangeFacts {
  const sum = (wanted: readonly Presence[]) => {
    const m2 = rows.reduce(
      (total, [presence, , , , daa]) => total + (wanted.includes(presence) ? 1000 * daa : 0),
      0,
    );
    return { planM2: m2, trueM2: m2 };
  };
  const input = (name: string, edition?: string, sha256 = name.padEnd(64, "0")) => ({
    role: "grunnkart" as const,
    name,
    file: `${name}.fgb`,
    format: "FlatGeobuf",
    epsg: 25833,
    epsgFrom: "file" as const,
    featureCount: 1,
    byteLength: 1,
    sha256,
    ...(edition === undefined ? {} : { edition }),
  });
  return {
    cells: cellsOf(rows),
    field: "okosystemtype1",
    measure: "ellipsoide",
    measureId: "tm 15 0.9996",
    workEpsg: 25833,
    inputs: [input("2025", "arsversjon2025"), input("2026", "arsversjon2025")],
    zoneLayers: [
      { name: "kommune", keyField: "kommunenummer", keys: [...new Set(rows.map((row) => row[3]))] },
    ],
    control: {
      ownA: sum(["begge", "bareA"]),
      ownB: sum(["begge", "bareB"]),
      acrossA: sum(["begge"]),
      acrossB: sum(["begge"]),
      featuresA: 1,
      featuresB: 1,
      twins: 0,
      foldedM2: 0,
      worstResidualM2: 0,
      blocks: 1,
    },
    largest: [],
    strips: [],
    incomparable: false,
    findings: [],
    ruleSets: [],
    ...more,
  };
}

const KODE = {
  bebygd: "bebygdOpparbeidetAreal",
  dyrket: "dyrketmark",
  gras: "grasmark",
  skog: "skog",
  hei: "heiBuskmark",
  vat: "vatmark",
  innsjo: "innsjoerVannmagasiner",
  hav: "hav",
};

/** Kommune 9901 of the domain reference, section 10: the off-diagonals, and opening less reductions on the diagonal. */
const EXAMPLE: readonly Row[] = (
  [
    ["bebygd", "bebygd", 1000],
    ["dyrket", "dyrket", 1085],
    ["gras", "gras", 380],
    ["skog", "skog", 4935],
    ["hei", "hei", 800],
    ["vat", "vat", 690],
    ["innsjo", "innsjo", 400],
    ["hav", "hav", 600],
    ["skog", "bebygd", 60],
    ["vat", "bebygd", 10],
    ["dyrket", "bebygd", 15],
    ["gras", "skog", 20],
    ["skog", "dyrket", 5],
  ] as const
).map(([from, to, daa]) => ["begge", KODE[from], KODE[to], "9901", daa] as const);

/** 9901 is in no register. */
const INVENTED = ["KOMMUNENUMMER_FEIL", "note"];

const OPTIONS = { stripWidthM: 2 };

describe("T10 of kommune 9901", () => {
  const { tables, checks, findings } = changeTables(factsOf(EXAMPLE), rules, OPTIONS);

  test("reads as the domain reference prints it", () => {
    const table = tables.find(({ id }) => id === "T10-okosystemtype1-kommune")!;
    const printed = printTable(table, textsIn("nb")).replaceAll("\u00a0", " ");
    const line = (name: string) =>
      printed
        .split("\n")
        .find((text) => text.startsWith(name))!
        .split(/ {2,}/)
        .slice(1);
    expect(line("Inngående")).toEqual([
      "1 000",
      "1 100",
      "400",
      "5 000",
      "800",
      "700",
      "400",
      "600",
      "10 000",
    ]);
    expect(line("Tilvekst")).toEqual(["85,0", "5,0", "0", "20,0", "0", "0", "0", "0", "110"]);
    expect(line("Avgang")).toEqual(["0", "15,0", "20,0", "65,0", "0", "10,0", "0", "0", "110"]);
    expect(line("Netto")).toEqual(["85,0", "−10,0", "−20,0", "−45,0", "0", "−10,0", "0", "0", "0"]);
    expect(line("Utgående")).toEqual([
      "1 085",
      "1 090",
      "380",
      "4 955",
      "800",
      "690",
      "400",
      "600",
      "10 000",
    ]);
    expect(printed).toContain("SSB 09594 skal ikke brukes til å regne endring mellom år.");
  });

  test("T11's margins are T10's opening and closing, and all checks hold", () => {
    const matrix = tables.find(({ id }) => id === "T11-okosystemtype1-kommune")!;
    const extent = tables.find(({ id }) => id === "T10-okosystemtype1-kommune")!;
    const row = (rad: string) => extent.rows.find((cells) => cells[2] === rad)!.slice(4);
    const rows = matrix.rows.slice(0, 8);
    expect(rows.map((cells) => (cells.at(-1) as number) / 1000)).toEqual(row("inngaende").slice(0, 8));
    expect(
      matrix.rows
        .at(-1)!
        .slice(4, 12)
        .map((m2) => (m2 as number) / 1000),
    ).toEqual(row("utgaende").slice(0, 8));
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(findings.map(({ code, severity }) => [code, severity])).toEqual([INVENTED]);
  });

  test("by EU type in thousand hectares: all twelve, and none without a type", () => {
    const table = tables.find(({ id }) => id === "T10-EU")!;
    expect(table.columns.slice(4).map(({ id }) => id)).toEqual([
      ..."123456789",
      "10",
      "11",
      "12",
      "utenVerdi",
      "sum",
    ]);
    const closing = table.rows.find((cells) => cells[2] === "utgaende")!.slice(4) as number[];
    expect(closing[0]).toBeCloseTo(0.1085, 12);
    expect(closing[12]).toBe(0);
    expect(closing[13]).toBeCloseTo(1, 12);
  });

  test("managed change is that into built and cultivated ground", () => {
    const [table] = changeTables(factsOf(EXAMPLE), rules, { ...OPTIONS, managed: true }).tables;
    const row = (rad: string) => table.rows.find((cells) => cells[2] === rad)!.at(-1);
    expect([row("tilvekstStyrt"), row("tilvekstIkkeStyrt")]).toEqual([90, 20]);
    expect([row("avgangStyrt"), row("avgangIkkeStyrt")]).toEqual([90, 20]);
  });
});

test("editions of different methods: revaluation, no additions and reductions", () => {
  const { tables, findings } = changeTables(factsOf(EXAMPLE, { incomparable: true }), rules, OPTIONS);
  const ids = tables[0].rows.map((cells) => cells[2]);
  expect(ids).toEqual(["inngaende", "omvurderingOpp", "omvurderingNed", "netto", "utgaende"]);
  expect(findings.map(({ code }) => code)).toEqual(["IKKE_SAMMENLIGNBAR", INVENTED[0]]);
  expect(tables[0].footnotes.join(" ")).toContain("IKKE_SAMMENLIGNBAR");
});

test("ground in one edition only is a change of border; strips stand apart", () => {
  const rows: Row[] = [
    ["begge", "skog", "skog", "0301", 9900],
    ["begge", "skog", "vatmark", "0301", 70, 20],
    ["bareA", "skog", "", "0301", 10],
    ["bareB", "", "vatmark", "0301", 30],
  ];
  const { tables, checks, findings } = changeTables(factsOf(rows), rules, OPTIONS);
  const account = tables.find(({ id }) => id === "T10-okosystemtype1-kommune")!;
  const lines = Object.fromEntries(account.rows.map((cells) => [String(cells[2]), cells.slice(4)]));
  expect(lines).toEqual({
    inngaende: [9980, 0, 9980],
    tilvekst: [0, 70, 70],
    tilvekstStriper: [0, 20, 20],
    avgang: [70, 0, 70],
    avgangStriper: [20, 0, 20],
    grenseendring: [-10, 30, 20],
    netto: [-80, 100, 20],
    utgaende: [9900, 100, 10000],
  });
  expect(tables.find(({ id }) => id === "T11-okosystemtype1-kommune-striper")!.rows[0].slice(4)).toEqual([
    0, 20_000, 0, 20_000,
  ]);
  expect(checks.every(({ ok }) => ok)).toBe(true);
  expect(findings.map(({ code }) => code)).toEqual(["SMALE_STRIPER"]);
});

test("a unit that lost more than 0.5 % of its ground shows no change", () => {
  const rows: Row[] = [
    ["begge", "skog", "vatmark", "0301", 100],
    ["begge", "skog", "skog", "0301", 800],
    ["bareA", "skog", "", "0301", 10],
  ];
  const { tables, findings } = changeTables(factsOf(rows), rules, OPTIONS);
  const account = tables.find(({ id }) => id === "T10-okosystemtype1-kommune")!;
  expect(account.rows.find((cells) => cells[2] === "tilvekst")!.slice(4)).toEqual([null, null, null]);
  expect(account.rows.find((cells) => cells[2] === "utgaende")!.slice(4)).toEqual([800, 100, 900]);
  expect(findings.map(({ code }) => code)).toContain("GRENSE_FLYTTET");
  const matrix = tables.find(({ id }) => id === "T11-okosystemtype1-kommune")!;
  expect(matrix.rows.map((cells) => cells.slice(3))).toEqual([
    ["Skog", null, null, 10_000, 910_000],
    ["Våtmark", null, null, 0, 0],
    ["Ikke i A", 0, 0, 0, 0],
    ["Sum", 800_000, 100_000, 10_000, 910_000],
  ]);
  for (const { footnotes } of [account, matrix])
    expect(footnotes.at(-1)).toBe(
      "GRENSE_FLYTTET: arealet skiller mer enn 0,5 % mellom utgavene, så endring er ikke vist for 1 av enhetene: 0301.",
    );
});

test("a unit that has been divided since is warned of, with its ground in both editions", () => {
  const rows: Row[] = [
    ["begge", "skog", "vatmark", "1507", 100],
    ["begge", "skog", "skog", "0301", 800],
  ];
  const { findings } = changeTables(factsOf(rows), rules, OPTIONS);
  const divided = findings.filter(({ code }) => code === "KOMMUNE_DELT");
  expect(divided.map(({ severity, areaM2 }) => [severity, areaM2])).toEqual([["warning", 100_000]]);
  expect(divided[0].says).toMatch(/^kommune 1507 er delt mellom 1508 og 1580 fra 2024-01-01/);
});

test("one file as both editions is told, and an unknown class of the edition that has it", () => {
  const rows: readonly Row[] = [["begge", KODE.skog, "sumpskog", "0301", 3]];
  const { inputs } = factsOf(rows);
  const twice = inputs.map((input) => ({ ...input, sha256: inputs[0].sha256 }));
  const same = changeTables(factsOf(rows, { inputs: twice }), rules, OPTIONS);
  expect(same.findings.map(({ code, layer, areaM2 }) => [code, layer, areaM2])).toEqual([
    ["UTGAVE_LIK", "2026", 0],
    ["KODE_UKJENT", "2026", 3000],
  ]);
});

test("kommuner with a lost zero or a number of another time are told", () => {
  const { findings } = changeTables(
    factsOf([
      ["begge", KODE.skog, KODE.skog, "301", 3],
      ["begge", KODE.skog, KODE.skog, "0101", 2],
    ]),
    rules,
    OPTIONS,
  );
  expect(findings.filter(({ code }) => code === "KOMMUNENUMMER_FEIL").map(({ says }) => says)).toEqual([
    "kommunenummer «301» har mistet en null; det skal være 0301",
    "kommunenummer «0101» er utgått, nå 3101",
  ]);
});

test("without units, editions that differ by more than 0.5 % in area: change is of common ground, and says so", () => {
  const rows: readonly Row[] = [
    ["begge", KODE.skog, KODE.bebygd, "", 10],
    ["begge", KODE.skog, KODE.skog, "", 980],
    ["bareB", "", KODE.hei, "", 10],
  ];
  const { tables, findings } = changeTables(factsOf(rows, { zoneLayers: [] }), rules, OPTIONS);
  const moved = findings.filter(({ code }) => code === "GRENSE_FLYTTET");
  expect(moved.map(({ layer, areaM2 }) => [layer, areaM2])).toEqual([["2026", 10_000]]);
  expect(tables[0].footnotes.at(-1)).toMatch(/^GRENSE_FLYTTET: .* grunnen de har felles\.$/);
  expect(tables[0].rows.flat()).not.toContain(null);
  const small = changeTables(factsOf(rows.slice(0, 2), { zoneLayers: [] }), rules, OPTIONS);
  expect(small.findings.map(({ code }) => code)).not.toContain("GRENSE_FLYTTET");
});

test.each([
  [
    "a division between the editions",
    [["1507"], ["1508", "1580"]],
    ["KOMMUNE_DELT 2026 første", "UTGAVE_BLANDET kommune første"],
  ],
  [
    "a division back in time",
    [["1580"], ["1507"]],
    ["KOMMUNE_DELT 2026 andre", "UTGAVE_BLANDET kommune andre"],
  ],
  ["only renumbered", [["3001"], ["3101"]], ["UTGAVE_BLANDET 2026 første", "UTGAVE_BLANDET kommune første"]],
  ["both as the units", [["0301", "3101"], ["3101"]], []],
  ["invented numbers", [["9901"], ["9901"]], []],
  ["no field in one", [[], ["3101"]], []],
])("the ground's own kommunenummer: %s", (_, kommunenumre, told) => {
  const rows: readonly Row[] = [["begge", KODE.skog, KODE.skog, "3101", 3]];
  const { findings } = changeTables(factsOf(rows, { kommunenumre }), rules, OPTIONS);
  const said = findings.filter(({ code }) => /^KOMMUNE_DELT|^UTGAVE_BLANDET/.test(code));
  expect(said.map(({ code, layer, says }) => `${code} ${layer} ${says.split(" ")[0]}`)).toEqual(told);
});

test("ground of before a division under units of after it", () => {
  const rows: readonly Row[] = [["begge", KODE.skog, KODE.skog, "1508", 3]];
  const { findings } = changeTables(factsOf(rows, { kommunenumre: [["1507"], ["1507"]] }), rules, OPTIONS);
  expect(findings.filter(({ code }) => code === "KOMMUNE_DELT").map(({ says }) => says)).toEqual([
    "første utgaves kommunenummer 1507 er fra før delingen 2024-01-01 i 1508 og 1580, enhetenes fra etter; tallene følger enhetenes grense, og nummer kan ikke oversettes",
    "andre utgaves kommunenummer 1507 er fra før delingen 2024-01-01 i 1508 og 1580, enhetenes fra etter; tallene følger enhetenes grense, og nummer kan ikke oversettes",
  ]);
});
