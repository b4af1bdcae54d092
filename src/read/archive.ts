import { InputError } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";
import { type Format, type LookOptions, type OnRefused, type OpenOptions, unlessRefused } from "./format.js";
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
  const refused: InputError[] = [];
  const candidates = await candidatesIn(path, formats, ({ error }) => refused.push(error));
  const { inEntry, isNamed, layer } = within(candidates, wanted);
  if (refused.length > 0 && !isNamed) throw refused[0];
  if (inEntry.length === 1) return openIn(inEntry[0], { ...options, ...(layer !== undefined && { layer }) });
  const holders = layer === undefined ? [] : await holdersOf(candidates, layer, options);
  if (layer !== undefined && holders.length === 1) return openIn(holders[0], { ...options, layer });
  throw choiceNeeded(path, holders.length > 0 ? holders : candidates, wanted);
}

/**
 * Every layer of every file in the archive that is of a format that is read.
 *
 * @throws InputError: no such file, or one that is refused where there is no `onRefused`
 */
export async function archiveSources(
  path: string,
  formats: readonly Format[],
  options: LookOptions,
): Promise<Source[]> {
  const { onRefused } = options;
  const sources: Source[] = [];
  for (const candidate of await candidatesIn(path, formats, onRefused)) {
    const { file, format } = candidate;
    const layers = await unlessRefused(file.path, onRefused, () => format.layers(file, options));
    for (const source of layers ?? []) sources.push(named(source, candidate));
  }
  return sources;
}

const openIn = async (candidate: Candidate, options: OpenOptions): Promise<Source> =>
  named(await candidate.format.open(candidate.file, options), candidate);

const named = (source: Source, { entryName }: Candidate): Source =>
  entryName === "" ? source : { ...source, entryName };

/** What of the archive is read; nothing only where something was refused. */
async function candidatesIn(
  path: string,
  formats: readonly Format[],
  onRefused?: OnRefused,
): Promise<Candidate[]> {
  const entries = await zipEntries(path);
  const names = entries.map((entry) => entry.entryName);
  const whole = formats.find((format) => format.recognisesEntries?.(names) === true);
  if (whole !== undefined) return [{ file: await fileOnDisk(path), entryName: "", format: whole }];
  const candidates: Candidate[] = [];
  let refusedCount = 0;
  for (const entry of entries) {
    if (entry.byteLength === 0) continue;
    const start = await unlessRefused(entry.path, onRefused, () => firstBytes(entry));
    if (start === undefined) refusedCount++;
    if (start === undefined) continue;
    const format = formats.find((one) => one.recognises(start, entry.name));
    if (format !== undefined) candidates.push({ file: entry, entryName: entry.entryName, format });
  }
  if (candidates.length + refusedCount > 0) return candidates;
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
): { inEntry: readonly Candidate[]; isNamed: boolean; layer?: string } {
  if (wanted === undefined) return { inEntry: candidates, isNamed: false };
  for (let mark = wanted.length; mark > 0; mark = wanted.lastIndexOf("#", mark - 1)) {
    const entryName = wanted.slice(0, mark);
    const named = candidates.filter((one) => one.entryName === entryName);
    const inEntry = named.length > 0 ? named : candidates.filter((one) => one.file.name === entryName);
    const layer = wanted.slice(mark + 1);
    if (inEntry.length > 0) return { inEntry, isNamed: true, ...(layer !== "" && { layer }) };
  }
  return { inEntry: candidates, isNamed: false, layer: wanted };
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
