import { InputError } from "../core/trouble.js";
import type { OutField } from "./layerOut.js";

/** Whole numbers of 64 bits with sign, as files hold them. */
const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;

/**
 * The number a text says, for a field of numbers: bigint where a double would change it.
 *
 * @throws InputError when the text is no number of the field's type
 */
export function numberIn(field: OutField, text: string, layer: string, feature: number): number | bigint {
  const value = Number(text);
  if (field.type === "double" && Number.isFinite(value)) return value;
  if (field.type === "int") {
    if (Number.isSafeInteger(value)) return value;
    const whole = /^[+-]?\d+$/.test(text) ? BigInt(text) : undefined;
    if (whole !== undefined && whole >= LEAST && whole <= MOST) return whole;
  }
  throw new InputError(
    { layer, feature },
    {
      came: `${field.name} is "${text}"`,
      wanted: field.type === "int" ? "a whole number" : "a number",
      todo: "Declare the field as text, or mend the value",
    },
  );
}
