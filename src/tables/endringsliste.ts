/** The largest changes, each with its place, so that they can be looked at on the map. */
import { type Flows, changeMeta, changeNotes } from "./changeFlows.js";
import { definitionOf, type Table, type Value } from "./table.js";

const CM = 100;

export function largestChanges(flows: Flows, what: "largest" | "strips"): Table {
  const { facts, rules, classes } = flows;
  const definition = definitionOf(rules, "T11s");
  const nameOf = new Map(classes.map(({ kode, navn }) => [kode, navn]));
  const round = (metres: number): number => Math.round(metres * CM) / CM;
  const rows = facts[what].map((change, i): Value[] => [
    i + 1,
    change.from,
    nameOf.get(change.from) ?? change.from,
    change.to,
    nameOf.get(change.to) ?? change.to,
    facts.measure === "kartplan" ? change.planM2 : change.trueM2,
    round(change.widthM),
    change.place === undefined ? null : round(change.place[0]),
    change.place === undefined ? null : round(change.place[1]),
    change.idA || String(change.a),
    change.idB || String(change.b),
    change.zones.filter((key) => key !== "").join(", "),
  ]);
  const strips = what === "strips";
  return {
    id: strips ? "T11s-striper" : "T11s",
    title: `T11 ${definition.title}: ${facts.field}${strips ? `, ${rules.tables.labels.change.strips}` : ""}`,
    columns: definition.columns,
    rows,
    footnotes: changeNotes(flows, definition.footnotes),
    print: { ...definition.print, rounding: rules.accounting.rounding },
    meta: changeMeta(flows),
  };
}
