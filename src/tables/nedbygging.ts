/** T7 Arealkvaliteter som bygges ned: the reserve of both plans by what lies there, and the difference. */
import { Amounts } from "./amounts.js";
import type { PlanSide } from "./planFrame.js";
import { classColumns, namesOf, type ReserveBasis } from "./arealreserve.js";
import { daa, planTable, unitCells } from "./planTable.js";
import { plannedGround, qualityClasses } from "./reserve.js";
import type { Table, Value } from "./table.js";

/** @param basis of the plan in force */
export function qualitiesBuiltDown(basis: ReserveBasis, ny: PlanSide): Table {
  const { frame, method, ground, field } = basis;
  const proposed = plannedGround(frame, ny, method, ground, field);
  const classes = qualityClasses(frame.rules, field, [...basis.planned, ...proposed]);
  const sums = new Amounts();
  for (const [role, planned] of [
    ["gjeldende", basis.planned],
    ["ny", proposed],
  ] as const) {
    for (const { unit, state, term, m2 } of planned) {
      if (state !== "land") continue;
      sums.add(m2, unit, role, term);
      sums.add(m2, unit, role);
    }
  }
  const { plan: labels } = frame.rules.tables.labels;
  const keys = classes.map(({ kode }) => [kode]).concat([[]]);
  const rows = frame.units.flatMap((unit) => {
    const of = (role: string): number[] => keys.map((key) => sums.of(unit.key, role, ...key));
    const [before, after] = [of("gjeldende"), of("ny")];
    const row = (rad: string, navn: string, areas: readonly number[]): Value[] => {
      const shown = areas.map(daa);
      return [...unitCells(unit), rad, navn, shown.at(-1)!, ...shown.slice(0, -1)];
    };
    return [
      row("gjeldende", labels.gjeldende, before),
      row("ny", labels.ny, after),
      row(
        "endring",
        labels.change,
        after.map((m2, at) => m2 - before[at]),
      ),
    ];
  });
  return planTable(
    frame,
    "T7",
    `T7-${method.id}-${field.field}`,
    `${method.title}; ${field.classes?.title ?? field.field}`,
    rows,
    classColumns({ classes }),
    namesOf(basis),
    method.forbehold,
  );
}
