/** What figures in T3, T5 and T6 are made of: purposes of one plan, of two, and what goes from one to the other. */
import {
  amount,
  and,
  inUnit,
  minus,
  plain,
  plus,
  text,
  titleIn,
  type Asked,
  type Figure,
  type Term,
  type Test,
} from "./figure.js";
import type { PlanMethod } from "../rules/planSchema.js";
import { purposesOf, statusColumn, STATUS_COLUMNS, wrongByStatus } from "./planbalanse.js";
import { isBackToNature, isNewBuilding } from "./planendring.js";
import { statusName, type PlanFrame, type PlanLine, type PlanSide } from "./planFrame.js";
import { wrongOf } from "./planWrong.js";
import { closingTerms, uncoveredTerms, wrongTerms } from "./wrongFigures.js";
import { beyondM2 } from "./wrongGround.js";

/** Cells whose ruling area is on a line that passes. */
export function onLines({ lineOf, rulers }: PlanSide, is: (line: PlanLine) => boolean): Test {
  const passes = lineOf.map(is);
  return (cell) => passes[rulers.column.codes[cell]];
}

/** Cells of the unit that a row of a plan table is of. */
export const unitOf = ({ facts, plan }: PlanFrame, asked: Asked): Test =>
  inUnit(facts, plan.unit, text(asked, "enhet"));

/** The line that a row names by family, code and status. */
export const isLine =
  ({ rules }: PlanFrame, plan: string, kode: string, status: string) =>
  (line: PlanLine): boolean =>
    line.family === plan && line.kode === kode && statusName(rules, line.status) === status;

export const nameOfLine = ({ rules }: PlanFrame, { kode, navn, status }: PlanLine): string =>
  [kode, navn, statusName(rules, status)].filter((part) => part !== "").join(" ");

/** T3 of either plan. */
export function balanceFigure(frame: PlanFrame, asked: Asked): Figure | undefined {
  const side = asked.table.id === "T3-ny" ? frame.ny : frame.gjeldende;
  const rad = text(asked, "rad");
  const isKnown = ["sum", ...STATUS_COLUMNS].includes(asked.column);
  if (side === undefined || !isKnown) return undefined;
  const unit = unitOf(frame, asked);
  const { rules } = frame;
  const on = (is: (line: PlanLine) => boolean): Test => and(unit, onLines(side, is));
  const isIn = (column: string) => (line: PlanLine) => statusColumn(rules, line) === column;
  const isPurpose =
    ({ family, kode }: Pick<PlanLine, "family" | "kode">) =>
    (line: PlanLine) =>
      line.family === family && line.kode === kode;
  const asking = isPurpose({ family: text(asked, "plan"), kode: text(asked, "kode") });
  if (rad === "utenFormal") return plain(on(({ family }) => family === ""));
  if (rad === "formal") {
    if (asked.column !== "sum") return plain(on((line) => asking(line) && isIn(asked.column)(line)));
    return {
      terms: STATUS_COLUMNS.map((column) =>
        plus(
          titleIn(asked, column),
          on((line) => asking(line) && isIn(column)(line)),
        ),
      ),
    };
  }
  const own = frame.units.find(({ key }) => key === text(asked, "enhet"));
  if (rad === "udekket" && own !== undefined)
    return { terms: uncoveredTerms(rules, titleIn(asked, "enhet"), own.ownM2, unit, own) };
  if (own === undefined || !["hull", "dobbelt", "sum"].includes(rad)) return undefined;
  const wrong = asked.column === "sum" ? own : wrongOf(wrongByStatus(frame, side), own.key, asked.column);
  if (rad === "hull" || rad === "dobbelt") return { terms: wrongTerms(rules, wrong)[rad] };
  const { labels } = rules.tables;
  const inColumn = asked.column === "sum" ? () => true : isIn(asked.column);
  const purposes = purposesOf(frame, side).map((purpose) =>
    plus(
      `${purpose.kode} ${purpose.navn}`,
      on((line) => isPurpose(purpose)(line) && inColumn(line)),
    ),
  );
  if (asked.column !== "sum") return { terms: [...purposes, ...closingTerms(rules, wrong)] };
  const uncovered: Term[] = Number.isNaN(own.ownM2)
    ? []
    : [amount(1, labels.uncovered, beyondM2(own.ownM2, own.coveredM2, own))];
  return {
    terms: [
      ...purposes,
      plus(
        labels.plan.none,
        on(({ family }) => family === ""),
      ),
      ...uncovered,
      ...closingTerms(rules, wrong),
    ],
  };
}

/** T5: a line in either plan, the difference, and the sums of both. */
export function againstFigure(frame: PlanFrame, asked: Asked): Figure | undefined {
  const { gjeldende, ny, lines } = frame;
  if (ny === undefined) return undefined;
  const rad = text(asked, "rad");
  const unit = unitOf(frame, asked);
  const is =
    rad === "sum"
      ? () => true
      : isLine(frame, text(asked, "plan"), text(asked, "kode"), text(asked, "status"));
  const sides = { gjeldende, ny } as const;
  const on = (side: PlanSide): Test => and(unit, onLines(side, is));
  if (asked.column === "endring")
    return { terms: [plus(titleIn(asked, "ny"), on(ny)), minus(titleIn(asked, "gjeldende"), on(gjeldende))] };
  const side = asked.column === "gjeldende" || asked.column === "ny" ? sides[asked.column] : undefined;
  if (side === undefined) return undefined;
  if (rad !== "sum") return plain(on(side));
  return {
    terms: lines.map((line) =>
      plus(
        nameOfLine(frame, line),
        and(
          unit,
          onLines(side, (other) => other.id === line.id),
        ),
      ),
    ),
  };
}

/** T6: a flow from line to line, or one of the two sums by method. */
export function flowFigure(frame: PlanFrame, asked: Asked): Figure | undefined {
  const { gjeldende, ny, plan, rules } = frame;
  const method = plan.methods.find(({ id }) => asked.table.id === `T6-${id}`);
  if (ny === undefined || method === undefined || asked.column !== "areal") return undefined;
  const unit = unitOf(frame, asked);
  if (text(asked, "rad") === "sammendrag") {
    const { newBuilding } = rules.tables.labels.plan;
    return plain(and(unit, turned(frame, ny, method, text(asked, "navn") === newBuilding)));
  }
  const line = (way: "fra" | "til") =>
    isLine(frame, text(asked, `${way}Plan`), text(asked, `${way}Kode`), text(asked, `${way}Status`));
  return plain(and(unit, onLines(gjeldende, line("fra")), onLines(ny, line("til"))));
}

function turned({ gjeldende, rules }: PlanFrame, ny: PlanSide, method: PlanMethod, isNew: boolean): Test {
  return (cell) => {
    const was = gjeldende.rulers.areas[gjeldende.rulers.column.codes[cell]];
    const becomes = ny.rulers.areas[ny.rulers.column.codes[cell]];
    return isNew ? isNewBuilding(method, was, becomes) : isBackToNature(rules, method, was, becomes);
  };
}
