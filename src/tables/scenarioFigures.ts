/** What figures in T9 and T9b are made of, in the ground as one scenario has divided it. */
import { codeOfColumn } from "./classColumn.js";
import { and, hasTerm, plain, text, type Asked, type Figure, type Test } from "./figure.js";
import { unitOf } from "./planFigures.js";
import type { PlanSide } from "./planFrame.js";
import { basisNamed, difference, inColumn, isState, planned } from "./reserveFigures.js";
import type { ScenarioFacts } from "./scenarier.js";

/** T9: the plan in force, a scenario, or the difference. */
export function comparisonFigure({ frame }: ScenarioFacts, asked: Asked): Figure | undefined {
  const basis = basisNamed(frame, asked.table.id, "T9");
  if (basis === undefined) return undefined;
  const unit = unitOf(frame, asked);
  const of = (side: PlanSide): Test | undefined => {
    const ground = inColumn(frame, side, basis, asked.column);
    return ground && and(unit, planned(side, basis.method), ground);
  };
  const rad = text(asked, "rad");
  if (rad === "endring") return difference(frame, of(frame.ny), of(frame.gjeldende));
  const own = rad === "grunnlag" ? of(frame.gjeldende) : rad === "scenario" ? of(frame.ny) : undefined;
  return own && plain(own);
}

/** T9b: what lies in one edit today, and what either plan takes of it. */
export function editFigure({ frame, edits }: ScenarioFacts, asked: Asked): Figure | undefined {
  const basis = basisNamed(frame, asked.table.id, "T9b");
  const edit = edits[Number(asked.row.get("nr")) - 1];
  if (basis === undefined || edit === undefined) return undefined;
  const inside: Test = (cell) => edit.inside[cell] === 1;
  const taken = (side: PlanSide): Test => and(inside, planned(side, basis.method), isState(basis, "land"));
  switch (asked.column) {
    case "areal":
      return plain(inside);
    case "reserveFor":
      return plain(taken(frame.gjeldende));
    case "reserveEtter":
      return plain(taken(frame.ny));
    case "endring":
      return difference(frame, taken(frame.ny), taken(frame.gjeldende));
    default: {
      const kode = codeOfColumn(asked.column);
      if (!basis.field.rows.some((row) => row.kode === kode)) return undefined;
      return plain(
        and(
          inside,
          hasTerm(basis.field.column, (term) => term === kode),
        ),
      );
    }
  }
}
