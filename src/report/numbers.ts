/** Numbers as the reader's language writes them; Norwegian unless another is asked for. */
import type { Rounding } from "../rules/schema.js";
import type { NumberSigns, Texts } from "./textsShape.js";

/** Decimal comma, no-break space between thousands, a true minus sign. */
export const NORWEGIAN_SIGNS: NumberSigns = { thousands: "\u00a0", decimal: ",", minus: "\u2212" };

/** A number with a fixed count of decimals. What rounds to zero has no sign. */
export function formatNumber(value: number, decimals: number, signs = NORWEGIAN_SIGNS): string {
  if (!Number.isFinite(value)) return "–";
  const [whole, fraction] = Math.abs(value).toFixed(decimals).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, signs.thousands);
  const digits = fraction === undefined ? grouped : grouped + signs.decimal + fraction;
  return value < 0 && /[1-9]/.test(digits) ? signs.minus + digits : digits;
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
  const { signs } = texts;
  if (unit === "m2") return formatNumber(value, 0, signs);
  const size = Math.abs(value);
  if (size < rounding.smallest) {
    const limit = formatNumber(rounding.smallest, rounding.decimals, signs);
    return value > 0 ? texts.under(limit) : texts.over(limit);
  }
  return formatNumber(value, size < rounding.wholeFrom ? rounding.decimals : 0, signs);
}

/** A fraction of 1 as percent, without the sign: the column head says "%". */
export function formatShare(value: number, rounding: Rounding, signs = NORWEGIAN_SIGNS): string {
  return formatNumber(100 * value, rounding.shareDecimals, signs);
}

/** A number of unknown kind (T14): whole numbers whole, others with up to six significant decimals. */
export function formatPlain(value: number, signs = NORWEGIAN_SIGNS): string {
  if (!Number.isFinite(value) || Number.isInteger(value)) return formatNumber(value, 0, signs);
  const size = Math.abs(value);
  const decimals = size >= 1000 ? 1 : size >= 1 ? 3 : 6;
  return size < 1e-6
    ? value
        .toExponential(1)
        .replace(".", signs.decimal)
        .replace(/^-/, signs.minus)
        .replace("e-", `e${signs.minus}`)
    : trimmed(formatNumber(value, decimals, signs), signs);
}

/** Decimals without zeros that say nothing. */
function trimmed(text: string, { decimal }: NumberSigns): string {
  const [whole, fraction = ""] = text.split(decimal);
  const kept = fraction.replace(/0+$/, "");
  return kept === "" ? whole : whole + decimal + kept;
}

/** How large a deviation is, in words a politician reads; T14 has all its digits. */
export function formatDeviation(value: number, texts: Texts): string {
  const size = Math.abs(value);
  return size > 0 && size < LEAST_DEVIATION
    ? texts.under(formatNumber(LEAST_DEVIATION, 3, texts.signs))
    : formatPlain(size, texts.signs);
}

/** The same with its sign, where it is large enough to be read. */
export const formatResidual = (value: number, texts: Texts): string =>
  Math.abs(value) < LEAST_DEVIATION ? formatDeviation(value, texts) : formatPlain(value, texts.signs);

const LEAST_DEVIATION = 0.001;
