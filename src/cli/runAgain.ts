import { basename, join } from "node:path";
import { sha256OfGround } from "../run/groundHash.js";
import { NATIONAL } from "../run/parts.js";
import type { Receipt } from "../run/readReceipt.js";
import { PartsMissing, StrictFailure } from "./exit.js";
import { another, type OpenReceipt } from "./openReceipt.js";

/**
 * Runs the command of a receipt again.
 * @param ut a folder that is not there yet
 * @returns the folder with the receipt of the new run
 * @throws InputError for a file of a folder run that is not what it was
 */
export async function runAgain(
  { receipt, place, settings }: OpenReceipt,
  ut: string,
  signal: AbortSignal,
): Promise<string> {
  const again = { ...settings, ut, strict: false };
  switch (receipt.command) {
    case "account": {
      const [{ account }, { checkSettings }] = await Promise.all([
        import("./account.js"),
        import("../run/settings.js"),
      ]);
      await account(checkSettings(again, place), true, signal, receipt.oneOfMany);
      return ut;
    }
    case "scenario": {
      const [{ scenario }, { checkScenarioSettings }] = await Promise.all([
        import("./scenario.js"),
        import("../scenario/scenarioSettings.js"),
      ]);
      await scenario(checkScenarioSettings(again, place), true, signal);
      return ut;
    }
    case "change": {
      const [{ change }, { changeOfReceipt }] = await Promise.all([
        import("./change.js"),
        import("../run/receiptRequests.js"),
      ]);
      await change({ ...changeOfReceipt(again, place), out: ut }, true, signal);
      return ut;
    }
    case "statistikk": {
      const [{ statistics }, { statisticsOfReceipt }] = await Promise.all([
        import("./statistics.js"),
        import("../run/receiptRequests.js"),
      ]);
      await statistics({ ...statisticsOfReceipt(again, place), out: ut }, true, signal);
      return ut;
    }
    case "account --mappe": {
      const { mappe, ...rest } = settings;
      await holdFolders(receipt, [String(mappe)]);
      const [{ national }, { checkSettings }] = await Promise.all([
        import("./national.js"),
        import("../run/settings.js"),
      ]);
      const checked = checkSettings({ ...rest, grunnkart: mappe, ut }, place);
      return sumsOf(ut, () => national(checked, true, signal));
    }
    case "change --mappe-fra --mappe-til": {
      const [{ changeFolders }, { foldersOfReceipt }] = await Promise.all([
        import("./changeFolders.js"),
        import("../run/receiptRequests.js"),
      ]);
      const asked = foldersOfReceipt(settings, place);
      await holdFolders(receipt, [asked.from, asked.to]);
      return sumsOf(ut, () => changeFolders({ ...asked, out: ut }, true, signal));
    }
  }
}

/** A run over folders tells by its exit code that some were left out, or failed a strict run; its sums are written. */
async function sumsOf(ut: string, run: () => Promise<void>): Promise<string> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof PartsMissing || error instanceof StrictFailure)) throw error;
  }
  return join(ut, NATIONAL.sums);
}

/** Each file of the folders that the receipt has a hash of, before hours are spent on them. */
async function holdFolders({ inputs }: Receipt, folders: readonly string[]): Promise<void> {
  for (const { file, sha256 } of inputs) {
    if (sha256 === "") continue;
    let now: string | undefined;
    for (const folder of folders) {
      const hash = await sha256OfGround(join(folder, basename(file))).catch(() => undefined);
      if (hash === sha256) now = hash;
      else now ??= hash;
    }
    if (now !== sha256) throw another(join(folders[0], file), now ?? "none: the file is not there", sha256);
  }
}
