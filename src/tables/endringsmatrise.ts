/** T11 Arealendringsmatrise: class at the start by class at the end, per unit; the strips of it in a table of their own. */
import { borderMoved, movedNote } from "./changeFindings.js";
import { type Flows, changeMeta, changeNotes, sumOf } from "./changeFlows.js";
import { classColumnId } from "./classColumn.js";
import { type Column, definitionOf, type Table, type Value } from "./table.js";

/**
 * A unit whose border moved shows its sums and what only one edition covers, and nothing of what became what.
 *
 * @param what all ground, or only that in strips
 */
export function changeMatrix(flows: Flows, layer: string, what: "m2" | "stripM2"): Table {
  const { rules, classes, layers } = flows;
  const definition = definitionOf(rules, "T11");
  const { sum, change: labels } = rules.tables.labels;
  const area = (id: string, title: string): Column => ({ id, title, kind: "area", unit: "m2" });
  const closing = [area("ikkeIB", labels.notInB), area("sum", sum)];
  const own = [...definition.columns, ...closing].map(({ id }) => id);
  const columns = [...classes.map(({ kode, navn }) => area(classColumnId(kode, own), navn)), ...closing];
  const heads = [...classes, { kode: "", navn: labels.notInA }];
  const rows = layers.get(layer)!.flatMap((flow): Value[][] => {
    const m2 = flow[what];
    const isHidden = layer !== "" && borderMoved(flows, flow);
    const shown = (from: number): Value[] =>
      Array.from(m2[from], (amount, to) =>
        isHidden && from < classes.length && to < classes.length ? null : amount,
      );
    const down = heads.map((_, to) => sumOf(m2.map((row) => row[to])));
    return [
      ...heads.map(({ kode, navn }, from) => [
        flow.unit,
        flow.navn,
        kode,
        navn,
        ...shown(from),
        sumOf(m2[from]),
      ]),
      [flow.unit, flow.navn, "", sum, ...down, sumOf(down)],
    ];
  });
  const strips = what === "stripM2";
  return {
    id: `T11-${flows.facts.field}${layer && `-${layer}`}${strips ? "-striper" : ""}`,
    title: `T11 ${definition.title}: ${flows.title}${layer && ` ${rules.tables.labels.by} ${layer}`}${strips ? `, ${labels.strips}` : ""}`,
    columns: [...definition.columns, ...columns],
    rows,
    footnotes: [...changeNotes(flows, definition.footnotes), ...movedNote(flows, layer)],
    print: {
      groupBy: definition.print.groupBy,
      columns: [...definition.print.columns, ...columns.map(({ id }) => id)],
      rounding: rules.accounting.rounding,
    },
    meta: changeMeta(flows),
  };
}
