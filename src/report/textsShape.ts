import type { FindingCode } from "./findingTexts.js";
import type { Severity } from "../core/trouble.js";
import type { LedgerKind } from "../repair/ledger.js";
import type { PlanRole } from "../tables/planFacts.js";
import type { CheckId } from "../tables/checks.js";
import type { InputFacts } from "../tables/facts.js";

/** Languages a report can be had in; bokmål is what a Norwegian kommune gets unless it asks. */
export const LANGUAGES = ["nb", "nn", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

export type NumberSigns = { readonly thousands: string; readonly decimal: string; readonly minus: string };

/** Codes that have an explanation for readers who are no surveyors (domain reference 12, and our own). */
export type WarningCode =
  | FindingCode
  | "ANNEN_GEOMETRI"
  | "AREALMETODE_AVVIK"
  | "CRS_IKKE_METRISK"
  | "FLATE_UGYLDIG"
  | "GRUNN_OVERLAPP"
  | "HULL"
  | "IKKE_SAMMENLIGNBAR"
  | "KILDE_GENERALISERT"
  | "KODELISTE_MANGLER"
  | "KODE_UKJENT"
  | "KODE_UTGATT"
  | "KOMMUNENUMMER_FEIL"
  | "KOMMUNE_DELT"
  | "NOKKEL_MANGLER"
  | "NULL_GEOMETRI"
  | "PLAN_MANGLER"
  | "PLAN_OVERLAPP"
  | "REPROJISERT"
  | "RESIDUAL"
  | "RING_APEN"
  | "RING_FOR_KORT"
  | "SMALE_STRIPER"
  | "STATUS_MANGLER"
  | "TILGANG"
  | "TOPOLOGI_KJENT_FEIL"
  | "UTGAVE_BLANDET"
  | "VERTIKALNIVA_UTELATT";

/** One catalogue per language, every key in every one: a missing text does not compile. */
export type Texts = {
  readonly language: Language;
  readonly signs: NumberSigns;
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
  /** Units that a table of plans has nothing but sums of. */
  readonly emptyUnits: (count: string) => string;
  readonly units: Readonly<Record<"m2" | "daa" | "km2", string>>;
  readonly severities: Readonly<Record<Severity, string>>;
  readonly findingColumns: Readonly<
    Record<"severity" | "code" | "layer" | "feature" | "areaM2" | "did" | "says", string>
  >;
  readonly report: ReportTexts;
};

/** What only a whole report says. Figures come formatted, names as they are. */
export type ReportTexts = {
  readonly title: (place: string) => string;
  readonly languageName: string;
  readonly skip: string;
  readonly contents: string;
  readonly headings: Readonly<
    Record<
      | "answer"
      | "keyFigures"
      | "checks"
      | "map"
      | "figures"
      | "changes"
      | "tables"
      | "repairs"
      | "findings"
      | "method"
      | "sources"
      | "fingerprint",
      string
    >
  >;
  readonly lead: {
    readonly total: (place: string, area: string, largest: string, share: string) => string;
    readonly land: (land: string, share: string, units: string) => string;
    readonly units: (count: string, layer: string, uncovered: string) => string;
    readonly whole: (polygons: string, cells: string) => string;
    /** Ground set aside for building and not yet built, by a method. */
    readonly reserve: (place: string, area: string, method: string) => string;
    readonly noReserve: (place: string, method: string) => string;
    /** Why the reserve may be none: so much of the plan says neither that it is nor that it will be. */
    readonly noStatus: (area: string) => string;
    /** What lies there: "3 600 daa skog" and so on. */
    readonly cover: (parts: readonly string[]) => string;
    readonly proposal: Readonly<
      Record<"more" | "less", (by: string, to: string, parts: readonly string[]) => string>
    > & { readonly same: (area: string) => string };
    readonly adds: (count: string, worst: string, ppm: string) => string;
    readonly addsNot: (failed: string, count: string, worst: string, ppm: string) => string;
  };
  /** What a kommune without a name is called. */
  readonly kommune: (number: string) => string;
  readonly plans: Readonly<Record<PlanRole, string>>;
  readonly keys: Readonly<
    Record<
      | "total"
      | "land"
      | "reserve"
      | "proposal"
      | "polygons"
      | "cells"
      | "units"
      | "checks"
      | "deviation"
      | "findings",
      string
    >
  >;
  readonly reserveOn: (className: string) => string;
  readonly planAreas: (plan: string) => string;
  readonly ofChecks: (ok: string, all: string) => string;
  readonly check: string;
  readonly deviation: string;
  readonly result: string;
  readonly ok: string;
  readonly notOk: string;
  readonly checksIntro: string;
  readonly allChecks: string;
  readonly tablesIntro: string;
  readonly blankRows: (count: string) => string;
  readonly shortened: (shown: string, total: string) => string;
  readonly wholeTable: string;
  readonly moreTables: string;
  readonly moreTablesIntro: string;
  readonly notPrinted: string;
  readonly showData: string;
  readonly dataOf: (title: string) => string;
  readonly scrollable: (title: string) => string;
  readonly noFigures: string;
  readonly charts: {
    readonly shares: (field: string) => string;
    readonly sharesDesc: (largest: string, share: string, count: string) => string;
    readonly perUnit: (field: string, layer: string) => string;
    readonly perUnitDesc: (units: string, classes: string) => string;
    readonly multiples: (field: string, layer: string) => string;
    readonly multiplesDesc: (units: string, most: string) => string;
    readonly stack: (table: string) => string;
    readonly stackDesc: (rows: string, largest: string) => string;
    readonly change: (table: string) => string;
    readonly changeDesc: (rows: string, up: string, down: string) => string;
    readonly matrix: (table: string) => string;
    readonly matrixDesc: (rows: string, columns: string, largest: string) => string;
    readonly flow: (table: string) => string;
    readonly flowDesc: (links: string, largest: string) => string;
    readonly unit: string;
    readonly className: string;
    readonly area: string;
    readonly share: string;
    readonly from: string;
    readonly to: string;
    readonly changeHead: string;
    readonly others: (count: string) => string;
    readonly firstOf: (shown: string, all: string) => string;
  };
  readonly map: {
    readonly title: (field: string) => string;
    readonly desc: (classes: string, outlines: string) => string;
    readonly legend: string;
    readonly outlines: (layer: string) => string;
    readonly north: string;
    readonly crs: (epsg: string) => string;
    readonly drawn: (metres: string) => string;
    readonly none: string;
  };
  readonly changes: {
    readonly intro: string;
    readonly map: (table: string) => string;
    readonly mapDesc: (count: string) => string;
    /** Names of the two maps of a card, and what they show, with the classes drawn. */
    readonly before: string;
    readonly after: string;
    readonly closeUpDesc: (classes: string) => string;
    readonly place: string;
    readonly at: (east: string, north: string) => string;
    readonly area: string;
    readonly width: string;
    readonly units: string;
    readonly number: string;
    readonly change: string;
  };
  readonly repairs: {
    readonly intro: (layer: string) => string;
    readonly heads: Readonly<Record<"kind" | "count" | "area", string>>;
    readonly kinds: Readonly<Record<LedgerKind, string>>;
    readonly wide: (count: string, metres: string) => string;
    readonly terms: Readonly<Record<"in" | "mended" | "overlap" | "filled" | "moved" | "out", string>>;
    readonly ledger: string;
  };
  readonly findingsIntro: (count: string) => string;
  readonly findingsNone: string;
  readonly findingHeads: Readonly<
    Record<"severity" | "what" | "layer" | "count" | "area" | "example", string>
  >;
  readonly warnings: Readonly<Record<WarningCode, string>>;
  readonly dids: Readonly<Record<"kept" | "mended" | "dropped", string>>;
  readonly method: {
    readonly overlay: string;
    readonly measure: (measure: string) => string;
    readonly rounding: string;
    readonly conservation: (worst: string, folded: string) => string;
    readonly fields: (fields: string) => string;
    readonly limits: string;
    /** Which words stay in bokmål, for readers of a plan account in another language; "" in bokmål. */
    readonly planTerms: string;
  };
  readonly measures: Readonly<Record<"kartplan" | "ellipsoide", string>>;
  readonly sourceHeads: Readonly<
    Record<"role" | "name" | "file" | "format" | "crs" | "count" | "sha256", string>
  >;
  readonly roles: Readonly<Record<InputFacts["role"], string>>;
  readonly licence: string;
  readonly ruleSets: string;
  readonly fingerprint: { readonly says: string; readonly basis: string; readonly receipt: string };
  readonly program: (version: string) => string;
};
