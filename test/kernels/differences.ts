import { coverKey, type CoverAreas } from "../oracle/exact.js";
import type { Account } from "./kernels.js";

/** Rows of a kernel against exact areas, by (ground, cover set): one line for each that differs. */
export function differences(account: Account, exact: CoverAreas, toleranceM2: number): string[] {
  const got = sumByCover(account);
  const keys = [...new Set([...got.keys(), ...exact.keys()])].sort();
  return keys
    .map((key) => ({ key, got: got.get(key) ?? 0, wanted: exact.get(key) ?? 0 }))
    .filter(({ got, wanted }) => !(Math.abs(got - wanted) <= toleranceM2)) // so that NaN differs
    .map(({ key, got, wanted }) => `${key}: ${got} m2, exactly ${wanted}`);
}

/** Rows of one (ground, cover set) added up, keyed as the exact areas are. */
export function sumByCover({ rows }: Account): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { ground, zones, m2 } of rows) {
    const key = coverKey(ground, zones);
    sums.set(key, (sums.get(key) ?? 0) + m2);
  }
  return sums;
}
