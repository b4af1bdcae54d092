/** A table as a cube of named dimensions, complete and in row-major order: what JSON-stat and PC-Axis write. */
import type { Column, Table, Value } from "../tables/table.js";

export type CubeRole = "geo" | "time" | "metric";

export type CubeCategory = {
  readonly code: string;
  readonly label: string;
  /** Only of measures: what the figures are in, and the decimals a reader is shown. */
  readonly unit?: { readonly base: CubeUnitName; readonly decimals: number };
};

export type CubeUnitName = "m2" | "daa" | "km2" | "percent" | "number";

export type CubeDimension = {
  readonly id: string;
  /** Head of the column that names it; "" for the measures, which have no column. */
  readonly title: string;
  readonly role?: CubeRole;
  readonly categories: readonly CubeCategory[];
};

/** StatBank's signs: "." is not possible (an empty cell of a row), ".." is not there (no such row, or missing). */
export type CubeSign = "." | "..";

export type TableCube = {
  readonly id: string;
  readonly title: string;
  readonly dimensions: readonly CubeDimension[];
  /** Row-major, the last dimension running fastest. Shares are in percent. */
  readonly values: readonly (number | null)[];
  /** Why a value is null, by its place. */
  readonly signs: ReadonlyMap<number, CubeSign>;
  readonly notes: readonly string[];
};

/** Columns that make one dimension together; those of `label` name its categories, and tell them apart too. */
type Group = {
  readonly id: string;
  readonly role?: CubeRole;
  readonly columns: readonly string[];
  readonly label: readonly string[];
  /** Where the innermost code that is there tells all of it: a grunnkrets, which is in its delområde and kommune. */
  readonly codes?: readonly string[];
};

const GROUPS: readonly Group[] = [
  { id: "region", role: "geo", columns: ["region", "regionNavn", "niva"], label: ["regionNavn"] },
  { id: "enhet", role: "geo", columns: ["enhet", "enhetNavn"], label: ["enhetNavn"] },
  {
    id: "krets",
    role: "geo",
    columns: ["kommune", "delomrade", "grunnkrets", "navn", "niva"],
    label: ["navn"],
    codes: ["kommune", "delomrade", "grunnkrets"],
  },
  { id: "metode", columns: ["metode"], label: ["metode"] },
  {
    id: "fra",
    columns: ["fraPlan", "fraKode", "fraNavn", "fraStatus"],
    label: ["fraKode", "fraNavn", "fraStatus"],
  },
  {
    id: "til",
    columns: ["tilPlan", "tilKode", "tilNavn", "tilStatus"],
    label: ["tilKode", "tilNavn", "tilStatus"],
  },
  { id: "klasse", columns: ["klasse", "klasseNavn"], label: ["klasseNavn"] },
  { id: "klasse", columns: ["kode", "klasse"], label: ["klasse"], codes: ["kode"] },
  { id: "maal", role: "metric", columns: ["maal"], label: ["maal"] },
  { id: "aar", role: "time", columns: ["aar"], label: ["aar"] },
];

/** All text columns that no group has. */
const REST = "post";
const MEASURES = "contents";

/** A cube this much larger than its table is mostly holes, as areas that lie in one unit each are. */
const MOST_HOLES = 20;
const SMALL = 100_000;

/**
 * The table as a cube, or undefined for one that is none: a list, or a table of values of many kinds (T14). Where the
 * dimensions would be mostly holes, all text columns become one.
 */
export function cubeOf(table: Table): TableCube | undefined {
  const figures = figureColumns(table);
  if (figures.length === 0 || table.rows.length === 0) return undefined;
  const groups = groupsOf(table);
  const cube = build(table, groups, figures);
  if (cube !== "sparse") return cube;
  const all: Group = {
    id: REST,
    columns: groups.flatMap(({ columns }) => columns),
    label: groups.flatMap(({ label }) => label),
  };
  const long = build(table, [all], figures);
  return long === "sparse" ? undefined : long;
}

type Figure = { readonly column: Column; readonly c: number };

/** A `value` column may hold anything; only beside a column that says the measure is it a figure. */
function figureColumns({ columns }: Table): readonly Figure[] {
  const measured = columns.some(({ id }) => id === "maal");
  const all = columns.map((column, c) => ({ column, c })).filter(({ column }) => column.kind !== "text");
  return measured || all.every(({ column }) => column.kind !== "value") ? all : [];
}

