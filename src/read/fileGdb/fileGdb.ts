import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readdir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Bbox } from "../../core/layer.js";
import { InputError } from "../../core/trouble.js";
import { crsOf } from "../crs/crs.js";
import { openFlatGeobuf } from "../flatgeobuf/flatgeobuf.js";
import { snapFeatures } from "./flatgeobufSnap.js";
import { pathOnDisk, type Format, type OpenOptions } from "../format.js";
import { runGdal, type GdalLayer } from "./gdal.js";
import type { InputFile } from "../inputFile.js";
import { chooseLayer } from "../layerChoice.js";
import type { Cut, CutOptions, ReadSummary, Source } from "../source.js";
import { crsStated, projJsonSays } from "../crs/statedCrs.js";
import { tempFolder } from "../tempFolder.js";
import { zipEntries } from "../zip.js";

/** A file of a geodatabase in an archive: the folder, where it lies in one, and the name. */
const MEMBER = /^(?:(.*\.gdb)\/|)([^/]+)$/i;
const TABLE = /\.gdbtable$/i;
/** ArcGIS leaves these while it has the data open; they are no data. */
const LOCK = /\.lock$/i;
/** Coordinates are kept as whole numbers of steps, and come back off by less than this: 259985.289999962 for 259985.29. */
const STEPS_A_METRE = 1e4;
/** A tenth of a millimetre on the ground as well. */
const STEPS_A_DEGREE = 1e9;

/**
 * Esri's File Geodatabase: a folder, or a zip archive with one in it. GDAL turns the layer into a FlatGeobuf file in a
 * temporary folder, which is read and removed. Coordinates are snapped to 0.1 mm, arcs become chords.
 */
export const FILE_GDB: Format = {
  name: "FileGDB",
  recognises: () => false, // neither a folder nor an archive has first bytes that tell
  recognisesEntries: (names) => names.some((name) => TABLE.test(name)),
  open: async (file, options) => {
    const layers = await surveyed(file, options, (surveys) => [
      chooseLayer(file.path, surveys, options.layer),
    ]);
    return layers[0];
  },
  layers: (file, options) => surveyed(file, options, (surveys) => surveys),
};

/** A geodatabase folder as a file. Its hash is that of its files in the order of their names, each name before its bytes. */
export async function gdbFolder(path: string): Promise<InputFile> {
  const names = (await readdir(path)).filter((name) => !LOCK.test(name)).sort();
  let byteLength = 0;
  for (const name of names) byteLength += (await stat(join(path, name))).size;
  if (names.some((name) => TABLE.test(name))) {
    return {
      path,
      name: basename(path),
      byteLength,
      onDisk: path,
      chunks: () => chunksOfFolder(path, names),
      sha256: () => sha256OfFolder(path, names),
    };
  }
  throw new InputError(
    { layer: path },
    {
      came: "a folder without tables",
      wanted: "a File Geodatabase, with files that end in .gdbtable",
      todo: "Give the folder whose name ends in .gdb, or the zip archive it came in",
    },
  );
}

async function* chunksOfFolder(path: string, names: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const name of names) yield* createReadStream(join(path, name)) as AsyncIterable<Uint8Array>;
}

async function sha256OfFolder(path: string, names: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const name of names) {
    hash.update(`${name}\0`);
    for await (const chunk of chunksOfFolder(path, [name])) hash.update(chunk);
  }
  return hash.digest("hex");
}

/** A layer, and the FlatGeobuf file with its first feature where it holds areas. */
type Survey = {
  readonly name: string;
  readonly holdsPolygons: boolean;
  readonly layer: GdalLayer;
  readonly output: string | undefined;
};

async function surveyed(
  file: InputFile,
  options: Pick<OpenOptions, "epsg">,
  choose: (surveys: readonly Survey[]) => readonly Survey[],
): Promise<Source[]> {
  return withGdb(file, async (path, folder) => {
    const { layers, outputs } = await runGdal(
      { path, folder, layers: "all", limit: 1 },
      file.path,
      file.byteLength,
    );
    const surveys = layers
      .map((layer, i) => ({
        name: layer.name,
        holdsPolygons: outputs[i] !== undefined,
        layer,
        output: outputs[i],
      }))
      .filter(({ layer }) => layer.geometryFields.length > 0);
    return Promise.all(choose(surveys).map((survey) => sourceOf(file, survey, options)));
  });
}

