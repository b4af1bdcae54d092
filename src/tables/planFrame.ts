/** What every plan table is made from: the cells with the plan area that rules in each, by unit. No geometry. */
import { laidOver, rulers, type PlanArea, type Rulers } from "../aggregate/precedence.js";
import type { CodeColumn } from "../core/layer.js";
import { tupleKey } from "../core/tuple.js";
import type { M2 } from "../core/units.js";
import { byCodePoint } from "../core/tuple.js";
import type { Rules } from "../rules/rules.js";
import type { AccountFacts } from "./facts.js";
import type { PlanFacts, PlanRole } from "./planFacts.js";
import { sumByKeys } from "./project.js";
import { shownArea, shownAreas } from "./shown.js";
import { nameOfUnit, unitsOfKey } from "./units.js";
import { groundM2, wrongByUnit, wrongInAll, type Wrong } from "./wrongGround.js";

/** A row of a plan table: a purpose under a status, as one family of plans has it. */
export type PlanLine = {
  readonly id: string;
  /** "" for ground without a purpose. */
  readonly family: string;
  readonly kode: string;
  readonly navn: string;
  readonly status: string;
  readonly hovedformal: string;
};

/** `ownM2` is the ground a unit claims; NaN for the ground outside all units, which owns what it holds. */
export type PlanUnit = Wrong & {
  readonly key: string;
  readonly name: string;
  readonly ownM2: M2;
  readonly coveredM2: M2;
};

export type PlanSide = {
  readonly role: PlanRole;
  readonly rulers: Rulers;
  /** The line of each ruler, parallel to `rulers.areas`. */
  readonly lineOf: readonly PlanLine[];
  /** How many of the rulers are the proposal's own, where the plan in force stands in the rest. */
  readonly ownAreas?: number;
};

export type PlanFrame = {
  readonly facts: AccountFacts;
  readonly plan: PlanFacts;
  readonly rules: Rules;
  readonly units: readonly PlanUnit[];
  /** The unit layer's column; undefined when the whole ground is the one unit. */
  readonly unitColumn?: CodeColumn;
  readonly gjeldende: PlanSide;
  /** What would rule if the proposal were adopted; undefined when there is none. */
  readonly ny?: PlanSide;
  /** All lines that occur, in the order they are shown; the one without a purpose last. */
  readonly lines: readonly PlanLine[];
};

/** The key of ground outside the units; and of the one unit when there is no unit layer. */
export const OUTSIDE = "";

/**
 * @param edited makes the proposal from the plan in force, where no file does: a scenario
 * @returns undefined for a run without plans
 */
export function planFrame(
  facts: AccountFacts,
  rules: Rules,
  edited?: (current: Rulers) => Rulers,
): PlanFrame | undefined {
  const { plan, cells } = facts;
  if (plan === undefined || !plan.layers.some(({ role }) => role === "gjeldende")) return undefined;
  const of = (role: PlanRole): Rulers =>
    rulers(
      cells,
      plan.layers.filter((layer) => layer.role === role),
      plan.mode,
    );
  const lines = new Map<string, PlanLine>();
  const side = (role: PlanRole, ruling: Rulers): PlanSide => ({
    role,
    rulers: ruling,
    lineOf: ruling.areas.map((area) => {
      const line = lineOf(area, rules);
      const known = lines.get(line.id);
      if (known === undefined) lines.set(line.id, line);
      return known ?? line;
    }),
  });
  const current = of("gjeldende");
  const gjeldende = side("gjeldende", current);
  const hasNew = plan.layers.some(({ role }) => role === "ny");
  const proposed = hasNew ? of("ny") : undefined;
  const ny =
    edited !== undefined
      ? side("ny", edited(current))
      : proposed === undefined
        ? undefined
        : plan.newScope === "hele"
          ? side("ny", proposed)
          : { ...side("ny", laidOver(proposed, current)), ownAreas: proposed.areas.length };
  return {
    facts,
    plan,
    rules,
    ...unitsOf(facts, plan, rules),
    gjeldende,
    ...(ny === undefined ? {} : { ny }),
    lines: [...lines.values()].sort(byLine),
  };
}

function lineOf(area: PlanArea | undefined, rules: Rules): PlanLine {
  const { plan } = rules.tables.labels;
  if (area === undefined) {
    return { id: "", family: "", kode: "", navn: plan.none, status: "", hovedformal: "" };
  }
  const { family, status, purpose } = area;
  const { kode, hovedformal } = purpose;
  const navn = purpose.navn || (kode === "" ? plan.noCode : `${rules.tables.labels.unknownValue} ${kode}`);
  return { id: tupleKey([family, kode, status]), family, kode, navn, status, hovedformal };
}

