/**
 * The report as a document: what is said, in what order, in one language. HTML, PDF and the workbook are drawn from it
 * and add nothing of their own, so they say the same.
 */
import type { Rules } from "../rules/rules.js";
import type { Check } from "../tables/checks.js";
import type { Table } from "../tables/table.js";
import type { BasisField, FindingGroup, MapBasis, ReportBasis } from "./basis.js";
import { type ChangeCard, changeCards } from "./changeCards.js";
import type { Chart, ChartData } from "./chart.js";
import { chartsOf } from "./figures.js";
import { aboutText, layerText } from "./layerNames.js";
import { keyFiguresOf, leadOf } from "./lead.js";
import type { KeyFigure } from "./leadInput.js";
import { localiseTable, translator } from "./localise.js";
import { isMain, largestShown, numberOf } from "./mainTables.js";
import { mapFigure, type MapFigure } from "./map.js";
import { formatDeviation, formatNumber, formatPlain, formatResidual } from "./numbers.js";
import { ClassNames } from "./mapMarks.js";
import { painterOf } from "./painter.js";
import { type RepairView, repairView } from "./repairView.js";
import { runTextsIn } from "./runTexts.js";
import { statisticsSummary } from "./statisticsLead.js";
import { textsIn } from "./texts.js";
import type { Language, Texts, WarningCode } from "./textsShape.js";
import { type TableView, viewOf } from "./tableView.js";

export type Fact = { readonly name: string; readonly value: string };

/** "Går det opp?" as rows of text, and whether each holds. */
export type CheckView = {
  readonly name: string;
  readonly expected: string;
  readonly actual: string;
  readonly residual: string;
  readonly ppm: string;
  readonly tolerance: string;
  readonly ok: boolean;
};

export type WarningView = {
  readonly severity: FindingGroup["severity"];
  readonly severityName: string;
  readonly code: string;
  /** In plain words; "" for a code without any. */
  readonly means: string;
  readonly layer: string;
  readonly did: string;
  readonly count: string;
  readonly area: string;
  /** What the first finding says, in bokmål whatever the report's language. */
  readonly says: string;
};

export type ReportDocument = {
  readonly texts: Texts;
  readonly title: string;
  readonly place: string;
  /** The answer in a few sentences; the last one says whether the account adds up. */
  readonly lead: readonly string[];
  readonly addsUp: boolean;
  readonly keyFigures: readonly KeyFigure[];
  readonly checks: readonly CheckView[];
  /** Undefined when the run drew none. */
  readonly map?: MapFigure;
  readonly charts: readonly Chart[];
  /** In the document's language, unrounded and whole; `views` are the same as they are printed. */
  readonly tables: readonly Table[];
  readonly views: readonly TableView[];
  /** Ids of the tables readers need at hand; the others may be folded away. */
  readonly mainTables: ReadonlySet<string>;
  readonly changes: readonly ChangeCard[];
  readonly repairs: readonly RepairView[];
  readonly warnings: readonly WarningView[];
  readonly findingCount: number;
  readonly method: readonly string[];
  readonly sources: ChartData;
  readonly ruleSets: readonly Fact[];
  readonly fingerprints: readonly Fact[];
  readonly program: string;
};

export type DocumentInput = {
  readonly basis: ReportBasis;
  readonly map?: MapBasis;
  readonly rules: Pick<Rules, "colours" | "phrases" | "accounting">;
  readonly language: Language;
  /** SHA-256 of regnskap.json, and of the whole result as the receipt has it. */
  readonly basisSha256: string;
  readonly resultSha256: string;
  /** The title; default says what the run is of. */
  readonly title?: string;
  /** Rows of one table that are printed at most; charts and `tables` have them all. */
  readonly maxRows?: number;
};

/** Rows of one printed table: about ten pages of A4. */
const MOST_ROWS = 400;

export function documentOf(input: DocumentInput): ReportDocument {
  const { basis, rules, language, maxRows = MOST_ROWS } = input;
  const texts = textsIn(language);
  const translate = translator(rules.phrases, language);
  const tables = basis.tables.map((table) => localiseTable(table, basis.fields, language, translate));
  const paint = painterOf(rules.colours, basis.fields);
  const place = placeOf(basis, tables, texts);
  const shared = { basis, tables, texts, translate, rounding: rules.accounting.rounding, place };
  const drawn = input.map === undefined ? {} : { map: input.map };
  const cardMaps = input.map?.closeUps && {
    closeUps: input.map.closeUps,
    names: new ClassNames(input.map.field, basis, translate, texts),
    paint,
  };
  return {
    texts,
    title: input.title ?? titleOf(basis, place, texts),
    place,
    lead: leadOf(shared),
    addsUp: basis.checks.every(({ ok }) => ok),
    keyFigures: keyFiguresOf(shared),
    checks: basis.checks.map((check) => checkView(check, basis, texts)),
    ...(input.map === undefined ? {} : { map: mapFigure(input.map, basis, paint, translate, texts) }),
    charts: chartsOf({ ...shared, ...drawn, paint }),
    tables,
    views: tables.map((table) => viewOf(table, texts, ...largestShown(table, maxRows))),
    mainTables: new Set(tables.filter((table) => isMain(table, basis)).map(({ id }) => id)),
    changes: tables.filter(({ id }) => id === "T11s").flatMap((table) => changeCards(table, texts, cardMaps)),
    repairs: (basis.repairs ?? []).map((repair) => repairView(repair, texts)),
    warnings: basis.findings.map((group) => warningView(group, basis, texts)),
    findingCount: basis.findingCount,
    method: methodOf(basis, texts, translate),
    sources: sourcesOf(basis, texts),
    ruleSets: basis.ruleSets.map(({ id, version, sha256 }) => ({
      name: id,
      value: `${version} · ${sha256}`,
    })),
    fingerprints: [
      { name: texts.report.fingerprint.basis, value: input.basisSha256 },
      { name: texts.report.fingerprint.receipt, value: input.resultSha256 },
    ],
    program: texts.report.program(basis.version),
  };
}

