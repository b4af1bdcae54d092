import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { InputError } from "../core/trouble.js";
import { sha256OfFile } from "../read/inputFile.js";
import { readReceipt, type Receipt } from "../run/readReceipt.js";
import { RECEIPT } from "../write/runFolder.js";
import { readText } from "./readText.js";

export type OpenReceipt = {
  readonly receipt: Receipt;
  readonly place: string;
  /** Those of a run file, with the paths where the files were found. */
  readonly settings: Record<string, unknown>;
};

/** Fields of settings that name a file. */
const PATHS = new Set(["grunnkart", "fil", "dekning", "referanse"]);

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
  return { receipt, place, settings: settings as Record<string, unknown> };
}

async function receiptPath(path: string): Promise<string> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isFolder ? join(path, RECEIPT) : path;
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

/**
 * The path of each file that settings name. Of several of one name the one with the right hash is taken. Folders
 * (FileGDB) and files with companions are held to their hashes by the run itself.
 */
async function holdInputs(
  { settings, inputs }: Receipt,
  where: ReadonlyMap<string, readonly string[]>,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const name of new Set(fileNames(settings).map(withoutLayer))) {
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
    const due = inputs.filter(({ file }) => withoutLayer(file) === name).map(({ sha256 }) => sha256);
    const right = due.length === 0 ? candidates[0] : await firstWithHash(candidates, due);
    if (right === undefined)
      throw new InputError(
        { layer: candidates[0] },
        {
          came: `a file with another content (SHA-256 ${await sha256OfFile(candidates[0])})`,
          wanted: `the one the receipt was made from (SHA-256 ${due[0]})`,
          todo: "Find the file as it was, or run account again with the new one",
        },
      );
    found.set(name, right);
  }
  return found;
}

async function firstWithHash(
  candidates: readonly string[],
  due: readonly string[],
): Promise<string | undefined> {
  for (const path of candidates) {
    const isFile = (await stat(path)).isFile();
    if (!isFile || /\.shp$/i.test(path) || due.includes(await sha256OfFile(path))) return path;
  }
  return undefined;
}

function fileNames(value: unknown, isPath = false): string[] {
  if (typeof value === "string") return isPath ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((item) => fileNames(item, isPath));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, held]) =>
    isLeft(name) ? [] : fileNames(held, PATHS.has(name)),
  );
}

/** Settings with paths in the place of names. */
function located(found: ReadonlyMap<string, string>, value: unknown, isPath = false): unknown {
  if (typeof value === "string") {
    if (!isPath) return value;
    const name = withoutLayer(value);
    return found.get(name)! + value.slice(name.length);
  }
  if (Array.isArray(value)) return value.map((item) => located(found, item, isPath));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => [
      name,
      isLeft(name) ? held : located(found, held, PATHS.has(name)),
    ]),
  );
}

/** What users write as they like: no file is named there. */
const isLeft = (name: string): boolean => name === "geometri" || name === "filter";
