import { InputError } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";
import type { Format } from "./format.js";
import { fileOnDisk, type InputFile } from "./inputFile.js";
import type { Source } from "./source.js";
import { zipEntries, type ZipEntry } from "./zip.js";

const SNIFF_BYTES = 4096;

/** A file inside an archive, or the archive as a whole, and the format that reads it. */
type Candidate = { readonly file: InputFile; readonly entryName: string; readonly format: Format };

/**
 * Opens one layer of a zip archive.
 *
 * @param wanted what stands after the #: the name of an entry, of a layer, or `entry#layer`; not needed where one entry is
 *   of a format that is read
 * @throws InputError with the list of entries where none or several would do
 */
export async function openArchive(
  path: string,
  formats: readonly Format[],
  wanted: string | undefined,
  options: { readonly epsg?: Epsg },
): Promise<Source> {
  const candidates = await candidatesIn(path, formats);
  const { inEntry, layer } = within(candidates, wanted);
  if (inEntry.length === 1)
    return inEntry[0].format.open(inEntry[0].file, { ...options, ...(layer !== undefined && { layer }) });
  const holders = layer === undefined ? [] : await holdersOf(candidates, layer, options);
  if (layer !== undefined && holders.length === 1)
    return holders[0].format.open(holders[0].file, { ...options, layer });
  throw choiceNeeded(path, holders.length > 0 ? holders : candidates, wanted);
}

/** Every layer of every file in the archive that is of a format that is read. */
export async function archiveSources(
  path: string,
  formats: readonly Format[],
  options: { readonly epsg?: Epsg },
): Promise<Source[]> {
  const sources: Source[] = [];
  for (const { file, format } of await candidatesIn(path, formats))
    sources.push(...(await format.layers(file, options)));
  return sources;
}

/** What of the archive is read; never nothing. */
async function candidatesIn(path: string, formats: readonly Format[]): Promise<Candidate[]> {
  const entries = await zipEntries(path);
  const names = entries.map((entry) => entry.entryName);
  const whole = formats.find((format) => format.recognisesEntries?.(names) === true);
  if (whole !== undefined) return [{ file: await fileOnDisk(path), entryName: "", format: whole }];
  const candidates: Candidate[] = [];
  for (const entry of entries) {
    if (entry.byteLength === 0) continue;
    const start = await firstBytes(entry);
    const format = formats.find((one) => one.recognises(start, entry.name));
    if (format !== undefined) candidates.push({ file: entry, entryName: entry.entryName, format });
  }
  if (candidates.length > 0) return candidates;
  throw new InputError(
    { layer: path },
    {
      came: `an archive with ${names.length === 0 ? "nothing" : listText(names)} in it`,
      wanted: `a file of a format that is read: ${formats.map((format) => format.name).join(", ")}`,
      todo: "Check that it is the right archive; an archive in an archive must be unpacked first",
    },
  );
}

async function firstBytes(entry: ZipEntry): Promise<Uint8Array> {
  const start = new Uint8Array(Math.min(SNIFF_BYTES, entry.byteLength));
  let filled = 0;
  for await (const chunk of entry.chunks()) {
    const taking = chunk.subarray(0, start.length - filled);
    start.set(taking, filled);
    filled += taking.length;
    if (filled === start.length) break;
  }
  return start;
}

/** The entries meant, by full name or by name without folders, and the layer in them. One entry needs no name. */
function within(
  candidates: readonly Candidate[],
  wanted: string | undefined,
): { inEntry: readonly Candidate[]; layer?: string } {
  if (wanted === undefined) return { inEntry: candidates };
  for (let mark = wanted.length; mark > 0; mark = wanted.lastIndexOf("#", mark - 1)) {
    const entryName = wanted.slice(0, mark);
    const named = candidates.filter((one) => one.entryName === entryName);
    const inEntry = named.length > 0 ? named : candidates.filter((one) => one.file.name === entryName);
    const layer = wanted.slice(mark + 1);
    if (inEntry.length > 0) return { inEntry, ...(layer !== "" && { layer }) };
  }
  return { inEntry: candidates, layer: wanted };
}

async function holdersOf(
  candidates: readonly Candidate[],
  layer: string,
  options: { readonly epsg?: Epsg },
): Promise<Candidate[]> {
  const holders: Candidate[] = [];
  for (const candidate of candidates) {
    const sources = await candidate.format.layers(candidate.file, options);
    if (sources.some(({ name }) => name.toLowerCase() === layer.toLowerCase())) holders.push(candidate);
  }
  return holders;
}

function choiceNeeded(
  path: string,
  candidates: readonly Candidate[],
  wanted: string | undefined,
): InputError {
  const names = candidates.map((one) => one.entryName);
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  return new InputError(
    { layer: path },
    {
      came:
        wanted === undefined
          ? `an archive with ${names.length} files that can be read`
          : `no single file or layer called ${wanted}`,
      wanted: `one of ${listText(names)}`,
      todo: `Name the file after a #, as in ${name}#${names[0]}`,
    },
  );
}

const MOST_LISTED = 30;

const listText = (names: readonly string[]): string =>
  names.length <= MOST_LISTED
    ? names.join(", ")
    : `${names.slice(0, MOST_LISTED).join(", ")} ... (${names.length})`;
