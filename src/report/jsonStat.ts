/** One table as a JSON-stat 2.0 dataset (json-stat.org/full, 2.0). */
import type { ReportBasis } from "./basis.js";
import { fileTextsIn } from "./fileTexts.js";
import type { CubeDimension, CubeRole, TableCube } from "./tableCube.js";
import type { Language } from "./textsShape.js";

/** What both statistics files say of where a table comes from. */
export type StatisticsHead = {
  readonly language: Language;
  readonly basis: Pick<ReportBasis, "version" | "inputs">;
  readonly resultSha256: string;
  /** The date the files are of, yyyy-mm-dd. None is written when none is given: the program has no clock. */
  readonly date?: string;
};

/** Text of the dataset. A missing value is null, and `status` says why; a share is in percent. */
export function jsonStat(cube: TableCube, head: StatisticsHead): string {
  const words = fileTextsIn(head.language);
  const { dimensions, signs } = cube;
  const dataset = {
    version: "2.0",
    class: "dataset",
    label: cube.title,
    source: sourceOf(head),
    ...(head.date === undefined ? {} : { updated: `${head.date}T00:00:00Z` }),
    note: [...cube.notes, ...(signs.size === 0 ? [] : [words.signs])],
    role: rolesOf(dimensions),
    id: dimensions.map(({ id }) => id),
    size: dimensions.map(({ categories }) => categories.length),
    dimension: Object.fromEntries(
      dimensions.map((dimension) => [dimension.id, dimensionJson(dimension, head.language)]),
    ),
    value: cube.values,
    ...(signs.size === 0 ? {} : { status: Object.fromEntries(signs) }),
    extension: {
      arealregnskap: {
        version: head.basis.version,
        table: cube.id,
        language: head.language,
        resultSha256: head.resultSha256,
      },
    },
  };
  return JSON.stringify(dataset) + "\n";
}

/** "Beregnet av arealregnskap fra grunnkart.fgb, kommune.fgb". */
export function sourceOf({ language, basis }: StatisticsHead): string {
  return fileTextsIn(language).source(basis.inputs.map(({ file }) => file).join(", "));
}

function rolesOf(dimensions: readonly CubeDimension[]): Partial<Record<CubeRole, readonly string[]>> {
  const roles: Partial<Record<CubeRole, string[]>> = {};
  for (const { id, role } of dimensions) if (role !== undefined) (roles[role] ??= []).push(id);
  return roles;
}

/** A category with a unit has it by its code. `index` is a list, because object keys that are numbers lose their order. */
function dimensionJson({ title, categories }: CubeDimension, language: Language): object {
  const words = fileTextsIn(language);
  const units = categories.flatMap(({ code, unit }) =>
    unit === undefined ? [] : [[code, { base: words.units[unit.base], decimals: unit.decimals }] as const],
  );
  return {
    label: title === "" ? words.measure : title,
    category: {
      index: categories.map(({ code }) => code),
      label: Object.fromEntries(categories.map(({ code, label }) => [code, label])),
      ...(units.length === 0 ? {} : { unit: Object.fromEntries(units) }),
    },
  };
}
