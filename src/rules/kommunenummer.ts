import type { Bbox } from "../core/layer.js";
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

/** A fylke and the box around it, its sea included: longitudes and latitudes in degrees, rounded outwards. */
export type FylkeBox = { readonly navn: string; readonly bbox: Bbox };

/**
 * Where a kommune must lie: the fylke it is in today. Undefined where the number is of no kommune that is or was, or of
 * one that was split.
 */
export function fylkeBoxOf(rules: Rules, kommunenummer: string): FylkeBox | undefined {
  const trouble = kommunenummerTrouble(rules, kommunenummer);
  if (trouble?.kind === "leadingZero") return fylkeBoxOf(rules, trouble.mended);
  const current = trouble === undefined ? kommunenummer : trouble.kind === "unknown" ? trouble.now : undefined;
  const fylke = rules.lists.get("fylker_2024_omriss")?.values.find(({ kode }) => kode === current?.slice(0, 2));
  if (fylke === undefined) return undefined;
  const [west, south, east, north] = ["vest", "sor", "ost", "nord"].map((side) => Number(fylke[side]));
  return { navn: fylke.navn ?? fylke.kode, bbox: [west, south, east, north] };
}
