import type { Rules } from "../rules/rules.js";
import type { AccountRequest } from "./account.js";
import { planRequestOf } from "./planSettings.js";
import type { RunSettings } from "./settings.js";

/**
 * The account that settings ask for, of ground that one program holds in memory (scenario, explain).
 * @throws InputError for themes or methods without a plan
 */
export function accountRequestOf(settings: RunSettings, rules: Rules): AccountRequest {
  const plan = planRequestOf(settings, rules);
  const { grunnkart, grunnkartEpsg, flereGrunnkart, workers, tilEpsg } = settings;
  return {
    grunnkart: { path: grunnkart, ...(grunnkartEpsg !== undefined && { epsg: grunnkartEpsg }) },
    moreGrounds: flereGrunnkart.map(({ fil, epsg }) => ({ path: fil, ...(epsg !== undefined && { epsg }) })),
    classes: settings.klasse,
    units: settings.enheter.map(({ navn, fil, nokkel, epsg, generalisert }) => ({
      path: fil,
      ...(navn !== undefined && { name: navn }),
      ...(nokkel !== undefined && { key: nokkel }),
      ...(epsg !== undefined && { epsg }),
      ...(generalisert !== undefined && { generalised: generalisert }),
    })),
    ...(plan !== undefined && { plan }),
    measure: settings.arealmetode,
    repair: settings.reparasjon,
    ...(settings.snapM !== undefined && { snapM: settings.snapM }),
    ...(workers !== undefined && { workers }),
    ...(tilEpsg !== undefined && { workEpsg: tilEpsg }),
  };
}
