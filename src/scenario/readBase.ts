/** The base of scenarios: its account as `account` makes it, and its ground in memory, held to be the same. */
import { bboxOf, type CodeColumn, type Layer } from "../core/layer.js";
import { invariant } from "../core/trouble.js";
import type { CellTable } from "../aggregate/cells.js";
import { measureFor } from "../overlay/measure.js";
import { crsOf } from "../read/crs.js";
import { openSource } from "../read/open.js";
import { readLayer } from "../read/readLayer.js";
import { reproject } from "../read/reproject.js";
import type { Rules } from "../rules/rules.js";
import { runAccount, type AccountHooks, type AccountRequest } from "../run/account.js";
import { chooseClassFields } from "../run/fields.js";
import { readPlan } from "../run/plan.js";
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
 * Runs the base's account, and reads ground, units and plans again into memory. The ground in memory must give the
 * account's cells bit for bit; where it does not, a file has changed between, or it is a bug of ours.
 *
 * @throws InputError for anything the user can mend
 */
export async function readBase(
  request: AccountRequest,
  rules: Rules,
  hooks: AccountHooks = {},
): Promise<Base> {
  const facts = await runAccount(request, rules, hooks);
  const { epsg } = request.grunnkart;
  const source = await openSource(request.grunnkart.path, epsg === undefined ? {} : { epsg });
  const fields = chooseClassFields(source, request.classes, rules);
  const workEpsg =
    request.workEpsg ?? (crsOf(source.name, source.epsg).unit === "metre" ? source.epsg : 25833);
  const idField = ID_FIELDS.find((name) => source.fields.some((field) => field.name === name));
  const wanted = [
    ...new Set([...fields.map(({ inFile }) => inFile), ...(idField === undefined ? [] : [idField])]),
  ];
  const { layer } = await readLayer(source, wanted);
  const placed = layer.epsg === workEpsg ? layer : reproject(layer, workEpsg);
  const groundBox = source.epsg === workEpsg ? source.bbox : undefined;
  const units = await readUnits(request.units, [], workEpsg, groundBox, rules);
  const plan = request.plan && (await readPlan(request.plan, workEpsg, groundBox, rules, request.measure));
  const ground: BaseGround = {
    ground: named(placed, fields),
    fields: fields.map(({ name }) => name),
    zones: [...units, ...(plan?.units ?? [])].map(({ name, layer: zones, keys }) => ({
      name,
      layer: zones,
      keys,
    })),
    measure: measureFor(workEpsg),
    toleranceOf: (areaM2) => polygonTolerance(rules.accounting.tolerances, areaM2),
  };
  const ids = idField === undefined ? undefined : placed.columns.get(idField);
  return {
    facts,
    ground,
    box: bboxOf(placed.xy, 0, placed.xy.length / 2),
    ...(ids === undefined ? {} : { ids }),
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

/** Class columns under their names in the account. */
function named(layer: Layer, fields: readonly { readonly inFile: string; readonly name: string }[]): Layer {
  return { ...layer, columns: new Map(fields.map(({ inFile, name }) => [name, layer.columns.get(inFile)!])) };
}
