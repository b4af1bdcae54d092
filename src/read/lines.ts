import { stat } from "node:fs/promises";
import { bboxOf } from "../core/layer.js";
import type { Lines } from "../core/lines.js";
import { InputError, type Finding } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";
import { checkPlausible } from "./crs/crs.js";
import type { Format } from "./format.js";
import { GEOJSON } from "./geojson/geojson.js";
import { readGeoJsonLines } from "./geojson/geojsonLines.js";
import { GML } from "./gml/gml.js";
import { readGmlLines } from "./gml/gmlLines.js";
import { fileOnDisk, type InputFile, startOfFile } from "./inputFile.js";
import { LineColumns } from "./lineColumns.js";
import { SOSI } from "./sosi/sosi.js";
import { readSosiLines } from "./sosi/sosiLines.js";
import type { Source } from "./source.js";
import { isZip } from "./format.js";
import { zipEntries } from "./zip.js";

/** Formats that lines are read from. */
const FORMATS: readonly Format[] = [GEOJSON, GML, SOSI];
const SNIFF_BYTES = 4096;

export type ReadLines = {
  readonly lines: Lines;
  readonly findings: readonly Finding[];
  /** Of the file on disk. */
  readonly sha256: string;
};

/**
 * Reads all lines of a SOSI, GML or GeoJSON file, or of such a file in a zip archive, into memory, whatever their types.
 * Points and polygons are passed over: they are other objects of the same product.
 *
 * @param options.epsg what the user says the CRS is; overrides the file
 * @throws InputError: no such file, a format lines are not read from, several files in an archive, no lines, coordinates
 *   that contradict their system
 */
export async function readLines(path: string, options: { readonly epsg?: Epsg } = {}): Promise<ReadLines> {
  const { file, format } = await fileOf(path);
  const into = new LineColumns();
  const { name, epsg } =
    format === SOSI
      ? await readSosiLines(file, options, into)
      : await readSources(file, await format.layers(file, options), into);
  const lines = into.lines(name, epsg);
  if (into.lineCount === 0) {
    throw new InputError(
      { layer: path },
      {
        came: "no lines",
        wanted: "a file with lines, such as contours",
        todo: "Check that the right file was chosen",
      },
    );
  }
  checkPlausible(path, epsg, bboxOf(lines.xy, 0, lines.xy.length / 2));
  return { lines, findings: into.findings, sha256: await file.sha256() };
}

/** Every layer of a file one after the other: contours, depressions and the sheet's edge are types of their own in GML. */
async function readSources(
  file: InputFile,
  sources: readonly Source[],
  into: LineColumns,
): Promise<{ name: string; epsg: Epsg }> {
  const epsgs = [...new Set(sources.map(({ epsg }) => epsg))];
  if (epsgs.length > 1) {
    throw new InputError(
      { layer: file.path },
      {
        came: `layers in EPSG:${epsgs.join(" and EPSG:")}`,
        wanted: "one system for all lines",
        todo: "Convert the layers to one system, or state it with --epsg",
      },
    );
  }
  for (const source of sources)
    await (source.decoder.cutForm === "GML" ? readGmlLines(source, into) : readGeoJsonLines(source, into));
  return { name: file.name.replace(/\.[^.]*$/, ""), epsg: epsgs[0] ?? 0 };
}

async function fileOf(path: string): Promise<{ file: InputFile; format: Format }> {
  const start = await firstBytes(path);
  if (!isZip(start)) return { file: await fileOnDisk(path), format: formatOf(path, start) ?? refuse(path) };
  const found: { file: InputFile; format: Format }[] = [];
  for (const entry of await zipEntries(path)) {
    if (entry.byteLength === 0) continue;
    const format = formatOf(entry.name, await firstChunk(entry));
    if (format !== undefined) found.push({ file: entry, format });
  }
  if (found.length === 1) return found[0];
  throw new InputError(
    { layer: path },
    {
      came: `an archive with ${found.length} files that lines are read from`,
      wanted: "one SOSI, GML or GeoJSON file in it",
      todo: "Unpack the archive and give one of its files",
    },
  );
}

const formatOf = (name: string, start: Uint8Array): Format | undefined =>
  FORMATS.find((format) => format.recognises(start, name));

async function firstChunk(file: InputFile): Promise<Uint8Array> {
  for await (const chunk of file.chunks()) return chunk.slice(0, SNIFF_BYTES);
  return new Uint8Array(0);
}

async function firstBytes(path: string): Promise<Uint8Array> {
  const about = await stat(path).catch(() => undefined);
  if (about === undefined || about.isDirectory() || about.size === 0) {
    throw new InputError(
      { layer: path },
      {
        came: about === undefined ? "no such file" : about.isDirectory() ? "a folder" : "an empty file",
        wanted: "a SOSI, GML or GeoJSON file with lines",
        todo: "Check the path",
      },
    );
  }
  return startOfFile(path, SNIFF_BYTES);
}

function refuse(path: string): never {
  throw new InputError(
    { layer: path },
    {
      came: "a format that lines are not read from",
      wanted: "SOSI, GML or GeoJSON",
      todo: "Convert the file, for example with ogr2ogr",
    },
  );
}
