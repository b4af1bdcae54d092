import type { Rules } from "./rules.js";

export type KommunenummerTrouble =
  /** A spreadsheet ate the zero: 301 for 0301. `mended` is what it must have been. */
  | { readonly kind: "leadingZero"; readonly mended: string }
  /** Four digits, but no kommune of the register. `now` is SSB's current kommune where the number is an old one. */
  | { readonly kind: "unknown"; readonly now?: string }
  | { readonly kind: "notANumber" };

/**
 * What is wrong with a kommunenummer, or undefined when nothing is. The value itself is never changed here.
 * 21xx (Svalbard) and 99xx (invented, for examples) are not in the register and are reported as unknown.
 */
export function kommunenummerTrouble(rules: Rules, value: string): KommunenummerTrouble | undefined {
  const known = (kode: string) => rules.lists.get("kommuner_2024")?.values.some((v) => v.kode === kode) ?? false;
  if (/^\d{3}$/.test(value)) {
    const mended = `0${value}`;
    return known(mended) || former(rules, mended) ? { kind: "leadingZero", mended } : { kind: "unknown" };
  }
  if (!/^\d{4}$/.test(value)) return { kind: "notANumber" };
  if (known(value)) return undefined;
  const group = former(rules, value)?.["ssb_agg_KommSummer"];
  return group !== undefined && /^K-\d{4}$/.test(group)
    ? { kind: "unknown", now: group.slice(2) }
    : { kind: "unknown" };
}

const former = (rules: Rules, kode: string) =>
  rules.lists.get("kommune_historikk")?.values.find((value) => value.kode === kode);
