import { open, stat } from "node:fs/promises";
import { InputError } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";
import { FLATGEOBUF } from "./flatgeobuf.js";
import type { Format } from "./format.js";
import { GEOJSON } from "./geojson.js";
import { fileOnDisk } from "./inputFile.js";
import type { Source } from "./source.js";

/** Every format, the first that recognises a file reads it. */
const FORMATS: readonly Format[] = [FLATGEOBUF, GEOJSON];

const READABLE = "FlatGeobuf (.fgb) or GeoJSON (.geojson, .json, one feature a line)";
const SNIFF_BYTES = 4096;

/**
 * Opens one layer of a file, by what the file holds and not by its name.
 *
 * @param pathAndLayer a path, or path#layer where the file has several; a file whose own name holds a # is found first
 * @param options.epsg what the user says the CRS is; overrides the file
 * @throws InputError: no such file, a folder, an empty file, a format that is not read
 */
export async function openSource(pathAndLayer: string, options: { epsg?: Epsg } = {}): Promise<Source> {
  const { path, layer } = await split(pathAndLayer);
  const format = await formatOf(path);
  return format.open(await fileOnDisk(path), { ...options, ...(layer !== undefined && { layer }) });
}

/** Every layer of a file, for a look at it. */
export async function sourcesOf(path: string, options: { epsg?: Epsg } = {}): Promise<Source[]> {
  const format = await formatOf(path);
  return format.layers(await fileOnDisk(path), options);
}

async function split(pathAndLayer: string): Promise<{ path: string; layer?: string }> {
  const mark = pathAndLayer.lastIndexOf("#");
  if (mark <= 0 || (await exists(pathAndLayer))) return { path: pathAndLayer };
  return { path: pathAndLayer.slice(0, mark), layer: pathAndLayer.slice(mark + 1) };
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function formatOf(path: string): Promise<Format> {
  const start = await firstBytes(path);
  const format = FORMATS.find((one) => one.recognises(start, path));
  if (format !== undefined) return format;
  throw new InputError(
    { layer: path, position: "byte 0" },
    { came: nameOf(start), wanted: READABLE, todo: "Convert the file, for example with ogr2ogr" },
  );
}

async function firstBytes(path: string): Promise<Uint8Array> {
  const trouble = (came: string, todo: string) =>
    new InputError({ layer: path }, { came, wanted: READABLE, todo });
  const about = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") throw trouble("no such file", "Check the path");
    if (error.code === "EACCES") throw trouble("a file that may not be read", "Ask for the right to read it");
    throw error;
  });
  if (about.isDirectory()) throw trouble("a folder", "Give a file in it");
  if (about.size === 0) throw trouble("an empty file", "Fetch or export it again");
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The format in words, where we know it though we do not read it. */
function nameOf(start: Uint8Array): string {
  const text = new TextDecoder().decode(start).trimStart(); // the decoder takes a byte order mark away
  const begins = (...bytes: number[]) => bytes.every((byte, i) => start[i] === byte);
  if (begins(0x50, 0x4b)) return "a zip archive: unpack it first";
  if (begins(0xff, 0xfe) || begins(0xfe, 0xff)) return "a text in UTF-16: save it as UTF-8";
  if (text.startsWith("SQLite format 3")) return "a GeoPackage or other SQLite file";
  if (text.startsWith("<")) return "an XML file, perhaps GML";
  if (/^\.+HODE/.test(text)) return "a SOSI file";
  if (begins(0x00, 0x00, 0x27, 0x0a)) return "a Shapefile";
  if (begins(0x66, 0x67, 0x62)) return "a FlatGeobuf file of another version than 3";
  return "a file of unknown format";
}
