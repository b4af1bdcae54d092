/** "Går det opp?" for plans: T3 is the unit, T5 changes nothing in sum, T6 has its margins, T4 is what is planned. */
import type { M2 } from "../core/units.js";
import { Amounts } from "./amounts.js";
import type { ReserveBasis } from "./arealreserve.js";
import { worst, type Check, type Hold } from "./checks.js";
import { compared, type MethodGround } from "./metoder.js";
import { flows, lineSums } from "./planendring.js";
import { postings, type PlanFrame, type PlanSide } from "./planFrame.js";
import { wrongOf, wrongUnder } from "./planWrong.js";
import { notPlanned } from "./reserve.js";
import { beyondM2, groundM2 } from "./wrongGround.js";

/** @param reserves T4 of each method and class field */
export function planChecks(
  frame: PlanFrame,
  reserves: readonly ReserveBasis[],
  methods: readonly MethodGround[],
  hold: Hold,
): Check[] {
  const { gjeldende, ny } = frame;
  return [
    balance(frame, gjeldende, hold),
    ...(ny === undefined
      ? []
      : [balance(frame, ny, hold), noChange(frame, ny, hold), ...margins(frame, ny, hold)]),
    ...reserves.map((basis) => reserveClosed(basis, hold)),
    ...(methods.length < 2 ? [] : [differencesExplained(frame, methods, hold)]),
  ];
}

/**
 * The lines of a unit, what of it lies beyond the ground, and gaps less double cover, are the unit; the last two as they lie
 * under the plan's areas and beside them.
 */
function balance(frame: PlanFrame, side: PlanSide, hold: Hold): Check {
  const sums = lineSums(frame, side);
  const wrong = wrongUnder(frame, side, () => undefined);
  const units = frame.units.filter(({ ownM2 }) => !Number.isNaN(ownM2));
  return worst(
    hold("planBalance", side.role, 0, 0),
    units.map((unit) => {
      const { key, ownM2, coveredM2 } = unit;
      const linesM2 = frame.lines.reduce((sum: number, { id }) => sum + sums.of(key, id), 0);
      const rowsM2 = groundM2(linesM2, wrongOf(wrong, key)) + beyondM2(ownM2, coveredM2, unit);
      return hold("planBalance", named(side.role, key), ownM2, rowsM2);
    }),
  );
}

function noChange(frame: PlanFrame, ny: PlanSide, hold: Hold): Check {
  const before = lineSums(frame, frame.gjeldende);
  const after = lineSums(frame, ny);
  return worst(
    hold("planChange", "", 0, 0),
    frame.units.map(({ key }) => hold("planChange", key, before.of(key, "*"), after.of(key, "*"))),
  );
}

/** Flows from a line sum to T5's current plan, flows to it to the new one. */
function margins(frame: PlanFrame, ny: PlanSide, hold: Hold): Check[] {
  const from = new Amounts();
  const to = new Amounts();
  for (const flow of flows(frame, ny)) {
    from.add(flow.m2, flow.unit, flow.from.id);
    to.add(flow.m2, flow.unit, flow.to.id);
  }
  return (
    [
      [frame.gjeldende, from],
      [ny, to],
    ] as const
  ).map(([side, margin]) => {
    const sums = lineSums(frame, side);
    const each = frame.units.flatMap(({ key }) =>
      frame.lines.map(({ id }) =>
        hold("planFlow", named(side.role, key), sums.of(key, id), margin.of(key, id)),
      ),
    );
    return worst(hold("planFlow", side.role, 0, 0), each);
  });
}

/** Reserve by class + built + water = planned, where planned is summed without looking at the ground at all. */
function reserveClosed({ frame, side, method, field, planned, classes }: ReserveBasis, hold: Hold): Check {
  const due = new Amounts();
  for (const { unit, codes, m2 } of postings(frame, [side.rulers.column])) {
    if (notPlanned(method, side.rulers.areas[codes[0]]) === "") due.add(m2, unit);
  }
  const shown = new Set(classes.map(({ kode }) => kode));
  const found = new Amounts();
  for (const { unit, state, term, m2 } of planned)
    if (state !== "land" || shown.has(term)) found.add(m2, unit);
  const name = `${method.id} ${field.field}`;
  return worst(
    hold("planReserve", name, 0, 0),
    frame.units.map(({ key }) => hold("planReserve", named(name, key), due.of(key), found.of(key))),
  );
}

/** The reasons sum to the difference of the reserves. */
function differencesExplained(frame: PlanFrame, methods: readonly MethodGround[], hold: Hold): Check {
  const { sums, differences } = compared(frame, frame.gjeldende, methods);
  const [first] = methods;
  const reserveM2 = (unit: string, method: string): M2 => sums.of(unit, method, "reserve");
  return worst(
    hold("planMethods", "", 0, 0),
    frame.units.flatMap(({ key }) =>
      methods.slice(1).map(({ method: { id } }) => {
        const own = differences.filter((one) => one.unit === key && one.method === id);
        const toldM2 = own.reduce((sum, { way, m2 }) => sum + (way === "mer" ? m2 : -m2), 0);
        const actualM2 = reserveM2(key, first.method.id) + toldM2;
        return hold("planMethods", named(id, key), reserveM2(key, id), actualM2);
      }),
    ),
  );
}

const named = (what: string, unit: string): string => (unit === "" ? what : `${what} ${unit}`);