function groupsOf({ columns }: Table): readonly Group[] {
  const texts = columns.filter(({ kind }) => kind === "text").map(({ id }) => id);
  const left = new Set(texts);
  const groups = GROUPS.flatMap((group) => {
    const own = group.columns.filter((id) => left.has(id));
    const isNamed = group.role === "geo" || group.label.some((id) => own.includes(id));
    if (own[0] !== group.columns[0] || !isNamed) return [];
    own.forEach((id) => left.delete(id));
    return [{ ...group, columns: own, label: group.label.filter((id) => own.includes(id)) }];
  });
  if (left.size === 0) return groups;
  const rest = texts.filter((id) => left.has(id));
  const label = rest.filter((id) => id !== "rad" && id !== "plan" && id !== "niva");
  const post: Group = { id: REST, columns: rest, label: label.length > 0 ? label : rest };
  const measureAt = groups.findIndex(({ role }) => role === "metric" || role === "time");
  return measureAt < 0
    ? [...groups, post]
    : [...groups.slice(0, measureAt), post, ...groups.slice(measureAt)];
}

function build(
  table: Table,
  groups: readonly Group[],
  figures: readonly Figure[],
): TableCube | "sparse" | undefined {
  const found = groups.map((group) => dimensionOf(table, group));
  const measured = groups.some(({ role }) => role === "metric") && figures.length === 1;
  const measures = measuresOf(figures, table);
  const dimensions = measured
    ? found.map(({ dimension }) => inUnit(dimension, figures[0].column.title))
    : [...found.map(({ dimension }) => dimension), measures];
  const size = dimensions.reduce((product, { categories }) => product * categories.length, 1);
  const cells = table.rows.length * figures.length;
  if (size > SMALL && size > MOST_HOLES * cells) return "sparse";
  const values = new Array<number | null>(size).fill(null);
  const signs = new Map<number, CubeSign>();
  const filled = new Uint8Array(size);
  for (let r = 0; r < table.rows.length; r++) {
    const row = found.reduce(
      (at, { dimension, indexOfRow }) => at * dimension.categories.length + indexOfRow[r],
      0,
    );
    for (let f = 0; f < figures.length; f++) {
      const at = row * figures.length + f;
      if (filled[at] === 1) return undefined; // two rows of one key: a list
      filled[at] = 1;
      const value = figureOf(table.rows[r][figures[f].c], figures[f].column);
      values[at] = value;
      if (value === null) signs.set(at, measured ? ".." : ".");
    }
  }
  for (let at = 0; at < size; at++) if (filled[at] === 0) signs.set(at, "..");
  return { id: table.id, title: table.title, dimensions, values, signs, notes: table.footnotes };
}

/** A fraction of 1 as percent, its digits moved two places: 0.07 is 7, where 100 times it is 7.000000000000001. */
export function percentOf(share: number): number {
  const [digits, exponent = "0"] = String(share).split("e");
  return Number(`${digits}e${Number(exponent) + 2}`);
}

const figureOf = (value: Value, { kind }: Column): number | null =>
  typeof value !== "number" || !Number.isFinite(value) ? null : kind === "share" ? percentOf(value) : value;

/** Where a column says the measure, the head of the figures says their unit. */
function inUnit(dimension: CubeDimension, head: string): CubeDimension {
  const base = UNIT_OF_HEAD.get(head);
  if (dimension.role !== "metric" || base === undefined) return dimension;
  const unit = { base, decimals: DECIMALS[base] };
  return { ...dimension, categories: dimension.categories.map((category) => ({ ...category, unit })) };
}

const UNIT_OF_HEAD: ReadonlyMap<string, "m2" | "daa" | "km2"> = new Map([
  ["m2", "m2"],
  ["m²", "m2"],
  ["daa", "daa"],
  ["dekar", "daa"],
  ["km2", "km2"],
  ["km²", "km2"],
]);

const DECIMALS = { m2: 0, daa: 1, km2: 3 } as const;

function measuresOf(figures: readonly Figure[], { print }: Table): CubeDimension {
  const labels = unique(figures.map(({ column }) => column.title));
  const codes = unique(figures.map(({ column }) => column.id)); // an account of an earlier version may have a class called sum
  return {
    id: MEASURES,
    title: "",
    role: "metric",
    categories: figures.map(({ column }, f) => ({
      code: codes[f],
      label: labels[f],
      unit: unitOf(column, print.rounding),
    })),
  };
}

