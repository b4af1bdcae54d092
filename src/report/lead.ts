/** The first page: the answer in three sentences, and the figures everybody asks for. All from the tables. */
import type { Table, Value } from "../tables/table.js";
import type { ReportBasis } from "./basis.js";
import { changeKeys, changeSentences } from "./changeLead.js";
import type { KeyFigure, LeadInput } from "./leadInput.js";
import { unitLayers, layerText, planLayers } from "./layerNames.js";
import { formatArea, formatDeviation, formatNumber, formatShare } from "./numbers.js";
import { inSentence, reserveAnswer, reserveKeys, reserveSentences } from "./planLead.js";
import { scenarioKeys, scenarioSentences } from "./scenarioLead.js";
import { statisticsKeys, statisticsSentences } from "./statisticsLead.js";
import { recordsOf } from "./tableRows.js";

/** T1 of the whole ground by the account's first field. */
export const wholeStockOf = ({ basis, tables }: Pick<LeadInput, "basis" | "tables">): Table | undefined =>
  tables.find(({ id }) => id === `T1-${basis.fields[0]?.field}`);

const figure = (value: Value | undefined): number => (typeof value === "number" ? value : 0);

/** The answer: of what kind of run it is; of an account of the plan where it has one, else of the ground. The last sentence says whether it adds up. */
export function leadOf(input: LeadInput): readonly string[] {
  return [...answerOf(input), addsUp(input)].map(capital);
}

function answerOf(input: LeadInput): readonly string[] {
  const { run } = input.basis;
  switch (run.kind) {
    case "account": {
      const answer = reserveAnswer(input);
      return answer === undefined ? stockSentences(input) : reserveSentences(input, answer);
    }
    case "change":
      return changeSentences(input, run);
    case "scenario":
      return scenarioSentences(input);
    case "statistics":
      return statisticsSentences(input, run);
  }
}

function stockSentences(input: LeadInput): readonly string[] {
  const { basis, texts, place, rounding } = input;
  const { lead } = texts.report;
  const stock = wholeStockOf(input);
  const count = (value: number) => formatNumber(value, 0, texts.signs);
  const { polygons, units } = { polygons: basis.ground.featureCount, units: unitsText(input) };
  const sentences: string[] = [];
  const rows = stock === undefined ? [] : recordsOf(stock);
  const total = rows.find(({ rad }) => rad === "sum");
  const largest = rows
    .filter(({ rad }) => rad === "klasse" || rad === "utenVerdi" || rad === "ukjentVerdi")
    .reduce<(typeof rows)[number] | undefined>(
      (most, row) => (most === undefined || figure(row["arealM2"]) > figure(most["arealM2"]) ? row : most),
      undefined,
    );
  if (total !== undefined && largest !== undefined) {
    const share = formatShare(figure(largest["andelAvAlt"]), rounding, texts.signs);
    sentences.push(
      lead.total(place, daa(figure(total["arealDaa"]), input), inSentence(String(largest["navn"])), share),
    );
  }
  const land = rows.find(({ rad }) => rad === "land");
  if (land !== undefined) {
    const share = formatShare(figure(land["andelAvAlt"]), rounding, texts.signs);
    sentences.push(lead.land(daa(figure(land["arealDaa"]), input), share, units));
  } else if (basis.layers.length > 0) {
    const [first] = basis.layers;
    sentences.push(lead.units(count(first.unitCount), first.name, count(first.uncoveredCount)));
  } else sentences.push(lead.whole(count(polygons), count(basis.ground.cellCount)));
  return sentences;
}

function addsUp({ basis: { checks }, texts }: LeadInput): string {
  const { lead } = texts.report;
  const count = (value: number) => formatNumber(value, 0, texts.signs);
  const failed = checks.filter(({ ok }) => !ok);
  const worst = worstOf(failed.length > 0 ? failed : checks);
  const m2 = `${formatDeviation(worst?.residualM2 ?? 0, texts)}\u00a0${texts.units.m2}`;
  const ppm = formatDeviation(worst?.ppm ?? 0, texts);
  return failed.length > 0
    ? lead.addsNot(count(failed.length), count(checks.length), m2, ppm)
    : lead.adds(count(checks.length), m2, ppm);
}

