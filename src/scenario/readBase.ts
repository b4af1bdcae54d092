/** The base of scenarios: its account as `account` makes it, and its ground in memory, held to be the same. */
import { bboxOf, type CodeColumn, featureCount, type Layer, termOf } from "../core/layer.js";
import { joinLayers } from "../core/joinLayers.js";
import { invariant, type Place } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";
import type { CellTable } from "../aggregate/cells.js";
import { measureFor } from "../overlay/measure.js";
import { openSource } from "../read/open.js";
import { readLayer } from "../read/readLayer.js";
import { reproject } from "../read/crs/reproject.js";
import type { Rules } from "../rules/rules.js";
import { runAccount, type AccountHooks, type AccountRequest } from "../run/account.js";
import { boxOfGrounds, openGrounds, workingCrs, type Ground } from "../run/grounds.js";
import { readPlan } from "../run/plan.js";
import type { RepairedFile } from "../run/hooks.js";
import { readUnits } from "../run/units.js";
import type { AccountFacts } from "../tables/facts.js";
import { polygonTolerance } from "../tables/identity.js";
import { EditedGround, type BaseGround } from "./editedGround.js";

export type Base = {
  readonly facts: AccountFacts;
  readonly ground: BaseGround;
  /** Of the ground, for messages and for what lies near it. */
  readonly box: ReturnType<typeof bboxOf>;
  /** A field that tells ground features apart by name, where the layer has one. */
  readonly ids?: CodeColumn;
};

/** Fields that name a ground feature, best first. */
const ID_FIELDS = ["lokalid", "lokalId", "id", "fid"];

/**
 * Runs the base's account, and reads ground, units and plans again into memory; ground that was repaired on the way is
 * taken as repair made it. The ground in memory must give the account's cells bit for bit; where it does not, a file has
 * changed between, or it is a bug of ours.
 *
 * @throws InputError for anything the user can mend
 */
export async function readBase(
  request: AccountRequest,
  rules: Rules,
  hooks: AccountHooks = {},
): Promise<Base> {
  const repaired: GroundRead[] = [];
  const facts = await runAccount(request, rules, {
    ...hooks,
    onRepaired: async (ground) => void repaired.push(await asRepaired(ground)),
  });
  const requests = [request.grunnkart, ...(request.moreGrounds ?? [])];
  const grounds = await openGrounds(requests, request.classes, rules, openSource);
  const workEpsg = request.workEpsg ?? workingCrs(grounds);
  const { layer, ids } = repaired[0] ?? (await asItStands(grounds, workEpsg));
  const groundBox = boxOfGrounds(grounds, workEpsg);
  const mends = (request.repair ?? "off") !== "off";
  const unitRequests = request.units.map((unit) => ({ ...unit, mends }));
  const units = await readUnits(unitRequests, [], workEpsg, groundBox, rules);
  const planRequest = request.plan && { ...request.plan, mends };
  const plan = planRequest && (await readPlan(planRequest, workEpsg, groundBox, rules, request.measure));
  const ground: BaseGround = {
    ground: layer,
    fields: grounds[0].fields.map(({ name }) => name),
    zones: [...units, ...(plan?.units ?? [])].map(({ name, layer: zones, keys }) => ({
      name,
      layer: zones,
      keys,
    })),
    measure: measureFor(workEpsg),
    toleranceOf: (areaM2) => polygonTolerance(rules.accounting.tolerances, areaM2),
  };
  const box = bboxOf(layer.xy, 0, layer.xy.length / 2);
  return { facts, ground, box, ...(ids === undefined ? {} : { ids }) };
}

/** The ground in the working CRS, all files in a row, class columns under their names in the account. */
type GroundRead = { readonly layer: Layer; readonly ids?: CodeColumn };

async function asItStands(grounds: readonly Ground[], workEpsg: Epsg): Promise<GroundRead> {
  const layers: Layer[] = [];
  for (const ground of grounds) layers.push(await readGround(ground, workEpsg));
  const layer = joinLayers(layers);
  const columns = new Map(layer.columns);
  const ids = columns.get(IDS)!;
  columns.delete(IDS);
  return { layer: { ...layer, columns }, ...(ids.terms.length > 1 && { ids }) };
}

/** Name of a column that no class field has: a field's name is never empty. */
const IDS = "";

/** One file of the ground, with its ids as the column `IDS`. */
async function readGround({ source, fields }: Ground, workEpsg: Epsg): Promise<Layer> {
  const idField = ID_FIELDS.find((name) => source.fields.some((field) => field.name === name));
  const wanted = new Set([
    ...fields.map(({ inFile }) => inFile),
    ...(idField === undefined ? [] : [idField]),
  ]);
  const { layer } = await readLayer(source, [...wanted]);
  const placed = layer.epsg === workEpsg ? layer : reproject(layer, workEpsg);
  const none = { codes: new Uint32Array(featureCount(placed)), terms: [""] };
  const ids = idField === undefined ? none : placed.columns.get(idField)!;
  const columns = fields.map(({ inFile, name }) => [name, placed.columns.get(inFile)!] as const);
  return { ...placed, columns: new Map([...columns, [IDS, ids]]) };
}

/** Features have the ids they had in their file, or places there for ids. */
async function asRepaired({ source, idField }: RepairedFile): Promise<GroundRead> {
  const { layer } = await readLayer(
    source,
    source.fields.map(({ name }) => name),
  );
  const { [idField]: given, ...columns } = Object.fromEntries(layer.columns);
  const codes = Uint32Array.from({ length: featureCount(layer) }, (_, feature) => feature);
  const ids = { codes, terms: Array.from(codes, (feature) => termOf(given, feature) || String(feature)) };
  return { layer: { ...layer, columns: new Map(Object.entries(columns)) }, ids };
}

const filesOf = ({ inputs }: AccountFacts) => inputs.filter(({ role }) => role === "grunnkart");

export const isOneFile = ({ facts }: Base): boolean => filesOf(facts).length === 1;

/** Says which file a ground feature is of, and where it stands there. Repair leaves every feature in its row. */
export function placesOf({ facts }: Base): (feature: number) => Place & { readonly feature: number } {
  const files = filesOf(facts);
  return (feature) => {
    let at = 0;
    let inFile = feature;
    while (at + 1 < files.length && inFile >= files[at].featureCount) inFile -= files[at++].featureCount;
    return { layer: files[at].name, feature: inFile };
  };
}

/** The base's ground with no edit on it, held to the account. */
export function unedited({ ground, facts }: Base): EditedGround {
  const edited = new EditedGround(ground);
  const { cells } = edited.merged();
  invariant(
    sameCells(cells, facts.cells),
    () =>
      "the ground in memory does not give the cells of the account; was a file changed while it was read?",
  );
  return edited;
}

function sameCells(a: CellTable, b: CellTable): boolean {
  if (a.rowCount !== b.rowCount) return false;
  for (let i = 0; i < a.rowCount; i++)
    if (a.planM2[i] !== b.planM2[i] || a.trueM2[i] !== b.trueM2[i]) return false;
  return [...a.classes, ...a.zones].every(([name, { codes, terms }]) => {
    const other = b.classes.get(name) ?? b.zones.get(name);
    return other !== undefined && codes.every((code, i) => terms[code] === other.terms[other.codes[i]]);
  });
}
