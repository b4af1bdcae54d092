/** T12 Statistikk-kube: region x class x measure x year, complete, for one classification. */
import { InputError, type Finding } from "../core/trouble.js";
import type { M2 } from "../core/units.js";
import { kommuneHistory } from "../rules/kommuneHistory.js";
import { kommunenummerTrouble } from "../rules/kommunenummer.js";
import type { Rules } from "../rules/rules.js";
import type { Check, Hold } from "./checks.js";
import { classColumnId, NO_VALUE } from "./classColumn.js";
import { type ClassField, classFields } from "./classes.js";
import type { AccountFacts, ZoneLayerFacts } from "./facts.js";
import { sumByKeys } from "./project.js";
import { measureTitle, shownArea, shownAreas } from "./shown.js";
import { definitionOf, metaOf, type Table, type Value } from "./table.js";
import { nameOfUnit, unitsOfKey } from "./units.js";
import { beyondM2, wrongByUnit } from "./wrongGround.js";

export type CubeUnit = "km2" | "daa" | "m2";
const UNIT_HEADS: Readonly<Record<CubeUnit, string>> = { km2: "km²", daa: "daa", m2: "m²" };
const M2_PER: Readonly<Record<CubeUnit, number>> = { km2: 1e6, daa: 1e3, m2: 1 };

/** One dimension: codes in their order, with a name each. Codes are text. */
export type CubeDimension = {
  readonly id: "region" | "klasse" | "maal" | "aar";
  readonly title: string;
  readonly codes: readonly string[];
  readonly names: readonly string[];
};

/**
 * A complete table in row-major order of its dimensions, the last running fastest, as JSON-stat 2.0 and PX have it.
 * 0 is none; null is missing: a kommune that no unit stands for, and every sum over it.
 */
export type Cube = {
  readonly id: string;
  readonly title: string;
  readonly unit: CubeUnit;
  readonly dimensions: readonly CubeDimension[];
  /** Per region: "kommune", "fylke" or "land". */
  readonly levels: readonly ("kommune" | "fylke" | "land")[];
  readonly values: readonly (number | null)[];
  readonly notes: readonly string[];
};

export type CubeYear = { readonly year: string; readonly facts: AccountFacts };

export type CubeOptions = {
  readonly field: string;
  /** Name of the zone layer with the kommuner. */
  readonly layer: string;
  /** The division regions are shown by, yyyy-mm-dd. */
  readonly date: string;
  readonly unit?: CubeUnit;
};

/** Code of the whole country, as StatBank has it. */
const COUNTRY = "0";
const UNCOVERED = "udekket";
const GAPS = "hull";
const DOUBLED = "dobbelt";
/** What is no class has a code beside those of the classes, so a class of that name gets another. */
const OURS: readonly string[] = [UNCOVERED, GAPS, DOUBLED];

/**
 * Makes the cube. All kommuner of the register are regions, then fylker and the country as sums of them. A kommune of
 * another division is recoded where its number tells what it became; what was divided is refused (KOMMUNE_DELT).
 *
 * @throws InputError for a layer that is not of kommuner, and for one that needs an overlay with today's border
 */
export function statisticsCube(
  years: readonly CubeYear[],
  rules: Rules,
  options: CubeOptions,
): { readonly cube: Cube; readonly findings: readonly Finding[] } {
  const { unit = "km2" } = options;
  const findings: Finding[] = [];
  const kommuner = rules.lists.get("kommuner_2024")!.values;
  const fylker = rules.lists.get("fylker_2024")!.values;
  const perYear = years.map(({ year, facts }) => ({ year, ...stockOfYear(facts, rules, options, findings) }));
  const classes = classesOfAll(perYear, rules);
  const nameOf = latestNames(years, options.layer, rules);
  const strangers = [...new Set(perYear.flatMap(({ stock }) => [...stock.keys()]))]
    .filter((kode) => !kommuner.some((kommune) => kommune.kode === kode))
    .sort();
  const regions = [
    ...kommuner.map(({ kode, navn }) => ({ kode, navn: nameOf(kode) || navn, level: "kommune" as const })),
    ...strangers.map((kode) => ({ kode, navn: nameOf(kode) || kode, level: "kommune" as const })),
    ...fylker.map(({ kode, navn }) => ({ kode, navn, level: "fylke" as const })),
    { kode: COUNTRY, navn: rules.tables.labels.change.country, level: "land" as const },
  ].filter((region, i, all) => all.findIndex(({ kode }) => kode === region.kode) === i);

  const values: (number | null)[] = [];
  for (const region of regions) {
    for (const { kode } of classes) {
      for (const { stock } of perYear) {
        const m2 = amountOf(stock, region, kode, kommuner);
        values.push(m2 === null ? null : m2 / M2_PER[unit]);
      }
    }
  }
  const [{ facts }] = years;
  const definition = definitionOf(rules, "T12");
  const title = perYear[0].field.title;
  const names = { field: options.field, date: options.date, measure: measureTitle(facts), unit };
  const cube: Cube = {
    id: `T12-${options.field}`,
    title: `T12 ${definition.title}: ${title}, kommuneinndeling per ${options.date}`,
    unit,
    dimensions: [
      dimension("region", "Region", regions),
      dimension("klasse", title, classes),
      dimension("maal", "Mål", [{ kode: "Areal", navn: `Areal (${unit})` }]),
      dimension(
        "aar",
        "År",
        years.map(({ year }) => ({ kode: year, navn: year })),
      ),
    ],
    levels: regions.map(({ level }) => level),
    values,
    notes: definition.footnotes.map((note) => filled(note, names)),
  };
  return { cube, findings };
}

