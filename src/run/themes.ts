import { type Bbox, bboxOf, type CodeColumn, featureCount, shared, termOf } from "../core/layer.js";
import { InputError } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";
import { checkPlausible } from "../read/crs/crs.js";
import { openSource } from "../read/open.js";
import { readLayer } from "../read/readLayer.js";
import { reproject } from "../read/crs/reproject.js";
import type { ThemeFacts } from "../tables/planFacts.js";
import { inputFactsOf } from "./inputFacts.js";
import { pickFeatures } from "./pick.js";
import { reprojection, type UnitLayer } from "./units.js";

/** A theme that is held against the plans: naturtyper, verneområder, flomsoner ... */
export type ThemeRequest = {
  readonly navn: string;
  readonly path: string;
  /** Field whose values are themes of their own; default the whole layer is one. */
  readonly felt?: string;
  /** Layer of where the theme has been mapped at all. */
  readonly dekning?: string;
  readonly epsg?: Epsg;
};

const ALL = "tema";

/**
 * Reads themes as zone layers. Polygons of one theme lie under one key, so that they count once where they overlap.
 * A theme without polygons near the ground is no error: absence of a record is what T8 shows.
 * @param keepEmpty such a theme still gets a layer, an empty one
 * @throws InputError for a field that is not there
 */
export async function readThemes(
  requests: readonly ThemeRequest[],
  workEpsg: Epsg,
  groundBox: Bbox | undefined,
  keepEmpty = false,
): Promise<{ units: readonly UnitLayer[]; themes: readonly ThemeFacts[] }> {
  const units: UnitLayer[] = [];
  const themes: ThemeFacts[] = [];
  for (const { navn, path, felt, dekning, epsg } of requests) {
    const layer = await readDissolved(navn, path, felt, epsg, workEpsg, groundBox, keepEmpty);
    if (layer !== undefined) units.push(layer);
    const coverage =
      dekning === undefined
        ? undefined
        : await readDissolved(
            `${navn} kartlagt`,
            dekning,
            undefined,
            undefined,
            workEpsg,
            groundBox,
            keepEmpty,
          );
    if (coverage !== undefined) units.push(coverage);
    const keys = [...new Set(layer?.keys ?? [])].sort();
    themes.push({
      navn,
      keys: felt === undefined ? [{ key: ALL, navn }] : keys.map((key) => ({ key, navn: `${navn} ${key}` })),
      ...(layer !== undefined && { layer: navn }),
      ...(dekning !== undefined && { coverage: coverage?.name ?? null }),
    });
  }
  return { units, themes };
}

/** The layer's polygons near the ground under the keys of a field, or all under one; undefined when there are none. */
async function readDissolved(
  name: string,
  path: string,
  field: string | undefined,
  epsg: Epsg | undefined,
  workEpsg: Epsg,
  groundBox: Bbox | undefined,
  keepEmpty: boolean,
): Promise<UnitLayer | undefined> {
  const source = await openSource(path, epsg === undefined ? {} : { epsg });
  const inFile =
    field === undefined
      ? undefined
      : source.fields.find((one) => one.name.toLowerCase() === field.toLowerCase());
  if (field !== undefined && inFile === undefined) {
    throw new InputError(
      { layer: path },
      {
        came: `no field ${field}`,
        wanted: `one of its fields: ${source.fields.map((one) => one.name).join(", ") || "(it has none)"}`,
        todo: "Mend felt of this tema",
      },
    );
  }
  const read = await readLayer(source, inFile === undefined ? [] : [inFile.name]);
  const count = featureCount(read.layer);
  if (count === 0) return undefined;
  if (read.layer.xy.length > 0) {
    checkPlausible(source.name, source.epsg, bboxOf(read.layer.xy, 0, read.layer.xy.length / 2));
  }
  const placed = source.epsg === workEpsg ? read.layer : reproject(read.layer, workEpsg);
  const own = inFile === undefined ? undefined : placed.columns.get(inFile.name);
  const column: CodeColumn = own ?? { codes: shared(Uint32Array, count).fill(1), terms: ["", ALL] };
  const near = pickFeatures({ ...placed, columns: new Map([[ALL, column]]) }, ALL, groundBox);
  const kept = near.columns.get(ALL)!;
  const keys = Array.from({ length: featureCount(near) }, (_, f) => keyOf(termOf(kept, f)));
  if (keys.length === 0 && !keepEmpty) return undefined;
  return {
    name,
    layer: near,
    keyField: field ?? ALL,
    keys,
    outsideCount: count - keys.length,
    mayBeElsewhere: true,
    input: inputFactsOf(
      source,
      workEpsg,
      { role: "tema", name },
      { featureCount: count, sha256: read.sha256 },
    ),
    findings: [...read.findings, ...reprojection(name, source.epsg, workEpsg)],
  };
}

/** A bar joins keys in the cells, so none may hold one. */
const keyOf = (term: string): string => term.replaceAll("|", "/") || "(uten verdi)";
