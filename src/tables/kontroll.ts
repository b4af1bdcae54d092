/** T15 Kontroll mot referanse: our figures against somebody else's, the worst first. */
import { desc, escape, table as frame } from "arquero";
import { tupleKey } from "../core/tuple.js";
import type { Rules } from "../rules/rules.js";
import { classFields, type ClassField } from "./classes.js";
import { derivedField, type DerivedField } from "./derivedClass.js";
import type { AccountFacts, ZoneLayerFacts } from "./facts.js";
import { BY_UNIT_AND_CLASS, rowsOf } from "./frames.js";
import { sumByKeys } from "./project.js";
import { readReference, type ReferenceFile } from "./reference.js";
import { shownAreas } from "./shown.js";
import { definitionOf, footnotesOf, metaOf, type Table } from "./table.js";
import { nameOfUnit, unitsOfKey } from "./units.js";

type Row = { beregnetM2: number | undefined; referanseM2: number | undefined; avvikM2: number | null };

/**
 * Every unit and class that either side has. A class a known unit does not have is 0 m2 with us; a unit we do not know,
 * or one the reference leaves out, is null on that side and stands first, because it is worse than any difference.
 */
export function controlAgainst(file: ReferenceFile, facts: AccountFacts, rules: Rules): Table {
  const fields = classFields(facts, rules);
  const derived = derivedField(fields, rules);
  const all = derived === undefined ? fields : [...fields, derived];
  const reference = readReference(file, rules, all, facts.zoneLayers);
  const { field, layer, ignored } = reference;
  // Only what the derived field can tell is compared: what it cannot is no difference.
  const known = field === derived ? derived.known : undefined;
  const isCompared = (kode: string): boolean => known?.has(kode) ?? true;
  const amounts = reference.amounts.filter(({ kode }) => isCompared(kode));
  const computed = postedByUnit(facts, field, layer, isCompared);
  const units = new Set(layer === undefined ? [""] : layer.units.map(({ key }) => key));
  const nameOf = layer === undefined ? () => "" : nameOfUnit(layer, rules);
  const className = new Map(field.rows.map(({ kode, navn }) => [kode, navn]));

  const compared = frame(computed)
    .join_full(
      frame({
        enhet: amounts.map(({ unit }) => unit),
        kode: amounts.map(({ kode }) => kode),
        referanseM2: amounts.map(({ m2 }) => m2 as number),
      }),
      BY_UNIT_AND_CLASS,
    )
    .derive({
      enhetNavn: escape(({ enhet }: { enhet: string }) => nameOf(enhet)),
      navn: escape(({ kode }: { kode: string }) => className.get(kode) ?? kode),
      beregnetM2: escape(
        (row: Row & { enhet: string }) => row.beregnetM2 ?? (units.has(row.enhet) ? 0 : null),
      ),
    })
    .derive({ avvikM2: escape(difference) })
    .derive({ avvikAndel: escape(relative), verst: escape(badness) })
    .orderby(desc("verst"), "enhet", "kode");

  const definition = definitionOf(rules, "T15");
  return {
    id: `T15-${file.name}`,
    title: `T15 ${definition.title}: ${field.field} ${layer === undefined ? "" : `× ${layer.name} `}mot ${file.name}`,
    columns: definition.columns,
    rows: rowsOf(
      compared,
      definition.columns.map(({ id }) => id),
    ),
    footnotes: [
      summary(compared.objects({ limit: Infinity }) as Row[]),
      ...(known === undefined ? [] : derivedNotes(derived!, reference.amounts)),
      ...(ignored.length === 0 ? [] : [`Kolonner i referansen som ikke er brukt: ${ignored.join(", ")}.`]),
      ...footnotesOf(definition, facts),
    ],
    print: { ...definition.print, rounding: rules.accounting.rounding },
    meta: metaOf(facts),
  };
}

function derivedNotes(
  { field, from, known }: DerivedField,
  amounts: readonly { readonly kode: string }[],
): string[] {
  const left = [...new Set(amounts.map(({ kode }) => kode))].filter((kode) => !known.has(kode)).sort();
  return [
    `${field} er avledet av ${from}, som rules/ sier; koblingen er ikke SSBs egen.`,
    ...(left.length === 0
      ? []
      : [
          `Klasser i referansen som ${from} ikke kan fortelle om, og som ikke er sammenlignet: ${left.join(", ")}.`,
        ]),
  ];
}

const difference = (row: Row): number | null =>
  row.beregnetM2 == null || row.referanseM2 == null ? null : row.beregnetM2 - row.referanseM2;

/** Share of the reference; null where that is 0 and we have something. */
const relative = ({ avvikM2, referanseM2 }: Row): number | null =>
  avvikM2 === null || referanseM2 === undefined
    ? null
    : avvikM2 === 0
      ? 0
      : referanseM2
        ? avvikM2 / referanseM2
        : null;

const badness = ({ avvikM2 }: Row): number => (avvikM2 === null ? Infinity : Math.abs(avvikM2));

function summary(rows: readonly Row[]): string {
  const both = rows.filter((row) => row.avvikM2 !== null);
  const sum = (of: (row: Row) => number) => both.reduce((total, row) => total + of(row), 0);
  const worst = both.reduce((most, row) => Math.max(most, Math.abs(row.avvikM2!)), 0);
  return [
    `Rader sammenlignet: ${both.length}, bare på én side: ${rows.length - both.length}`,
    `sum beregnet ${Math.round(sum((row) => row.beregnetM2!))} m², referanse ${Math.round(sum((row) => row.referanseM2!))} m²`,
    `største avvik ${worst.toPrecision(3)} m².`,
  ].join("; ");
}

/** Posted area by unit and class as columns; ground outside the layer is left out. */
function postedByUnit(
  facts: AccountFacts,
  field: ClassField,
  layer: ZoneLayerFacts | undefined,
  isCompared: (kode: string) => boolean,
): { enhet: string[]; kode: string[]; beregnetM2: number[] } {
  const zone = layer === undefined ? undefined : facts.cells.zones.get(layer.name)!;
  const keys = zone === undefined ? [field.column] : [field.column, zone];
  const sums = sumByKeys(keys, shownAreas(facts.measure, facts.cells));
  const unitsOf = layer === undefined ? () => [""] : unitsOfKey(layer);
  const byUnit = new Map<string, { enhet: string; kode: string; m2: number }>();
  for (let row = 0; row < sums.rowCount; row++) {
    const kode = field.column.terms[sums.keys[0][row]];
    if (!isCompared(kode)) continue;
    for (const enhet of unitsOf(zone === undefined ? "" : zone.terms[sums.keys[1][row]])) {
      const key = tupleKey([enhet, kode]);
      byUnit.set(key, { enhet, kode, m2: (byUnit.get(key)?.m2 ?? 0) + sums.areaM2[row] });
    }
  }
  const rows = [...byUnit.values()];
  return {
    enhet: rows.map(({ enhet }) => enhet),
    kode: rows.map(({ kode }) => kode),
    beregnetM2: rows.map(({ m2 }) => m2),
  };
}
