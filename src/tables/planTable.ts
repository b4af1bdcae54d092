/** What the plan tables have in common: rows by unit, areas in dekar, the method in the title. */
import { toDekar, type M2 } from "../core/units.js";
import type { Rules } from "../rules/rules.js";
import type { TableDefinition } from "../rules/schema.js";
import type { PlanFrame, PlanUnit } from "./planFrame.js";
import { definitionOf, footnotesOf, metaOf, type Column, type Table, type Value } from "./table.js";

/** Dekar, unrounded; an area that does not apply stays null. */
export const daa = (m2: M2 | null): number | null => (m2 === null ? null : toDekar(m2));

/** The two columns that every plan table begins with. */
export const unitCells = ({ key, name }: PlanUnit): Value[] => [key, name];

/**
 * A table by its definition in reports/tables.json.
 * @param about what the table's title says behind its name; "" for nothing
 * @param more columns behind those of the definition, printed too
 */
export function planTable(
  frame: PlanFrame,
  definitionId: TableDefinition["id"],
  id: string,
  about: string,
  rows: readonly (readonly Value[])[],
  more: readonly Column[] = [],
  names: Readonly<Record<string, string>> = {},
  notes: readonly string[] = [],
): Table {
  const { facts, rules, plan } = frame;
  const definition = definitionOf(rules, definitionId);
  return {
    id,
    title: `${definitionId} ${definition.title}${about === "" ? "" : `: ${about}`}`,
    columns: [...definition.columns, ...more],
    rows,
    footnotes: [
      ...footnotesOf(definition, facts, { modus: plan.mode, ...stripNames(rules), ...names }),
      ...notes,
    ],
    print: {
      groupBy: definition.print.groupBy,
      columns: [...definition.print.columns, ...more.map((column) => column.id)],
      rounding: rules.accounting.rounding,
    },
    meta: metaOf(facts),
  };
}

const stripNames = ({ planAccounting: { stripe } }: Rules) => ({ stripeM: String(stripe.breddeM) });

export const areaColumn = (id: string, title: string): Column => ({ id, title, kind: "area", unit: "daa" });
