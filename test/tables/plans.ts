/** Plan areas made by hand for the tests of this folder. */
import type { PlanArea } from "../../src/aggregate/precedence.js";
import { loadRules } from "../../src/rules/load.js";
import { methodNamed, purposes } from "../../src/rules/planCodes.js";
import type { PlanFacts, PlanRole } from "../../src/tables/planFacts.js";
import type { AccountFacts } from "../../src/tables/facts.js";
import { cellsOf, factsOf, layerOf, readRows } from "./invented.js";

export const rules = await loadRules();
const purposeOf = purposes(rules);

export function planArea(key: string, kode: string, more: Partial<PlanArea> = {}): PlanArea {
  const family = more.family ?? "kommuneplan";
  return {
    key,
    objekttype: family === "kommuneplan" ? "KpArealformålOmråde" : "RpArealformålOmråde",
    family,
    purpose: purposeOf(family, kode),
    status: family === "kommuneplan" ? "2" : "",
    planId: "P1",
    plannavn: "",
    planstatus: "3",
    dato: "2020-01-01",
    omrade: "",
    lokalId: "",
    ...more,
  };
}

/** Areas whose keys are "1110-2": purpose and status. */
export const byKey = (keys: readonly string[]): PlanArea[] =>
  keys.map((key) => planArea(key, key.split("-")[0], { status: key.split("-")[1] }));

export function planFacts(
  layers: readonly { role: PlanRole; layer: string; areas: readonly PlanArea[] }[],
  more: Partial<Omit<PlanFacts, "methods">> & { readonly methods?: readonly string[] } = {},
): PlanFacts {
  const { methods = ["serie-1-2"], ...rest } = more;
  return {
    mode: "kp",
    newScope: "innenfor",
    layers,
    themes: [],
    detailing: [],
    methods: methods.map((name) => methodNamed(rules, name)!),
    ...rest,
  };
}

/** Kommune 9901 with a plan and a proposal, see fixtures/tables/9901-plan/why.md. */
export function plan9901(more: Parameters<typeof planFacts>[1] = {}): AccountFacts {
  const rows = readRows(new URL("../../fixtures/tables/9901-plan/cells.csv", import.meta.url));
  const names = ["kommuner", "gjeldende", "ny"];
  const cells = cellsOf(rows, names);
  const layers = names.map((name) =>
    layerOf(cells, name, name === "kommuner" ? "kommunenummer" : "planområde"),
  );
  const keysOf = (layer: string): string[] => cells.zones.get(layer)!.terms.filter((term) => term !== "");
  const plan = planFacts(
    [
      { role: "gjeldende", layer: "gjeldende", areas: byKey(keysOf("gjeldende")) },
      { role: "ny", layer: "ny", areas: byKey(keysOf("ny")) },
    ],
    { unit: "kommuner", ...more },
  );
  return factsOf(cells, layers, { edition: "arsversjon2025", plan });
}
