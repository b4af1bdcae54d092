/** Reads a reference table (text cells of a CSV) as areas by unit and class. */
import { InputError } from "../core/trouble.js";
import { tupleKey } from "../core/tuple.js";
import type { M2 } from "../core/units.js";
import { canonicalField } from "../rules/fields.js";
import { kommunenummerTrouble } from "../rules/kommunenummer.js";
import type { Rules } from "../rules/rules.js";
import type { ClassField } from "./classes.js";
import type { ZoneLayerFacts } from "./facts.js";

/** A table as a CSV reader gives it: everything text. */
export type ReferenceFile = {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

export type Reference = {
  readonly field: ClassField;
  /** Undefined when the reference is for the whole ground. */
  readonly layer?: ZoneLayerFacts;
  readonly amounts: readonly { readonly unit: string; readonly kode: string; readonly m2: M2 }[];
  /** Columns that were not used. */
  readonly ignored: readonly string[];
};

const AREA_COLUMNS: ReadonlyMap<string, number> = new Map([
  ["areal_m2", 1],
  ["areal_daa", 1e3],
  ["areal_km2", 1e6],
]);

/**
 * Understands two forms. Long: a column named as a class field, one of areal_m2, areal_daa, areal_km2, and, where the
 * reference is per unit, one named as the key field of a zone layer or as the layer itself. Wide: the unit column, and
 * one column in m2 per class value of one class field (the field of which most values are columns). Names match
 * whatever their case, class values letter for letter. A kommunenummer that lost its zero gets it back.
 */
export function readReference(
  file: ReferenceFile,
  rules: Rules,
  fields: readonly ClassField[],
  layers: readonly ZoneLayerFacts[],
): Reference {
  const find = (...names: string[]) =>
    file.columns.findIndex((column) => names.some((name) => same(rules, column, name)));
  const layer = layers.find(({ keyField, name }) => find(keyField, name) >= 0);
  const unitAt = layer === undefined ? -1 : find(layer.keyField, layer.name);
  const unitOf = (row: readonly string[]) =>
    layer === undefined ? "" : mendedKey(rules, layer, row[unitAt] ?? "");
  const refuse = (came: string, wanted: string, position?: string): never => {
    const where = position === undefined ? { layer: file.name } : { layer: file.name, position };
    throw new InputError(where, { came, wanted, todo: "Mend the reference table." });
  };
  const numberAt = (row: readonly string[], column: number, line: number): number => {
    const cell = (row[column] ?? "").trim();
    const value = Number(cell);
    return cell !== "" && Number.isFinite(value)
      ? value
      : refuse(
          `«${cell}» in ${file.columns[column]}`,
          "a number with decimal point and no separators",
          `line ${line}`,
        );
  };

  const long = fields.find(({ field }) => find(field) >= 0);
  const areaAt = file.columns.findIndex((column) => AREA_COLUMNS.has(column.toLowerCase()));
  const wide = mostColumns(fields, file.columns);
  let field: ClassField;
  let used: number[];
  let amounts: { unit: string; kode: string; m2: M2 }[];
  if (long !== undefined && areaAt >= 0) {
    const classAt = find(long.field);
    const toM2 = AREA_COLUMNS.get(file.columns[areaAt].toLowerCase())!;
    field = long;
    used = [unitAt, classAt, areaAt];
    amounts = file.rows.map((row, r) => {
      return { unit: unitOf(row), kode: row[classAt] ?? "", m2: toM2 * numberAt(row, areaAt, r + 2) };
    });
  } else if (layer !== undefined && wide !== undefined) {
    const { classColumns } = wide;
    field = wide.field;
    used = [unitAt, ...classColumns];
    amounts = file.rows.flatMap((row, r) =>
      classColumns.map((at) => ({ unit: unitOf(row), kode: file.columns[at], m2: numberAt(row, at, r + 2) })),
    );
  } else {
    return refuse(
      `columns ${file.columns.join(", ")}`,
      `a class field (${fields.map((f) => f.field).join(", ")}) with areal_m2, areal_daa or areal_km2; or a unit column (${layers.map((l) => l.keyField).join(", ")}) with one column per class`,
    );
  }

  const met = new Set<string>();
  amounts.forEach(({ unit, kode }) => {
    const key = tupleKey([unit, kode]);
    if (met.has(key)) refuse(`${unit} ${kode} twice`, "one row per unit and class");
    met.add(key);
  });
  const ignored = file.columns.filter((_, at) => !used.includes(at));
  return layer === undefined ? { field, amounts, ignored } : { field, layer, amounts, ignored };
}

function same(rules: Rules, delivered: string, wanted: string): boolean {
  return delivered.toLowerCase() === wanted.toLowerCase() || canonicalField(rules, delivered) === wanted;
}

function mendedKey(rules: Rules, layer: ZoneLayerFacts, key: string): string {
  if (canonicalField(rules, layer.keyField) !== "kommunenummer") return key;
  const trouble = kommunenummerTrouble(rules, key);
  return trouble?.kind === "leadingZero" ? trouble.mended : key;
}

function mostColumns(
  fields: readonly ClassField[],
  columns: readonly string[],
): { field: ClassField; classColumns: number[] } | undefined {
  const counted = fields.map((field) => {
    const codes = new Set(field.rows.map(({ kode }) => kode).filter((kode) => kode !== ""));
    return { field, classColumns: [...columns.keys()].filter((at) => codes.has(columns[at])) };
  });
  return counted
    .filter(({ classColumns }) => classColumns.length > 0)
    .sort((a, b) => b.classColumns.length - a.classColumns.length)[0];
}
