import type { Rules } from "../rules/rules.js";
import type { InputFacts } from "../tables/facts.js";
import type { CubeYear } from "../tables/kube.js";
import { basisOf, type ReportBasis, type Shown } from "./basis.js";

/**
 * Gathers statistics for their reports: `regnskap.json`, as an account's. Ground and layers are those of the last year;
 * inputs are those of all years, a file that several years share once.
 */
export function statisticsBasis(
  version: string,
  made: Shown & { readonly years: readonly CubeYear[] },
  date: string,
  rules: Rules,
): ReportBasis {
  const { years } = made;
  const { facts } = years.at(-1)!;
  const inputs = new Map<string, InputFacts>();
  for (const input of years.flatMap((one) => one.facts.inputs)) {
    const { role, name, file, sha256 } = input;
    inputs.set(JSON.stringify([role, name, file, sha256]), input);
  }
  const run = { kind: "statistics", years: years.map(({ year }) => year), date } as const;
  return { ...basisOf(version, facts, rules, made, run), inputs: [...inputs.values()] };
}
