import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { InputError } from "../core/trouble.js";
import { isAddress } from "../read/address.js";
import { sha256OfFile } from "../read/inputFile.js";
import { withFiles } from "../run/bareSettings.js";
import { NATIONAL } from "../run/parts.js";
import { readReceipt, type Receipt } from "../run/readReceipt.js";
import { RECEIPT } from "../write/runFolder.js";
import { readText } from "./readText.js";

export type OpenReceipt = {
  readonly receipt: Receipt;
  readonly place: string;
  /** Those of a run file, with the paths where the files were found. */
  readonly settings: Record<string, unknown>;
};

/**
 * Reads a receipt and finds its input files, each held to its hash.
 *
 * @param path of the receipt or its folder
 * @param mappe where the files are; default the receipt's folder and the two above it
 * @throws InputError for what is no receipt, and for inputs that are missing or are not what they were
 */
export async function openReceipt(path: string, mappe: string | undefined): Promise<OpenReceipt> {
  const place = await receiptPath(path);
  const receipt = readReceipt(place, await readText(place));
  const where = await filesIn(mappe === undefined ? undefined : resolve(mappe), dirname(resolve(place)));
  const settings = located(await holdInputs(receipt, where), receipt.settings);
  return { receipt, place, settings };
}

/** A run over a folder of files has its receipt with the sums. @throws InputError for what is not there */
async function receiptPath(path: string): Promise<string> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    const isGone = error.code === "ENOENT";
    throw noReceipt(path, isGone ? "nothing: it is not there" : `a path that cannot be read (${error.code})`);
  });
  if (!found.isDirectory()) return path;
  for (const receipt of [join(path, NATIONAL.sums, RECEIPT), join(path, RECEIPT)]) {
    const isThere = await stat(receipt).then(
      () => true,
      () => false,
    );
    if (isThere) return receipt;
  }
  throw noReceipt(path, `a folder without ${RECEIPT}`);
}

function noReceipt(path: string, came: string): InputError {
  const wanted = `the folder of a finished run, or its ${RECEIPT}`;
  return new InputError({ layer: path }, { came, wanted, todo: "Check the path" });
}

/** Paths by file name: those of a folder and all below it, or those beside the receipt and in the two folders above. */
async function filesIn(
  mappe: string | undefined,
  folder: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const byName = new Map<string, string[]>();
  const note = (path: string): void => {
    byName.set(basename(path), [...(byName.get(basename(path)) ?? []), path]);
  };
  if (mappe !== undefined) {
    const entries = await readdir(mappe, { recursive: true }).catch((error: unknown) => {
      throw new InputError(
        { layer: mappe },
        {
          came: `a folder that cannot be read (${String(error)})`,
          wanted: "the folder of the input files",
          todo: "Check --mappe",
        },
      );
    });
    for (const entry of entries.sort()) note(join(mappe, entry));
  } else {
    for (const one of new Set([folder, dirname(folder), dirname(dirname(folder))]))
      for (const entry of (await readdir(one)).sort()) note(join(one, entry));
  }
  return byName;
}

const withoutLayer = (name: string): string => name.replace(/#.*$/s, "");

/** Where the files are: those that settings name, in the order they name them, one path each time. */
type Found = readonly string[];

/**
 * The path of each file that settings name. Of several of one name the one with the right hash is taken; where settings
 * name two files alike, the first is the one the receipt has first. Folders (FileGDB) and files with companions are held
 * to their hashes by the run itself.
 */
async function holdInputs(
  { settings, inputs }: Receipt,
  where: ReadonlyMap<string, readonly string[]>,
): Promise<Found> {
  const found: string[] = [];
  const timesBefore = new Map<string, number>();
  for (const name of fileNames(settings).map(withoutLayer)) {
    const candidates = where.get(name) ?? [];
    if (candidates.length === 0)
      throw new InputError(
        { layer: name },
        {
          came: "no file of that name",
          wanted: "the input file that the receipt names",
          todo: "Say where it is with --mappe FOLDER",
        },
      );
    const hashes = inputs.filter(({ file }) => withoutLayer(file) === name).map(({ sha256 }) => sha256);
    const due = [...new Set(hashes)];
    const before = timesBefore.get(name) ?? 0;
    timesBefore.set(name, before + 1);
    const own = due[Math.min(before, due.length - 1)];
    const right = own === undefined ? candidates[0] : await firstWithHash(candidates, own);
    if (right === undefined) throw await changed(candidates, due, own);
    found.push(right);
  }
  return found;
}

/** Of several files of a name, the one that is none of those the receipt has. */
async function changed(
  candidates: readonly string[],
  due: readonly string[],
  own: string,
): Promise<InputError> {
  for (const path of candidates) {
    const now = await sha256OfFile(path);
    if (!due.includes(now)) return another(path, now, own);
  }
  return another(candidates[0], await sha256OfFile(candidates[0]), own);
}

/** A file that is not what a receipt was made from. */
export function another(path: string, now: string, due: string): InputError {
  return new InputError(
    { layer: path },
    {
      came: `a file with another content (SHA-256 ${now})`,
      wanted: `the one the receipt was made from (SHA-256 ${due})`,
      todo: "Find the file as it was, or run again with the new one",
    },
  );
}

async function firstWithHash(candidates: readonly string[], due: string): Promise<string | undefined> {
  for (const path of candidates) {
    const isFile = (await stat(path)).isFile();
    if (!isFile || /\.shp$/i.test(path) || due === (await sha256OfFile(path))) return path;
  }
  return undefined;
}

function fileNames(settings: object): string[] {
  const names: string[] = [];
  withFiles(settings, (name) => {
    if (!isAddress(name)) names.push(name);
    return name;
  });
  return names;
}

/** Settings with paths in the place of names. */
function located(found: Found, settings: Record<string, unknown>): Record<string, unknown> {
  let at = 0;
  return withFiles(settings, (name) =>
    isAddress(name) ? name : found[at++] + name.slice(withoutLayer(name).length),
  );
}
