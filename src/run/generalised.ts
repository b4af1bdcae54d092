import { InputError } from "../core/trouble.js";
import { openSource } from "../read/open.js";
import type { Rules } from "../rules/rules.js";
import type { AccountFacts } from "../tables/facts.js";
import { strayKommuner } from "../tables/generalised.js";
import { isGeneralised, type UnitRequest } from "./units.js";

/** What a run is for: units that are generalised may be shown, with a warning, and never counted in statistics. */
export const RUN_MODES = ["visning", "statistikk"] as const;

/**
 * Before anything is read: by names, and by what the user says of a layer (domain reference 3.4).
 * @throws InputError for a unit layer that is generalised by its publisher: it may be shown, not counted
 */
export async function refuseGeneralised(units: readonly UnitRequest[]): Promise<void> {
  for (const { path, epsg, generalised } of units) {
    if (generalised === true) throw refused(path, "a layer that the run says is generalised");
    const source = await openSource(path, epsg === undefined ? {} : { epsg });
    if (isGeneralised(source))
      throw refused(path, `${source.name}, generalised by its publisher and cut at the coast`);
  }
}

/**
 * After the overlay, and before anything is written: by what the ground itself says of its kommuner.
 * @throws InputError for units that much of their own ground lies outside of
 */
export function refuseStray(facts: AccountFacts, rules: Rules): void {
  const [worst] = strayKommuner(facts, rules).sort((a, b) => b.share - a.share);
  if (worst === undefined) return;
  const limit = 100 * rules.accounting.tolerances.generalisedShare;
  const share = (100 * worst.share).toFixed(2);
  throw refused(
    worst.layer,
    `the border of ${worst.key}, outside which ${share} % of the ground with that kommunenummer lies (the limit is ${limit} %)`,
    worst.key,
  );
}

function refused(layer: string, came: string, feature?: string): InputError {
  return new InputError(
    { layer, ...(feature === undefined ? {} : { feature }) },
    {
      came: `KILDE_GENERALISERT: ${came}`,
      wanted: "units with their full border, of the ground's own year, for statistics",
      todo: "Use grunnkretser or kommuner as they are, or leave statistics mode to show the layer",
    },
  );
}
