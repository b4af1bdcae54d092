/** All text for people that is not a table's own definition (`reports/tables.json`) or a code's name (`rules/`). */
import type { Severity } from "../core/trouble.js";
import type { CheckId } from "../tables/checks.js";

/** One catalogue per language, every key in every one: a missing text does not compile. */
export type Texts = {
  readonly checksTitle: string;
  readonly checkNames: Readonly<Record<CheckId, string>>;
  /** Heads of the checks' columns. */
  readonly expected: string;
  readonly actual: string;
  readonly residual: string;
  readonly tolerance: string;
  /** Smaller than `limit` and above zero; smaller than zero and above -`limit`. */
  readonly under: (limit: string) => string;
  readonly over: (limit: string) => string;
  readonly moreRows: (count: string) => string;
  readonly units: Readonly<Record<"m2" | "daa" | "km2", string>>;
  readonly severities: Readonly<Record<Severity, string>>;
  readonly findingColumns: Readonly<
    Record<"severity" | "code" | "layer" | "feature" | "areaM2" | "did" | "says", string>
  >;
};

export type Language = "nb";

const nb: Texts = {
  checksTitle: "Går det opp?",
  checkNames: {
    groundOwnPosted: "Grunnkartets egenareal = postert areal",
    layerUnitsOwn: "Lagets egenareal = sum av enhetenes",
    layerOwnUnionOverlap: "Egenareal = enhetene + overlapp",
    layerCoveredCells: "Dekket areal = cellene i laget",
    layerUnionCoveredUncovered: "Enhetene = dekket + udekket",
    unitStock: "T1: klassene + udekket = enheten",
    crossMargins: "T2: randsummer = T1",
  },
  expected: "skal være",
  actual: "er",
  residual: "avvik",
  tolerance: "toleranse",
  under: (limit) => `under ${limit}`,
  over: (limit) => `over −${limit}`,
  moreRows: (count) => `… og ${count} rader til`,
  units: { m2: "m²", daa: "daa", km2: "km²" },
  severities: { error: "feil", warning: "advarsel", note: "merknad" },
  findingColumns: {
    severity: "alvor",
    code: "kode",
    layer: "lag",
    feature: "flate",
    areaM2: "arealM2",
    did: "gjort",
    says: "forklaring",
  },
};

const catalogue: Readonly<Record<Language, Texts>> = { nb };

export const textsIn = (language: Language): Texts => catalogue[language];
