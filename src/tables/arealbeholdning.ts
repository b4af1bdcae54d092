/** T1 Arealbeholdning: how much of each class every unit holds, and that it adds up. */
import { escape, op, table as frame, type ColumnTable } from "arquero";
import { toDekar, toKm2, type M2 } from "../core/units.js";
import type { Rules } from "../rules/rules.js";
import type { ClassField } from "./classes.js";
import type { AccountFacts, ZoneLayerFacts } from "./facts.js";
import { BY_UNIT_AND_CLASS, rowsOf } from "./frames.js";
import { identityTolerance } from "./identity.js";
import { sumByKeys } from "./project.js";
import { shownArea, shownAreas } from "./shown.js";
import { definitionOf, footnotesOf, metaOf, type Table } from "./table.js";
import { nameOfUnit, unitsOfKey } from "./units.js";
import { beyondM2, groundM2, wrongByUnit, wrongInAll, wrongKinds, type Wrong } from "./wrongGround.js";

/** A unit of T1. `ownM2` is the ground it claims; NaN for the ground outside the layer, which owns what it holds. */
type Unit = Wrong & {
  readonly key: string;
  readonly name: string;
  readonly ownM2: M2;
  readonly coveredM2: M2;
};

/** One class amount of one unit. */
type Posting = { readonly unit: string; readonly kode: string; readonly m2: M2 };

/** The key of the ground outside a layer. No unit can have it: "" is "not given". */
const OUTSIDE = "";

/** T1 of the whole ground layer. */
export function wholeStock(facts: AccountFacts, rules: Rules, field: ClassField): Table {
  const sums = sumByKeys([field.column], shownAreas(facts.measure, facts.cells));
  const postings = Array.from(sums.areaM2, (m2, row) => {
    return { unit: OUTSIDE, kode: field.column.terms[sums.keys[0][row]], m2 };
  });
  const postedM2 = shownArea(facts.measure, facts.ground.own);
  const wrong = wrongInAll(facts);
  const ownM2 = groundM2(postedM2, wrong);
  const whole: Unit = { key: OUTSIDE, name: rules.tables.labels.whole, ownM2, coveredM2: postedM2, ...wrong };
  return stock(facts, rules, field, `T1-${field.field}`, "", [whole], postings);
}

/**
 * T1 per unit of one zone layer. Ground claimed by two units counts in both; ground outside all of them stands last,
 * as a group of its own.
 */
export function stockByUnit(
  facts: AccountFacts,
  rules: Rules,
  field: ClassField,
  layer: ZoneLayerFacts,
): Table {
  const zone = facts.cells.zones.get(layer.name)!;
  const sums = sumByKeys([zone, field.column], shownAreas(facts.measure, facts.cells));
  const unitsOf = unitsOfKey(layer);
  const postings: Posting[] = [];
  for (let row = 0; row < sums.rowCount; row++) {
    const units = unitsOf(zone.terms[sums.keys[0][row]]);
    const kode = field.column.terms[sums.keys[1][row]];
    for (const unit of units.length === 0 ? [OUTSIDE] : units)
      postings.push({ unit, kode, m2: sums.areaM2[row] });
  }
  const nameOf = nameOfUnit(layer, rules);
  const wrongOf = wrongByUnit(facts, layer);
  const units = layer.units.map((unit): Unit => ({
    key: unit.key,
    name: nameOf(unit.key),
    ownM2: shownArea(facts.measure, unit.union),
    coveredM2: shownArea(facts.measure, unit.covered),
    ...wrongOf(unit.key),
  }));
  const outside = wrongOf(OUTSIDE);
  if (postings.some(({ unit, m2 }) => unit === OUTSIDE && m2 !== 0) || outside.gapM2 > 0) {
    units.push({
      key: OUTSIDE,
      name: rules.tables.labels.outside,
      ownM2: NaN,
      coveredM2: NaN,
      ...outside,
    });
  }
  return stock(facts, rules, field, `T1-${field.field}-${layer.name}`, layer.name, units, postings);
}

function stock(
  facts: AccountFacts,
  rules: Rules,
  field: ClassField,
  id: string,
  layer: string,
  units: readonly Unit[],
  postings: readonly Posting[],
): Table {
  const definition = definitionOf(rules, "T1");
  const classRows = postedClasses(field, units, postings);
  const totals = totalsByUnit(classRows, units);
  const all = classRows.concat(closingRows(rules, field, units, totals));
  const ordered = withShares(all, totals, units).orderby("unitAt", "rowAt");
  const { labels } = rules.tables;
  // A field that tells no land from water has no shares of land to show, and no note on them.
  const left = definition.columns.filter(
    ({ id }) => id === "andelAvLand" && field.classes?.isLand === undefined,
  );
  return {
    id,
    title: `T1 ${definition.title}: ${field.title}${layer === "" ? "" : ` ${labels.by} ${layer}`}`,
    columns: definition.columns,
    rows: rowsOf(
      ordered,
      definition.columns.map((column) => column.id),
    ),
    footnotes: footnotesOf(definition, facts, { field: field.field }).filter(
      (note) => !left.some(({ title }) => note.startsWith(`${title}: `)),
    ),
    print: {
      ...definition.print,
      columns: definition.print.columns.filter((id) => left.every((column) => column.id !== id)),
      rounding: rules.accounting.rounding,
    },
    meta: metaOf(facts),
  };
}

