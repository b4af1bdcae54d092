import { InvalidArgumentError } from "commander";

export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("a whole number is wanted");
  return Number(text);
}

export function metres(text: string): number {
  if (!/^\d*\.?\d+$/.test(text)) throw new InvalidArgumentError("a length in metres is wanted, such as 0.05");
  return Number(text);
}

/** { [key]: value }, or nothing when there is no value. */
export function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}

/** Words with commas between, each one of the known. */
export const listOf =
  <T extends string>(known: readonly T[]) =>
  (text: string): readonly T[] =>
    text.split(",").map((word) => {
      const found = known.find((one) => one === word.trim());
      if (found === undefined) throw new InvalidArgumentError(`one of ${known.join(", ")} is wanted`);
      return found;
    });
