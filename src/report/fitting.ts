import type { Finding } from "../core/trouble.js";
import type { Table } from "../tables/table.js";
import type { Shown } from "./basis.js";

/** Figures of one table that a report has room for: a browser and a workbook open it, and memory holds it. */
const MOST_FIGURES = 2_000_000;

/**
 * A run as its report can have it: tables too large for any reader are left to their CSV, and told of as findings
 * (TABELL_STOR). A matrix of change by 14 000 grunnkretser is such a one.
 */
export function fitting({ tables, checks, findings }: Shown, mostFigures = MOST_FIGURES): Shown {
  const size = ({ rows, columns }: Table) => rows.length * columns.length;
  const left = tables.filter((table) => size(table) > mostFigures);
  return {
    tables: tables.filter((table) => !left.includes(table)),
    checks,
    findings: [...findings, ...left.map((table) => leftOut(table, size(table), mostFigures))],
  };
}

const leftOut = ({ id }: Table, figures: number, most: number): Finding => ({
  code: "TABELL_STOR",
  severity: "note",
  layer: id,
  feature: -1,
  areaM2: 0,
  did: "dropped",
  says: `tabellen har ${figures} tall, flere enn de ${most} en rapport har plass til; den står i tables/`,
});