/**
 * Names as the newest unit file that has the number gives them, else the register's. A number that was recoded has no
 * name in a file of its time.
 */
function latestNames(years: readonly CubeYear[], layerName: string, rules: Rules): (kode: string) => string {
  const newestFirst = [...years]
    .sort((a, b) => (a.year < b.year ? 1 : -1))
    .flatMap(({ facts }) => facts.zoneLayers.filter(({ name }) => name === layerName));
  const namers = newestFirst.map((layer) => ({ layer, nameOf: nameOfUnit(layer, rules) }));
  return (kode) => namers.find(({ layer }) => layer.names?.has(kode))?.nameOf(kode) ?? "";
}

const filled = (note: string, names: Readonly<Record<string, string>>): string =>
  note.replace(/\{(\w+)\}/g, (all, name: string) => names[name] ?? all);

type Named = { readonly kode: string; readonly navn: string };

const dimension = (id: CubeDimension["id"], title: string, items: readonly Named[]): CubeDimension => ({
  id,
  title,
  codes: items.map(({ kode }) => kode),
  names: items.map(({ navn }) => navn),
});

/** Areas by kommune and class. A kommune that is not there has no ground in the layer: it is missing, not zero. */
type Stock = ReadonlyMap<string, ReadonlyMap<string, M2>>;

function stockOfYear(
  facts: AccountFacts,
  rules: Rules,
  options: CubeOptions,
  findings: Finding[],
): { field: ClassField; stock: Stock } {
  const field = classFields(facts, rules).find((one) => one.field === options.field);
  const layer = facts.zoneLayers.find(({ name }) => name === options.layer);
  if (field === undefined || layer === undefined) {
    throw new InputError(
      { layer: options.layer },
      {
        came: `no class field ${options.field} or no layer ${options.layer} in the account`,
        wanted: "an account by that field with kommuner as units",
        todo: "Name both as the account does",
      },
    );
  }
  const now = kommuneOf(layer, facts, rules, options.date, findings);
  const stock = new Map<string, Map<string, M2>>();
  const add = (key: string, kode: string, m2: M2): void => {
    const kommune = now(key);
    const amounts = stock.get(kommune) ?? new Map<string, M2>();
    stock.set(kommune, amounts.set(kode, (amounts.get(kode) ?? 0) + m2));
  };
  const zone = facts.cells.zones.get(layer.name)!;
  const sums = sumByKeys([zone, field.column], shownAreas(facts.measure, facts.cells));
  const unitsOf = unitsOfKey(layer);
  for (let row = 0; row < sums.rowCount; row++) {
    const kode = classColumnId(field.column.terms[sums.keys[1][row]], OURS);
    for (const key of unitsOf(zone.terms[sums.keys[0][row]])) add(key, kode, sums.areaM2[row]);
  }
  const wrongOf = wrongByUnit(facts, layer);
  for (const { key, union, covered } of layer.units) {
    const wrong = wrongOf(key);
    const beyond = beyondM2(shownArea(facts.measure, union), shownArea(facts.measure, covered), wrong);
    add(key, UNCOVERED, Math.abs(beyond) < rules.accounting.rounding.noiseM2 ? 0 : beyond);
    if (wrong.gapM2 !== 0) add(key, GAPS, wrong.gapM2);
    if (wrong.doubledM2 !== 0) add(key, DOUBLED, 0 - wrong.doubledM2);
  }
  return { field, stock };
}

/** The number each unit of the layer has at the date; recoding is told, and what was divided is refused. */
function kommuneOf(
  layer: ZoneLayerFacts,
  facts: AccountFacts,
  rules: Rules,
  date: string,
  findings: Finding[],
): (key: string) => string {
  const recode = kommuneHistory(rules);
  const numbers = new Map<string, string>();
  for (const { key, union } of layer.units) {
    const trouble = kommunenummerTrouble(rules, key);
    const whole = trouble?.kind === "leadingZero" ? trouble.mended : key;
    const then = recode(whole, date);
    if (then.kind === "divided") throw divided(layer.name, whole, then.among, date);
    const number = then.kind === "one" ? then.kode : whole;
    numbers.set(key, number);
    if (number === key) {
      if (isNoKommune(number, rules)) findings.push(apart(layer.name, key, shownArea(facts.measure, union)));
      continue;
    }
    findings.push({
      code: whole === key ? "KOMMUNE_OMKODET" : "KOMMUNENUMMER_FEIL",
      severity: whole === key ? "note" : "warning",
      layer: layer.name,
      feature: -1,
      areaM2: shownArea(facts.measure, union),
      did: "mended",
      says: `kommunenummer «${key}» står som ${number}, kommuneinndeling per ${date}`,
    });
  }
  return (key) => numbers.get(key) ?? key;
}

