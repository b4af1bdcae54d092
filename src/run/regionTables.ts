import { join } from "node:path";
import { ExactSums } from "../core/exactSums.js";
import { invariant } from "../core/trouble.js";
import { tupleKey } from "../core/tuple.js";
import { csvText } from "../report/csv.js";
import { tableFileName } from "../report/tableView.js";
import type { CsvRows } from "../read/csv/csvRows.js";
import { unitNames } from "../rules/classes.js";
import type { Rules } from "../rules/rules.js";
import { identityTolerance } from "../tables/identity.js";
import type { Table, Value } from "../tables/table.js";
import type { RunFile } from "../write/runFolder.js";
import { openCsv } from "./csvSums.js";
import { numberReader } from "./filePairs.js";

/** A file, or a pair of files, among the sums: what its rows are called, and the folder of its own result. */
export type Region = { readonly kode: string; readonly navn: string; readonly folder: string };

/**
 * What parts of a run over a folder are called in tables of all of them: by kommunenummer and name where the file's name
 * tells one that no other has, else by the file's name.
 */
export function regionsOf(
  parts: readonly { readonly name: string; readonly folder: string }[],
  rules: Rules,
): Region[] {
  const numberIn = numberReader(rules);
  const names = unitNames(rules, "kommunenummer");
  const numbers = parts.map(({ name }) => numberIn(name));
  return parts.map(({ name, folder }, p) => {
    const number = numbers[p];
    const isAlone = number !== undefined && numbers.filter((other) => other === number).length === 1;
    return isAlone
      ? { kode: number, navn: names.get(number) ?? "", folder }
      : { kode: name, navn: "", folder };
  });
}

/** Tables of the whole ground whose rows add up over regions: stock, cross table and matrix of change. */
const ADDS_UP = /^T(1|2|11)-/;

/**
 * For each table of the sums that adds up, the same table of every region with the sums under it: `T1-FIELD-regioner`.
 * Rows are read from the regions' own results as they are written, so that memory holds one row and the sums.
 *
 * @param tables of the whole, among them those that add up
 * @throws BrokenInvariant where the regions are not the sums
 */
export function* regionFiles(
  tables: readonly Table[],
  regions: readonly Region[],
  rules: Rules,
): Generator<RunFile> {
  for (const table of tables.filter(({ id }) => ADDS_UP.test(id))) {
    yield {
      path: `tables/${tableFileName(`${table.id}-regioner`)}.csv`,
      chunks: stackedRows(table, regions, rules),
    };
  }
}

/** Columns that say which unit a row is of: the region does. */
const OF_UNIT: ReadonlySet<string> = new Set(["enhet", "enhetNavn"]);

async function* stackedRows(table: Table, regions: readonly Region[], rules: Rules): AsyncGenerator<string> {
  const sums = new RegionSums(table, rules);
  const shown = table.columns.flatMap(({ id }, c) => (OF_UNIT.has(id) ? [] : [c]));
  const line = (head: readonly string[], row: readonly Value[]): string =>
    [...head.map(csvText), ...shown.map((c) => fieldText(row[c]))].join(",") + "\n";
  yield ["region", "regionNavn", ...shown.map((c) => csvText(table.columns[c].id))].join(",") + "\n";
  for (const { kode, navn, folder } of regions) {
    const file = await openCsv(join(folder, "tables", `${tableFileName(table.id)}.csv`));
    try {
      await file.next();
      const placeOf = new Map(Array.from({ length: file.fieldCount }, (_, i) => [file.textOf(i), i]));
      while (await file.next()) {
        const row = table.columns.map((column): Value => valueIn(file, placeOf.get(column.id), column.kind));
        sums.add(row);
        yield line([kode, navn], row);
      }
    } finally {
      await file.close();
    }
  }
  sums.hold();
  for (const row of table.rows) yield line(["", rules.tables.labels.sum], row);
}

/** A class that does not occur in a region has no column in its own table, and no ground: 0. */
function valueIn(file: CsvRows, at: number | undefined, kind: Table["columns"][number]["kind"]): Value {
  if (at === undefined) return kind === "text" ? "" : 0;
  const text = file.textOf(at);
  if (kind === "text") return text;
  return text === "" ? null : Number(text);
}

const fieldText = (value: Value): string =>
  value === null ? "" : typeof value === "string" ? csvText(value) : String(value);

/** Which of the sums are a row's, and whether it is of a class. */
type RegionRow = { readonly at: number; readonly hasClass: boolean };

/**
 * The square metres of regions added up, by class and column of the table of the whole. Rows without a class (the sum, the
 * land of it) are known by their name, and are held where both sides have them: which there are is up to the code list.
 */
class RegionSums {
  private readonly sums = new ExactSums();
  private readonly rowOf = new Map<string, RegionRow>();
  private readonly areas: readonly number[];
  private readonly kodeAt: number;
  private readonly navnAt: number;

  constructor(
    private readonly table: Table,
    private readonly rules: Rules,
  ) {
    const { columns } = table;
    this.areas = columns.flatMap(({ kind, unit }, c) => (kind === "area" && unit === "m2" ? [c] : []));
    this.kodeAt = columns.findIndex(({ id }) => id === "kode");
    this.navnAt = columns.findIndex(({ id }) => id === "navn");
  }

  add(row: readonly Value[]): void {
    const key = this.keyOf(row);
    const known = this.rowOf.get(key) ?? { at: this.rowOf.size, hasClass: this.hasClass(row) };
    this.rowOf.set(key, known);
    this.areas.forEach((c, a) => this.sums.add(known.at * this.areas.length + a, row[c] as number));
  }

  /** @throws BrokenInvariant for a row of the whole that the regions' rows do not make up, or a class that it lacks */
  hold(): void {
    const left = new Map(this.rowOf);
    for (const row of this.table.rows) {
      const key = this.keyOf(row);
      const at = left.get(key)?.at;
      left.delete(key);
      if (at === undefined && !this.hasClass(row)) continue;
      this.areas.forEach((c, a) => this.holdOne(key, row[c] as number, at, a));
    }
    for (const [key, { at, hasClass }] of left) {
      if (hasClass) this.areas.forEach((_, a) => this.holdOne(key, 0, at, a));
    }
  }

  private holdOne(key: string, wholeM2: number, at: number | undefined, a: number): void {
    const regionsM2 = at === undefined ? 0 : this.sums.total(at * this.areas.length + a);
    invariant(
      Math.abs(regionsM2 - wholeM2) <= identityTolerance(this.rules.accounting.tolerances, wholeM2),
      () => `${this.table.id} ${key}: ${regionsM2} m2 in the regions, ${wholeM2} m2 in their sum`,
    );
  }

  private keyOf(row: readonly Value[]): string {
    const kode = String(row[this.kodeAt]);
    return tupleKey(this.hasClass(row) ? [kode] : [kode, String(row[this.navnAt])]);
  }

  private hasClass(row: readonly Value[]): boolean {
    return row[this.kodeAt] !== "";
  }
}
