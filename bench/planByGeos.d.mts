import type { Layer } from "../src/core/layer.js";
import type { Table } from "../src/tables/table.js";

export function plannedByGeos(of: {
  readonly plan: Layer;
  readonly ground: Layer;
  readonly bebygd: readonly string[];
  readonly vann: readonly string[];
}): Promise<Map<string, number>>;

export function plannedOfTable(table: Pick<Table, "columns" | "rows">): Map<string, number>;

export function apart(
  found: ReadonlyMap<string, number>,
  expected: ReadonlyMap<string, number>,
): { readonly m2: number; readonly ofAll: number; readonly ofItself: number };
