import { type Bbox, bboxOf, type CodeColumn, featureCount, type Layer, termOf } from "../core/layer.js";
import { type Finding, InputError } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";
import { checkPlausible } from "../read/crs/crs.js";
import { openSource } from "../read/open.js";
import { readLayer } from "../read/readLayer.js";
import { reproject } from "../read/crs/reproject.js";
import type { Source } from "../read/source.js";
import type { Rules } from "../rules/rules.js";
import type { InputFacts, UnitName } from "../tables/facts.js";
import { inputFactsOf } from "./inputFacts.js";
import { findField } from "./fields.js";
import { pickFeatures } from "./pick.js";
import { checkPlaceOf } from "./place.js";
import type { OpenLayer } from "./prepared.js";
import { soundZones } from "./refuseInvalid.js";
import { nameFields, unitNamesIn } from "./unitNames.js";

/** A layer of reporting units, plan areas or other zones. */
export type UnitRequest = {
  /** Name in the account; default the layer's own. */
  readonly name?: string;
  readonly path: string;
  /** Field that tells the units apart; default one that is recognised. */
  readonly key?: string;
  readonly epsg?: Epsg;
  /** The ground is one file of many: that no unit meets it says something, and is no mistake. */
  readonly mayBeElsewhere?: boolean;
  /** The user says that the layer is generalised. */
  readonly generalised?: boolean;
  /** Polygons without one sure inside are read by the structure rule where that settles it; default: refused. */
  readonly mends?: boolean;
};

/** A unit layer in memory, in the working CRS, its polygons in an order of its own making. */
export type UnitLayer = {
  readonly name: string;
  readonly layer: Layer;
  readonly keyField: string;
  readonly keys: readonly string[]; // one per polygon
  /** What the file calls units, by key. */
  readonly names?: ReadonlyMap<string, UnitName>;
  readonly outsideCount: number;
  /** That none of it meets the ground says something, and is no mistake. */
  readonly mayBeElsewhere?: boolean;
  readonly input: InputFacts;
  readonly findings: readonly Finding[];
};

/** Fields that tell units apart, best first. */
const RECOGNISED_KEYS = [
  "grunnkretsnummer",
  "delområdenummer",
  "delomradenummer",
  "kommunenummer",
  "fylkesnummer",
  "lokalId",
];

/** Polygons without a key are units all the same, under this name. */
const NO_KEY = "(uten nøkkel)";

/**
 * Reads all unit layers. Polygons whose box nowhere meets the ground's are left out and counted.
 * @param takenNames other columns of the cells
 * @throws InputError for a layer without polygons, without a key field, nowhere near the ground (unless it may be), or
 *   under a name already taken
 */
export async function readUnits(
  requests: readonly UnitRequest[],
  takenNames: readonly string[],
  workEpsg: Epsg,
  groundBox: Bbox | undefined,
  rules: Rules,
  open: OpenLayer = openSource,
): Promise<UnitLayer[]> {
  const units: UnitLayer[] = [];
  for (const request of requests) {
    const unit = await readUnitLayer(request, workEpsg, groundBox, rules, open);
    refuseTakenName(unit.name, unit.input.file, takenNames, units);
    units.push(unit);
  }
  return units;
}

/** @throws InputError when a layer would be a second column of one name */
export function refuseTakenName(
  name: string,
  path: string,
  takenNames: readonly string[],
  units: readonly { readonly name: string }[],
): void {
  if (takenNames.includes(name) || units.some((unit) => unit.name === name)) throw nameTaken(name, path);
}

async function readUnitLayer(
  request: UnitRequest,
  workEpsg: Epsg,
  groundBox: Bbox | undefined,
  rules: Rules,
  open: OpenLayer,
): Promise<UnitLayer> {
  const source = await open(request.path, request.epsg === undefined ? {} : { epsg: request.epsg });
  const keyField = chooseKey(source, request, rules);
  const name = request.name ?? source.name;
  const namedBy = nameFields(source, keyField, rules);
  const read = await readLayer(source, [keyField, ...namedBy.values()]);
  const count = featureCount(read.layer);
  if (count === 0) throw noPolygons(source.path);
  checkPlausible(source.name, source.epsg, bboxOf(read.layer.xy, 0, read.layer.xy.length / 2));
  checkPlaceOf(source, read.layer, rules);
  const placed = source.epsg === workEpsg ? read.layer : reproject(read.layer, workEpsg);
  const near = pickFeatures(placed, keyField, groundBox);
  const column = near.columns.get(keyField) as CodeColumn;
  const keys = Array.from({ length: featureCount(near) }, (_, f) => termOf(column, f) || NO_KEY);
  if (keys.length === 0 && request.mayBeElsewhere !== true) throw nowhereNear(source.path);
  const names = unitNamesIn(read.layer, keyField, namedBy, rules);
  const barred = keys.find((key) => key.includes("|"));
  if (barred !== undefined) throw keyWithBar(source.path, keyField, barred);
  const sound = await soundZones(
    near,
    request.mends === true,
    (f) => ({ layer: name, feature: keys[f] }),
    rules,
  );
  return {
    name,
    layer: sound.layer,
    keyField,
    keys,
    ...(names.size > 0 && { names }),
    outsideCount: count - keys.length,
    ...(request.mayBeElsewhere === true && { mayBeElsewhere: true }),
    input: inputFactsOf(
      source,
      workEpsg,
      { role: "enheter", name },
      { featureCount: count, sha256: read.sha256 },
    ),
    findings: [...read.findings, ...sound.findings, ...about(name, source, workEpsg, keys, request)],
  };
}

