import { join } from "node:path";
import { type CodeColumn, featureCount, type Layer } from "../core/layer.js";
import type { Epsg, Metre } from "../core/units.js";
import { openSource } from "../read/open.js";
import { readBatches } from "../read/readLayer.js";
import { makeReprojection } from "../read/crs/reproject.js";
import type { ReadSummary, Source } from "../read/source.js";
import { tempFolder } from "../read/tempFolder.js";
import type { CoverOutcome } from "../repair/coverage.js";
import type { Ledger } from "../repair/ledger.js";
import type { PolygonRepair } from "../repair/polygons.js";
import type { Rules } from "../rules/rules.js";
import type { ClassMove, RepairOption } from "../tables/repairFacts.js";
import { writeFlatGeobuf } from "../write/flatgeobuf.js";
import { changedMeanwhile } from "./changedMeanwhile.js";
import { idFieldOf as groundIdField } from "./fields.js";
import type { Ground } from "./grounds.js";
import type { AccountHooks, RepairedFile } from "./hooks.js";
import { idFieldOf } from "./repair.js";
import { RepairSpool, type SpoolSetup } from "./repairSpool.js";
import { topologyOf } from "./topology.js";

/** A ground that was repaired: all its files as one, in the account's system, in a file of our own until `remove`. */
export type RepairedGround = RepairedFile & {
  /** Of all files: features are numbered through them. */
  readonly featureCount: number;
  readonly name: string;
  readonly polygons: readonly PolygonRepair[];
  readonly outcome: CoverOutcome;
  readonly ledger: Ledger;
  /** Name of a feature in the ledger: its id, or its number where it has none. */
  readonly idOf: (feature: number) => string;
  readonly moves: ReadonlyMap<string, ReadonlyMap<string, ClassMove>>;
  remove(): Promise<void>;
};

/** What is to be done about the ground (`AccountRequest`). */
export type RepairChoice = { readonly option: Exclude<RepairOption, "off">; readonly snapM?: Metre };

/** Column of the features' ids; no field is called so. */
const ID = "(id)";

/**
 * Reads the ground again, repairs it as `repair` does, and writes it to a temporary file to be accounted for. Memory is
 * that of what is wrong (`RepairSpool`). The system is the account's: reproject first, repair after.
 *
 * @param grounds opened anew
 * @param summaries of the first reading: a file that is another one now is refused
 * @throws InputError for a file that changed; BrokenInvariant where the ledger does not close
 */
export async function repairGround(
  grounds: readonly Ground[],
  summaries: readonly ReadSummary[],
  { option, snapM }: RepairChoice,
  workEpsg: Epsg,
  rules: Rules,
  hooks: AccountHooks,
): Promise<RepairedGround> {
  const topology = topologyOf(rules);
  const classes = grounds[0].fields.map(({ name }) => name);
  const fields = [...new Set([...classes, ...topology.prioritet.map(({ felt }) => felt), ID])];
  const { name } = grounds[0].source;
  const folder = await tempFolder();
  try {
    const layer = { name, epsg: workEpsg, fields, idField: ID };
    const setup = { ...layer, topology, option, ...(snapM !== undefined && { snapM }), folder: folder.path };
    const spool = new RepairSpool(setup, hooks);
    await spool.settle(readGrounds(grounds, summaries, fields, workEpsg, rules, hooks));
    hooks.onProgress?.({ stage: "reparerer", done: 0, total: 1 });
    const source =
      (await spool.asSource()) ?? (await written(spool, join(folder.path, "grunnkart.fgb"), setup));
    const { ledger, outcome } = spool.account();
    const { polygons, featureCount, idOf } = spool;
    return {
      source,
      idField: ID,
      featureCount,
      name,
      polygons,
      outcome,
      ledger,
      idOf,
      moves: movesBy(classes, spool, ledger),
      remove: () => folder.remove(),
    };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

async function written(
  spool: RepairSpool,
  path: string,
  { name, epsg, fields }: Pick<SpoolSetup, "name" | "epsg" | "fields">,
): Promise<Source> {
  const asText = fields.map((field) => ({ name: field, type: "string" as const }));
  await writeFlatGeobuf(path, { name, epsg, fields: asText, index: false }, spool.repaired());
  return openSource(path, { epsg });
}

/** All files in a row, some features at a time, with some fields by their names in the account, and ids. */
async function* readGrounds(
  grounds: readonly Ground[],
  summaries: readonly ReadSummary[],
  names: readonly string[],
  workEpsg: Epsg,
  rules: Rules,
  hooks: AccountHooks,
): AsyncGenerator<Layer> {
  const total = grounds.reduce((sum, { source }) => sum + source.byteLength, 0);
  let before = 0;
  for (const [i, { source, fields }] of grounds.entries()) {
    const own = source.fields.map((field) => field.name);
    const inFile = new Map(names.filter((name) => own.includes(name)).map((name) => [name, name]));
    for (const field of fields) inFile.set(field.name, field.inFile);
    const id = idFieldOf(source, undefined, rules) ?? groundIdField(source, rules);
    if (id !== undefined) inFile.set(ID, id);
    const placed = makeReprojection(source.name, source.epsg, workEpsg);
    const onBytes = (bytes: number) =>
      hooks.onProgress?.({ stage: "leser på nytt", done: before + bytes, total });
    const batches = readBatches(source, [...new Set(inFile.values())], { onBytes });
    let step = await batches.next();
    try {
      for (; !step.done; step = await batches.next()) {
        const layer = placed(step.value.layer);
        const nothing: CodeColumn = { codes: new Uint32Array(featureCount(layer)), terms: [""] };
        const columns = names.map(
          (name) => [name, layer.columns.get(inFile.get(name) ?? "") ?? nothing] as const,
        );
        yield { ...layer, columns: new Map(columns) };
      }
    } finally {
      await batches.return({ featureCount: 0 });
    }
    if ((step.value.sha256 ?? "") !== (summaries[i].sha256 ?? "")) throw changedMeanwhile(source.path);
    before += source.byteLength;
  }
}

/** The ledger by class: what each value of each field gained and lost. */
function movesBy(
  classes: readonly string[],
  spool: RepairSpool,
  { lines }: Ledger,
): ReadonlyMap<string, ReadonlyMap<string, ClassMove>> {
  const moves = new Map<string, ReadonlyMap<string, ClassMove>>();
  for (const field of classes) {
    const byValue = new Map<string, ClassMove>();
    const post = (feature: number, m2: number): void => {
      const value = spool.valueOf(feature, field);
      const { gainedM2, lostM2 } = byValue.get(value) ?? { gainedM2: 0, lostM2: 0 };
      byValue.set(value, { gainedM2: gainedM2 + Math.max(0, m2), lostM2: lostM2 + Math.max(0, -m2) });
    };
    for (const { kind, from, to, beforeM2, afterM2 } of lines) {
      const change = afterM2 - beforeM2;
      if (kind === "overlap" || kind === "polygon" || kind === "moved") post(from, change);
      if (kind === "gap" || kind === "rounding") post(to, change);
    }
    moves.set(field, byValue);
  }
  return moves;
}