/** What no register has as a number, now or before. Numbers of another division have the sums of their time. */
function isNoKommune(number: string, rules: Rules): boolean {
  const trouble = kommunenummerTrouble(rules, number);
  return trouble !== undefined && !(trouble.kind === "unknown" && trouble.now !== undefined);
}

function apart(layer: string, key: string, areaM2: M2): Finding {
  const says = `kommunenummer «${key}» er ikke i rules/kommuner_2024.json; det står for seg, og er ikke med i fylke og land`;
  return { code: "KOMMUNENUMMER_FEIL", severity: "warning", layer, feature: -1, areaM2, did: "kept", says };
}

function divided(layer: string, kode: string, among: readonly string[], date: string): InputError {
  return new InputError(
    { layer, feature: kode },
    {
      came: `KOMMUNE_DELT: kommune ${kode}, which at ${date} is divided${among.length > 0 ? ` among ${among.join(", ")}` : ""}`,
      wanted: "units whose ground is one kommune at that date",
      todo: `Use kommuner with the border of ${date}: no number tells what ground went where`,
    },
  );
}

/** Those of the lists, and what is no class; gaps of the ground and double cover in all years where one has any. */
function classesOfAll(
  years: readonly { readonly field: ClassField; readonly stock: Stock }[],
  rules: Rules,
): Named[] {
  const classes = new Map<string, string>();
  for (const { field } of years) {
    for (const { rad, kode, navn } of field.rows)
      if (rad !== "utenVerdi") classes.set(classColumnId(kode, OURS), navn);
  }
  const { noValue, uncovered, gaps, doubled } = rules.tables.labels;
  classes.set(NO_VALUE, noValue);
  classes.set(UNCOVERED, uncovered);
  const occurs = (kode: string): boolean =>
    years.some(({ stock }) => [...stock.values()].some((amounts) => amounts.has(kode)));
  if (occurs(GAPS)) classes.set(GAPS, gaps);
  if (occurs(DOUBLED)) classes.set(DOUBLED, doubled);
  return Array.from(classes, ([kode, navn]) => ({ kode, navn }));
}

function amountOf(
  stock: Stock,
  { kode: region, level }: { readonly kode: string; readonly level: Cube["levels"][number] },
  kode: string,
  kommuner: readonly { readonly kode: string }[],
): M2 | null {
  if (level === "kommune") {
    const amounts = stock.get(region);
    return amounts === undefined ? null : (amounts.get(kode) ?? 0);
  }
  const parts =
    level === "land" ? kommuner : kommuner.filter((kommune) => kommune.kode.slice(0, 2) === region);
  let sum = 0;
  for (const part of parts) {
    const amounts = stock.get(part.kode);
    if (amounts === undefined) return null;
    sum += amounts.get(kode) ?? 0;
  }
  return sum;
}

/** The cube as a table in long form, one value a row. */
export function cubeTable(cube: Cube, facts: AccountFacts, rules: Rules): Table {
  const definition = definitionOf(rules, "T12");
  const [region, klasse, maal, aar] = cube.dimensions;
  const rows: Value[][] = [];
  let at = 0;
  region.codes.forEach((kode, r) => {
    klasse.codes.forEach((class_, k) => {
      maal.codes.forEach((measure) => {
        for (const year of aar.codes) {
          const head = [kode, region.names[r], cube.levels[r], class_, klasse.names[k], measure, year];
          rows.push([...head, cube.values[at++]]);
        }
      });
    });
  });
  return {
    id: cube.id,
    title: cube.title,
    columns: definition.columns.map((column) => ({
      ...column,
      title: filled(column.title, { unit: UNIT_HEADS[cube.unit] }),
    })),
    rows,
    footnotes: cube.notes,
    print: { ...definition.print, rounding: rules.accounting.rounding },
    meta: metaOf(facts),
  };
}

/**
 * Holds the kommuner of a cube against the units they come from: all classes of a year, with uncovered ground, gaps and
 * double cover, are what the units claim.
 */
export function cubeAgainstUnits(
  cube: Cube,
  { year, facts }: CubeYear,
  layerName: string,
  hold: Hold,
): Check {
  const [region, klasse, , aar] = cube.dimensions;
  const y = aar.codes.indexOf(year);
  let cubeM2 = 0;
  region.codes.forEach((_, r) => {
    if (cube.levels[r] !== "kommune") return;
    for (let k = 0; k < klasse.codes.length; k++) {
      cubeM2 += (cube.values[(r * klasse.codes.length + k) * aar.codes.length + y] ?? 0) * M2_PER[cube.unit];
    }
  });
  const layer = facts.zoneLayers.find(({ name }) => name === layerName)!;
  const unitsM2 = layer.units.reduce((sum: number, unit) => sum + shownArea(facts.measure, unit.union), 0);
  return hold("cubeUnits", `${year} ${layerName}`, unitsM2, cubeM2);
}
