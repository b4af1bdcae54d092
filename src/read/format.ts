import { InputError } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";
import type { InputFile } from "./inputFile.js";
import type { FormatName, Source } from "./source.js";

/** What the user says about a file that its bytes do not. */
export type OpenOptions = {
  /** The CRS; overrides the file. */
  readonly epsg?: Epsg;
  /** The layer wanted, by its own name. Without it: the only layer that holds polygons. */
  readonly layer?: string;
};

/** Told of a file in an archive, or a layer as `file#layer`, that is refused; without it, the whole is. */
export type OnRefused = (refused: { readonly file: string; readonly error: InputError }) => void;

/** For a look at all there is. */
export type LookOptions = Pick<OpenOptions, "epsg"> & { readonly onRefused?: OnRefused };

/** One format: how it is known and how it is opened. One file each; `open.ts` lists them. */
export type Format = {
  readonly name: FormatName;
  /** Whether the file is of this format, by its first bytes (up to 4096); `name` only where bytes cannot tell. */
  recognises(start: Uint8Array, name: string): boolean;
  /** For formats of several files: whether an archive with these entries, taken as a whole, is one. Then it is opened itself. */
  recognisesEntries?(names: readonly string[]): boolean;
  /** The layer asked for. @throws InputError with the list of layers when it is not there, or when several would do */
  open(file: InputFile, options: OpenOptions): Promise<Source>;
  /** Every layer of the file, also those without polygons. */
  layers(file: InputFile, options: LookOptions): Promise<Source[]>;
};

/** What `attempt` gives; undefined where it is refused and there is somebody to tell. */
export async function unlessRefused<T>(
  file: string,
  onRefused: OnRefused | undefined,
  attempt: () => T | Promise<T>,
): Promise<T | undefined> {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof InputError) || onRefused === undefined) throw error;
    onRefused({ file, error });
    return undefined;
  }
}

/** Sources of a file's layers, but for those that are refused one by one. */
export async function sourcesOfLayers<L extends { readonly name: string }>(
  { path }: Pick<InputFile, "path">,
  layers: readonly L[],
  onRefused: OnRefused | undefined,
  sourceOf: (layer: L) => Source | Promise<Source>,
): Promise<Source[]> {
  const sources: Source[] = [];
  for (const layer of layers) {
    const source = await unlessRefused(`${path}#${layer.name}`, onRefused, () => sourceOf(layer));
    if (source !== undefined) sources.push(source);
  }
  return sources;
}

/** The layer of a format that has one a file. @throws InputError when another one was asked for by name */
export function onlyLayer(source: Source, wanted: string | undefined): Source {
  if (wanted === undefined || wanted === source.name) return source;
  throw new InputError(
    { layer: source.path },
    {
      came: `no layer called ${wanted}`,
      wanted: `its only layer, ${source.name}`,
      todo: "Leave out what stands after the #",
    },
  );
}

/** The path of a file that is read at any place in it, and so must lie on disk as it is. @throws InputError for one in an archive */
export function pathOnDisk(file: InputFile, format: FormatName): string {
  if (file.onDisk !== undefined) return file.onDisk;
  throw new InputError(
    { layer: file.path },
    {
      came: `${format} inside an archive`,
      wanted: "the file itself: it is not read from end to end",
      todo: "Unpack the archive first",
    },
  );
}

/** Do the first bytes of a file say that it is a zip archive with something in it (APPNOTE 6.3.10, 4.3.7)? */
export const isZip = (start: Uint8Array): boolean =>
  start[0] === 0x50 && start[1] === 0x4b && start[2] === 0x03 && start[3] === 0x04;
