import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { InputError } from "../../core/trouble.js";
import type { Epsg } from "../../core/units.js";
import { epsgOfWkt } from "../crs/crsWkt.js";
import { readDbfHeader, rowsOf, type DbfCharset, type DbfHeader } from "./dbf.js";
import { onlyLayer, type Format } from "../format.js";
import { fileOnDisk, type InputFile } from "../inputFile.js";
import { recordCuts, type FeatureRecord } from "../records.js";
import { isShp, readShpHeader, shapesOf, type ShpHeader } from "./shp.js";
import type { Source } from "../source.js";
import { crsStated } from "../crs/statedCrs.js";
import { zipEntries, type ZipEntry } from "../zip.js";

export const SHAPEFILE: Format = {
  name: "Shapefile",
  recognises: (start, name) => isShp(start) && !/\.shx$/i.test(name), // its index begins with the same bytes
  open: async (file, options) => onlyLayer(await openShapefile(file, options), options.layer),
  layers: async (file, options) => [await openShapefile(file, options)],
};

/** The files of one layer: the shapes, and what of the others there is. */
type Family = {
  readonly shp: InputFile;
  readonly dbf: InputFile;
  readonly prj?: InputFile;
  readonly cpg?: InputFile;
};

/** A .prj or .cpg file longer than this is none. */
const MOST_TEXT_BYTES = 1 << 16;

/**
 * Opens a Shapefile with the files beside it: .dbf for the values, .prj for the CRS, .cpg for the character set, in any
 * case of letters, in the same folder or the same archive. The hash of the source is that of these files one behind
 * the other, in that order: it changes when any of them does.
 *
 * Read by our own code: the package `shapefile` makes numbers of numbers and dates of dates, so that digits are lost,
 * skips records that are damaged without a word, and keeps rows that are deleted.
 *
 * @param options.epsg what the user says the CRS is; overrides the .prj file
 * @throws InputError: no .dbf, cut short, solids, no CRS anywhere
 */
async function openShapefile(file: InputFile, options: { epsg?: Epsg } = {}): Promise<Source> {
  const family = await familyOf(file);
  const shp = await readShpHeader(file);
  const { header, charset } = await readDbfHeader(family.dbf, await textIn(family.cpg));
  return sourceOf(family, shp, header, charset, crsStated(file.path, options.epsg, await statedIn(family)));
}

/** What .prj says of the CRS: a code where we know it, else its first words. */
async function statedIn(family: Family): Promise<string | undefined> {
  const wkt = await textIn(family.prj);
  if (wkt === undefined || wkt.trim() === "") return undefined;
  const epsg = epsgOfWkt(wkt);
  return epsg === undefined ? wkt.trim().slice(0, 60) : `EPSG:${epsg}`;
}

function sourceOf(
  family: Family,
  shp: ShpHeader,
  dbf: DbfHeader,
  charset: DbfCharset,
  crs: Pick<Source, "epsg" | "epsgFrom">,
): Source {
  const { path, byteLength } = family.shp;
  const name = family.shp.name.slice(0, -extname(family.shp.name).length || undefined);
  return {
    path,
    name,
    format: "Shapefile",
    ...crs,
    fields: dbf.fields.map(({ name: field, type }) => ({ name: field, type })),
    featureCount: -1, // rows may be marked as deleted
    ...(shp.bbox.every(Number.isFinite) && { bbox: shp.bbox }),
    byteLength,
    decoder: {
      cutForm: "records",
      layerName: name,
      path,
      epsg: crs.epsg,
      fields: dbf.fields.map((field) => field.name),
      detail: undefined,
    },
    cuts: (options) => recordCuts(recordsOf(family, dbf, charset), options, () => sha256Of(family)),
  };
}

/** Shapes and rows side by side; those deleted are neither read nor counted, as in every other program. */
async function* recordsOf(
  family: Family,
  dbf: DbfHeader,
  charset: DbfCharset,
): AsyncGenerator<FeatureRecord> {
  const rows = rowsOf(family.dbf, dbf, charset);
  try {
    let shapeCount = 0;
    for await (const wkb of shapesOf(family.shp)) {
      const row = await rows.next();
      if (row.done === true) throw unequal(family, `more than ${dbf.rowCount}`, dbf.rowCount);
      shapeCount++;
      if (row.value !== undefined) yield { wkb, values: row.value };
    }
    if (shapeCount !== dbf.rowCount) throw unequal(family, String(shapeCount), dbf.rowCount);
  } finally {
    await rows.return(undefined);
  }
}

function unequal(family: Family, shapes: string, rowCount: number): InputError {
  return new InputError(
    { layer: family.shp.path },
    {
      came: `${shapes} shapes and ${rowCount} rows in ${family.dbf.name}`,
      wanted: "as many of both",
      todo: "The files do not belong together or are damaged: fetch them again",
    },
  );
}

async function familyOf(file: InputFile): Promise<Family> {
  const siblings = await siblingsOf(file);
  const base = file.name.slice(0, -4).toLowerCase();
  const find = (ending: string) => siblings.find((one) => one.name.toLowerCase() === `${base}.${ending}`);
  const [dbf, prj, cpg] = ["dbf", "prj", "cpg"].map(find);
  if (dbf === undefined) {
    throw new InputError(
      { layer: file.path },
      {
        came: `no ${file.name.slice(0, -4)}.dbf beside it`,
        wanted: "the table with the values: a Shapefile is several files (.shp, .dbf, .prj, perhaps .cpg)",
        todo: "Put the files in one folder, or give the zip archive they came in",
      },
    );
  }
  return {
    shp: file,
    dbf: await dbf.open(),
    ...(prj && { prj: await prj.open() }),
    ...(cpg && { cpg: await cpg.open() }),
  };
}

type Sibling = { readonly name: string; open(): InputFile | Promise<InputFile> };

async function siblingsOf(file: InputFile): Promise<Sibling[]> {
  if (file.onDisk !== undefined) {
    const folder = dirname(file.onDisk);
    return (await readdir(folder)).map((name) => ({ name, open: () => fileOnDisk(join(folder, name)) }));
  }
  const { entryName, path } = file as ZipEntry;
  const folder = entryName.slice(0, entryName.length - file.name.length);
  const entries = await zipEntries(path.slice(0, path.length - entryName.length - 1));
  return entries
    .filter((entry) => entry.entryName === folder + entry.name)
    .map((entry) => ({ name: entry.name, open: () => entry }));
}

async function textIn(file: InputFile | undefined): Promise<string | undefined> {
  if (file === undefined || file.byteLength > MOST_TEXT_BYTES) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.chunks()) chunks.push(Uint8Array.from(chunk));
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/** Of an archive its own hash; else of the files of the layer, one behind the other. */
async function sha256Of(family: Family): Promise<string> {
  if (family.shp.onDisk === undefined) return family.shp.sha256();
  const hash = createHash("sha256");
  for (const file of [family.shp, family.dbf, family.prj, family.cpg]) {
    if (file !== undefined) for await (const chunk of file.chunks()) hash.update(chunk);
  }
  return hash.digest("hex");
}
