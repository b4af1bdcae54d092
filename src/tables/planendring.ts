/** T5 Gjeldende mot ny plan and T6 Endringsmatrise: what a proposal changes, as sums and as flows. */
import type { PlanArea } from "../aggregate/precedence.js";
import type { PlanMethod } from "../rules/planSchema.js";
import { tupleKey } from "../core/tuple.js";
import type { M2 } from "../core/units.js";
import type { Rules } from "../rules/rules.js";
import { Amounts } from "./amounts.js";
import {
  lineColumn,
  postings,
  statusName,
  type PlanFrame,
  type PlanLine,
  type PlanSide,
} from "./planFrame.js";
import { changeStrips } from "./planStrips.js";
import { daa, planTable, unitCells } from "./planTable.js";
import { notPlanned } from "./reserve.js";
import type { Table, Value } from "./table.js";

/** Below this an amount is the rounding of sums and no ground. */
const NOTHING_M2 = 1e-6;

/**
 * T5: a row per purpose and status, both plans side by side. The changes of a unit sum to zero, and so do those of them
 * that lie in strips between the plans.
 */
export function currentAgainstNew(frame: PlanFrame, ny: PlanSide): Table {
  const current = lineSums(frame, frame.gjeldende);
  const proposed = lineSums(frame, ny);
  const strips = stripChanges(frame, ny);
  const { sum } = frame.rules.tables.labels;
  const rows = frame.units.flatMap((unit) => {
    const row = (rad: string, line: Partial<PlanLine>, id: string): Value[] => {
      const [before, after] = [current.of(unit.key, id), proposed.of(unit.key, id)];
      return [
        ...unitCells(unit),
        rad,
        ...lineCells(frame, line),
        daa(before),
        daa(after),
        daa(after - before),
        daa(strips?.of(unit.key, id) ?? null),
      ];
    };
    const lines = frame.lines.filter(({ id }) => current.has(unit.key, id) || proposed.has(unit.key, id));
    return [
      ...lines.map((line) => row(line.family === "" ? "utenFormal" : "formal", line, line.id)),
      row("sum", { navn: sum }, "*"),
    ];
  });
  return planTable(frame, "T5", "T5", "", rows);
}

/** What strips take from and give to each line of a unit. Undefined where nobody looked for strips. */
function stripChanges(frame: PlanFrame, ny: PlanSide): Amounts | undefined {
  if (frame.plan.stripPairs === undefined) return undefined;
  const sums = new Amounts();
  for (const { unit, from, to, stripM2 } of flows(frame, ny)) {
    if (from === to) continue;
    sums.add(-1 * stripM2, unit, from.id);
    sums.add(stripM2, unit, to.id);
  }
  return sums;
}

/** Areas by unit and line id, and by unit under "*". */
export function lineSums(frame: PlanFrame, side: PlanSide): Amounts {
  const sums = new Amounts();
  for (const { unit, codes, m2 } of postings(frame, [lineColumn(frame, side)])) {
    sums.add(m2, unit, frame.lines[codes[0]].id);
    sums.add(m2, unit, "*");
  }
  return sums;
}

/** A flow between two lines in one unit. */
export type Flow = {
  readonly unit: string;
  readonly from: PlanLine;
  readonly to: PlanLine;
  readonly m2: M2;
  /** Of it, what lies in strips between the plans. */
  readonly stripM2: M2;
};

export function flows(frame: PlanFrame, ny: PlanSide): Flow[] {
  const columns = [lineColumn(frame, frame.gjeldende), lineColumn(frame, ny)];
  const strips = changeStrips(frame, ny);
  const sums = new Map<string, { unit: string; from: number; to: number; m2: M2; stripM2: M2 }>();
  for (const { unit, codes, m2 } of postings(frame, strips === undefined ? columns : [...columns, strips])) {
    const [from, to, strip = 0] = codes;
    const key = tupleKey([unit, from, to]);
    const stripM2 = strip > 0 ? m2 : 0;
    const known = sums.get(key);
    if (known === undefined) sums.set(key, { unit, from, to, m2, stripM2 });
    else {
      known.m2 += m2;
      known.stripM2 += stripM2;
    }
  }
  return [...sums.values()]
    .sort((a, b) => a.from - b.from || a.to - b.to)
    .map(({ from, to, ...flow }) => ({ ...flow, from: frame.lines[from], to: frame.lines[to] }));
}

