import type { ChangeAccounting } from "./changeSchema.js";
import type { Rules } from "./rules.js";
import type { Code } from "./schema.js";

/** What became of a kommune's number at another date. */
export type Recoded =
  /** The number is the same, or it was only renumbered or merged: attributes may be recoded. */
  | { readonly kind: "one"; readonly kode: string; readonly navn: string }
  /** Its ground belongs to several: only an overlay with the border of that date tells what goes where (KOMMUNE_DELT). */
  | { readonly kind: "divided"; readonly among: readonly string[]; readonly dato?: string }
  /** The number is in no list, or nothing of its group is left at that date. */
  | { readonly kind: "unknown" };

/** The date of the register the program knows kommuner by (rules/kommuner_2024.json). */
export const REGISTER_DATE = "2024-01-01";

/** Recodes a kommunenummer to the division of a date. Numbers change on 1 January, so a year is enough. */
export type RecodeKommune = (kode: string, date: string) => Recoded;

type Known = { readonly kode: string; readonly navn: string; readonly group: string; from: number; readonly to: number };

/**
 * Makes the lookup of kommune history: SSB's groups of numbers that have been one another's ground, with the years each
 * was in use, and the list of divisions. A group counts as whole when just one of its numbers is in use at the date; where
 * there are several, going back would take a division, and the answer is "divided".
 *
 * Where the list says no first year, it is the latest of the year after the last number of the same name, the division
 * that made it, and the first year of its fylke.
 */
export function kommuneHistory(rules: Rules): RecodeKommune {
  const settings = rules.change?.kommunehistorikk;
  if (settings === undefined) return () => ({ kind: "unknown" });
  const known = knownNumbers(rules, settings);
  const byCode = new Map(known.map((one) => [one.kode, one]));
  const byGroup = grouped(known);
  const divided = new Map(settings.delte.map((division) => [division.kode, division]));

  /** A group that was a part of a kommune at the date: Haram was in 1507 from 2020 to 2023. */
  const wholeThatHeld = (group: readonly Known[], inUse: (one: Known) => boolean): Recoded | undefined => {
    const wholes = settings.delte.filter(({ til }) => group.some(({ kode }) => til.includes(kode)));
    const whole = wholes.map(({ kode }) => byCode.get(kode)).find((one) => one !== undefined && inUse(one));
    return whole && { kind: "one", kode: whole.kode, navn: whole.navn };
  };

  return (kode, date) => {
    const year = Number(date.slice(0, 4));
    const start = byCode.get(kode);
    if (start === undefined) return { kind: "unknown" };
    const inUse = (one: Known): boolean => one.from <= year && year <= one.to;
    if (inUse(start)) return { kind: "one", kode: start.kode, navn: start.navn };
    const division = divided.get(kode);
    if (division !== undefined && date >= division.dato) {
      return { kind: "divided", among: division.til, dato: division.dato };
    }
    if (!/^K-\d{4}$/.test(start.group)) return { kind: "divided", among: [] }; // SSB's rest group: divided, or unknown
    const then = (byGroup.get(start.group) ?? []).filter(inUse);
    if (then.length === 0) return wholeThatHeld(byGroup.get(start.group) ?? [], inUse) ?? { kind: "unknown" };
    if (then.length > 1) return { kind: "divided", among: then.map((one) => one.kode) };
    return { kind: "one", kode: then[0].kode, navn: then[0].navn };
  };
}

/** The years a number is in use, both included; infinite where it is from before the list, or in use still. */
export type YearsInUse = { readonly from: number; readonly to: number };

/** The years in which all of some numbers are in use at once, `from` after `to` where there are none. */
export function yearsInUse(rules: Rules): (numbers: Iterable<string>) => YearsInUse | undefined {
  const settings = rules.change?.kommunehistorikk;
  const known = settings === undefined ? [] : knownNumbers(rules, settings);
  const byCode = new Map(known.map((one) => [one.kode, one]));
  return (numbers) => {
    const met = [...numbers].flatMap((kode) => byCode.get(kode) ?? []);
    if (met.length === 0) return undefined;
    return { from: Math.max(...met.map(({ from }) => from)), to: Math.min(...met.map(({ to }) => to)) };
  };
}

function knownNumbers(rules: Rules, settings: ChangeAccounting["kommunehistorikk"]): Known[] {
  const known = (rules.lists.get(settings.liste)?.values ?? []).map((code) => knownFrom(code, settings));
  const byGroup = grouped(known);
  for (const one of known)
    one.from = Math.max(one.from, inferredFrom(one, byGroup.get(one.group) ?? [], settings));
  return known;
}

function grouped(known: readonly Known[]): ReadonlyMap<string, readonly Known[]> {
  const byGroup = new Map<string, Known[]>();
  for (const one of known) {
    const group = byGroup.get(one.group);
    if (group === undefined) byGroup.set(one.group, [one]);
    else group.push(one);
  }
  return byGroup;
}

const FIRST = -Infinity;

function knownFrom(code: Code, settings: ChangeAccounting["kommunehistorikk"]): Known {
  const { gyldig_fra_aar: from, gyldig_til_aar: to } = code;
  return {
    kode: code.kode,
    navn: code.navn,
    group: code[settings.gruppekolonne] ?? "",
    from: from === undefined ? FIRST : Number(from),
    to: to === undefined ? Infinity : Number(to),
  };
}

/** @param group all numbers of its group */
function inferredFrom(
  one: Known,
  group: readonly Known[],
  settings: ChangeAccounting["kommunehistorikk"],
): number {
  if (one.from !== FIRST) return one.from;
  const fylke = Number(settings.fylkesnummerFra[one.kode.slice(0, 2)] ?? FIRST);
  const plain = (name: string): string => name.replace(/ \(.*/, "");
  const before = group.filter(
    (other) => other !== one && plain(other.navn) === plain(one.navn) && other.to < one.to,
  );
  const division = settings.delte.find(({ til }) => til.includes(one.kode));
  const parted = division === undefined ? FIRST : Number(division.dato.slice(0, 4));
  return Math.max(fylke, parted, ...before.map(({ to }) => to + 1));
}
