/** T8 Tema-overlapp: each theme by itself against the unit and the reserve, and what was never mapped. */
import type { CodeColumn } from "../core/layer.js";
import type { PlanMethod } from "../rules/planSchema.js";
import { Amounts } from "./amounts.js";
import { postings, type PlanFrame, type PlanSide, type PlanUnit } from "./planFrame.js";
import type { ThemeFacts } from "./planFacts.js";
import { themeStrips } from "./planStrips.js";
import { daa, planTable, unitCells } from "./planTable.js";
import { notPlanned, type Ground } from "./reserve.js";
import type { Table, Value } from "./table.js";

/**
 * A row per unit and theme, with what of the reserve there is where an area has no more than a strip of the theme. Polygons of one theme count once; themes overlap each other and have no sum. "Ikke
 * kartlagt" is the reserve outside the theme's coverage, null where no coverage is known: no record is not no value.
 */
export function themeOverlaps(frame: PlanFrame, method: PlanMethod, ground: Ground): Table {
  const reserve = reserveTotals(frame, method, ground);
  const rows = frame.plan.themes.flatMap((theme) => {
    const mapped =
      theme.coverage === undefined
        ? undefined
        : overlapOf(frame, method, ground, themeColumn(frame, theme.coverage, undefined));
    return theme.keys.map(({ key, navn }) => {
      const column = themeColumn(frame, theme.layer ?? null, key);
      const strips = (side: PlanSide): CodeColumn | undefined => themeStrips(frame, side, theme.layer, key);
      const inside = overlapOf(frame, method, ground, column, strips);
      return frame.units.map((unit) => themeRow(frame, unit, theme, navn, inside, reserve, mapped));
    });
  });
  const byUnit = frame.units.flatMap((unit) => rows.flat().filter((row) => row[0] === unit.key));
  return planTable(frame, "T8", `T8-${method.id}`, method.title, byUnit, [], {
    metode: `${method.id}, versjon ${method.version}`,
  });
}

function themeRow(
  frame: PlanFrame,
  unit: PlanUnit,
  theme: ThemeFacts,
  navn: string,
  inside: Amounts,
  reserve: Amounts,
  mapped: Amounts | undefined,
): Value[] {
  const role = (name: string): Value[] => {
    if (name === "ny" && frame.ny === undefined) return [null, null, null, null];
    const [all, within] = [reserve.of(unit.key, name), inside.of(unit.key, name)];
    return [
      daa(within),
      daa(frame.plan.stripPairs === undefined ? null : inside.of(unit.key, name, "strips")),
      all > 0 ? within / all : null,
      mapped === undefined ? null : daa(all - mapped.of(unit.key, name)),
    ];
  };
  return [
    ...unitCells(unit),
    theme.navn,
    navn,
    daa(inside.of(unit.key)),
    ...role("gjeldende"),
    ...role("ny"),
  ];
}

function reserveTotals(frame: PlanFrame, method: PlanMethod, ground: Ground): Amounts {
  const everywhere: CodeColumn = {
    codes: new Uint32Array(frame.facts.cells.rowCount).fill(1),
    terms: ["", "ja"],
  };
  return overlapOf(frame, method, ground, everywhere);
}

/** Areas where a column is not 0: by unit, and by unit and role for what is reserve there and what of that is in strips. */
function overlapOf(
  frame: PlanFrame,
  method: PlanMethod,
  ground: Ground,
  within: CodeColumn,
  stripsOf: (side: PlanSide) => CodeColumn | undefined = () => undefined,
): Amounts {
  const sums = new Amounts();
  for (const { unit, codes, m2 } of postings(frame, [within])) if (codes[0] > 0) sums.add(m2, unit);
  for (const side of sidesOf(frame)) {
    const strips = stripsOf(side);
    const columns = [within, side.rulers.column, ground.column, ...(strips === undefined ? [] : [strips])];
    for (const { unit, codes, m2 } of postings(frame, columns)) {
      const [isIn, ruler, state, strip = 0] = codes;
      if (isIn === 0 || ground.column.terms[state] !== "land") continue;
      if (notPlanned(method, side.rulers.areas[ruler]) !== "") continue;
      sums.add(m2, unit, side.role);
      if (strip > 0) sums.add(m2, unit, side.role, "strips");
    }
  }
  return sums;
}

const sidesOf = ({ gjeldende, ny }: PlanFrame): readonly PlanSide[] =>
  ny === undefined ? [gjeldende] : [gjeldende, ny];

/** 1 where the layer has the key, or any key when none is named; 0 everywhere for a layer that is nowhere near. */
export function themeColumn({ facts }: PlanFrame, layer: string | null, key: string | undefined): CodeColumn {
  const column = layer === null ? undefined : facts.cells.zones.get(layer);
  if (column === undefined) return { codes: new Uint32Array(facts.cells.rowCount), terms: ["", "ja"] };
  const has = column.terms.map((term) => term !== "" && (key === undefined || term.split("|").includes(key)));
  return { codes: column.codes.map((code) => (has[code] ? 1 : 0)), terms: ["", "ja"] };
}
