/** "Herav i smale striper": of plan figures, what lies where a plan border and a ground border are one, drawn twice. */
import type { CodeColumn } from "../core/layer.js";
import type { Rules } from "../rules/rules.js";
import { planFrame, type PlanFrame, type PlanSide } from "./planFrame.js";

/** Name of the column, in the cells of strips, that says which areas of a plan layer a cell is a strip of. */
export const stripColumn = (layer: string): string => `${layer} smale striper`;

/**
 * The plan accounts of strips alone: the same areas, and a cell has a ruler where it is a strip of the one that rules.
 * @returns undefined for an account that was not asked for strips
 */
export function stripFrame({ facts }: Pick<PlanFrame, "facts">, rules: Rules): PlanFrame | undefined {
  const { strips } = facts;
  if (strips === undefined) return undefined;
  const frame = planFrame({ ...facts, cells: strips }, rules);
  if (frame === undefined) return undefined;
  const { gjeldende, ny } = frame;
  return {
    ...frame,
    gjeldende: inStrips(frame, gjeldende),
    ...(ny === undefined ? {} : { ny: inStrips(frame, ny) }),
  };
}

function inStrips({ facts, plan }: PlanFrame, side: PlanSide): PlanSide {
  const { column } = side.rulers;
  const marks = plan.layers.flatMap(({ layer }) => {
    const marked = facts.cells.zones.get(stripColumn(layer));
    return marked === undefined ? [] : [{ layer, marked, keys: marked.terms.map((term) => term.split("|")) }];
  });
  const isStrip = (cell: number): boolean => {
    const [layer, key] = column.terms[column.codes[cell]].split("\t");
    return marks.some((one) => one.layer === layer && one.keys[one.marked.codes[cell]].includes(key));
  };
  const codes = column.codes.map((code, cell) => (code > 0 && isStrip(cell) ? code : 0));
  const ruling: CodeColumn = { codes, terms: column.terms };
  return { ...side, rulers: { ...side.rulers, column: ruling } };
}
