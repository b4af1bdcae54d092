import type { Check } from "../tables/checks.js";
import type { AccountFacts } from "../tables/facts.js";
import type { RepairFacts } from "../tables/repairFacts.js";
import type { WrittenFile } from "../write/runFolder.js";
import { withoutFolders } from "./fileName.js";
import { resultSha256Of } from "./resultHash.js";
import type { RunSettings } from "./settings.js";
import { UNKNOWN_COVER } from "./wrongFiles.js";

/**
 * kvittering.json: enough to run again and get the same bytes, and to see that one did. It has no time, no machine and
 * no number of workers, because no figure depends on them.
 */
export function receiptOf(run: {
  version: string;
  settings: RunSettings;
  facts: AccountFacts;
  checks: readonly Check[];
  written: readonly WrittenFile[];
  /** Reference files as they were read. */
  references: readonly { readonly file: string; readonly sha256: string }[];
  /** The ground was one file of a folder: units and plans may lie on the others' alone. */
  isOneOfMany: boolean;
}): string {
  const { version, settings, facts, checks, written, references, isOneOfMany } = run;
  const receipt = {
    program: "arealregnskap",
    version,
    command: "account",
    settings: {
      grunnkart: withoutFolders(settings.grunnkart),
      ...(settings.grunnkartEpsg === undefined ? {} : { grunnkartEpsg: settings.grunnkartEpsg }),
      ...(settings.flereGrunnkart.length === 0
        ? {}
        : {
            flereGrunnkart: settings.flereGrunnkart.map(({ fil, ...rest }) => ({
              fil: withoutFolders(fil),
              ...rest,
            })),
          }),
      klasse: [...facts.cells.classes.keys()],
      enheter: facts.zoneLayers.slice(0, settings.enheter.length).map(({ name, keyField }, i) => {
        const { fil, epsg, generalisert } = settings.enheter[i];
        return {
          navn: name,
          fil: withoutFolders(fil),
          nokkel: keyField,
          ...(epsg === undefined ? {} : { epsg }),
          ...(generalisert === undefined ? {} : { generalisert }),
        };
      }),
      ...(settings.plan.length === 0 ? {} : planReceipt(settings, facts)),
      ...(settings.modus === "visning" ? {} : { modus: settings.modus }),
      arealmetode: settings.arealmetode,
      ...(settings.tilEpsg === undefined ? {} : { tilEpsg: settings.tilEpsg }),
      reparasjon: settings.reparasjon,
      ...(settings.snapM === undefined ? {} : { snapM: settings.snapM }),
      strict: settings.strict,
      referanse: settings.referanse.map((path) => withoutFolders(path)),
      ...(settings.flater === undefined ? {} : { flater: settings.flater }),
      ...(settings.rapport === undefined ? {} : { rapport: settings.rapport }), // a report needs a map, and that is a file
    },
    ...(isOneOfMany && { oneOfMany: true }),
    ...(facts.repair === undefined ? {} : { repair: repairReceipt(facts.repair) }),
    ...coverReceipt(facts),
    measure: facts.measureId,
    inputs: [...facts.inputs, ...references.map((file) => ({ role: "referanse", ...file }))],
    ruleSets: facts.ruleSets,
    control: {
      ownM2: facts.ground.own,
      postedM2: facts.ground.posted,
      foldedM2: facts.ground.foldedM2,
      worstResidualM2: facts.ground.worstResidualM2,
      polygons: facts.ground.featureCount,
      cells: facts.cells.rowCount,
    },
    checks,
    findings: facts.findings.length,
    files: written,
    resultSha256: resultSha256Of(written),
  };
  return JSON.stringify(receipt, undefined, 2) + "\n";
}

/** Thresholds and sums of the repair; `inputs` are the files as they came. */
function repairReceipt({ limits, ledger }: RepairFacts): object {
  const { lines, ...sums } = ledger;
  return { limits, lines: lines.length, ...sums };
}

/** What stays; where it lies, `wrongFiles` tell. Nothing of ground that is covered once, or that nobody looked at. */
function coverReceipt({ coverage, coverUnknown }: AccountFacts): object {
  if (coverUnknown === "notNoded") return { coverage: UNKNOWN_COVER };
  if (coverage === undefined) return {};
  const { gapCount, gapM2, overlapCount, overlapM2 } = coverage;
  return { coverage: { gapCount, gapM2, overlapCount, overlapM2 } };
}

/** What of the settings decides a plan account. Plan layers come after the units among the zone layers. */
function planReceipt(settings: RunSettings, { plan }: AccountFacts): object {
  return {
    plan: settings.plan.map(({ fil, ...rest }) => ({ fil: withoutFolders(fil), ...rest })),
    tema: settings.tema.map(({ fil, dekning, ...rest }) => ({
      ...rest,
      fil: withoutFolders(fil),
      ...(dekning === undefined ? {} : { dekning: withoutFolders(dekning) }),
    })),
    metode: plan?.methods.map(({ id, version }) => ({ id, version })) ?? [],
    planmodus: settings.planmodus,
    utenStatus: settings.utenStatus,
    ...(settings.vertikalniva === undefined ? {} : { vertikalniva: settings.vertikalniva }),
    nyPlan: settings.nyPlan,
  };
}
