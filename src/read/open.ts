import { stat } from "node:fs/promises";
import { InputError } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";
import { isAddress } from "./address.js";
import { FLATGEOBUF } from "./flatgeobuf/flatgeobuf.js";
import { type Format, isZip, type LookOptions } from "./format.js";
import { GEOJSON } from "./geojson/geojson.js";
import { GML } from "./gml/gml.js";
import { fileOnDisk, startOfFile } from "./inputFile.js";
import type { Service } from "./services.js";
import type { Source } from "./source.js";

/** What a run is usually given. The other formats, archives and services load when they are met. */
const USUAL: readonly Format[] = [FLATGEOBUF, GEOJSON, GML];

const READABLE =
  "FlatGeobuf, GeoJSON, GML, SOSI, GeoPackage, Shapefile, GeoParquet, File Geodatabase, CSV with WKT or a PostgreSQL dump, also zipped";
const SNIFF_BYTES = 4096;

/**
 * Opens one layer of a file, by what the file holds and not by its name.
 *
 * @param pathAndLayer a path, or path#layer where the file has several, or zip#entry, zip#layer, zip#entry#layer; a
 *   file whose own name holds a # is found first
 * @param options.epsg what the user says the CRS is; overrides the file
 * @throws InputError: no such file, a folder, an empty file, a format that is not read
 */
export async function openSource(pathAndLayer: string, options: { epsg?: Epsg } = {}): Promise<Source> {
  const service = await serviceOf(pathAndLayer);
  if (service !== undefined) return service.open(pathAndLayer, options);
  const { path, layer } = await fileAndLayer(pathAndLayer);
  const wanted = { ...options, ...(layer !== undefined && { layer }) };
  if (await isGdbFolder(path)) {
    const { FILE_GDB, gdbFolder } = await import("./fileGdb/fileGdb.js");
    return FILE_GDB.open(await gdbFolder(path), wanted);
  }
  const start = await firstBytes(path);
  if (isZip(start)) {
    const { openArchive } = await import("./archive.js");
    return openArchive(path, (await import("./formats.js")).FORMATS, layer, options);
  }
  return (await formatOf(path, start)).open(await fileOnDisk(path), wanted);
}

/**
 * Every layer of a file, for a look at it.
 *
 * @param options.onRefused told of files in an archive, and of layers, that are refused; the others are looked at all the same
 */
export async function sourcesOf(path: string, options: LookOptions = {}): Promise<Source[]> {
  const service = await serviceOf(path);
  if (service !== undefined) return service.layers(path, options);
  if (await isGdbFolder(path)) {
    const { FILE_GDB, gdbFolder } = await import("./fileGdb/fileGdb.js");
    return FILE_GDB.layers(await gdbFolder(path), options);
  }
  const start = await firstBytes(path);
  if (isZip(start)) {
    const { archiveSources } = await import("./archive.js");
    const { FORMATS } = await import("./formats.js");
    return archiveSources(path, FORMATS, options);
  }
  return (await formatOf(path, start)).layers(await fileOnDisk(path), options);
}

async function serviceOf(address: string): Promise<Service | undefined> {
  return isAddress(address) ? (await import("./services.js")).serviceAt(address) : undefined;
}

const isGdbFolder = (path: string): Promise<boolean> =>
  /\.gdb[/\\]?$/i.test(path)
    ? stat(path).then(
        (about) => about.isDirectory(),
        () => false,
      )
    : Promise.resolve(false);

/** A path and what stands behind its #, which is the last one that a file is found before. */
export async function fileAndLayer(pathAndLayer: string): Promise<{ path: string; layer?: string }> {
  for (let mark = pathAndLayer.length; mark > 0; mark = pathAndLayer.lastIndexOf("#", mark - 1)) {
    const path = pathAndLayer.slice(0, mark);
    if (!(await exists(path))) continue;
    return mark === pathAndLayer.length ? { path } : { path, layer: pathAndLayer.slice(mark + 1) };
  }
  const mark = pathAndLayer.indexOf("#");
  return { path: mark > 0 ? pathAndLayer.slice(0, mark) : pathAndLayer };
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function formatOf(path: string, start: Uint8Array): Promise<Format> {
  const recognises = (one: Format): boolean => one.recognises(start, path);
  const format = USUAL.find(recognises) ?? (await import("./formats.js")).FORMATS.find(recognises);
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
  return startOfFile(path, SNIFF_BYTES);
}

/** The format in words, where we know it though we do not read it. */
function nameOf(start: Uint8Array): string {
  const text = new TextDecoder().decode(start).trimStart(); // the decoder takes a byte order mark away
  const begins = (...bytes: number[]) => bytes.every((byte, i) => start[i] === byte);
  if (begins(0x50, 0x4b)) return "an empty or broken zip archive";
  if (begins(0xff, 0xfe) || begins(0xfe, 0xff)) return "a text in UTF-16: save it as UTF-8";
  if (text.startsWith("<")) return "an XML file, perhaps GML";
  if (begins(0x66, 0x67, 0x62)) return "a FlatGeobuf file of another version than 3";
  return "a file of unknown format";
}
