/** Numbers as Norwegian readers write them: decimal comma, no-break space between thousands, a true minus sign. */
import type { Rounding } from "../rules/schema.js";
import type { Texts } from "./texts.js";

const NO_BREAK_SPACE = "\u00a0";
const MINUS = "\u2212";

/** A number with a fixed count of decimals. What rounds to zero has no sign. */
export function formatNumber(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return "–";
  const [whole, fraction] = Math.abs(value).toFixed(decimals).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, NO_BREAK_SPACE);
  const digits = fraction === undefined ? grouped : `${grouped},${fraction}`;
  return value < 0 && /[1-9]/.test(digits) ? MINUS + digits : digits;
}

const M2_PER = { m2: 1, daa: 1e3, km2: 1e6 } as const;

/**
 * An area for reading (domain reference 7): whole units from 100 up, one decimal below, "under 0,1" for the smallest.
 * Less than `noiseM2` is what summing leaves behind, and reads as zero. Square metres are always whole.
 */
export function formatArea(
  value: number,
  unit: "m2" | "daa" | "km2",
  rounding: Rounding,
  texts: Texts,
): string {
  if (Math.abs(value) * M2_PER[unit] < rounding.noiseM2) return "0";
  if (unit === "m2") return formatNumber(value, 0);
  const size = Math.abs(value);
  if (size < rounding.smallest) {
    const limit = formatNumber(rounding.smallest, rounding.decimals);
    return value > 0 ? texts.under(limit) : texts.over(limit);
  }
  return formatNumber(value, size < rounding.wholeFrom ? rounding.decimals : 0);
}

/** A fraction of 1 as percent, without the sign: the column head says "%". */
export function formatShare(value: number, rounding: Rounding): string {
  return formatNumber(100 * value, rounding.shareDecimals);
}

/** A number of unknown kind (T14): whole numbers whole, others with up to six significant decimals. */
export function formatPlain(value: number): string {
  if (Number.isInteger(value)) return formatNumber(value, 0);
  const size = Math.abs(value);
  const decimals = size >= 1000 ? 1 : size >= 1 ? 3 : 6;
  return size < 1e-6
    ? value.toExponential(1).replace(".", ",").replace(/^-/, MINUS).replace("e-", `e${MINUS}`)
    : formatNumber(value, decimals);
}
