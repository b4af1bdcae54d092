/** T13: grunnkretser, and delområder and kommuner as sums of them. */
import { InputError, type Finding } from "../core/trouble.js";
import { toDekar, type M2 } from "../core/units.js";
import { unitNames } from "../rules/classes.js";
import type { Rules } from "../rules/rules.js";
import type { Check } from "./checks.js";
import { classColumnId } from "./classColumn.js";
import type { ClassField } from "./classes.js";
import type { AccountFacts, ZoneLayerFacts } from "./facts.js";
import { identityTolerance } from "./identity.js";
import type { KlassNames } from "./klassNames.js";
import { kretsChecks } from "./kretsChecks.js";
import { sumByKeys } from "./project.js";
import { measureTitle, shownArea, shownAreas } from "./shown.js";
import { definitionOf, metaOf, type Table, type Value } from "./table.js";
import { unitsOfKey } from "./units.js";
import { beyondM2, wrongByUnit, wrongKinds, type Wrong } from "./wrongGround.js";

/** Codes of rows that are no class. */
const WRONG = ["hull", "dobbelt"] as const;

/** What the kretser of one kommune make up, and what of it two or more of them claim. */
export type KretsBalance = {
  readonly kommune: string;
  /** Sum of the kretser; ground that several claim counts in each. */
  readonly sumM2: M2;
  /** The same ground counted once: T1 of the kommune that the kretser make. */
  readonly onceM2: M2;
  /** sum - once. */
  readonly overlapM2: M2;
  /** Pairs of its kretser that lie on each other. */
  readonly pairCount: number;
  /** What the kretser claim beyond the ground's outer border. */
  readonly uncoveredM2: M2;
} & Wrong;

export type KretsTable = {
  readonly table: Table;
  readonly balance: readonly KretsBalance[];
  /** Ground that kretser of several kommuner claim: it counts in each of these kommuner. */
  readonly acrossM2: M2;
  readonly checks: readonly Check[];
  readonly findings: readonly Finding[];
};

/** A grunnkrets has eight digits: kommune, two of the delområde, two of its own. A delområde ends in 00. */
const KRETS = /^\d{8}$/;
const isDelomrade = (kode: string): boolean => KRETS.test(kode) && kode.endsWith("00");
export const delomradeOf = (krets: string): string => `${krets.slice(0, 6)}00`;

/**
 * T13 of a layer of grunnkretser. Delområder that lie in the same layer are left out and told: their ground is that of
 * their kretser. Codes of seven digits get back the zero they lost. Where the ground has gaps or is claimed twice, these are
 * rows beneath the classes, in every krets.
 *
 * @param overlaps keys of units that lie on each other; without them, those that ground is seen to lie in
 * @throws InputError for a layer with keys that are no grunnkretser
 */
