import { join } from "node:path";
import { type CodeColumn, featureCount, type Layer, termOf } from "../core/layer.js";
import { InputError } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";
import { openSource } from "../read/open.js";
import { LayerPieces, readLayer } from "../read/readLayer.js";
import { makeReprojection } from "../read/reproject.js";
import type { ReadSummary, Source } from "../read/source.js";
import { tempFolder } from "../read/tempFolder.js";
import { repairCoverage, type RepairedCoverage } from "../repair/coverage.js";
import { type Ledger, ledgerOf } from "../repair/ledger.js";
import { repairPolygons, type RepairedPolygons } from "../repair/polygons.js";
import type { Rules } from "../rules/rules.js";
import type { ClassMove, RepairOption } from "../tables/repairFacts.js";
import { writeFlatGeobuf } from "../write/flatgeobuf.js";
import type { Ground } from "./grounds.js";
import type { AccountHooks } from "./hooks.js";
import { coverLimitsOf, idFieldOf, topologyOf } from "./repair.js";

/** A ground that was repaired: all its files as one, in the account's system. */
export type RepairedGround = {
  /** A file of our own, gone with `remove`. Its fields are those of the account. */
  readonly source: Source;
  /** The ground as it came, its features numbered through all files. */
  readonly layer: Layer;
  readonly mended: RepairedPolygons;
  readonly repaired: RepairedCoverage;
  readonly ledger: Ledger;
  readonly idOf: (feature: number) => string;
  readonly moves: ReadonlyMap<string, ReadonlyMap<string, ClassMove>>;
  remove(): Promise<void>;
};

/** Column of the features' ids; no field is called so. */
const ID = "(id)";

/**
 * Reads the ground again, whole, repairs it as `repair` does, and writes it to a temporary file to be accounted for.
 * Memory is that of the ground's borders. The system is the account's: reproject first, repair after.
 *
 * @param grounds opened anew
 * @param summaries of the first reading: a file that is another one now is refused
 * @throws InputError for a file that changed; BrokenInvariant where the ledger does not close
 */
export async function repairGround(
  grounds: readonly Ground[],
  summaries: readonly ReadSummary[],
  option: Exclude<RepairOption, "off">,
  workEpsg: Epsg,
  rules: Rules,
  hooks: AccountHooks,
): Promise<RepairedGround> {
  const topology = topologyOf(rules);
  const limits = coverLimitsOf(topology);
  const classes = grounds[0].fields.map(({ name }) => name);
  const priorities = topology.prioritet.map(({ felt }) => felt);
  hooks.onProgress?.({ stage: "leser på nytt", done: 0, total: 1 });
  const layer = await readGrounds(
    grounds,
    summaries,
    [...new Set([...classes, ...priorities])],
    workEpsg,
    rules,
  );
  hooks.signal?.throwIfAborted();
  hooks.onProgress?.({ stage: "reparerer", done: 0, total: 1 });
  const { m2, andel } = topology.avgjorelse;
  const mended = repairPolygons(layer, { m2, share: andel });
  const ids = layer.columns.get(ID) as CodeColumn;
  const nameOf = (feature: number) => termOf(ids, feature);
  const placeOf = placesIn(layer, topology.prioritet);
  const repaired =
    option === "full"
      ? repairCoverage(mended.layer, { limits, nameOf, priorityOf: placeOf })
      : untouched(mended.layer);
  const ledger = ledgerOf(mended, repaired, limits);
  hooks.signal?.throwIfAborted();

  const folder = await tempFolder();
  try {
    const path = join(folder.path, "grunnkart.fgb");
    const fields = classes.map((name) => ({ name, type: "string" as const }));
    const out = { name: grounds[0].source.name, epsg: workEpsg, fields, index: false };
    await writeFlatGeobuf(path, out, [repaired.layer]);
    return {
      source: await openSource(path, { epsg: workEpsg }),
      layer,
      mended,
      repaired,
      ledger,
      idOf: (feature) => (feature < 0 ? "" : nameOf(feature) || String(feature)),
      moves: movesBy(classes, layer, ledger),
      remove: () => folder.remove(),
    };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

/** All files as one layer, with some fields by their names in the account, and ids. */
async function readGrounds(
  grounds: readonly Ground[],
  summaries: readonly ReadSummary[],
  names: readonly string[],
  workEpsg: Epsg,
  rules: Rules,
): Promise<Layer> {
  const pieces = new LayerPieces([...names, ID]);
  for (const [i, { source, fields }] of grounds.entries()) {
    const own = source.fields.map(({ name }) => name);
    const inFile = new Map(names.filter((name) => own.includes(name)).map((name) => [name, name]));
    for (const field of fields) inFile.set(field.name, field.inFile);
    const id = idFieldOf(source, undefined, rules);
    if (id !== undefined) inFile.set(ID, id);
    const read = await readLayer(source, [...new Set(inFile.values())]);
    if (read.sha256 !== (summaries[i].sha256 ?? "")) throw changedMeanwhile(source.path);
    const placed = makeReprojection(source.name, source.epsg, workEpsg)(read.layer);
    const nothing: CodeColumn = { codes: new Uint32Array(featureCount(placed)), terms: [""] };
    const columns = [...names, ID].map(
      (name) => [name, read.layer.columns.get(inFile.get(name) ?? "") ?? nothing] as const,
    );
    pieces.add({ ...placed, columns: new Map(columns) });
  }
  return pieces.join(grounds[0].source.name, workEpsg);
}

function changedMeanwhile(path: string): InputError {
  return new InputError(
    { layer: path },
    {
      came: "a file that changed while it was read",
      wanted: "a file at rest: it is read again where it has errors to repair",
      todo: "Run again when whatever writes it is done",
    },
  );
}

/** Place of a feature in the list of explicit priorities; Infinity where it has none. */
function placesIn(
  { columns }: Layer,
  priorities: readonly { readonly felt: string; readonly verdi: string }[],
): (feature: number) => number {
  const isAt = priorities.map(({ felt, verdi }) => {
    const column = columns.get(felt);
    return (feature: number) => column !== undefined && termOf(column, feature) === verdi;
  });
  return (feature) => {
    const place = isAt.findIndex((is) => is(feature));
    return place < 0 ? Infinity : place;
  };
}

const untouched = (layer: Layer): RepairedCoverage => ({
  layer,
  decisions: [],
  openGaps: [],
  vertices: [],
  moved: [],
  refused: [],
  changed: [],
});

/** The ledger by class: what each value of each field gained and lost. */
function movesBy(
  classes: readonly string[],
  { columns }: Layer,
  { lines }: Ledger,
): ReadonlyMap<string, ReadonlyMap<string, ClassMove>> {
  const moves = new Map<string, ReadonlyMap<string, ClassMove>>();
  for (const field of classes) {
    const column = columns.get(field) as CodeColumn;
    const byValue = new Map<string, ClassMove>();
    const post = (feature: number, m2: number): void => {
      const value = termOf(column, feature);
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
