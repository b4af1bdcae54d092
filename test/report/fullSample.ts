/** Kommune 9901 with a plan, a proposal, themes, changes of ground, a cube and a repair: every part a report can have. */
import type { ReportBasis } from "../../src/report/basis.js";
import type { Table, Value } from "../../src/tables/table.js";
import { plannedBasis } from "./plannedSample.js";
import { rules } from "./sample.js";

type Columns = Table["columns"];
const kinds = (id: string): Columns => rules.tables.values.find((table) => table.id === id)!.columns;
const m2 = (id: string, title: string) => ({ id, title, kind: "area" as const, unit: "m2" as const });
const daa = (id: string, title: string) => ({ id, title, kind: "area" as const, unit: "daa" as const });

export function madeTable(
  id: string,
  title: string,
  columns: Columns,
  rows: readonly (readonly Value[])[],
): Table {
  const [model] = plannedBasis.tables;
  const print = { groupBy: [], columns: columns.map((column) => column.id), rounding: model.print.rounding };
  return { id, title: `${id.split("-")[0]} ${title}`, columns, rows, footnotes: [], print, meta: model.meta };
}

const CLASSES = ["bebygdSamferdsel", "jordbruk", "skog", "snaumark", "myr", "snoIsbre", "ferskvann", "hav"];
const NAMES = [
  "Bebygd og samferdsel",
  "Jordbruk",
  "Skog",
  "Snaumark",
  "Myr",
  "Snø og isbre",
  "Ferskvann",
  "Hav",
];

/** Ground that changed, in m2: what stays is on the diagonal. */
const CHANGED: readonly (readonly number[])[] = [
  [1_000_000, 0, 0, 0, 0, 0, 0, 0],
  [120_000, 1_400_000, 30_000, 0, 0, 0, 0, 0],
  [245_000, 60_000, 123_456_789, 0, 0, 0, 0, 0],
  [12_000, 0, 0, 800_000, 0, 0, 0, 0],
  [35_000, 4_000, 0, 0, 560_000, 0, 0, 0],
  [0, 0, 0, 0, 0, 0, 0, 0],
  [0, 0, 0, 0, 0, 0, 400_000, 0],
  [0, 0, 0, 0, 0, 0, 0, 600_000],
];

export const matrixT11 = madeTable(
  "T11-arealdekkeNiva1",
  "Arealendringsmatrise: arealdekkeNiva1",
  [
    ...kinds("T11").filter(({ id }) => id === "kode" || id === "navn"),
    ...CLASSES.map((kode, c) => m2(kode, NAMES[c])),
    m2("sum", "Sum"),
  ],
  [...CLASSES, ""].map((kode, r) => {
    const row = CHANGED[r] ?? CLASSES.map((_, c) => CHANGED.reduce((sum, one) => sum + one[c], 0));
    return [kode, NAMES[r] ?? "Sum", ...row, row.reduce((sum, value) => sum + value, 0)];
  }),
);

export const accountT10 = madeTable(
  "T10-arealdekkeNiva1-kommuner",
  "Utbredelsesregnskap: arealdekkeNiva1 etter kommuner",
  [...kinds("T10"), ...CLASSES.map((kode, c) => daa(kode, NAMES[c]))],
  Array.from({ length: 14 }, (_, unit) => {
    const net = [412 + unit, -86, -275, -12, -39, 0, 0, 0];
    return [`99${String(unit + 1).padStart(2, "0")}`, `Navn ${unit + 1}`, "netto", "Netto", ...net];
  }),
);

export const placesT11 = madeTable(
  "T11s",
  "Største endringer: arealdekkeNiva1",
  kinds("T11s"),
  Array.from({ length: 25 }, (_, i): Value[] => [
    i + 1,
    "skog",
    "Skog",
    "bebygdSamferdsel",
    "Bebygd og samferdsel",
    90_000 / (i + 1),
    40.5,
    497_600 + 190 * i,
    i === 24 ? null : 7_300_100 + ((i * 713) % 1800),
    String(i),
    String(i + 100),
    "9901",
  ]),
);

export const themesT8 = madeTable(
  "T8-serie-1-2",
  "Tema-overlapp: Framtidige formål i 1000- og 2000-serien",
  kinds("T8"),
  [
    ["9901", "", "flom", "Flomsone", 900, 120, 8, 0.24, 0, 80, 2, 0.19, 0],
    ["9901", "", "verneomrade", "Verneområde", 300, 10, 0, 0.02, 5, 0, 0, 0, 5],
  ],
);

export const cubeT12 = madeTable(
  "T12-arealdekkeNiva1",
  "Statistikk-kube: arealdekkeNiva1",
  kinds("T12").map((column) => (column.id === "verdi" ? { ...column, title: "km2" } : column)),
  ["2024", "2025"].flatMap((year) =>
    [
      ["98", "Nordfylke", "fylke", 12],
      ["99", "Sørfylke", "fylke", 20],
      ["9901", "Eksempel", "kommune", 20],
      ["9801", "Naboen", "kommune", null],
    ].flatMap(([region, navn, niva, km2]) => [
      [region, navn, niva, "skog", "Skog", "Areal", year, km2],
      [region, navn, niva, "myr", "Myr", "Areal", year, typeof km2 === "number" ? km2 / 4 : null],
    ]),
  ),
);

export const fullBasis: ReportBasis = {
  ...plannedBasis,
  tables: [...plannedBasis.tables, themesT8, accountT10, matrixT11, placesT11, cubeT12],
  repairs: [
    {
      layer: "grunnkart",
      kinds: [
        { kind: "polygon", count: 3, areaM2: 12.5 },
        { kind: "overlap", count: 120, areaM2: -431.25 },
        { kind: "open gap", count: 2, areaM2: 0 },
      ],
      inM2: 10_000_418.75,
      mendedM2: 12.5,
      overlapM2: 431.25,
      filledM2: 0,
      movedM2: 0,
      outM2: 10_000_000,
      wideCount: 4,
      thresholdM: 1,
    },
  ],
};