function titleOf({ run, inputs }: ReportBasis, place: string, texts: Texts): string {
  const words = runTextsIn(texts.language);
  if (run.kind === "account") return texts.report.title(place);
  const isNamed = !inputs.some(({ name }) => name === place);
  if (run.kind === "change" && !isNamed) return words.change.between(run.from, run.to);
  const years = run.kind === "statistics" ? `, ${run.years.join(", ")}` : "";
  return words.title[run.kind](place) + years;
}

/**
 * What the account is of: the only unit of the first layer that has one, by name, else the ground layer's name.
 * Statistics are of the country or of their kommuner.
 */
function placeOf(
  { run, tables, inputs, layers }: ReportBasis,
  localised: readonly Table[],
  texts: Texts,
): string {
  if (run.kind === "statistics") {
    const place = statisticsSummary({ tables: localised, texts })?.place;
    if (place !== undefined) return place;
  }
  const single = layers.find(({ unitCount }) => unitCount === 1);
  const named = single && tables.find((table) => namesUnits(table, single.name));
  if (named !== undefined) {
    const at = (id: string) => named.columns.findIndex((column) => column.id === id);
    const row = named.rows.find((one) => one[at("enhet")] !== "");
    const [key, name] = [row?.[at("enhet")], row?.[at("enhetNavn")]];
    const text = [key, name].filter((part) => typeof part === "string" && part !== "").join(" ");
    const unnamed = typeof key === "string" && text === key && single?.keyField === "kommunenummer";
    if (text !== "") return unnamed ? texts.report.kommune(text) : text;
  }
  return inputs.find(({ role }) => role === "grunnkart")?.name ?? "";
}

/** Stock and extent by the units of a layer; scenarios are by the units of the first layer there is. */
const namesUnits = ({ id }: Table, layer: string): boolean =>
  (/^T10?-/.test(id) && id.endsWith(`-${layer}`)) || id.startsWith("T9-");

function checkView(check: Check, basis: ReportBasis, texts: Texts): CheckView {
  const m2 = (text: string) => `${text}\u00a0${texts.units.m2}`;
  return {
    name: texts.checkNames[check.id] + (check.name === "" ? "" : ` (${aboutText(basis, texts, check.name)})`),
    expected: m2(formatNumber(check.expectedM2, 0, texts.signs)),
    actual: m2(formatNumber(check.actualM2, 0, texts.signs)),
    residual: m2(formatResidual(check.residualM2, texts)),
    ppm: formatResidual(check.ppm, texts),
    tolerance: m2(formatPlain(check.toleranceM2, texts.signs)),
    ok: check.ok,
  };
}

function warningView(group: FindingGroup, basis: ReportBasis, texts: Texts): WarningView {
  const { warnings, dids } = texts.report;
  return {
    severity: group.severity,
    severityName: texts.severities[group.severity],
    code: group.code,
    means: Object.hasOwn(warnings, group.code) ? warnings[group.code as WarningCode] : "",
    layer: layerText(basis, texts, group.layer),
    did: dids[group.did],
    count: formatNumber(group.count, 0, texts.signs),
    area:
      group.areaM2 === 0
        ? ""
        : `${formatPlain(Math.round(group.areaM2), texts.signs)}\u00a0${texts.units.m2}`,
    says: group.says,
  };
}

/** A field by its title, and by its own name where that is another. */
const fieldText = ({ field, title }: BasisField, translate: (nb: string) => string): string =>
  title === field ? field : `${translate(title)} (${field})`;

/** Tables that name purposes of plans. */
const WITH_PURPOSES: ReadonlySet<string> = new Set(["T3", "T4", "T5", "T6"]);

function methodOf(basis: ReportBasis, texts: Texts, translate: (nb: string) => string): string[] {
  const { method, measures } = texts.report;
  const m2 = (value: number) => `${formatDeviation(value, texts)}\u00a0${texts.units.m2}`;
  const by = basis.measure === "ellipsoide" ? " (GRS 80)" : "";
  return [
    basis.run.kind === "account" ? method.overlay : runTextsIn(texts.language).method[basis.run.kind],
    method.measure(measures[basis.measure] + by),
    ...(basis.fields.length === 0
      ? []
      : [method.fields(basis.fields.map((field) => fieldText(field, translate)).join(", "))]),
    method.rounding,
    method.conservation(m2(basis.ground.worstResidualM2), m2(basis.ground.foldedM2)),
    ...(basis.tables.some((table) => WITH_PURPOSES.has(numberOf(table))) && method.planTerms !== ""
      ? [method.planTerms]
      : []),
    method.limits,
  ];
}

function sourcesOf({ inputs }: ReportBasis, texts: Texts): ChartData {
  const { sourceHeads, roles } = texts.report;
  const { role, name, file, format, crs, count, sha256 } = sourceHeads;
  return {
    heads: [role, name, file, format, crs, count, sha256].map((title) => ({
      title,
      figure: title === count,
    })),
    rows: inputs.map((input) => [
      roles[input.role],
      input.name,
      input.file,
      [input.format, input.edition ?? ""].filter((part) => part !== "").join(", "),
      `EPSG:${input.epsg}${input.reprojectedFrom === undefined ? "" : ` ← EPSG:${input.reprojectedFrom}`}`,
      formatNumber(input.featureCount, 0, texts.signs),
      input.sha256,
    ]),
  };
}
