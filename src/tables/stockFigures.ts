/** What figures in T1 and T2 are made of. */
import type { Rules } from "../rules/rules.js";
import { codeOfColumn } from "./classColumn.js";
import { classFields, type ClassField } from "./classes.js";
import type { AccountFacts, ZoneLayerFacts } from "./facts.js";
import {
  amount,
  and,
  everywhere,
  hasTerm,
  inUnit,
  plain,
  plus,
  text,
  titleIn,
  type Asked,
  type Figure,
  type Term,
  type Test,
} from "./figure.js";
import { shownArea } from "./shown.js";
import { closingTerms, uncoveredTerms, wrongTerms } from "./wrongFigures.js";
import { beyondM2, wrongByUnit, wrongInAll } from "./wrongGround.js";

/** The row that a share is a share of. */
const SHARE_OF: ReadonlyMap<string, string> = new Map([
  ["andelAvAlt", "sum"],
  ["andelAvLand", "land"],
]);

/** A class of one unit, its shares, and the rows that close the unit: uncovered, sum and land. */
export function stockFigure(facts: AccountFacts, rules: Rules, asked: Asked): Figure | undefined {
  for (const field of classFields(facts, rules)) {
    for (const layer of [undefined, ...facts.zoneLayers]) {
      const id = [`T1-${field.field}`, ...(layer === undefined ? [] : [layer.name])].join("-");
      if (id !== asked.table.id) continue;
      const terms = rowTerms(facts, rules, field, layer, asked, text(asked, "rad"));
      if (terms === undefined) return undefined;
      const whole = SHARE_OF.get(asked.column);
      const shareOf = whole === undefined ? undefined : rowTerms(facts, rules, field, layer, asked, whole);
      return shareOf === undefined ? { terms } : { terms, shareOf };
    }
  }
  return undefined;
}

function rowTerms(
  facts: AccountFacts,
  rules: Rules,
  { column, rows }: ClassField,
  layer: ZoneLayerFacts | undefined,
  asked: Asked,
  rad: string,
): readonly Term[] | undefined {
  const key = text(asked, "enhet");
  const inside = layer === undefined ? everywhere : inUnit(facts, layer.name, key);
  const ofClass = (kode: string): Test =>
    and(
      inside,
      hasTerm(column, (term) => term === kode),
    );
  const unit = layer?.units.find((one) => one.key === key);
  const { labels } = rules.tables;
  if (["klasse", "utenVerdi", "ukjentVerdi"].includes(rad)) return plain(ofClass(text(asked, "kode"))).terms;
  const classes = rows.map((row) => ({ ...row, term: plus(row.navn, ofClass(row.kode)) }));
  if (rad === "land") return classes.filter(({ isLand }) => isLand).map(({ term }) => term);
  const wrong = layer === undefined ? wrongInAll(facts) : wrongByUnit(facts, layer)(key);
  if (rad === "hull" || rad === "dobbelt") return wrongTerms(rules, wrong)[rad];
  const uncovered = closingTerms(rules, wrong);
  if (unit !== undefined) {
    const ownM2 = shownArea(facts.measure, unit.union);
    if (rad === "udekket") return uncoveredTerms(rules, titleIn(asked, "enhet"), ownM2, inside, wrong);
    const coveredM2 = shownArea(facts.measure, unit.covered);
    uncovered.push(amount(1, labels.uncovered, beyondM2(ownM2, coveredM2, wrong)));
  }
  if (layer === undefined) {
    const { own, posted } = facts.ground;
    const residualM2 = shownArea(facts.measure, own) - shownArea(facts.measure, posted);
    uncovered.push(amount(1, labels.residual, residualM2));
  }
  return rad === "sum" ? [...classes.map(({ term }) => term), ...uncovered] : undefined;
}

/** A class or unit down against a class across, and both margins. */
export function crossFigure(facts: AccountFacts, rules: Rules, asked: Asked): Figure | undefined {
  const fields = classFields(facts, rules);
  const across = fields.find(({ field }) => asked.table.id.endsWith(`-${field}`));
  if (across === undefined) return undefined;
  const down = [
    ...fields.map(({ field, column }) => ({ id: field, column })),
    ...facts.zoneLayers.map(({ name }) => ({ id: name, column: facts.cells.zones.get(name)! })),
  ].find(({ id }) => asked.table.id === `T2-${id}-${across.field}`);
  if (down === undefined) return undefined;
  const { sum } = rules.tables.labels;
  const isSumRow = text(asked, "kode") === "" && text(asked, "navn") === sum;
  const rowOf = (kode: string): Test => hasTerm(down.column, (term) => term === kode);
  const columnOf = (id: string): Test => hasTerm(across.column, (term) => term === codeOfColumn(id));
  const { columns, rows } = asked.table;
  const classColumns = columns.filter(({ id, kind }) => kind === "area" && id !== "sum");
  const row = isSumRow ? everywhere : rowOf(text(asked, "kode"));
  if (asked.column === "sum")
    return { terms: classColumns.map(({ id, title }) => plus(title, and(row, columnOf(id)))) };
  const column = columnOf(asked.column);
  if (!isSumRow) return plain(and(row, column));
  const heads = rows.slice(0, -1).map(([kode, navn]) => ({ kode: String(kode), navn: String(navn) }));
  return { terms: heads.map(({ kode, navn }) => plus(navn || kode, and(rowOf(kode), column))) };
}