async function sourceOf(
  file: InputFile,
  survey: Survey,
  options: Pick<OpenOptions, "epsg">,
): Promise<Source> {
  const { path, byteLength } = file;
  const { name, layer, output } = survey;
  const schema = output === undefined ? undefined : await openedAs(path, output, options);
  const { extent = [], coordinateSystem } = layer.geometryFields[0];
  const { epsg, epsgFrom } =
    schema ?? crsStated(path, options.epsg, projJsonSays(coordinateSystem?.projjson));
  const fields =
    schema?.fields ?? layer.fields.map((field) => ({ name: field.name, type: field.type.toLowerCase() }));
  return {
    path,
    name,
    format: "FileGDB",
    epsg,
    epsgFrom,
    fields,
    featureCount: layer.featureCount,
    ...(extent.length === 4 && extent.every(Number.isFinite) && { bbox: extent as unknown as Bbox }),
    byteLength,
    decoder: {
      cutForm: "FlatGeobuf",
      layerName: name,
      path,
      epsg,
      fields: fields.map((field) => field.name),
      detail: schema?.decoder.detail,
    },
    cuts: (cutOptions) => cuts(file, layer, epsg, cutOptions),
  };
}

/** Opens what GDAL wrote; trouble is told with the user's path. */
async function openedAs(path: string, output: string, options: Pick<OpenOptions, "epsg">): Promise<Source> {
  try {
    return await openFlatGeobuf(output, options);
  } catch (error) {
    throw error instanceof InputError ? new InputError({ ...error.where, layer: path }, error) : error;
  }
}

async function* cuts(
  file: InputFile,
  layer: GdalLayer,
  epsg: number,
  { cutBytes, take, onBytes }: CutOptions,
): AsyncGenerator<Cut, ReadSummary> {
  const { path: shown, byteLength } = file;
  const steps = crsOf(shown, epsg).unit === "degree" ? STEPS_A_DEGREE : STEPS_A_METRE;
  const temp = await tempFolder();
  try {
    const path = await gdbPath(file, temp.path);
    const only = { name: layer.name };
    const { outputs } = await runGdal({ path, folder: temp.path, layers: only }, shown, byteLength);
    const output = outputs.find((one) => one !== undefined);
    if (output === undefined) throw noAreas(shown, layer);
    const source = await openedAs(shown, output, { epsg });
    const told = (bytes: number) => onBytes?.(Math.floor((bytes / source.byteLength) * byteLength));
    const inner = source.cuts({ cutBytes, ...(take && { take }), onBytes: told });
    let step = await inner.next();
    try {
      for (; !step.done; step = await inner.next()) {
        snapFeatures(step.value.bytes, steps);
        yield step.value;
      }
    } finally {
      await inner.return({ featureCount: 0 }); // closes the file before the folder goes
    }
    const { featureCount } = step.value;
    if (featureCount !== layer.featureCount) throw lost(shown, layer, featureCount);
    return { sha256: await file.sha256(), featureCount };
  } finally {
    await temp.remove();
  }
}

async function withGdb<T>(file: InputFile, use: (path: string, folder: string) => Promise<T>): Promise<T> {
  const temp = await tempFolder();
  try {
    return await use(await gdbPath(file, temp.path), temp.path);
  } finally {
    await temp.remove();
  }
}

/** Where GDAL finds the geodatabase: the folder itself, or the archive's, unpacked (its CRCs are checked on the way). */
async function gdbPath(file: InputFile, folder: string): Promise<string> {
  const onDisk = resolve(pathOnDisk(file, "FileGDB"));
  if ((await stat(onDisk)).isDirectory()) return onDisk;
  const entries = await zipEntries(onDisk);
  const members = entries.map((entry) => ({ entry, match: MEMBER.exec(entry.entryName) }));
  const folders = new Set(
    entries.filter(({ name }) => TABLE.test(name)).map(({ entryName }) => folderOf(entryName)),
  );
  if (folders.size !== 1) throw severalIn(file.path, folders);
  const [inside] = folders;
  const unpacked = join(folder, "layer.gdb");
  await mkdir(unpacked);
  for (const { entry, match } of members)
    if (match !== null && (match[1] ?? "") === inside)
      await pipeline(Readable.from(entry.chunks()), createWriteStream(join(unpacked, match[2])));
  return unpacked;
}

const folderOf = (entryName: string): string => MEMBER.exec(entryName)?.[1] ?? "";

function severalIn(path: string, folders: ReadonlySet<string>): InputError {
  return new InputError(
    { layer: path },
    {
      came: `${folders.size} File Geodatabases in an archive: ${[...folders].join(", ")}`,
      wanted: "one",
      todo: "Unpack the archive, and give the folder you want",
    },
  );
}

function noAreas(path: string, layer: GdalLayer): InputError {
  return new InputError(
    { layer: `${path}#${layer.name}` },
    {
      came: `a layer of ${layer.geometryFields[0]?.type ?? "no geometry"}`,
      wanted: "polygons",
      todo: "Give the layer that holds the areas",
    },
  );
}

function lost(path: string, layer: GdalLayer, featureCount: number): InputError {
  return new InputError(
    { layer: `${path}#${layer.name}` },
    {
      came: `${featureCount} features where the table says ${layer.featureCount}`,
      wanted: "a whole File Geodatabase",
      todo: "Fetch or export it again",
    },
  );
}
