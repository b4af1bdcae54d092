/** T10 Utbredelsesregnskap: opening, additions, reductions, net, closing of every class (SEEA EA extent account). */
import { toDekar, type M2 } from "../core/units.js";
import { borderMoved, movedNote } from "./changeFindings.js";
import {
  type ChangeClass,
  type ChangeOptions,
  type Flows,
  changeMeta,
  changeNotes,
  postingsOf,
  sumOf,
  type UnitFlow,
} from "./changeFlows.js";
import { classColumnId } from "./classColumn.js";
import { type Column, definitionOf, type Table, type Value } from "./table.js";

/** One line of the account: amounts by class in m2; null where change is not shown. */
type Line = { readonly rad: string; readonly navn: string; readonly m2: readonly (M2 | null)[] };

/** T10 per unit in dekar. */
export function extentAccount(flows: Flows, layer: string, options: ChangeOptions): Table {
  const unit = { name: "dekar", of: toDekar };
  const column = (id: string, title: string): Column => ({ id, title, kind: "area", unit: "daa" });
  return account(flows, layer, options, `T10-${flows.facts.field}`, unit, column);
}

/**
 * T10 by the twelve types of level 1 that the law fixes, in thousand hectares (Regulation (EU) 2024/3024, annex IX to
 * Regulation (EU) No 691/2011). None for a field whose code list has no number of a type.
 */
export function euAccount(flows: Flows, layer: string, options: ChangeOptions): Table[] {
  const { facts, rules, classes, layers } = flows;
  const way = rules.change!.eu.find(({ felt }) => felt === facts.field);
  const types = way && rules.lists.get(way.typologi)?.values.filter(({ niva }) => niva === "1");
  if (way === undefined || types === undefined) return [];
  const numbers = new Map(
    rules.accounting.classifications
      .filter(({ field }) => field === facts.field)
      .flatMap(({ list }) => rules.lists.get(list)!.values)
      .map((code) => [code.kode, code[way.nummerkolonne]]),
  );
  const typeAt = new Map(types.map(({ kode }, at) => [kode, at]));
  const untyped = types.length;
  const at = [...classes.map(({ kode }) => typeAt.get(numbers.get(kode) ?? "") ?? untyped), untyped + 1];
  const regrouped = (m2: readonly Float64Array[]): Float64Array[] => {
    const to = Array.from({ length: untyped + 2 }, () => new Float64Array(untyped + 2));
    m2.forEach((row, f) => row.forEach((amount, t) => (to[at[f]][at[t]] += amount)));
    return to;
  };
  const byType: Flows = {
    ...flows,
    classes: [
      ...types.map(({ kode, navn }) => ({ kode, navn })),
      { kode: "", navn: rules.tables.labels.change.noType },
    ],
    layers: new Map(
      [...layers].map(([name, units]) => [
        name,
        units.map((flow) => ({ ...flow, m2: regrouped(flow.m2), stripM2: regrouped(flow.stripM2) })),
      ]),
    ),
  };
  const unit = { name: "1000 hektar", of: (m2: M2) => (m2 as number) / 1e7 };
  const column = (id: string, title: string): Column => ({ id, title, kind: "value" });
  return [account(byType, layer, options, "T10-EU", unit, column)];
}

