/** Words of the workbook and the statistics files that the report itself does not have. */
import type { CubeUnitName } from "./tableCube.js";
import type { Language } from "./textsShape.js";

export type FileTexts = {
  readonly subject: string;
  readonly measure: string;
  readonly source: (inputs: string) => string;
  readonly units: Readonly<Record<CubeUnitName, string>>;
  readonly signs: string;
  readonly shortened: string;
  readonly sheets: { readonly contents: string; readonly checks: string; readonly cells: string };
  readonly sheet: string;
  readonly holds: string;
  readonly about: string;
  readonly cellsLeftOut: (rows: string) => string;
  readonly nameOf: (column: string) => string;
  readonly cellAreas: Readonly<Record<"kartplan" | "ellipsoide", string>>;
  readonly inStrips: (area: string) => string;
  readonly charts: { readonly stock: string; readonly reserve: string };
  readonly page: string;
};

const nb: FileTexts = {
  subject: "Arealregnskap",
  measure: "Mål",
  source: (inputs) => `Beregnet av arealregnskap fra ${inputs}`,
  units: { m2: "m²", daa: "dekar", km2: "km²", percent: "prosent", number: "tall" },
  signs: ". betyr at tallet ikke gir mening her, .. at det ikke finnes i tabellen.",
  shortened: "Navn på over 256 tegn er kortet.",
  sheets: { contents: "Innhold", checks: "Går det opp", cells: "Celler" },
  sheet: "Ark",
  holds: "Holder?",
  about: "Om tabellen",
  cellsLeftOut: (rows) =>
    `Regnskapet har ${rows} celler, flere enn et ark bør ha. Alle står i cells.csv og cells.parquet.`,
  nameOf: (column) => `${column}, navn`,
  cellAreas: { kartplan: "Areal i kartplanet (m²)", ellipsoide: "Areal på ellipsoiden (m²)" },
  inStrips: (area) => `${area}, herav smale striper`,
  charts: { stock: "Areal etter klasse", reserve: "Arealreserve etter formål" },
  page: "Side",
};

const nn: FileTexts = {
  subject: "Arealrekneskap",
  measure: "Mål",
  source: (inputs) => `Rekna ut av arealregnskap frå ${inputs}`,
  units: { m2: "m²", daa: "dekar", km2: "km²", percent: "prosent", number: "tal" },
  signs: ". tyder at talet ikkje gir meining her, .. at det ikkje finst i tabellen.",
  shortened: "Namn på over 256 teikn er korta.",
  sheets: { contents: "Innhald", checks: "Går det opp", cells: "Celler" },
  sheet: "Ark",
  holds: "Held?",
  about: "Om tabellen",
  cellsLeftOut: (rows) =>
    `Rekneskapen har ${rows} celler, fleire enn eit ark bør ha. Alle står i cells.csv og cells.parquet.`,
  nameOf: (column) => `${column}, namn`,
  cellAreas: { kartplan: "Areal i kartplanet (m²)", ellipsoide: "Areal på ellipsoiden (m²)" },
  inStrips: (area) => `${area}, av dette smale striper`,
  charts: { stock: "Areal etter klasse", reserve: "Arealreserve etter føremål" },
  page: "Side",
};

const en: FileTexts = {
  subject: "Land account",
  measure: "Measure",
  source: (inputs) => `Computed by arealregnskap from ${inputs}`,
  units: { m2: "m²", daa: "decare (1000 m²)", km2: "km²", percent: "per cent", number: "number" },
  signs: ". means that the figure makes no sense here, .. that it is not in the table.",
  shortened: "Names of more than 256 characters are cut.",
  sheets: { contents: "Contents", checks: "Does it add up", cells: "Cells" },
  sheet: "Sheet",
  holds: "Holds?",
  about: "About the table",
  cellsLeftOut: (rows) =>
    `The account has ${rows} cells, more than a sheet should have. All are in cells.csv and cells.parquet.`,
  nameOf: (column) => `${column}, name`,
  cellAreas: { kartplan: "Area in the map plane (m²)", ellipsoide: "Area on the ellipsoid (m²)" },
  inStrips: (area) => `${area}, of which narrow strips`,
  charts: { stock: "Area by class", reserve: "Reserve by purpose" },
  page: "Page",
};

const catalogue: Readonly<Record<Language, FileTexts>> = { nb, nn, en };

export const fileTextsIn = (language: Language): FileTexts => catalogue[language];
