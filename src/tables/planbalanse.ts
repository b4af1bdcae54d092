/** T3 Planbalanse: every purpose of one plan by status, ground without a purpose, and that it is the whole unit. */
import { tupleKey } from "../core/tuple.js";
import type { Rules } from "../rules/rules.js";
import { Amounts } from "./amounts.js";
import { identityTolerance } from "./identity.js";
import {
  lineColumn,
  postings,
  type PlanFrame,
  type PlanLine,
  type PlanSide,
  type PlanUnit,
} from "./planFrame.js";
import { daa, planTable, unitCells } from "./planTable.js";
import { wrongOf, wrongUnder, type WrongAmounts } from "./planWrong.js";
import type { Table, Value } from "./table.js";
import { beyondM2, groundM2, wrongKinds } from "./wrongGround.js";

const STRIPS = "strips";

export const STATUS_COLUMNS = ["naavaerende", "framtidig", "bortfall", "utenStatus"] as const;

/** The column that a line stands in by its status. */
export function statusColumn({ planAccounting }: Rules, line: PlanLine): (typeof STATUS_COLUMNS)[number] {
  const found = STATUS_COLUMNS.find(
    (name) => name !== "utenStatus" && planAccounting.status[name] === line.status,
  );
  return found ?? "utenStatus";
}

/** Gaps and double cover by the column that what rules there stands in. */
export const wrongByStatus = (frame: PlanFrame, side: PlanSide): WrongAmounts =>
  wrongUnder(frame, side, (line) => (line.family === "" ? undefined : statusColumn(frame.rules, line)));

/**
 * One plan by purpose and status. Ground without a purpose is always a row, and so is what of a unit the ground layer
 * does not cover, so that the sum is the unit. Gaps of the ground, and what counts more than once, are rows where there are
 * any: by status too, so that every column is the sum of its rows.
 * @param strips the frame of strips alone (`stripFrame`)
 */
export function planBalance(frame: PlanFrame, side: PlanSide, strips?: PlanFrame): Table {
  const { plan: labels } = frame.rules.tables.labels;
  const amounts = balanceAmounts(frame, side, strips);
  const purposes = purposesOf(frame, side);
  const wrong = { ...wrongByStatus(frame, side), has: wrongKinds(frame.units) };
  return planTable(
    frame,
    "T3",
    `T3-${side.role}`,
    labels[side.role],
    frame.units.flatMap((unit) => unitRows(frame, unit, amounts, purposes, wrong)),
  );
}

/** Areas by unit, purpose and column of status; and by unit alone under "sum". */
function balanceAmounts(frame: PlanFrame, side: PlanSide, strips: PlanFrame | undefined): Amounts {
  const amounts = new Amounts();
  for (const { unit, codes, m2 } of postings(frame, [lineColumn(frame, side)])) {
    const line = frame.lines[codes[0]];
    const column = statusColumn(frame.rules, line);
    amounts.add(m2, unit, purposeId(line), column);
    amounts.add(m2, unit, purposeId(line));
    amounts.add(m2, unit);
    if (line.family !== "") amounts.add(m2, unit, "*", column);
  }
  const striped = strips?.[side.role];
  if (strips === undefined || striped === undefined) return amounts;
  for (const { unit, codes, m2 } of postings(strips, [lineColumn(strips, striped)])) {
    const line = strips.lines[codes[0]];
    if (line.family === "") continue;
    amounts.add(m2, unit, purposeId(line), STRIPS);
    amounts.add(m2, unit, "*", STRIPS);
  }
  return amounts;
}

const purposeId = ({ family, kode }: Pick<PlanLine, "family" | "kode">): string => tupleKey([family, kode]);

const NO_PURPOSE = purposeId({ family: "", kode: "" });

/** The purposes of one plan, one line for each, the empty one left out. */
export function purposesOf(frame: PlanFrame, side: PlanSide): PlanLine[] {
  const own = new Set(side.lineOf.map(purposeId));
  const lines = frame.lines.filter((line) => line.family !== "" && own.has(purposeId(line)));
  return lines.filter((line, at) => lines.findIndex((other) => purposeId(other) === purposeId(line)) === at);
}

function unitRows(
  frame: PlanFrame,
  unit: PlanUnit,
  amounts: Amounts,
  purposes: readonly PlanLine[],
  wrong: WrongAmounts & { readonly has: ReturnType<typeof wrongKinds> },
): Value[][] {
  const { labels } = frame.rules.tables;
  const outside = Number.isNaN(unit.ownM2);
  const row = (rad: string, line: Partial<PlanLine>, areas: readonly (number | null)[]): Value[] => [
    ...unitCells(unit),
    rad,
    line.family ?? "",
    line.kode ?? "",
    line.navn ?? "",
    ...areas.map(daa),
  ];
  const strips = (id: string): number | null =>
    frame.facts.strips === undefined ? null : amounts.of(unit.key, id, STRIPS);
  const none = STATUS_COLUMNS.map(() => null);
  const gaps = STATUS_COLUMNS.map((name) => wrong.gaps.of(unit.key, name));
  const doubled = STATUS_COLUMNS.map((name) => 0 - wrong.doubled.of(unit.key, name));
  const postedM2 = amounts.of(unit.key);
  const uncoveredM2 = outside ? 0 : beyondM2(unit.ownM2, unit.coveredM2, unit);
  const sumM2 = outside ? groundM2(postedM2, unit) : unit.ownM2;
  const differenceM2 = sumM2 - groundM2(postedM2, unit) - uncoveredM2;
  const isOff = Math.abs(differenceM2) > identityTolerance(frame.rules.accounting.tolerances, sumM2);
  return [
    ...purposes
      .filter((line) => amounts.has(unit.key, purposeId(line)))
      .map((line) => {
        const id = purposeId(line);
        return row("formal", line, [
          ...STATUS_COLUMNS.map((name) => amounts.of(unit.key, id, name)),
          amounts.of(unit.key, id),
          strips(id),
        ]);
      }),
    row("utenFormal", { navn: labels.plan.none }, [...none, amounts.of(unit.key, NO_PURPOSE), null]),
    ...(unit.key === "" ? [] : [row("udekket", { navn: labels.uncovered }, [...none, uncoveredM2, null])]),
    ...(wrong.has.gaps ? [row("hull", { navn: labels.gaps }, [...gaps, unit.gapM2, null])] : []),
    ...(wrong.has.doubled
      ? [row("dobbelt", { navn: labels.doubled }, [...doubled, 0 - unit.doubledM2, null])]
      : []),
    ...(isOff ? [row("avvik", { navn: labels.residual }, [...none, differenceM2, null])] : []),
    row("sum", { navn: labels.sum }, [
      ...STATUS_COLUMNS.map((name) =>
        groundM2(amounts.of(unit.key, "*", name), wrongOf(wrong, unit.key, name)),
      ),
      sumM2,
      strips("*"),
    ]),
  ];
}
