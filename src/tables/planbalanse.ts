/** T3 Planbalanse: every purpose of one plan by status, ground without a purpose, and that it is the whole unit. */
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
import type { Table, Value } from "./table.js";

const COLUMNS = ["naavaerende", "framtidig", "bortfall", "utenStatus"] as const;

/**
 * One plan by purpose and status. Ground without a purpose is always a row, and so is what of a unit the ground layer
 * does not cover, so that the sum is the unit.
 */
export function planBalance(frame: PlanFrame, side: PlanSide): Table {
  const { plan: labels } = frame.rules.tables.labels;
  return planTable(
    frame,
    "T3",
    `T3-${side.role}`,
    labels[side.role],
    frame.units.flatMap((unit) =>
      unitRows(frame, unit, balanceAmounts(frame, side), purposesOf(frame, side)),
    ),
  );
}

/** Areas by unit, purpose and column of status; and by unit alone under "sum". */
function balanceAmounts(frame: PlanFrame, side: PlanSide): Amounts {
  const { status } = frame.rules.planAccounting;
  const amounts = new Amounts();
  for (const { unit, codes, m2 } of postings(frame, [lineColumn(frame, side)])) {
    const line = frame.lines[codes[0]];
    const column =
      COLUMNS.find((name) => name !== "utenStatus" && status[name] === line.status) ?? "utenStatus";
    amounts.add(m2, unit, purposeId(line), column);
    amounts.add(m2, unit, purposeId(line));
    amounts.add(m2, unit);
    if (line.family !== "") amounts.add(m2, unit, "*", column);
  }
  return amounts;
}

const purposeId = ({ family, kode }: PlanLine): string => `${family}\t${kode}`;

/** The purposes of one plan, one line for each, the empty one left out. */
function purposesOf(frame: PlanFrame, side: PlanSide): PlanLine[] {
  const own = new Set(side.lineOf.map(purposeId));
  const lines = frame.lines.filter((line) => line.family !== "" && own.has(purposeId(line)));
  return lines.filter((line, at) => lines.findIndex((other) => purposeId(other) === purposeId(line)) === at);
}

function unitRows(
  frame: PlanFrame,
  unit: PlanUnit,
  amounts: Amounts,
  purposes: readonly PlanLine[],
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
  const none = COLUMNS.map(() => null);
  const postedM2 = amounts.of(unit.key);
  const uncoveredM2 = outside ? 0 : unit.ownM2 - unit.coveredM2;
  const sumM2 = outside ? postedM2 : unit.ownM2;
  const differenceM2 = sumM2 - postedM2 - uncoveredM2;
  const isOff = Math.abs(differenceM2) > identityTolerance(frame.rules.accounting.tolerances, sumM2);
  return [
    ...purposes
      .filter((line) => amounts.has(unit.key, purposeId(line)))
      .map((line) => {
        const id = purposeId(line);
        return row("formal", line, [
          ...COLUMNS.map((name) => amounts.of(unit.key, id, name)),
          amounts.of(unit.key, id),
        ]);
      }),
    row("utenFormal", { navn: labels.plan.none }, [...none, amounts.of(unit.key, "\t")]),
    ...(unit.key === "" ? [] : [row("udekket", { navn: labels.uncovered }, [...none, uncoveredM2])]),
    ...(isOff ? [row("avvik", { navn: labels.residual }, [...none, differenceM2])] : []),
    row("sum", { navn: labels.sum }, [...COLUMNS.map((name) => amounts.of(unit.key, "*", name)), sumM2]),
  ];
}
