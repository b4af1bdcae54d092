/** The account with and without the repair of its ground, for T14; and the equation that holds one to the other. */
import type { M2 } from "../core/units.js";
import { type Check, type Hold, worst } from "./checks.js";
import type { AccountFacts } from "./facts.js";
import { sumByKeys } from "./project.js";
import type { CoverUnknown, RepairFacts } from "./repairFacts.js";
import type { Value } from "./table.js";

type Fact = readonly [tema: string, nokkel: string, verdi: Value, enhet: string];

const UNKNOWN: Readonly<Record<CoverUnknown, string>> = {
  notLooked: "ikke sett etter",
  notNoded: "lar seg ikke telle",
};

/**
 * Rows of T14: thresholds, the ledger in sum, then for each class m2 without the repair, with it, and what the ledger says
 * it gave and got; gaps and double cover that stay come last. All in the map plane, where repairs are made; the sums on
 * the ellipsoid stand beside. No rows where nothing was repaired and nothing stays; one that says so where what stays is not
 * known.
 */
export function repairRows(facts: AccountFacts): Fact[] {
  const { repair } = facts;
  return [...(repair === undefined ? [] : repaired(facts, repair)), ...coverRows(facts)];
}

function repaired(facts: AccountFacts, repair: RepairFacts): Fact[] {
  const tema = "Reparasjon";
  const { limits, ledger } = repair;
  const { inM2, mendedM2, overlapM2, filledM2, movedM2, refusedM2, outM2, lines } = ledger;
  const m2 = (nokkel: string, value: M2): Fact => [tema, nokkel, value, "m2"];
  return [
    [tema, "terskel hull avrunding", limits.roundingM, "m"],
    [tema, "terskel hull fylles, bredde", limits.gapM, "m"],
    [tema, "terskel hull fylles, areal", limits.gapM2, "m2"],
    [tema, "terskel overlapp er feil, bredde", limits.overlapM, "m"],
    [tema, "linjer i hovedboka", lines.length, "antall"],
    m2("inn kartplan", inM2),
    m2("ugyldige flater lest om", mendedM2),
    m2("overlapp fjernet", 0 - overlapM2),
    m2("hull fylt", filledM2),
    m2("avrundet", movedM2),
    m2("ut kartplan", outM2),
    m2("ikke reparert, med i ut", refusedM2),
    m2("uten reparasjon ellipsoide", repair.before.own.trueM2),
    m2("med reparasjon ellipsoide", facts.ground.own.trueM2),
    ...[...repair.moves.keys()].flatMap((field) =>
      classChanges(facts, repair, field).flatMap(({ value, beforeM2, afterM2, gainedM2, lostM2 }): Fact[] => {
        const classTema = `${tema} ${field}`;
        const name = value === "" ? "(uten verdi)" : value;
        return [
          [classTema, `${name} uten reparasjon`, beforeM2, "m2"],
          [classTema, `${name} med reparasjon`, afterM2, "m2"],
          [classTema, `${name} fikk`, gainedM2, "m2"],
          [classTema, `${name} ga`, 0 - lostM2, "m2"],
        ];
      }),
    ),
  ];
}

function coverRows({ coverage, coverUnknown }: AccountFacts): Fact[] {
  if (coverUnknown !== undefined) return [["Grunnkart", "hull og dobbeltdekning", UNKNOWN[coverUnknown], ""]];
  if (coverage === undefined) return [];
  const tema = "Dekning etter kontroll";
  return [
    [tema, "Hull i grunnkartet", coverage.gapCount, "antall"],
    [tema, "Hull i grunnkartet", coverage.gapM2, "m2"],
    [tema, "Dobbeltdekning", coverage.overlapCount, "antall"],
    [tema, "Dobbeltdekning", coverage.overlapM2, "m2"],
  ];
}

/**
 * The account without the repair, and the ledger, must come to the account with it: the ground, and of each class field the
 * class that is furthest off.
 */
export function repairChecks(facts: AccountFacts, hold: Hold): Check[] {
  const { repair, ground } = facts;
  if (repair === undefined) return [];
  const { before, ledger } = repair;
  const { mendedM2, overlapM2, filledM2, movedM2 } = ledger;
  const dueM2 = before.own.planM2 + mendedM2 - overlapM2 + filledM2 + movedM2;
  return [
    hold("repairLedger", "", dueM2, ground.own.planM2),
    ...[...repair.moves.keys()].map((field) =>
      worst(
        hold("repairLedger", field, 0, 0),
        classChanges(facts, repair, field).map(({ beforeM2, gainedM2, lostM2, afterM2 }) =>
          hold("repairLedger", field, beforeM2 + gainedM2 - lostM2, afterM2),
        ),
      ),
    ),
  ];
}

function classChanges(facts: AccountFacts, { before, moves }: RepairFacts, field: string) {
  const was = planM2By(before.cells, field);
  const is = planM2By(facts.cells, field);
  return [...new Set([...was.keys(), ...is.keys()])].sort().map((value) => ({
    value,
    beforeM2: was.get(value) ?? 0,
    afterM2: is.get(value) ?? 0,
    ...(moves.get(field)?.get(value) ?? { gainedM2: 0, lostM2: 0 }),
  }));
}

function planM2By({ classes, planM2 }: AccountFacts["cells"], field: string): Map<string, M2> {
  const column = classes.get(field);
  if (column === undefined) return new Map();
  const sums = sumByKeys([column], planM2);
  return new Map(Array.from(sums.areaM2, (m2, row) => [column.terms[sums.keys[0][row]], m2]));
}