/** Every unit crossed with every known class, so that nothing is a row that is missing; then the sums joined on. */
function postedClasses(field: ClassField, units: readonly Unit[], postings: readonly Posting[]): ColumnTable {
  const sums = frame({
    enhet: postings.map(({ unit }) => unit),
    kode: postings.map(({ kode }) => kode),
    m2: postings.map(({ m2 }) => m2),
  })
    .groupby("enhet", "kode")
    .rollup({ m2: op.sum("m2") });
  const all = units.flatMap((unit, unitAt) => field.rows.map((row, rowAt) => ({ unit, unitAt, row, rowAt })));
  return frame({
    unitAt: all.map(({ unitAt }) => unitAt),
    enhet: all.map(({ unit }) => unit.key),
    enhetNavn: all.map(({ unit }) => unit.name),
    rowAt: all.map(({ rowAt }) => rowAt),
    rad: all.map(({ row }) => row.rad as string),
    kode: all.map(({ row }) => row.kode),
    navn: all.map(({ row }) => row.navn),
    isLand: all.map(({ row }) => row.isLand),
  })
    .lookup(sums, BY_UNIT_AND_CLASS, "m2")
    .derive({ arealM2: escape((row: { m2?: number }) => row.m2 ?? 0) })
    .filter(escape((row: { rad: string; m2?: number }) => row.rad !== "ukjentVerdi" || row.m2 !== undefined))
    .select("unitAt", "enhet", "enhetNavn", "rowAt", "rad", "kode", "navn", "isLand", "arealM2");
}

/**
 * What stands under the classes: ground the layer below does not cover, the sum, the land of it, and, only where the
 * rows and the unit differ by more than the tolerance, the difference. Where the ground has gaps or is claimed twice, these
 * stand by themselves, in every unit of the table: what is left uncovered lies beyond the ground's outer border.
 */
function closingRows(
  rules: Rules,
  field: ClassField,
  units: readonly Unit[],
  { postedM2, landM2 }: Totals,
): ColumnTable {
  const { labels } = rules.tables;
  const after = field.rows.length;
  const has = wrongKinds(units);
  const closing: { unitAt: number; rowAt: number; rad: string; navn: string; arealM2: number }[] = [];
  units.forEach((unit, unitAt) => {
    const put = (rowAt: number, rad: string, navn: string, arealM2: number) =>
      closing.push({ unitAt, rowAt: after + rowAt, rad, navn, arealM2 });
    const outside = Number.isNaN(unit.ownM2);
    const uncoveredM2 = outside ? 0 : beyondM2(unit.ownM2, unit.coveredM2, unit);
    const sumM2 = ownOf(unit, postedM2[unitAt]);
    const residualM2 = groundM2(postedM2[unitAt], unit) + uncoveredM2 - sumM2;
    if (!outside && unit.key !== OUTSIDE) put(0, "udekket", labels.uncovered, uncoveredM2);
    if (has.gaps) put(1, "hull", labels.gaps, unit.gapM2);
    if (has.doubled) put(2, "dobbelt", labels.doubled, 0 - unit.doubledM2);
    if (Math.abs(residualM2) > identityTolerance(rules.accounting.tolerances, sumM2)) {
      put(3, "avvik", labels.residual, -residualM2);
    }
    put(4, "sum", labels.sum, sumM2);
    if (field.classes?.isLand !== undefined) put(5, "land", labels.land, landM2[unitAt]);
  });
  const column = <K extends keyof (typeof closing)[number]>(key: K) => closing.map((row) => row[key]);
  return frame({
    unitAt: column("unitAt"),
    enhet: closing.map(({ unitAt }) => units[unitAt].key),
    enhetNavn: closing.map(({ unitAt }) => units[unitAt].name),
    rowAt: column("rowAt"),
    rad: column("rad"),
    kode: closing.map(() => ""),
    navn: column("navn"),
    isLand: closing.map(({ rad }) => rad === "land"),
    arealM2: column("arealM2"),
  });
}

/** What a unit claims; where no layer says, the ground there is. */
const ownOf = (unit: Unit, postedM2: M2): M2 =>
  Number.isNaN(unit.ownM2) ? groundM2(postedM2, unit) : unit.ownM2;

/** Units, then shares of the whole unit and, for land, of its land. A unit without area has no shares. */
function withShares(all: ColumnTable, { postedM2, landM2 }: Totals, units: readonly Unit[]): ColumnTable {
  const wholeM2 = units.map((unit, at) => ownOf(unit, postedM2[at]));
  type Row = { unitAt: number; isLand: boolean; arealM2: number };
  return all.derive({
    arealDaa: escape((row: Row) => toDekar(row.arealM2)),
    arealKm2: escape((row: Row) => toKm2(row.arealM2)),
    andelAvAlt: escape((row: Row) => share(row.arealM2, wholeM2[row.unitAt])),
    andelAvLand: escape((row: Row) => (row.isLand ? share(row.arealM2, landM2[row.unitAt]) : null)),
  });
}

const share = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

/** What each unit's classes make up, and the land of it; in unit order. */
type Totals = { readonly postedM2: readonly number[]; readonly landM2: readonly number[] };

function totalsByUnit(classRows: ColumnTable, units: readonly Unit[]): Totals {
  const postedM2 = units.map(() => 0);
  const landM2 = units.map(() => 0);
  const totals = classRows
    .derive({ land: escape((row: { isLand: boolean; arealM2: number }) => (row.isLand ? row.arealM2 : 0)) })
    .groupby("unitAt")
    .rollup({ posted: op.sum("arealM2"), land: op.sum("land") });
  for (const row of totals.objects({ limit: Infinity }) as {
    unitAt: number;
    posted: number;
    land: number;
  }[]) {
    postedM2[row.unitAt] = row.posted;
    landM2[row.unitAt] = row.land;
  }
  return { postedM2, landM2 };
}
