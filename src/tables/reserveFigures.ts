/** What figures of the reserve are made of: T4, T4b and T4m, T7 and T8. */
import type { PlanArea } from "../aggregate/precedence.js";
import type { PlanMethod } from "../rules/planSchema.js";
import { isScattered, PLANNED, plannedKey } from "./arealreserve.js";
import { codeOfColumn } from "./classColumn.js";
import { classFields, type ClassField } from "./classes.js";
import {
  and,
  hasTerm,
  minus,
  plain,
  plus,
  text,
  titleIn,
  type Asked,
  type Figure,
  type Test,
} from "./figure.js";
import { verdictOf, type MethodGround } from "./metoder.js";
import { isLine, nameOfLine, onLines, unitOf } from "./planFigures.js";
import type { PlanFrame, PlanLine, PlanSide } from "./planFrame.js";
import { wrongOf, wrongUnder } from "./planWrong.js";
import { detailingColumn, groundOf, notPlanned, type GroundState } from "./reserve.js";
import { themeColumn } from "./temaoverlapp.js";
import { wrongTerms } from "./wrongFigures.js";

/** The method and class field of a table, by its id: T4-<method>-<field>. */
export type Basis = MethodGround & { readonly field: ClassField };

export function basisNamed({ facts, plan, rules }: PlanFrame, id: string, number: string): Basis | undefined {
  for (const method of plan.methods) {
    const field = classFields(facts, rules).find((one) => id === `${number}-${method.id}-${one.field}`);
    const ground = field && groundOf(facts, method, rules);
    if (field !== undefined && ground !== undefined) return { method, ground, field };
  }
  return undefined;
}

const STATE_OF: ReadonlyMap<string, GroundState> = new Map([
  ["bebygd", "bebygd"],
  ["vann", "vann"],
  ["reserve", "land"],
]);

export const isState = ({ ground }: Pick<Basis, "ground">, state: GroundState): Test =>
  hasTerm(ground.column, (term) => term === state);

/** Cells that a plan's areas rule. */
function ruledBy({ rulers }: PlanSide, is: (area: PlanArea | undefined, at: number) => boolean): Test {
  const passes = rulers.areas.map(is);
  return (cell) => passes[rulers.column.codes[cell]];
}

export const planned = (side: PlanSide, method: PlanMethod): Test =>
  ruledBy(side, (area) => notPlanned(method, area) === "");

/**
 * Cells of planned ground in a column of T4: all of it, one state of it, or the reserve of one class.
 * @returns undefined for a column that is none of these
 */
export function inColumn(frame: PlanFrame, side: PlanSide, basis: Basis, column: string): Test | undefined {
  if (column === "planlagt") return () => true;
  const state = STATE_OF.get(column);
  if (state !== undefined) return isState(basis, state);
  if (column === "detaljering")
    return and(
      isState(basis, "land"),
      hasTerm(detailingColumn(frame, side), (term) => term !== ""),
    );
  const kode = codeOfColumn(column);
  if (!basis.field.rows.some((row) => row.kode === kode)) return undefined;
  return and(
    isState(basis, "land"),
    hasTerm(basis.field.column, (term) => term === kode),
  );
}

/** T4 by purpose and T4b by named area: planned, less what is built and water, is the reserve; its classes sum to it. */
export function reserveFigure(frame: PlanFrame, asked: Asked): Figure | undefined {
  const [number] = asked.table.id.split("-");
  const basis = basisNamed(frame, asked.table.id, number);
  if (basis === undefined) return undefined;
  const side = frame.gjeldende;
  const unit = unitOf(frame, asked);
  const rad = number === "T4b" ? "formal" : text(asked, "rad");
  const isAsked = isLine(frame, text(asked, "plan"), text(asked, "kode"), text(asked, "status"));
  if (rad === "utenom") {
    const scattered = ruledBy(side, (area) => isScattered(frame.rules, basis.method, area));
    return plain(and(unit, scattered, onLines(side, isAsked)));
  }
  if (rad === "hull" || rad === "dobbelt") {
    if (asked.column !== "planlagt") return undefined;
    const wrong = wrongUnder(frame, side, (_, area) => plannedKey(basis.method, area));
    return { terms: wrongTerms(frame.rules, wrongOf(wrong, text(asked, "enhet"), PLANNED))[rad] };
  }
  const ground = inColumn(frame, side, basis, asked.column);
  if (ground === undefined) return undefined;
  const within = (is: (line: PlanLine) => boolean, column: Test): Test =>
    and(unit, planned(side, basis.method), onLines(side, is), column);
  if (rad === "sum") {
    const shown = frame.lines.filter(({ id }) => side.lineOf.some((line) => line.id === id));
    return {
      terms: shown.map((line) =>
        plus(
          nameOfLine(frame, line),
          within(({ id }) => id === line.id, ground),
        ),
      ),
    };
  }
  const area =
    number === "T4b" ? ruledBy(side, (one) => one !== undefined && isNamed(one, asked)) : (): boolean => true;
  const own = (column: string): Test => and(area, within(isAsked, inColumn(frame, side, basis, column)!));
  if (asked.column !== "reserve") return plain(own(asked.column));
  return {
    terms: [
      plus(titleIn(asked, "planlagt"), own("planlagt")),
      ...["bebygd", "vann"].map((column) => minus(titleIn(asked, column), own(column))),
    ],
  };
}

const isNamed = ({ planId, omrade, key }: PlanArea, asked: Asked): boolean =>
  planId === text(asked, "planid") && (omrade || key) === text(asked, "omrade");