/**
 * T6: a row per flow that occurs, what stays as it is marked so; then, by the method, how much becomes new ground for
 * building and how much goes back to LNFR. The rows from a line sum to T5's current plan, the rows to it to the new one.
 */
export function changeMatrix(frame: PlanFrame, ny: PlanSide, method: PlanMethod): Table {
  const { plan: labels } = frame.rules.tables.labels;
  const all = flows(frame, ny);
  const summary = turnedAround(frame, ny, method);
  const none: Partial<PlanLine> = {};
  const hasStrips = frame.plan.stripPairs !== undefined;
  const rows = frame.units.flatMap((unit) => {
    const row = (
      rad: string,
      from: Partial<PlanLine>,
      to: Partial<PlanLine>,
      navn: string,
      m2: M2,
      stripM2: M2 | null,
    ): Value[] => [
      ...unitCells(unit),
      rad,
      ...lineCells(frame, from),
      ...lineCells(frame, to),
      navn,
      daa(m2),
      daa(hasStrips ? stripM2 : null),
    ];
    const inAll = (key: string, navn: string, what: string): Value[] =>
      row("sammendrag", none, none, navn, summary.of(key, what), summary.of(key, what, "strips"));
    return [
      ...all
        .filter((flow) => flow.unit === unit.key && flow.m2 > NOTHING_M2)
        .map(({ from, to, m2, stripM2 }) =>
          from === to
            ? row("uendret", from, to, labels.unchanged, m2, null)
            : row("endret", from, to, "", m2, stripM2),
        ),
      inAll(unit.key, labels.newBuilding, "new"),
      inAll(unit.key, labels.backToNature, "back"),
    ];
  });
  return planTable(frame, "T6", `T6-${method.id}`, method.title, rows, [], {
    metode: `${method.id}, versjon ${method.version}`,
  });
}

type MaybeArea = PlanArea | undefined;

/** Planned in the proposal, and no building purpose at all in the plan in force. */
export const isNewBuilding = (method: PlanMethod, was: MaybeArea, becomes: MaybeArea): boolean =>
  notPlanned(method, was) === "formal" && notPlanned(method, becomes) === "";

/** Planned in force, LNFR in the proposal. */
export const isBackToNature = (
  { planAccounting }: Rules,
  method: PlanMethod,
  was: MaybeArea,
  becomes: MaybeArea,
): boolean =>
  notPlanned(method, was) === "" && becomes?.purpose.hovedformal === planAccounting.lnfrHovedformal;

function turnedAround(frame: PlanFrame, ny: PlanSide, method: PlanMethod): Amounts {
  const before = frame.gjeldende.rulers;
  const after = ny.rulers;
  const sums = new Amounts();
  const columns = [before.column, after.column];
  const strips = changeStrips(frame, ny);
  for (const { unit, codes, m2 } of postings(frame, strips === undefined ? columns : [...columns, strips])) {
    const was = before.areas[codes[0]];
    const becomes = after.areas[codes[1]];
    const turned = [
      ...(isNewBuilding(method, was, becomes) ? ["new"] : []),
      ...(isBackToNature(frame.rules, method, was, becomes) ? ["back"] : []),
    ];
    for (const what of turned) {
      sums.add(m2, unit, what);
      if (codes[2] > 0) sums.add(m2, unit, what, "strips");
    }
  }
  return sums;
}

const lineCells = (frame: PlanFrame, line: Partial<PlanLine>): Value[] => [
  line.family ?? "",
  line.kode ?? "",
  line.navn ?? "",
  statusName(frame.rules, line.status ?? ""),
];