/** Kommuneplan before reguleringsplan, then by code and status; no status after all, no purpose last. */
function byLine(a: PlanLine, b: PlanLine): number {
  const last = (text: string): number => (text === "" ? 1 : 0);
  return (
    last(a.family) - last(b.family) ||
    byCodePoint(a.family, b.family) ||
    byCodePoint(a.kode, b.kode) ||
    last(a.status) - last(b.status) ||
    byCodePoint(a.status, b.status)
  );
}

function unitsOf(
  facts: AccountFacts,
  plan: PlanFacts,
  rules: Rules,
): Pick<PlanFrame, "units" | "unitColumn"> {
  const shown = (area: AccountFacts["ground"]["own"]): M2 => shownArea(facts.measure, area);
  const layer = facts.zoneLayers.find(({ name }) => name === plan.unit);
  if (layer === undefined) {
    const coveredM2 = shown(facts.ground.posted);
    const wrong = wrongInAll(facts);
    const ownM2 = groundM2(coveredM2, wrong);
    return { units: [{ key: OUTSIDE, name: rules.tables.labels.whole, ownM2, coveredM2, ...wrong }] };
  }
  const nameOf = nameOfUnit(layer, rules);
  const wrongOf = wrongByUnit(facts, layer);
  const units = layer.units.map(({ key, union, covered }): PlanUnit => ({
    key,
    name: nameOf(key),
    ownM2: shown(union),
    coveredM2: shown(covered),
    ...wrongOf(key),
  }));
  const unitColumn = facts.cells.zones.get(layer.name)!;
  const wrong = wrongOf(OUTSIDE);
  const { planM2 } = facts.cells;
  const isOutside =
    unitColumn.codes.some((code, cell) => code === 0 && planM2[cell] !== 0) || wrong.gapM2 > 0;
  const outside: PlanUnit = {
    key: OUTSIDE,
    name: rules.tables.labels.outside,
    ownM2: NaN,
    coveredM2: NaN,
    ...wrong,
  };
  return { units: isOutside ? [...units, outside] : units, unitColumn };
}

/** A sum of the cells: its unit, its code in each column that was asked for, and its area in the account's measure. */
export type Posting = { readonly unit: string; readonly codes: readonly number[]; readonly m2: M2 };

/** Sums cells by unit and columns. Ground that two units claim is posted in both, as in T1. */
export function postings(frame: PlanFrame, columns: readonly CodeColumn[]): Posting[] {
  const { facts, unitColumn, plan } = frame;
  const layer = facts.zoneLayers.find(({ name }) => name === plan.unit);
  const keys = unitColumn === undefined ? columns : [...columns, unitColumn];
  const sums = sumByKeys(keys, shownAreas(facts.measure, facts.cells));
  const split = layer === undefined ? () => [] : unitsOfKey(layer);
  const posted: Posting[] = [];
  for (let row = 0; row < sums.rowCount; row++) {
    const codes = columns.map((_, c) => sums.keys[c][row]);
    const within = unitColumn === undefined ? [] : split(unitColumn.terms[sums.keys[columns.length][row]]);
    for (const unit of within.length === 0 ? [OUTSIDE] : within)
      posted.push({ unit, codes, m2: sums.areaM2[row] });
  }
  return posted;
}

/** A column with fewer codes than the one it is made from: for what rulers or classes have in common. */
export function recoded(
  column: CodeColumn,
  terms: readonly string[],
  codeOf: (code: number) => number,
): CodeColumn {
  const to = Uint32Array.from(column.terms, (_, code) => codeOf(code));
  return { codes: column.codes.map((code) => to[code]), terms };
}

/** Each cell's line, as a place in `frame.lines`. */
export function lineColumn(frame: PlanFrame, side: PlanSide): CodeColumn {
  const place = new Map(frame.lines.map((line, at) => [line.id, at]));
  return recoded(
    side.rulers.column,
    frame.lines.map(({ id }) => id),
    (ruler) => place.get(side.lineOf[ruler].id)!,
  );
}

/** The name of a status in the code list; "" for none. */
export function statusName(rules: Rules, status: string): string {
  return rules.lists.get("arealbruksstatus")?.values.find(({ kode }) => kode === status)?.navn ?? "";
}
