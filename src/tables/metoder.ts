/** T4m Metodene side om side: the reserve by each method, and every reason why one differs from the first. */
import type { PlanArea } from "../aggregate/precedence.js";
import { tupleKey } from "../core/tuple.js";
import type { PlanMethod } from "../rules/planSchema.js";
import { Amounts } from "./amounts.js";
import { postings, type PlanFrame, type PlanSide } from "./planFrame.js";
import { daa, planTable, unitCells } from "./planTable.js";
import { notPlanned, type Ground, type GroundState } from "./reserve.js";
import type { Table, Value } from "./table.js";

/** A method with the ground it sees. */
export type MethodGround = { readonly method: PlanMethod; readonly ground: Ground };

/** What ground is to a method: reserve, or the first reason why not. */
type Verdict = "reserve" | "formal" | "status" | Exclude<GroundState, "land">;

export function verdictOf(method: PlanMethod, area: PlanArea | undefined, state: GroundState): Verdict {
  const not = notPlanned(method, area);
  return not !== "" ? not : state === "land" ? "reserve" : state;
}

/** A difference of two methods: ground that is reserve to one alone, and why it is not to the other. */
export type Difference = {
  readonly unit: string;
  /** The method that is held against the first. */
  readonly method: string;
  /** "mer": reserve to this method alone; "mindre": to the first alone. */
  readonly way: "mer" | "mindre";
  readonly why: Exclude<Verdict, "reserve">;
  /** Place in `frame.lines`, where the purpose or status is the reason; -1 otherwise. */
  readonly line: number;
  readonly m2: number;
};

export function methodsSideBySide(frame: PlanFrame, side: PlanSide, methods: readonly MethodGround[]): Table {
  const { plan: labels } = frame.rules.tables.labels;
  const { sums, differences } = compared(frame, side, methods);
  const [first] = methods;
  const rows = frame.units.flatMap((unit) =>
    methods.flatMap(({ method }) => {
      const row = (
        rad: string,
        grunn: string,
        kode: string,
        navn: string,
        areas: readonly (number | null)[],
      ): Value[] => [...unitCells(unit), method.id, rad, grunn, kode, navn, ...areas.map(daa)];
      const of = (what: string): number => sums.of(unit.key, method.id, what);
      const planned = of("reserve") + of("bebygd") + of("vann");
      const toFirst = of("reserve") - sums.of(unit.key, first.method.id, "reserve");
      return [
        row("metode", "", "", method.title, [planned, of("bebygd"), of("vann"), of("reserve"), toFirst]),
        ...differences
          .filter((one) => one.unit === unit.key && one.method === method.id)
          .map(({ way, why, line, m2 }) => {
            const about = line < 0 ? undefined : frame.lines[line];
            const says = labels.reasons[`${way}_${why}`];
            return row("grunn", says, about?.kode ?? "", about?.navn ?? "", [
              null,
              null,
              null,
              null,
              way === "mer" ? m2 : -m2,
            ]);
          }),
      ];
    }),
  );
  return planTable(frame, "T4m", "T4m", first.method.id, rows, [], {
    forste: first.method.id,
    metoder: methods.map(({ method }) => `${method.id}, versjon ${method.version}`).join("; "),
  });
}

/** Areas by unit, method and verdict; and every difference to the first method, sorted. */
export function compared(
  frame: PlanFrame,
  side: PlanSide,
  methods: readonly MethodGround[],
): { sums: Amounts; differences: readonly Difference[] } {
  const { areas, column } = side.rulers;
  const place = new Map(frame.lines.map((line, at) => [line.id, at]));
  const sums = new Amounts();
  const found = new Map<string, Difference>();
  for (const { unit, codes, m2 } of postings(frame, [
    column,
    ...methods.map(({ ground }) => ground.column),
  ])) {
    const [ruler, ...states] = codes;
    const verdicts = methods.map(({ method, ground }, k) =>
      verdictOf(method, areas[ruler], ground.column.terms[states[k]] as GroundState),
    );
    verdicts.forEach((verdict, k) => {
      const { id } = methods[k].method;
      sums.add(m2, unit, id, verdict);
      const [base] = verdicts;
      if ((verdict === "reserve") === (base === "reserve")) return;
      const way = verdict === "reserve" ? "mer" : "mindre";
      const why = (way === "mer" ? base : verdict) as Difference["why"];
      const line = why === "formal" || why === "status" ? place.get(side.lineOf[ruler].id)! : -1;
      const key = tupleKey([unit, id, way, why, line]);
      found.set(key, { unit, method: id, way, why, line, m2: (found.get(key)?.m2 ?? 0) + m2 });
    });
  }
  const differences = [...found.values()].sort(
    (a, b) =>
      (a.way < b.way ? -1 : a.way > b.way ? 1 : 0) ||
      (a.why < b.why ? -1 : a.why > b.why ? 1 : 0) ||
      a.line - b.line,
  );
  return { sums, differences };
}