export function kretsTable(
  facts: AccountFacts,
  rules: Rules,
  field: ClassField,
  layer: ZoneLayerFacts,
  names?: KlassNames,
  overlaps?: readonly (readonly [a: string, b: string])[],
): KretsTable {
  const { codeOf, findings } = kretserOf(facts, layer);
  const classes = field.rows;
  const amounts = new Map<string, Float64Array>();
  const classAt = new Map(classes.map(({ kode }, at) => [kode, at]));
  const once = new Map<string, number>();
  const pairs = new Set(
    overlaps?.flatMap((keys) => pairsOf(keys.flatMap((key) => codeOf.get(key) ?? []))) ?? [],
  );
  let onceM2 = 0;
  const zone = facts.cells.zones.get(layer.name)!;
  const sums = sumByKeys([zone, field.column], shownAreas(facts.measure, facts.cells));
  const unitsOf = unitsOfKey(layer);
  for (const kode of codeOf.values()) amounts.set(kode, new Float64Array(classes.length));
  for (let row = 0; row < sums.rowCount; row++) {
    const at = classAt.get(field.column.terms[sums.keys[1][row]])!;
    const kretser = unitsOf(zone.terms[sums.keys[0][row]]).flatMap((key) => codeOf.get(key) ?? []);
    for (const krets of kretser) amounts.get(krets)![at] += sums.areaM2[row];
    if (kretser.length > 0) onceM2 += sums.areaM2[row];
    if (overlaps === undefined && sums.areaM2[row] > 0) for (const pair of pairsOf(kretser)) pairs.add(pair);
    for (const kommune of new Set(kretser.map((krets) => krets.slice(0, 4)))) {
      once.set(kommune, (once.get(kommune) ?? 0) + sums.areaM2[row]);
    }
  }
  const kretser = [...amounts.keys()].sort();
  const delomrader = summed(amounts, kretser, delomradeOf);
  const kommuner = summed(delomrader, [...delomrader.keys()], (kode) => kode.slice(0, 4));
  const balance = balanceOf(facts, layer, codeOf, kommuner, once, pairs);
  const wrong = wrongAmounts(facts, layer, codeOf);
  const delomraderWrong = summed(wrong, kretser, delomradeOf);
  const kommunerWrong = summed(delomraderWrong, [...delomrader.keys()], (kode) => kode.slice(0, 4));
  const has = wrongKinds(balance);
  const { gaps, doubled } = rules.tables.labels;
  const wrongRows = [
    ...(has.gaps ? [{ kode: WRONG[0], navn: gaps, at: GAP }] : []),
    ...(has.doubled ? [{ kode: WRONG[1], navn: doubled, at: DOUBLED }] : []),
  ];
  const total = (of: (one: KretsBalance) => M2): number =>
    balance.reduce((sum: number, one) => sum + of(one), 0);
  const acrossM2 = total((one) => one.onceM2) - onceM2;
  // A code that lost its zero has its name under what the file calls it.
  const ownNames = new Map(
    Array.from(layer.names ?? [], ([key, { navn }]) => [codeOf.get(key) ?? key, navn] as const),
  );
  const kommuneNames = unitNames(rules, "kommunenummer");
  const rowsOf = (
    niva: string,
    of: ReadonlyMap<string, Float64Array>,
    wrongOf: ReadonlyMap<string, Float64Array>,
  ): Value[][] =>
    [...of].flatMap(([kode, m2]) => {
      const row = (class_: string, navn: string, areaM2: M2): Value[] => [
        kode.slice(0, 4),
        niva === "kommune" ? "" : delomradeOf(kode),
        niva === "grunnkrets" ? kode : "",
        names?.nameOf(kode) ?? ownNames.get(kode) ?? kommuneNames.get(kode) ?? "",
        niva,
        class_,
        navn,
        areaM2,
        toDekar(areaM2),
      ];
      const idOf = (class_: string): string => class_ && classColumnId(class_, WRONG);
      return [
        ...classes.map(({ kode: class_, navn }, at) => row(idOf(class_), navn, m2[at])),
        ...wrongRows.map(({ kode: class_, navn, at }) => row(class_, navn, wrongOf.get(kode)![at])),
      ];
    });
  const definition = definitionOf(rules, "T13");
  const known: Readonly<Record<string, string>> = {
    field: field.field,
    ground: facts.inputs[0].name,
    overlap: String(Math.round(total((one) => one.sumM2) - onceM2)),
    uncovered: String(Math.round(total((one) => one.uncoveredM2))),
    names:
      names !== undefined
        ? `Navn: ${names.title}, per ${names.date}.`
        : layer.names === undefined
          ? "Navn er ikke gitt."
          : "Navn: som i kretsenes egen fil.",
    measure: measureTitle(facts),
  };
  const table: Table = {
    id: `T13-${field.field}-${layer.name}`,
    title: `T13 ${definition.title}: ${field.title} ${rules.tables.labels.by} ${layer.name}`,
    columns: definition.columns,
    rows: [
      ...rowsOf("grunnkrets", new Map(kretser.map((kode) => [kode, amounts.get(kode)!])), wrong),
      ...rowsOf("delområde", delomrader, delomraderWrong),
      ...rowsOf("kommune", kommuner, kommunerWrong),
    ],
    footnotes: definition.footnotes.map((note) =>
      note.replace(/\{(\w+)\}/g, (all, name: string) => known[name] ?? all),
    ),
    print: { ...definition.print, rounding: rules.accounting.rounding },
    meta: metaOf(facts),
  };
  return {
    table,
    balance,
    acrossM2,
    checks: kretsChecks(facts, rules, layer, {
      codeOf,
      delomradeOf,
      delomrader,
      once,
      kommuner: new Map(
        balance.map(({ kommune, sumM2, uncoveredM2 }) => {
          const [gapM2, takenM2] = kommunerWrong.get(kommune)!;
          return [kommune, sumM2 + gapM2 + takenM2 + uncoveredM2];
        }),
      ),
    }),
    findings: [...findings, ...overlapFindings(layer, rules, balance, acrossM2, pairs)],
  };
}

/** Two and two of the kretser over one place. */
const pairsOf = (kretser: readonly string[]): string[] =>
  kretser.flatMap((a, i) => kretser.slice(i + 1).map((b) => (a < b ? `${a}|${b}` : `${b}|${a}`)));

/** The kommune both kretser of a pair lie in, or "" where they lie in two. */
const kommuneOfPair = (pair: string): string => {
  const [a, b] = pair.split("|").map((krets) => krets.slice(0, 4));
  return a === b ? a : "";
};

/** The code of each unit that is a grunnkrets. */
function kretserOf(
  facts: AccountFacts,
  layer: ZoneLayerFacts,
): { codeOf: ReadonlyMap<string, string>; findings: Finding[] } {
  const findings: Finding[] = [];
  const put = (
    code: string,
    severity: Finding["severity"],
    areaM2: M2,
    did: Finding["did"],
    says: string,
  ): void => {
    findings.push({ code, severity, layer: layer.name, feature: -1, areaM2, did, says });
  };
  const codeOf = new Map<string, string>();
  const mended = (key: string): string => (/^\d{7}$/.test(key) ? `0${key}` : key);
  const hasKretser = layer.units.some(({ key }) => KRETS.test(mended(key)) && !isDelomrade(mended(key)));
  for (const { key, union } of layer.units) {
    const areaM2 = shownArea(facts.measure, union);
    const kode = mended(key);
    if (!KRETS.test(kode)) throw noKrets(layer, key);
    if (kode !== key)
      put(
        "GRUNNKRETS_FEIL",
        "warning",
        areaM2,
        "mended",
        `grunnkrets «${key}» har mistet en null; den står som ${kode}`,
      );
    if (hasKretser && isDelomrade(kode)) {
      put(
        "DELOMRADE_UTELATT",
        "note",
        areaM2,
        "dropped",
        `delområde ${kode} ligger i laget med grunnkretsene; det er summen av sine grunnkretser`,
      );
    } else codeOf.set(key, kode);
  }
  return { codeOf, findings };
}