const worstOf = (checks: ReportBasis["checks"]) =>
  checks.reduce<ReportBasis["checks"][number] | undefined>(
    (most, check) =>
      most === undefined || Math.abs(check.residualM2) > Math.abs(most.residualM2) ? check : most,
    undefined,
  );

const daa = (value: number, { rounding, texts }: LeadInput): string =>
  `${formatArea(value, "daa", rounding, texts)}\u00a0${texts.units.daa}`;

/** A sentence may begin with a name that is written small. */
const capital = (says: string): string => says.replace(/^kommune /, "Kommune ");

/** "kommune (1), grunnkrets (12)". Plans are no units. */
function unitsText({ basis, texts }: LeadInput): string {
  return unitLayers(basis)
    .map(({ name, unitCount }) => `${name} (${formatNumber(unitCount, 0, texts.signs)})`)
    .join(", ");
}

export function keyFiguresOf(input: LeadInput): readonly KeyFigure[] {
  const { basis, texts } = input;
  const { keys, ofChecks } = texts.report;
  const count = (value: number) => formatNumber(value, 0, texts.signs);
  const worst = worstOf(basis.checks);
  return [
    ...ownKeys(input),
    {
      name: keys.checks,
      value: ofChecks(count(basis.checks.filter(({ ok }) => ok).length), count(basis.checks.length)),
    },
    {
      name: keys.deviation,
      value: `${formatDeviation(worst?.residualM2 ?? 0, texts)}\u00a0${texts.units.m2}`,
    },
    { name: keys.findings, value: count(basis.findingCount) },
  ];
}

/** What is asked of this kind of run. */
function ownKeys(input: LeadInput): readonly KeyFigure[] {
  const { run } = input.basis;
  switch (run.kind) {
    case "account":
      return accountKeys(input);
    case "change":
      return [...changeKeys(input, run), ...layerKeys(input)];
    case "scenario":
      return [...scenarioKeys(input), polygonKey(input), ...layerKeys(input)];
    case "statistics":
      return [...statisticsKeys(input, run), polygonKey(input)];
  }
}

function accountKeys(input: LeadInput): readonly KeyFigure[] {
  const { keys } = input.texts.report;
  const stock = wholeStockOf(input);
  const rows = stock === undefined ? [] : recordsOf(stock);
  const areaOf = (rad: string, name: string): KeyFigure[] => {
    const row = rows.find((one) => one["rad"] === rad);
    return row === undefined ? [] : [{ name, value: daa(figure(row["arealDaa"]), input) }];
  };
  const answer = reserveAnswer(input);
  return [
    ...(answer === undefined ? [] : reserveKeys(input, answer)),
    ...areaOf("sum", keys.total),
    ...areaOf("land", keys.land),
    polygonKey(input),
    ...layerKeys(input),
  ];
}

const polygonKey = ({ basis, texts }: LeadInput): KeyFigure => ({
  name: texts.report.keys.polygons,
  value: formatNumber(basis.ground.featureCount, 0, texts.signs),
});

/** Unit layers of several units, and plans. */
function layerKeys({ basis, texts }: LeadInput): readonly KeyFigure[] {
  const count = (value: number) => formatNumber(value, 0, texts.signs);
  const several = unitLayers(basis).filter(({ unitCount }) => unitCount > 1);
  return [
    ...several.map(({ name, unitCount }) => ({
      name: `${texts.report.keys.units}: ${name}`,
      value: count(unitCount),
    })),
    ...planLayers(basis).map(({ name, unitCount }) => ({
      name: texts.report.planAreas(layerText(basis, texts, name)),
      value: count(unitCount),
    })),
  ];
}