function account(
  flows: Flows,
  layer: string,
  options: ChangeOptions,
  id: string,
  unit: { readonly name: string; readonly of: (m2: M2) => number },
  column: (id: string, title: string) => Column,
): Table {
  const { rules, title, classes, layers } = flows;
  const definition = definitionOf(rules, "T10");
  const { sum } = rules.tables.labels;
  const own = [...definition.columns.map(({ id }) => id), "sum"];
  const columns = [
    ...classes.map(({ kode, navn }) => column(classColumnId(kode, own), navn)),
    column("sum", sum),
  ];
  const shown = (m2: M2 | null): Value => (m2 === null ? null : unit.of(m2));
  const rows = layers.get(layer)!.flatMap((flow) =>
    linesOf(flows, flow, options).map(({ rad, navn, m2 }): Value[] => {
      const total = m2.includes(null) ? null : sumOf(m2 as readonly number[]);
      return [flow.unit, flow.navn, rad, navn, ...m2.map(shown), shown(total)];
    }),
  );
  const names = {
    unit: unit.name,
    strips: rules.tables.labels.change.strips,
    width: String(options.stripWidthM).replace(".", ","),
  };
  return {
    id: `${id}${layer && `-${layer}`}`,
    title: `T10 ${definition.title}: ${title}${id === "T10-EU" ? ", EU nivå 1" : ""}${layer && ` ${rules.tables.labels.by} ${layer}`}`,
    columns: [...definition.columns, ...columns],
    rows,
    footnotes: [...changeNotes(flows, definition.footnotes, names), ...movedNote(flows, layer)],
    print: {
      groupBy: definition.print.groupBy,
      columns: [...definition.print.columns, ...columns.map((one) => one.id)],
      rounding: rules.accounting.rounding,
    },
    meta: changeMeta(flows),
  };
}

/** The account of one unit. Rows that say nothing (no strips, no moved border) are left out of all but the whole. */
function linesOf(flows: Flows, flow: UnitFlow, { managed = false }: ChangeOptions): Line[] {
  const { rules, classes, facts } = flows;
  const { change: labels } = rules.tables.labels;
  const { opening, closing, additions, reductions, border } = postingsOf(flow);
  const strips = postingsOf({ m2: flow.stripM2 });
  const hidden = borderMoved(flows, flow);
  const line = (rad: string, navn: string, m2: ArrayLike<number>, isChange = false): Line => ({
    rad,
    navn,
    m2: hidden && isChange ? classes.map(() => null) : Array.from(m2),
  });
  const net = additions.map((m2, c) => m2 - reductions[c] + border[c]);
  const [up, down] = facts.incomparable
    ? [labels.upward, labels.downward]
    : [labels.additions, labels.reductions];
  const [upId, downId] = facts.incomparable ? ["omvurderingOpp", "omvurderingNed"] : ["tilvekst", "avgang"];
  const some = (amounts: Float64Array): boolean => amounts.some((m2) => m2 !== 0);
  const parts = managed && !facts.incomparable ? managedParts(flows, flow) : undefined;
  const of = (id: "tilvekst" | "avgang", strip: Float64Array): Line[] => [
    ...(parts === undefined
      ? []
      : [
          line(`${id}Styrt`, labels.managed, parts[id].managed, true),
          line(`${id}IkkeStyrt`, labels.unmanaged, parts[id].unmanaged, true),
        ]),
    ...(some(strip) ? [line(`${id}Striper`, labels.strips, strip, true)] : []),
  ];
  return [
    line("inngaende", labels.opening, opening),
    line(upId, up, additions, true),
    ...of("tilvekst", strips.additions),
    line(downId, down, reductions, true),
    ...of("avgang", strips.reductions),
    ...(some(border) ? [line("grenseendring", labels.border, border)] : []),
    line("netto", labels.net, net, true),
    line("utgaende", labels.closing, closing),
  ];
}

/** Change is managed where the class it ends in is one the rules name: nobody's forest becomes a field by itself. */
function managedParts({ rules, facts, classes }: Flows, { m2 }: UnitFlow) {
  const named = new Set(rules.change!.styrt.find(({ felt }) => felt === facts.field)?.koder ?? []);
  const only = (wanted: boolean): Float64Array[] =>
    m2.map((row) => row.map((amount, to) => (isManaged(classes[to], named) === wanted ? amount : 0)));
  const [yes, no] = [postingsOf({ m2: only(true) }), postingsOf({ m2: only(false) })];
  return {
    tilvekst: { managed: yes.additions, unmanaged: no.additions },
    avgang: { managed: yes.reductions, unmanaged: no.reductions },
  };
}

const isManaged = (to: ChangeClass | undefined, named: ReadonlySet<string>): boolean =>
  to !== undefined && named.has(to.kode);
