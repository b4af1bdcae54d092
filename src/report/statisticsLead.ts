/** The answer of statistics: how large the whole is, what most of it is, and how complete the figures are. */
import type { Table, Value } from "../tables/table.js";
import type { KeyFigure, LeadInput } from "./leadInput.js";
import { formatNumber, formatShare } from "./numbers.js";
import { inSentence } from "./planLead.js";
import type { RunOf } from "./runBasis.js";
import { runTextsIn } from "./runTexts.js";
import { amount, recordsOf } from "./tableRows.js";

/** Codes of T12: the country, and a kommune among the regions. */
const COUNTRY = "0";
const KOMMUNE = /^\d{4}$/;

type Row = Readonly<Record<string, Value>>;

/** The last year of T12, or of T13 where there is no T12. */
type Summary = {
  /** The country, the one kommune there is, or how many kommuner. */
  readonly place: string;
  readonly unit: string;
  readonly total: number;
  readonly largest: { readonly name: string; readonly value: number };
  readonly regionCount: number;
  /** Regions without figures. */
  readonly missingCount: number;
  readonly classCount: number;
};

/** Undefined for a run without T12 and T13. */
export function statisticsSummary({
  tables,
  texts,
}: Pick<LeadInput, "tables" | "texts">): Summary | undefined {
  const cube = tables.find(({ id }) => id.startsWith("T12-"));
  if (cube !== undefined) return cubeSummary(cube, texts);
  const kretser = tables.filter(({ id }) => id.startsWith("T13-")).at(-1);
  return kretser === undefined ? undefined : kretsSummary(kretser, texts);
}

function cubeSummary(table: Table, texts: LeadInput["texts"]): Summary {
  const all = recordsOf(table);
  const year = all.reduce((last, { aar }) => (String(aar) > last ? String(aar) : last), "");
  const rows = all.filter(({ aar }) => String(aar) === year);
  const has = rows.filter(({ verdi }) => typeof verdi === "number");
  const country = has.filter(({ region }) => region === COUNTRY);
  const kommuner = has.filter(({ region }) => KOMMUNE.test(String(region)));
  const regions = new Set(has.map(({ region }) => region));
  const whole = country.length > 0 ? country : kommuner;
  return {
    ...largestOf(whole, ["klasse", "klasseNavn", "verdi"]),
    place:
      country.length > 0
        ? String(country[0]["regionNavn"])
        : kommunerText(kommuner, "region", "regionNavn", texts),
    unit: unitText(table.columns.find(({ id }) => id === "verdi")?.title ?? "", texts),
    regionCount: regions.size,
    missingCount: new Set(rows.map(({ region }) => region)).size - regions.size,
    classCount: new Set(rows.map(({ klasse }) => klasse)).size,
  };
}

/** "km²" of "km2", which is how a cube of an earlier version has it. */
const unitText = (unit: string, { units }: LeadInput["texts"]): string =>
  (units as Readonly<Record<string, string | undefined>>)[unit] ?? unit;

function kretsSummary(table: Table, texts: LeadInput["texts"]): Summary {
  const rows = recordsOf(table);
  const kommuner = rows.filter(({ delomrade }) => delomrade === "");
  return {
    ...largestOf(kommuner, ["kode", "klasse", "arealDaa"]),
    place: kommunerText(kommuner, "kommune", "navn", texts),
    unit: texts.units.daa,
    regionCount: new Set(
      rows.map(({ kommune, delomrade, grunnkrets }) => [kommune, delomrade, grunnkrets].join()),
    ).size,
    missingCount: 0,
    classCount: new Set(rows.map(({ kode }) => kode)).size,
  };
}

/** "0301 Oslo" of one, "2 kommuner" of more. */
function kommunerText(rows: readonly Row[], key: string, name: string, texts: LeadInput["texts"]): string {
  const names = new Map(rows.map((row) => [String(row[key]), String(row[name] ?? "")]));
  const [first] = names;
  if (names.size !== 1)
    return runTextsIn(texts.language).statistics.regions(formatNumber(names.size, 0, texts.signs));
  return first.filter((text) => text !== "").join(" ");
}

/** Ground that no class stands for. */
const NO_GROUND: ReadonlySet<Value> = new Set<Value>(["udekket", "hull", "dobbelt"]);

function largestOf(
  rows: readonly Row[],
  [kode, navn, verdi]: readonly [string, string, string],
): Pick<Summary, "total" | "largest"> {
  const sums = new Map<Value, { name: string; value: number }>();
  let total = 0;
  for (const row of rows) {
    const value = amount(row[verdi]);
    total += value;
    if (NO_GROUND.has(row[kode])) continue;
    const known = sums.get(row[kode]);
    if (known === undefined) sums.set(row[kode], { name: String(row[navn] ?? ""), value });
    else known.value += value;
  }
  const largest = [...sums.values()].reduce((most, one) => (one.value > most.value ? one : most), {
    name: "",
    value: 0,
  });
  return { total, largest };
}

export function statisticsSentences(input: LeadInput, run: RunOf<"statistics">): readonly string[] {
  const { texts, rounding } = input;
  const { statistics: words } = runTextsIn(texts.language);
  const found = statisticsSummary(input);
  if (found === undefined || found.largest.name === "") return [];
  const { place, total, largest, regionCount, missingCount, classCount } = found;
  const share = formatShare(largest.value / total, rounding, texts.signs);
  const count = (value: number) => formatNumber(value, 0, texts.signs);
  return [
    texts.report.lead.total(place, totalText(found, texts), inSentence(largest.name), share),
    words.holds(
      count(regionCount),
      count(regionCount + missingCount),
      count(classCount),
      run.years.join(", "),
    ),
    ...(missingCount > 0 ? [words.missing] : []),
  ];
}

const totalText = ({ total, unit }: Summary, { signs }: LeadInput["texts"]): string =>
  `${formatNumber(total, Math.abs(total) < 100 ? 1 : 0, signs)}\u00a0${unit}`.trimEnd();

export function statisticsKeys(input: LeadInput, run: RunOf<"statistics">): readonly KeyFigure[] {
  const { keys } = runTextsIn(input.texts.language).statistics;
  const found = statisticsSummary(input);
  const count = (value: number) => formatNumber(value, 0, input.texts.signs);
  return [
    ...(found === undefined
      ? []
      : [
          { name: keys.total, value: totalText(found, input.texts) },
          { name: keys.regions, value: count(found.regionCount) },
          { name: keys.classes, value: count(found.classCount) },
        ]),
    { name: keys.years, value: run.years.join(", ") },
    { name: keys.division, value: run.date },
  ];
}
