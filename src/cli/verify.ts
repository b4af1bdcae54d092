import { readdir, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { sha256OfFile } from "../read/inputFile.js";
import { tempFolder } from "../read/tempFolder.js";
import { differentBytes, firstDifference } from "../report/firstDifference.js";
import { NATIONAL } from "../run/parts.js";
import { readReceipt, type Receipt } from "../run/readReceipt.js";
import { RECEIPT } from "../write/runFolder.js";
import { StrictFailure } from "./exit.js";
import { another, openReceipt } from "./openReceipt.js";
import { runAgain } from "./runAgain.js";

/**
 * Runs again from a receipt into a temporary folder, and holds every file to its hash; of a run over a folder of files,
 * every file of each and of the sums.
 * @throws InputError for inputs that are missing or are not what they were; StrictFailure when the result is another
 */
export async function verify(
  path: string,
  mappe: string | undefined,
  quiet: boolean,
  signal: AbortSignal,
): Promise<void> {
  const opened = await openReceipt(path, mappe);
  const { receipt, place } = opened;
  const stored = dirname(resolve(place));
  const temporary = await tempFolder();
  try {
    const again = await runAgain(opened, join(temporary.path, "igjen"), signal);
    const partCount = isOfFolder(receipt) ? await holdParts(dirname(stored), dirname(again)) : 0;
    const path = join(again, RECEIPT);
    const made = readReceipt(path, await readFile(path, "utf8"));
    await hold({ receipt, path: place, folder: stored }, { receipt: made, path, folder: again });
    const parts = partCount === 0 ? "" : `, og ${partCount} kommuner hver for seg`;
    if (!quiet) console.log(`Identisk: ${made.files.length} filer, resultat ${made.resultSha256}${parts}`);
  } finally {
    await temporary.remove();
  }
}

const isOfFolder = ({ command }: Receipt): boolean => command.includes("--mappe");

/** A folder with a receipt. */
type Made = { readonly receipt: Receipt; readonly path: string; readonly folder: string };

/** @throws InputError for another input, StrictFailure for another result */
async function hold(before: Made, after: Made, name = ""): Promise<void> {
  holdInputs(before.receipt, after.receipt);
  const difference = await differenceOf(before, after);
  if (difference !== undefined)
    throw new StrictFailure(`ikke identisk: ${name}${difference}${whyOf(before.receipt, after.receipt)}`);
  const changed = await changedMember(before, after);
  if (changed !== undefined)
    throw new StrictFailure(`ikke identisk: ${name}${changed} i kvitteringen er endret etter kjøringen`);
}

/** What a receipt says of its figures. Settings may differ (--strict is not run again), and rules no figure hangs on. */
const HELD = ["measure", "inputs", "control", "checks", "findings"];

/** The first of these that the same program writes otherwise. */
async function changedMember(before: Made, after: Made): Promise<string | undefined> {
  if (before.receipt.version !== after.receipt.version) return undefined;
  const [old, now] = await Promise.all([before, after].map(membersOf));
  return HELD.find((member) => JSON.stringify(old[member]) !== JSON.stringify(now[member]));
}

const membersOf = async ({ path }: Made): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;

/** Services, folders and files with companions are read before their hash is known. */
function holdInputs(before: Receipt, after: Receipt): void {
  const isSame = before.inputs.length === after.inputs.length;
  before.inputs.forEach(({ file, sha256 }, i) => {
    const now = isSame ? after.inputs[i] : undefined;
    if (now !== undefined && now.file === file && now.sha256 !== sha256)
      throw another(file, now.sha256, sha256);
  });
}

/** Each kommune of a run over a folder, where its folder is kept. @returns how many were held */
async function holdParts(before: string, after: string): Promise<number> {
  const names = await readdir(join(before, NATIONAL.results)).catch(() => []);
  for (const name of names.sort()) {
    const [old, now] = [before, after].map((folder) => join(folder, NATIONAL.results, name));
    const stored = await receiptIn(old);
    if (stored === undefined) continue;
    const made = await receiptIn(now);
    if (made === undefined) throw new StrictFailure(`ikke identisk: ${name} blir ikke regnet lenger`);
    await hold(
      { receipt: stored, path: join(old, RECEIPT), folder: old },
      { receipt: made, path: join(now, RECEIPT), folder: now },
      `${name}: `,
    );
  }
  return names.length;
}

async function receiptIn(folder: string): Promise<Receipt | undefined> {
  const path = join(folder, RECEIPT);
  const text = await readFile(path, "utf8").catch(() => undefined);
  return text === undefined ? undefined : readReceipt(path, text);
}

/** The first file that is another, and the first cell of it; undefined when all are the same. */
async function differenceOf(before: Made, after: Made): Promise<string | undefined> {
  if (before.receipt.resultSha256 === after.receipt.resultSha256) return tampered(before);
  const { files } = after.receipt;
  const made = new Map(files.map(({ path, sha256 }) => [path, sha256]));
  for (const { path, sha256 } of before.receipt.files) {
    const now = made.get(path);
    if (now === undefined) return `${path} blir ikke laget lenger`;
    if (now === sha256) continue;
    const stored = await readFile(join(before.folder, path)).catch(() => undefined);
    if (stored === undefined) return `${path} er en annen, og den gamle ligger ikke ved kvitteringen`;
    const fresh = await readFile(join(after.folder, path));
    return `${path}, ${isText(path) ? firstDifference(stored.toString(), fresh.toString()) : differentBytes(stored, fresh)}`;
  }
  const extra = files.find(({ path }) => !before.receipt.files.some((file) => file.path === path));
  return extra === undefined ? "rekkefølgen av filer" : `${extra.path} er ny`;
}

const isText = (path: string): boolean => /\.(csv|json|qml|px)$/.test(path);

/** The run gives what the receipt says; do the files beside it, too? A receipt may have been kept without any. */
async function tampered({ receipt, folder }: Made): Promise<string | undefined> {
  let missing: string | undefined;
  let isAnyThere = false;
  for (const { path, sha256 } of receipt.files) {
    const now = await sha256OfFile(join(folder, path)).catch(() => undefined);
    if (now === undefined) missing ??= path;
    else if (now === sha256) isAnyThere = true;
    else return `${path} i mappa er endret etter kjøringen`;
  }
  return isAnyThere && missing !== undefined ? `${missing} i mappa mangler` : undefined;
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