function noKrets(layer: ZoneLayerFacts, key: string): InputError {
  return new InputError(
    { layer: layer.name, feature: key },
    {
      came: `${key} in ${layer.keyField}`,
      wanted: "grunnkretser: eight digits, the first four the kommune",
      todo: "Name the field with the codes: --nokkel NAME=FIELD",
    },
  );
}

const GAP = 0;
const DOUBLED = 1;

/** Gaps, and double cover as what is to be taken away, by krets. */
function wrongAmounts(
  facts: AccountFacts,
  layer: ZoneLayerFacts,
  codeOf: ReadonlyMap<string, string>,
): ReadonlyMap<string, Float64Array> {
  const wrongOf = wrongByUnit(facts, layer);
  const amounts = new Map<string, Float64Array>();
  for (const [key, kode] of codeOf) {
    const { gapM2, doubledM2 } = wrongOf(key);
    const known = amounts.get(kode) ?? new Float64Array(2);
    known[GAP] += gapM2;
    known[DOUBLED] -= doubledM2;
    amounts.set(kode, known);
  }
  return amounts;
}

function summed(
  amounts: ReadonlyMap<string, Float64Array>,
  order: readonly string[],
  partOf: (kode: string) => string,
): Map<string, Float64Array> {
  const sums = new Map<string, Float64Array>();
  for (const kode of order) {
    const part = amounts.get(kode)!;
    const whole = sums.get(partOf(kode)) ?? new Float64Array(part.length);
    part.forEach((m2, at) => (whole[at] += m2));
    sums.set(partOf(kode), whole);
  }
  return sums;
}

function balanceOf(
  facts: AccountFacts,
  layer: ZoneLayerFacts,
  codeOf: ReadonlyMap<string, string>,
  kommuner: ReadonlyMap<string, Float64Array>,
  once: ReadonlyMap<string, number>,
  pairs: ReadonlySet<string>,
): KretsBalance[] {
  const apart = new Map<string, { uncoveredM2: number; gapM2: number; doubledM2: number }>();
  const wrongOf = wrongByUnit(facts, layer);
  for (const { key, union, covered } of layer.units) {
    const kommune = codeOf.get(key)?.slice(0, 4);
    if (kommune === undefined) continue;
    const sums = apart.get(kommune) ?? { uncoveredM2: 0, gapM2: 0, doubledM2: 0 };
    apart.set(kommune, sums);
    const wrong = wrongOf(key);
    sums.uncoveredM2 += beyondM2(shownArea(facts.measure, union), shownArea(facts.measure, covered), wrong);
    sums.gapM2 += wrong.gapM2;
    sums.doubledM2 += wrong.doubledM2;
  }
  return [...kommuner].map(([kommune, amounts]) => {
    const sumM2 = amounts.reduce((sum, m2) => sum + m2, 0);
    const onceM2 = once.get(kommune) ?? 0;
    const pairCount = [...pairs].filter((pair) => kommuneOfPair(pair) === kommune).length;
    return { kommune, sumM2, onceM2, overlapM2: sumM2 - onceM2, pairCount, ...apart.get(kommune)! };
  });
}

function overlapFindings(
  layer: ZoneLayerFacts,
  rules: Rules,
  balance: readonly KretsBalance[],
  acrossM2: M2,
  pairs: ReadonlySet<string>,
): Finding[] {
  const { tolerances } = rules.accounting;
  const put = (areaM2: M2, says: string): Finding[] => [
    {
      code: "ENHET_OVERLAPP",
      severity: "warning",
      layer: layer.name,
      feature: -1,
      areaM2,
      did: "kept",
      says,
    },
  ];
  const within = balance.flatMap(({ kommune, sumM2, overlapM2, pairCount }) =>
    overlapM2 <= identityTolerance(tolerances, sumM2)
      ? []
      : put(
          overlapM2,
          `${pairCount} par av grunnkretser i ${kommune} ligger på hverandre; grunnen teller i hver av dem og én gang i kommunen`,
        ),
  );
  const wholeM2 = balance.reduce((sum: number, { onceM2 }) => sum + onceM2, 0);
  if (acrossM2 <= identityTolerance(tolerances, wholeM2)) return within;
  const across = [...pairs].filter((pair) => kommuneOfPair(pair) === "").length;
  const says = `${across} par av grunnkretser i ulike kommuner ligger på hverandre; grunnen teller i hver av kommunene`;
  return [...within, ...put(acrossM2, says)];
}
