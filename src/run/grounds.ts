/** The ground of an account: one file, or several that are counted as one. */
import { resolve } from "node:path";
import type { Bbox } from "../core/layer.js";
import { InputError } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";
import { isAddress } from "../read/address.js";
import { checkPlausible } from "../read/crs/crs.js";
import type { ReadSummary, Source } from "../read/source.js";
import type { CellTable } from "../aggregate/cells.js";
import { editionsOfFile } from "../rules/edition.js";
import type { Rules } from "../rules/rules.js";
import type { InputFacts } from "../tables/facts.js";
import { inputFactsOf } from "./inputFacts.js";
import { chooseClassFields, type ClassFieldChoice } from "./fields.js";
import { metricCrs } from "./metricCrs.js";
import { checkPlace } from "./place.js";
import type { OpenLayer } from "./prepared.js";
import { noPolygons } from "./units.js";

/** A ground file. The path may name a layer: `file#layer`. */
export type GroundRequest = { readonly path: string; readonly epsg?: Epsg };

/** One file of the ground, opened. `fields` have the same names in the account whatever they are called in the file. */
export type Ground = { readonly source: Source; readonly fields: readonly ClassFieldChoice[] };

/**
 * Opens the files of a ground. Where there are several, each is called by its file name, so that findings say which one
 * they are of; and each must have the class fields of the first.
 *
 * @throws InputError for an empty file, coordinates that contradict their system, a file given twice, and a file whose
 *   class fields are others than the first one's
 */
export async function openGrounds(
  requests: readonly GroundRequest[],
  classes: readonly string[],
  rules: Rules,
  open: OpenLayer,
): Promise<Ground[]> {
  refuseTwice(requests);
  const names = requests.length === 1 ? undefined : shortestTails(requests.map(({ path }) => path));
  const grounds: Ground[] = [];
  for (const [i, { path, epsg }] of requests.entries()) {
    const openIt = () => open(path, epsg === undefined ? {} : { epsg });
    const opened = await openIt();
    const source = names === undefined ? opened : called(opened, names[i]);
    if (source.featureCount === 0) throw noPolygons(source.path);
    if (source.bbox !== undefined) checkPlausible(source.name, source.epsg, source.bbox);
    await checkPlace(source, rules, openIt);
    const fields = chooseClassFields(source, classes, rules);
    grounds.push({ source, fields: i === 0 ? fields : asInFirst(grounds[0], { source, fields }, classes) });
  }
  return grounds;
}

const called = (source: Source, name: string): Source => ({
  ...source,
  name,
  decoder: { ...source.decoder, layerName: name },
});

/** The fields under the names they have in the first file. Asked for by name, they are the same; recognised, they must be. */
function asInFirst(
  first: Ground,
  { source, fields }: Ground,
  classes: readonly string[],
): readonly ClassFieldChoice[] {
  const names = fields.map(({ name }) => name);
  const wanted = first.fields.map(({ name }) => name);
  const areSame =
    classes.length > 0 || (names.length === wanted.length && names.every((name) => wanted.includes(name)));
  if (!areSame) {
    throw new InputError(
      { layer: source.path },
      {
        came: `the class fields ${names.join(", ")}`,
        wanted: `those of ${first.source.name}: ${wanted.join(", ")}`,
        todo: "Files of different editions are not one ground: name fields that all have with --klasse FIELD",
      },
    );
  }
  return classes.length > 0
    ? fields.map(({ inFile }, i) => ({ inFile, name: wanted[i] }))
    : wanted.map((name) => fields.find((field) => field.name === name) as ClassFieldChoice);
}

function refuseTwice(requests: readonly GroundRequest[]): void {
  const places = requests.map(({ path }) => (isAddress(path) ? path : resolve(path)));
  const twice = places.findIndex((place, i) => places.indexOf(place) < i);
  if (twice < 0) return;
  throw new InputError(
    { layer: requests[twice].path },
    {
      came: "a ground file that was given before",
      wanted: "each file once: twice would count its ground twice",
      todo: "Take one of them away",
    },
  );
}

/** The ends of paths, as short as tells them apart: file names, or with the folders above them. */
function shortestTails(paths: readonly string[]): string[] {
  const parts = paths.map((path) => path.split(/[/\\]/));
  for (let length = 1; ; length++) {
    const tails = parts.map((one) => one.slice(-length).join("/"));
    const isWhole = parts.every((one) => one.length <= length);
    if (isWhole || new Set(tails).size === paths.length) return tails;
  }
}

/** The CRS an account works in when nobody says: the first file's own, or 25833 for ground in degrees. */
export function workingCrs([{ source }]: readonly Ground[]): Epsg {
  return metricCrs(source);
}

/** The box of all files; undefined where one of them does not state its own in the working CRS. */
export function boxOfGrounds(grounds: readonly Ground[], workEpsg: Epsg): Bbox | undefined {
  let box: Bbox | undefined;
  for (const { source } of grounds) {
    if (source.epsg !== workEpsg || source.bbox === undefined) return undefined;
    const [minX, minY, maxX, maxY] = source.bbox;
    box =
      box === undefined
        ? source.bbox
        : [Math.min(box[0], minX), Math.min(box[1], minY), Math.max(box[2], maxX), Math.max(box[3], maxY)];
  }
  return box;
}

/** What the account says of one file of its ground. */
export function groundFacts(
  { source, fields }: Ground,
  summary: ReadSummary,
  cells: CellTable,
  workEpsg: Epsg,
  rules: Rules,
): InputFacts {
  const values = new Map(fields.map(({ inFile, name }) => [inFile, cells.classes.get(name)?.terms ?? []]));
  const editions = editionsOfFile(
    rules,
    source.fields.map(({ name }) => name),
    values,
  );
  return {
    ...inputFactsOf(
      source,
      workEpsg,
      { role: "grunnkart", name: source.name },
      {
        featureCount: summary.featureCount,
        sha256: summary.sha256 as string,
      },
    ),
    ...(editions.length === 1 ? { edition: editions[0] } : {}),
  };
}
