import { loadRules } from "../../src/rules/load.js";
import { runAccount, type AccountRequest } from "../../src/run/account.js";
import { accountTables, type Account } from "../../src/tables/tables.js";
import type { AccountFacts } from "../../src/tables/facts.js";
import { sumByKeys } from "../../src/tables/project.js";

export const rules = await loadRules();

/** An account from files to tables on this thread, nothing written. Areas in the map plane unless the request says else. */
export async function accounted(
  request: Pick<AccountRequest, "grunnkart"> & Partial<AccountRequest>,
): Promise<Account & { facts: AccountFacts }> {
  const whole = { classes: ["objtype"], units: [], measure: "kartplan", workers: 0, ...request } as const;
  const facts = await runAccount(whole, rules);
  return { facts, ...accountTables(facts, rules) };
}

/** Plane areas by the values of some columns, joined by a tab; where keys of a layer overlap, "a|b" is one value. */
export function planM2By({ cells }: AccountFacts, columns: readonly string[]): Map<string, number> {
  const keys = columns.map((name) => {
    const column = cells.classes.get(name) ?? cells.zones.get(name);
    if (column === undefined) throw new Error(`the account has no column ${name}`);
    return column;
  });
  const sums = sumByKeys(keys, cells.planM2);
  return new Map(
    Array.from(sums.areaM2, (m2, row) => [
      keys.map(({ terms }, k) => terms[sums.keys[k][row]]).join("\t"),
      m2,
    ]),
  );
}
