import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { sha256OfFile } from "../read/inputFile.js";
import { firstDifference } from "../report/firstDifference.js";
import { readReceipt, type Receipt } from "../run/readReceipt.js";
import { RECEIPT } from "../write/runFolder.js";
import { StrictFailure } from "./exit.js";
import { openReceipt } from "./openReceipt.js";

/**
 * Runs again from a receipt into a temporary folder, and holds every file to its hash.
 * @throws InputError for inputs that are missing or are not what they were; StrictFailure when the result is another
 */
export async function verify(
  path: string,
  mappe: string | undefined,
  quiet: boolean,
  signal: AbortSignal,
): Promise<void> {
  const { receipt, place, settings } = await openReceipt(path, mappe);
  const folder = dirname(resolve(place));
  const temporary = await mkdtemp(join(tmpdir(), "arealregnskap-verify-"));
  try {
    const again = join(temporary, "igjen");
    await runAgain(receipt, { ...settings, ut: again, strict: false }, place, signal);
    const made = readReceipt(place, await readFile(join(again, RECEIPT), "utf8"));
    const difference = await differenceOf(receipt, made, folder, again);
    if (difference !== undefined)
      throw new StrictFailure(`ikke identisk: ${difference}${whyOf(receipt, made)}`);
    if (!quiet) console.log(`Identisk: ${made.files.length} filer, resultat ${made.resultSha256}`);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function runAgain(
  { command }: Receipt,
  value: Record<string, unknown>,
  place: string,
  signal: AbortSignal,
): Promise<void> {
  if (command === "scenario") {
    const [{ scenario }, { checkScenarioSettings }] = await Promise.all([
      import("./scenario.js"),
      import("../scenario/scenarioSettings.js"),
    ]);
    return scenario(checkScenarioSettings(value, place), true, signal);
  }
  const [{ account }, { checkSettings }] = await Promise.all([
    import("./account.js"),
    import("../run/settings.js"),
  ]);
  return account(checkSettings(value, place), true, signal);
}

/** The first file that is another, and the first cell of it; undefined when all are the same. */
async function differenceOf(
  before: Receipt,
  after: Receipt,
  folder: string,
  again: string,
): Promise<string | undefined> {
  if (before.resultSha256 === after.resultSha256) return tampered(before, folder);
  const made = new Map(after.files.map(({ path, sha256 }) => [path, sha256]));
  for (const { path, sha256 } of before.files) {
    const now = made.get(path);
    if (now === undefined) return `${path} blir ikke laget lenger`;
    if (now === sha256) continue;
    const stored = await readFile(join(folder, path), "utf8").catch(() => undefined);
    if (stored === undefined) return `${path} er en annen, og den gamle ligger ikke ved kvitteringen`;
    return `${path}, ${firstDifference(stored, await readFile(join(again, path), "utf8"))}`;
  }
  const extra = after.files.find(({ path }) => !before.files.some((file) => file.path === path));
  return extra === undefined ? "rekkefølgen av filer" : `${extra.path} er ny`;
}

/** The run gives what the receipt says; do the files beside it, too? */
async function tampered({ files }: Receipt, folder: string): Promise<string | undefined> {
  for (const { path, sha256 } of files) {
    const place = join(folder, path);
    const now = await sha256OfFile(place).catch(() => undefined);
    if (now !== undefined && now !== sha256) return `${path} i mappa er endret etter kjøringen`;
  }
  return undefined;
}

/** Another program or other rules are a reason by themselves. */
function whyOf(before: Receipt, after: Receipt): string {
  const rules = after.ruleSets.filter(
    ({ id, sha256 }) => before.ruleSets.find((one) => one.id === id)?.sha256 !== sha256,
  );
  return [
    ...(before.version === after.version
      ? []
      : [`. Kvitteringen er fra versjon ${before.version}, dette er ${after.version}`]),
    ...(rules.length === 0 ? [] : [`. Regelsett som er endret: ${rules.map(({ id }) => id).join(", ")}`]),
  ].join("");
}
