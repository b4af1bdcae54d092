import { readdir, rm, stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { InputError } from "../core/trouble.js";
import { sha256OfFile } from "../read/inputFile.js";
import { ifThere } from "./ifThere.js";

/** One ground file of a folder, and the name its result has. */
export type GroundFile = { readonly name: string; readonly path: string; readonly byteLength: number };

/** Files that stand beside a layer and are no layers themselves. */
const BESIDE =
  /\.(shx|dbf|prj|cpg|sbn|sbx|qix|qpj|xsd|gfs|sha256|md5|md|txt|pdf|html?|xml|ya?ml)$|-(wal|shm)$/i;

/**
 * The ground files of a folder, by name in code point order; hidden files and those that only stand beside a layer are
 * passed over, as are folders other than file geodatabases.
 *
 * @throws InputError for a folder that is not there or holds nothing, and for two files that would have one result
 */
export async function groundFilesIn(folder: string): Promise<GroundFile[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    const came =
      error.code === "ENOTDIR" ? "a file" : `a folder that cannot be read (${error.code ?? String(error)})`;
    throw new InputError(
      { layer: folder },
      { came, wanted: "a folder with a ground file for each kommune", todo: "Check the name of the folder" },
    );
  });
  const files: GroundFile[] = [];
  for (const entry of entries) {
    const isGeodatabase = entry.isDirectory() && /\.gdb$/i.test(entry.name);
    if (entry.name.startsWith(".") || BESIDE.test(entry.name) || (entry.isDirectory() && !isGeodatabase))
      continue;
    const path = join(folder, entry.name);
    const byteLength = (await stat(path)).size;
    files.push({ name: withoutEndings(entry.name), path, byteLength });
  }
  if (files.length === 0) {
    throw new InputError(
      { layer: folder },
      { came: "no files", wanted: "a ground file for each kommune", todo: "Check the name of the folder" },
    );
  }
  files.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const twice = files.find(({ name }, i) => i > 0 && files[i - 1].name === name);
  if (twice === undefined) return files;
  const both = files.filter(({ name }) => name === twice.name).map(({ path }) => basename(path));
  throw new InputError(
    { layer: folder },
    {
      came: `${both.join(" and ")}, whose results would both be called ${twice.name}`,
      wanted: "each kommune once: twice would count its ground twice",
      todo: "Take one of them out of the folder, or rename it",
    },
  );
}

/** "0301_grunnkart.gml.zip" is 0301_grunnkart. */
function withoutEndings(name: string): string {
  const inner = /\.(zip|gz)$/i.test(name) ? name.slice(0, -extname(name).length) : name;
  const bare = inner.slice(0, inner.length - extname(inner).length);
  return bare === "" ? name : bare;
}

/** Settings that say where results go or how fast, and change no figure. */
const WITHOUT_FIGURES: ReadonlySet<string> = new Set(["grunnkart", "ut", "workers", "mellomlager"]);

/**
 * What the settings say as text, the same on any machine: files by their names and what is in them. Layers of services
 * and databases stand by their address alone; what they hold may change unseen.
 */
export async function settingsText(settings: object): Promise<string> {
  const told = Object.entries(settings).filter(([name]) => !WITHOUT_FIGURES.has(name));
  const spelled = async (value: unknown): Promise<unknown> => {
    if (typeof value === "string") return fileText(value);
    if (Array.isArray(value)) return Promise.all(value.map(spelled));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      await Promise.all(
        Object.entries(value).map(async ([name, one]) => [name, await spelled(one)] as const),
      ),
    );
  };
  return JSON.stringify(await spelled(Object.fromEntries(told.sort(([a], [b]) => (a < b ? -1 : 1)))));
}

/** A path to a file becomes its name and hash; any other text stays. A layer may stand behind a #. */
async function fileText(text: string): Promise<string> {
  for (let mark = text.length; mark > 0; mark = text.lastIndexOf("#", mark - 1)) {
    const path = text.slice(0, mark);
    const isFile = await stat(path).then(
      (about) => about.isFile(),
      () => false,
    );
    if (isFile) return `${basename(path)}${text.slice(mark)} ${await sha256OfFile(path)}`;
  }
  return text;
}

/** Every file of a folder with its SHA-256, by path in code point order; undefined where there is no such folder. */
export async function hashedFolder(folder: string): Promise<{ path: string; sha256: string }[] | undefined> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => undefined);
  if (entries === undefined) return undefined;
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const listed = await Promise.all(
    paths.map(async (path) => ({
      path: path.slice(folder.length + 1).replaceAll("\\", "/"),
      sha256: await sha256OfFile(path),
    })),
  );
  return listed.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Takes away what a killed run left half-written, and results of files that are no longer there. */
export async function clearAway(folder: string, keep: ReadonlySet<string>, ending = ""): Promise<void> {
  for (const name of (await ifThere(readdir(folder))) ?? []) {
    if (!name.endsWith(ending) || !keep.has(name.slice(0, name.length - ending.length)))
      await rm(join(folder, name), { recursive: true, force: true });
  }
}