/** T4m: what each method counts, how far from the first, and each reason why. */
export function methodFigure(frame: PlanFrame, asked: Asked): Figure | undefined {
  const { facts, plan, rules, gjeldende: side } = frame;
  const methods = plan.methods.flatMap((method) => {
    const ground = groundOf(facts, method, rules);
    return ground === undefined ? [] : [{ method, ground }];
  });
  const own = methods.find(({ method }) => method.id === text(asked, "metode"));
  if (own === undefined) return undefined;
  const [first] = methods;
  const unit = unitOf(frame, asked);
  const is =
    ({ method, ground }: MethodGround, which: (verdict: string) => boolean): Test =>
    (cell) => {
      const area = side.rulers.areas[side.rulers.column.codes[cell]];
      const state = ground.column.terms[ground.column.codes[cell]] as GroundState;
      return which(verdictOf(method, area, state));
    };
  const counted = (one: MethodGround): Test =>
    and(
      unit,
      is(one, (verdict) => verdict === "reserve"),
    );
  if (text(asked, "rad") === "grunn") {
    const reason = Object.entries(rules.tables.labels.plan.reasons).find(
      ([, says]) => says === text(asked, "grunn"),
    );
    if (reason === undefined || asked.column !== "forskjell") return undefined;
    const [way, why] = reason[0].split("_");
    const kode = text(asked, "kode");
    const line = ["formal", "status"].includes(why)
      ? onLines(side, (one) => one.kode === kode && one.navn === text(asked, "navn"))
      : (): boolean => true;
    const other = is(way === "mer" ? first : own, (verdict) => verdict === why);
    return way === "mer"
      ? plain(and(counted(own), other, line))
      : { terms: [minus("", and(counted(first), other, line))] };
  }
  if (asked.column === "forskjell")
    return { terms: [plus(own.method.id, counted(own)), minus(first.method.id, counted(first))] };
  const all = ["reserve", "bebygd", "vann"];
  const wanted = asked.column === "planlagt" ? all : all.filter((one) => one === asked.column);
  if (wanted.length === 0) return undefined;
  return {
    terms: wanted.map((one) =>
      plus(
        wanted.length === 1 ? "" : titleIn(asked, one),
        and(
          unit,
          is(own, (verdict) => verdict === one),
        ),
      ),
    ),
  };
}

/** T7: the reserve of either plan, by class, and the difference. */
export function qualityFigure(frame: PlanFrame, asked: Asked): Figure | undefined {
  const basis = basisNamed(frame, asked.table.id, "T7");
  const { gjeldende, ny } = frame;
  if (basis === undefined || ny === undefined) return undefined;
  const unit = unitOf(frame, asked);
  const of = (side: PlanSide, column: string): Test | undefined => {
    const ground = inColumn(frame, side, basis, column);
    return ground && and(unit, planned(side, basis.method), ground);
  };
  const rad = text(asked, "rad");
  if (rad === "endring") return difference(frame, of(ny, asked.column), of(gjeldende, asked.column));
  const side = rad === "ny" ? ny : gjeldende;
  const own = of(side, asked.column);
  if (own === undefined || asked.column !== "reserve") return own && plain(own);
  const classes = asked.table.columns.filter(({ kind, id }) => kind === "area" && id !== "reserve");
  return {
    terms: classes.flatMap(({ id, title }) => {
      const test = of(side, id);
      return test === undefined ? [] : [plus(title, test)];
    }),
  };
}

/** The proposal less the plan in force. */
export function difference(
  { rules }: PlanFrame,
  ny: Test | undefined,
  gjeldende: Test | undefined,
): Figure | undefined {
  const { plan: labels } = rules.tables.labels;
  if (ny === undefined || gjeldende === undefined) return undefined;
  return { terms: [plus(labels.ny, ny), minus(labels.gjeldende, gjeldende)] };
}

/** T8: a theme in the unit and in the reserve of either plan, its share, and what was never mapped. */
export function themeFigure(frame: PlanFrame, asked: Asked): Figure | undefined {
  const { plan, facts, rules, gjeldende } = frame;
  const method = plan.methods.find(({ id }) => asked.table.id === `T8-${id}`);
  const ground = method && groundOf(facts, method, rules);
  const theme = plan.themes.find(({ navn }) => navn === text(asked, "tema"));
  const key = theme?.keys.find(({ navn }) => navn === text(asked, "navn"))?.key;
  if (method === undefined || ground === undefined || theme === undefined) return undefined;
  const isIn = (layer: string | null, one: string | undefined): Test =>
    hasTerm(themeColumn(frame, layer, one), (term) => term !== "");
  const unit = unitOf(frame, asked);
  const within = isIn(theme.layer ?? null, key);
  if (asked.column === "areal") return plain(and(unit, within));
  const side = asked.column.endsWith("Ny") ? frame.ny : gjeldende;
  if (side === undefined) return undefined;
  const reserve = and(unit, planned(side, method), isState({ ground }, "land"));
  switch (asked.column.replace(/Ny$/, "")) {
    case "reserve":
      return plain(and(reserve, within));
    case "andel":
      return { terms: [plus("", and(reserve, within))], shareOf: [plus("", reserve)] };
    case "ikkeKartlagt": {
      if (theme.coverage === undefined) return undefined;
      const mapped = isIn(theme.coverage, undefined);
      return { terms: [plus("Reserve", reserve), minus("Kartlagt", and(reserve, mapped))] };
    }
    default:
      return undefined;
  }
}