function unitOf(
  { kind, unit }: Column,
  rounding: Table["print"]["rounding"],
): NonNullable<CubeCategory["unit"]> {
  if (kind === "share") return { base: "percent", decimals: rounding.shareDecimals };
  if (kind === "value") return { base: "number", decimals: rounding.decimals };
  return { base: unit ?? "m2", decimals: DECIMALS[unit ?? "m2"] };
}

/** The categories in the order their rows come, and the one each row is of. */
function dimensionOf(table: Table, group: Group): { dimension: CubeDimension; indexOfRow: Uint32Array } {
  const { id, role, columns, label } = group;
  const at = columns.map((name) => table.columns.findIndex((column) => column.id === name));
  const indexOf = new Map<string, number>();
  const kinds: string[][] = [];
  const indexOfRow = Uint32Array.from(table.rows, (row) => {
    const texts = at.map((c) => String(row[c] ?? ""));
    const key = JSON.stringify(texts);
    const known = indexOf.get(key);
    if (known !== undefined) return known;
    indexOf.set(key, kinds.length);
    return kinds.push(texts) - 1;
  });
  const labels = kinds.map((texts) => labelOf(texts, columns, label));
  const codes = codesOf(kinds, group);
  const shownLabels = unique(
    labelsByCode(
      labels.map((text, i) => (text === "" ? codes[i] : text)),
      codes,
    ),
  );
  const named =
    role === "geo"
      ? (group.codes?.at(-1) ?? columns[0])
      : (label.find((name) => /navn$/i.test(name)) ?? label[0]);
  const title = table.columns[at[columns.indexOf(named)]].title;
  return {
    dimension: {
      id,
      title,
      ...(role === undefined ? {} : { role }),
      categories: codes.map((code, i) => ({ code, label: shownLabels[i] })),
    },
    indexOfRow,
  };
}

/** Words of a category: a code that is a number is one of them, a code that is a word has its name beside it. */
function labelOf(texts: readonly string[], columns: readonly string[], label: readonly string[]): string {
  const words = label.map((name) => ({ name, text: texts[columns.indexOf(name)] }));
  const named = words.some(({ name, text }) => /navn$/i.test(name) && text !== "");
  return words
    .filter(
      ({ name, text }) => text !== "" && !(named && /^(fra|til)?kode$/i.test(name) && !/^\d/.test(text)),
    )
    .map(({ text }) => text)
    .join(" ");
}

/** Columns that only name what another one codes. */
const NAME = /navn$|^niva$/i;
/** Code of a category whose columns are all empty: the whole. */
const WHOLE = "alt";

/**
 * The shortest codes that tell the categories apart: the innermost where that is enough, else without what kind of row it is,
 * else with it, else with names.
 */
function codesOf(
  kinds: readonly (readonly string[])[],
  { columns, label, codes: nested }: Group,
): readonly string[] {
  const code = (texts: readonly string[], leave: (column: string) => boolean): string =>
    texts.filter((text, i) => text !== "" && !leave(columns[i])).join("_");
  const isName = (column: string) => NAME.test(column);
  const codes = (leave: (column: string) => boolean): readonly string[] =>
    kinds.map(
      (texts) =>
        code(texts, leave) ||
        code(texts, isName) ||
        wholeOr(
          code(texts, () => false),
          columns,
        ),
    );
  const textOf = (texts: readonly string[], names: readonly string[]): string =>
    texts.filter((text, i) => text !== "" && names.includes(columns[i])).at(-1) ?? "";
  const choices = [
    ...(nested === undefined
      ? []
      : [kinds.map((texts) => textOf(texts, nested) || textOf(texts, label) || WHOLE)]),
    codes((column) => column === "rad" || isName(column)),
    codes(isName),
    codes(() => false),
  ];
  return choices.find((all) => new Set(all).size === all.length) ?? unique(choices.at(-1)!);
}

/** A unit without a key is all ground there is; its name is no code. */
const wholeOr = (name: string, columns: readonly string[]): string =>
  columns[0] === "enhet" || name === "" ? WHOLE : name;

/** Labels, each after the first of its name with its code: Oslo is a kommune, and "Oslo (03)" a fylke. */
function labelsByCode(labels: readonly string[], codes: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return labels.map((label, i) => {
    if (!taken.has(label) || codes[i] === label) {
      taken.add(label);
      return label;
    }
    return `${label} (${codes[i]})`;
  });
}

/** Texts made to differ: a second "a" becomes "a (2)". */
export function unique(texts: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return texts.map((text) => {
    let name = text;
    for (let n = 2; taken.has(name); n++) name = `${text} (${n})`;
    taken.add(name);
    return name;
  });
}
