/** "Herav i smale striper": of plan figures, what lies where two borders are most likely one, drawn twice. */
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

/**
 * Name of a pair in `PlanFacts.stripPairs`: a plan area, and what it has a strip in common with. Each is the name of a zone
 * layer and a key in it, as the terms of rulers are.
 */
export const stripPair = (area: string, other: string): string => `${area}\n${other}`;

/** 1 in cells where the area that rules and the one that would are a strip to each other; undefined where nobody looked. */
export function changeStrips({ facts, plan, gjeldende }: PlanFrame, ny: PlanSide): CodeColumn | undefined {
  const { stripPairs } = plan;
  if (stripPairs === undefined) return undefined;
  const before = gjeldende.rulers.column;
  const after = ny.rulers.column;
  const known = new Map<number, number>();
  const codes = new Uint32Array(facts.cells.rowCount);
  for (let cell = 0; cell < codes.length; cell++) {
    const pair = before.codes[cell] * after.terms.length + after.codes[cell];
    let code = known.get(pair);
    if (code === undefined) {
      const name = stripPair(before.terms[before.codes[cell]], after.terms[after.codes[cell]]);
      known.set(pair, (code = stripPairs.has(name) ? 1 : 0));
    }
    codes[cell] = code;
  }
  return { codes, terms: YES };
}

/** 1 in cells whose ruling area is a strip to a theme: to a key of its layer. Undefined where nobody looked. */
export function themeStrips(
  { plan }: PlanFrame,
  { rulers }: PlanSide,
  layer: string | undefined,
  key: string,
): CodeColumn | undefined {
  const { stripPairs } = plan;
  if (stripPairs === undefined) return undefined;
  const isStrip = rulers.column.terms.map((area) =>
    stripPairs.has(stripPair(area, `${layer ?? ""}\t${key}`)),
  );
  return { codes: rulers.column.codes.map((code) => (isStrip[code] ? 1 : 0)), terms: YES };
}

const YES = ["", "ja"];

function inStrips({ facts, plan }: PlanFrame, side: PlanSide): PlanSide {
  const { column } = side.rulers;
  const marks = plan.layers.flatMap(({ layer }) => {
    const marked = facts.cells.zones.get(stripColumn(layer));
    return marked === undefined ? [] : [{ layer, marked, keys: marked.terms.map((term) => term.split("|")) }];
  });
  const names = column.terms.map((term) => term.split("\t"));
  const isStrip = (cell: number): boolean => {
    const [layer, key] = names[column.codes[cell]];
    return marks.some((one) => one.layer === layer && one.keys[one.marked.codes[cell]].includes(key));
  };
  const codes = column.codes.map((code, cell) => (code > 0 && isStrip(cell) ? code : 0));
  const ruling: CodeColumn = { codes, terms: column.terms };
  return { ...side, rulers: { ...side.rulers, column: ruling } };
}
