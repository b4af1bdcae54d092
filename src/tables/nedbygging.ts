/** T7 Arealkvaliteter som bygges ned: the reserve of both plans by what lies there, and the difference. */
import { Amounts } from "./amounts.js";
import { classColumns, namesOf, plannedInStrips, type ReserveBasis } from "./arealreserve.js";
import { postings, type PlanFrame, type PlanSide } from "./planFrame.js";
import { changeStrips } from "./planStrips.js";
import { daa, planTable, unitCells } from "./planTable.js";
import { notPlanned, plannedGround, qualityClasses, type PlannedGround } from "./reserve.js";
import type { Table, Value } from "./table.js";

/**
 * Two kinds of strips are told of: those of the reserve of each plan, where a plan area and a polygon of the ground have no
 * more in common (as in T4), and in the row of change those between areas of the two plans.
 *
 * @param basis of the plan in force
 * @param strips the frame of strips alone (`stripFrame`)
 */
export function qualitiesBuiltDown(basis: ReserveBasis, ny: PlanSide, strips?: PlanFrame): Table {
  const { frame, method, ground, field } = basis;
  const proposed = plannedGround(frame, ny, method, ground, field);
  const classes = qualityClasses(frame.rules, field, [...basis.planned, ...proposed]);
  const sums = new Amounts();
  const add = (role: string, planned: readonly PlannedGround[], ...what: readonly string[]): void => {
    for (const { unit, state, term, m2 } of planned) {
      if (state !== "land") continue;
      if (what.length === 0) sums.add(m2, unit, role, "class", term);
      sums.add(m2, unit, role, ...what);
    }
  };
  add("gjeldende", basis.planned);
  add("ny", proposed);
  add("gjeldende", basis.strips ?? [], "strips");
  add("ny", (strips && plannedInStrips(strips, ny, method, field)) ?? [], "strips");
  const between = betweenPlans(basis, ny);
  const { plan: labels } = frame.rules.tables.labels;
  const keys = [[], ["strips"], ...classes.map(({ kode }) => ["class", kode])];
  const rows = frame.units.flatMap((unit) => {
    const of = (role: string): number[] => keys.map((key) => sums.of(unit.key, role, ...key));
    const [before, after] = [of("gjeldende"), of("ny")];
    const row = (
      rad: string,
      navn: string,
      [reserve, inStrips, ...byClass]: readonly number[],
      betweenM2: number | null,
    ): Value[] => [
      ...unitCells(unit),
      rad,
      navn,
      daa(reserve),
      daa(basis.strips === undefined ? null : inStrips),
      daa(betweenM2),
      ...byClass.map(daa),
    ];
    return [
      row("gjeldende", labels.gjeldende, before, null),
      row("ny", labels.ny, after, null),
      row(
        "endring",
        labels.change,
        after.map((m2, at) => m2 - before[at]),
        between === undefined ? null : between.of(unit.key),
      ),
    ];
  });
  return planTable(
    frame,
    "T7",
    `T7-${method.id}-${field.field}`,
    `${method.title}; ${field.title}`,
    rows,
    classColumns({ classes }, frame.rules, "T7"),
    namesOf(basis),
    method.forbehold,
  );
}

/** By unit: reserve that strips between the plans give, less what they take. Undefined where nobody looked. */
function betweenPlans({ frame, method, ground }: ReserveBasis, ny: PlanSide): Amounts | undefined {
  const strips = changeStrips(frame, ny);
  if (strips === undefined) return undefined;
  const sums = new Amounts();
  for (const [side, sign] of [
    [frame.gjeldende, -1],
    [ny, 1],
  ] as const) {
    const { areas, column } = side.rulers;
    for (const { unit, codes, m2 } of postings(frame, [column, ground.column, strips])) {
      const [ruler, state, strip] = codes;
      if (strip === 0 || ground.column.terms[state] !== "land") continue;
      if (notPlanned(method, areas[ruler]) === "") sums.add(sign * m2, unit);
    }
  }
  return sums;
}