function chooseKey(source: Source, { key }: UnitRequest, rules: Rules): string {
  const found =
    key !== undefined
      ? findField(source, key, rules)
      : RECOGNISED_KEYS.map((field) => findField(source, field, rules)).find((field) => field !== undefined);
  if (found !== undefined) return found.inFile;
  throw new InputError(
    { layer: source.path },
    {
      came: key === undefined ? "no field that is known to tell units apart" : `no field ${key}`,
      wanted: `one of its fields: ${source.fields.map(({ name }) => name).join(", ") || "(it has none)"}`,
      todo: "Name the field with --nokkel NAME=FIELD",
    },
  );
}

/** The Finding that a layer was converted; none when it was not. */
export function reprojection(layer: string, fromEpsg: Epsg, workEpsg: Epsg): Finding[] {
  if (fromEpsg === workEpsg) return [];
  const says = `regnet om fra EPSG:${fromEpsg} til EPSG:${workEpsg} før arealene ble tatt`;
  return [{ code: "REPROJISERT", severity: "note", layer, feature: -1, areaM2: 0, did: "mended", says }];
}

/** Whether the layer is one that its publisher has generalised too far for statistics, by its name and field names. */
export const isGeneralised = (source: Source): boolean =>
  [source.name, ...source.fields.map((field) => field.name)].some((text) =>
    /stemmekrets|valgkrets/i.test(text),
  );

/** What `isGeneralised` means for the user. */
export const GENERALISED =
  "stemmekretser er generalisert til 1:1 000 000 og kuttet ved kysten; de kan vises, men ikke brukes til statistikk";

const SAID_GENERALISED =
  "kjøringen sier at laget er generalisert; det kan vises, men ikke brukes til statistikk";

/** What the layer as a whole makes worth saying. */
function about(
  name: string,
  source: Source,
  workEpsg: Epsg,
  keys: readonly string[],
  { generalised }: UnitRequest,
): Finding[] {
  const say = (code: string, severity: Finding["severity"], did: Finding["did"], says: string): Finding => ({
    code,
    severity,
    layer: name,
    feature: -1,
    areaM2: 0,
    did,
    says,
  });
  const without = keys.filter((key) => key === NO_KEY).length;
  return [
    ...reprojection(name, source.epsg, workEpsg),
    ...(without === 0
      ? []
      : [say("NOKKEL_MANGLER", "warning", "kept", `${without} flater uten nøkkel står som «${NO_KEY}»`)]),
    ...(isGeneralised(source)
      ? [say("KILDE_GENERALISERT", "warning", "kept", GENERALISED)]
      : generalised === true
        ? [say("KILDE_GENERALISERT", "warning", "kept", SAID_GENERALISED)]
        : []),
  ];
}

/** Told of a layer that may lie beside the ground, and does. */
export function elsewhereFinding(layer: string): Finding {
  const says = "laget har ingen enheter på dette grunnkartet";
  return { code: "LAG_UTENFOR", severity: "note", layer, feature: -1, areaM2: 0, did: "kept", says };
}

function nameTaken(name: string, path: string): InputError {
  return new InputError(
    { layer: path },
    {
      came: `a unit layer named ${name}, as another column of the cells is`,
      wanted: "a name of its own for each, because it becomes a column",
      todo: "Name it: --enheter NAME=FILE",
    },
  );
}

function keyWithBar(path: string, field: string, key: string): InputError {
  return new InputError(
    { layer: path, feature: key },
    {
      came: `a key with | in ${field}`,
      wanted: "keys without |, because it joins the keys of overlapping units in the cells",
      todo: "Change the key, or name another field with --nokkel NAME=FIELD",
    },
  );
}

export function noPolygons(path: string): InputError {
  return new InputError(
    { layer: path },
    {
      came: "a layer without features",
      wanted: "at least one polygon",
      todo: "Check that the right file was chosen",
    },
  );
}

/** @param ground the ground layer's name, where the overlay itself has shown it */
export function nowhereNear(layer: string, ground = ""): InputError {
  return new InputError(
    { layer },
    {
      came: `polygons that nowhere meet the ground layer${ground && ` ${ground}`}`,
      wanted: "units on the same ground",
      todo: "Check that both files are from the same place and that their CRS are right (arealregnskap inspect)",
    },
  );
}
