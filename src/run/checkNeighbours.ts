import { type Bbox, featureCount, type Layer, termOf } from "../core/layer.js";
import { subsetOf } from "../core/subset.js";
import type { Epsg } from "../core/units.js";
import { crsOf } from "../read/crs/crs.js";
import { openSource } from "../read/open.js";
import { PointMover } from "../read/crs/pointMover.js";
import { LayerPieces, readBatches } from "../read/readLayer.js";
import { makeReprojection } from "../read/crs/reproject.js";
import type { Source } from "../read/source.js";
import { asMeant } from "../repair/asMeant.js";
import { lookClosely, placesToLookAt } from "../repair/closeLook.js";
import { countCover } from "../repair/coverCount.js";
import { coverFindings } from "../repair/coverFindings.js";
import type { LooseGather } from "../repair/looseGather.js";
import { Places } from "../repair/neighbourhood.js";
import { isPlaced } from "../repair/placed.js";
import type { PlacedFinding } from "../repair/polygonFindings.js";
import { areasOf } from "../repair/rings.js";
import { recogniseFields } from "../rules/recognise.js";
import type { Rules } from "../rules/rules.js";
import { changedMeanwhile } from "./changedMeanwhile.js";
import { coverLimitsOf, topologyOf } from "./topology.js";

/**
 * Is a layer one that should cover the ground once, by its fields: an edition of the Grunnkart, or land cover with a
 * field of its own in the accounting rules? Not so for plans, whose areas may lie on each other.
 */
export function shouldCoverOnce({ fields }: Pick<Source, "fields">, rules: Rules): boolean {
  const names = fields.map(({ name }) => name);
  const family = recogniseFields(rules, names)?.family;
  if (family !== undefined) return family === "grunnkart";
  const lower = names.map((name) => name.toLowerCase());
  return rules.accounting.classifications.some(
    ({ field, onlyIfAllKnown }) => onlyIfAllKnown !== true && lower.includes(field.toLowerCase()),
  );
}

/** A layer that was read once, and whose polygons' borders are known. */
export type ReadOnce = {
  readonly source: Source;
  readonly sha256: string;
  readonly areaM2: number;
  /** The system the borders are in: metres, since thresholds are lengths. */
  readonly areaEpsg: Epsg;
  readonly idField?: string;
  readonly borders: LooseGather;
  /** minx, miny, maxx, maxy of each feature in that system, in file order; in as many pieces as it was read in. */
  readonly boxes: readonly Float64Array[];
  /** By a feature's number: whether it may have anything wrong in that system. */
  mayBeWrong(feature: number): boolean;
};

/**
 * What is wrong between the polygons of a layer that should cover the ground once: overlaps, gaps, duplicates, unmatched
 * vertices. Where there is something, the file is read again, and the polygons that have a part in a wrong place are kept:
 * each is read by the structure rule first. Memory is that of the loose edges, and of those polygons.
 *
 * @returns findings with places in the file's own system
 * @throws InputError for a file that cannot be read, or is another one now
 */
export async function checkNeighbours(
  once: ReadOnce,
  rules: Rules,
  signal?: AbortSignal,
): Promise<readonly PlacedFinding[]> {
  const { source, areaM2, areaEpsg, borders } = once;
  const limits = coverLimitsOf(topologyOf(rules));
  const count = countCover(borders.left(), { name: source.name, epsg: areaEpsg });
  const places = count === undefined ? [] : placesToLookAt(count, limits);
  const { layer: asRead, numbers, ids } = await readNear(once, places, signal);
  const layer = asMeant(asRead, (f) => once.mayBeWrong(numbers[f]));
  const areas = areasOf(layer);
  const idOf = (f: number) => ids[f] ?? "";
  const unknown = { decisions: [], openGaps: [], vertices: [], refused: [{ features: [], areaM2 }] };
  const found =
    count === undefined
      ? unknown
      : lookClosely(layer, count, { limits, nameOf: idOf, priorityOf: () => Infinity });
  const findings = coverFindings(source.name, found, limits, {
    named: (f) => ({ layer: source.name, feature: numbers[f], id: idOf(f) }),
    areaM2Of: (f) => areas[f],
  });
  return placedIn(source, areaEpsg, findings);
}

type NearLayer = { readonly layer: Layer; readonly numbers: readonly number[]; readonly ids: string[] };

/** Reads the file again, and keeps the features that have a part in a place, with their numbers and ids. */
async function readNear(
  { source: { path, epsg }, sha256, areaEpsg, idField, boxes }: ReadOnce,
  places: readonly Bbox[],
  signal: AbortSignal | undefined,
): Promise<NearLayer> {
  const pieces = new LayerPieces([]);
  const numbers: number[] = [];
  const ids: string[] = [];
  const source = await openSource(path, { epsg });
  const joined = () => ({ layer: pieces.join(source.name, areaEpsg), numbers, ids });
  if (places.length === 0) return joined();
  const wrong = new Places(places);
  const toMetres = makeReprojection(source.name, epsg, areaEpsg);
  const wanted = featuresNear(wrong, boxes);
  const among = new Set(wanted);
  const batches = readBatches(source, idField === undefined ? [] : [idField], {
    isWanted: (feature) => among.has(feature),
  });
  let at = 0;
  let step = await batches.next();
  for (; !step.done; step = await batches.next()) {
    signal?.throwIfAborted();
    const layer = toMetres(step.value.layer);
    const id = idField === undefined ? undefined : layer.columns.get(idField);
    const near: number[] = [];
    for (let f = 0; f < featureCount(layer); f++, at++) {
      if (!wrong.isReachedBy(layer, f) || !isPlaced(layer, f)) continue;
      near.push(f);
      numbers.push(wanted[at]);
      ids.push(id === undefined ? "" : termOf(id, f));
    }
    pieces.add(subsetOf(layer, near));
  }
  if ((step.value.sha256 ?? "") !== sha256) throw changedMeanwhile(path);
  return joined();
}

/** Numbers of the features whose boxes meet a place, ascending. */
function featuresNear(places: Places, boxes: readonly Float64Array[]): number[] {
  const near: number[] = [];
  let feature = 0;
  for (const some of boxes) {
    for (let at = 0; at < some.length; at += 4, feature++)
      if (places.meet(some[at], some[at + 1], some[at + 2], some[at + 3])) near.push(feature);
  }
  return near;
}

/** Findings with their places moved back to the file's system. */
function placedIn(source: Source, from: Epsg, findings: readonly PlacedFinding[]): readonly PlacedFinding[] {
  if (from === source.epsg) return findings;
  const mover = new PointMover(crsOf(source.name, from), crsOf(source.name, source.epsg));
  const moved = (ring: Float64Array): Float64Array => {
    const there = new Float64Array(ring.length);
    for (let i = 0; i < ring.length; i += 2) {
      there[i] = mover.move(ring[i], ring[i + 1]) ? mover.x : NaN;
      there[i + 1] = mover.y;
    }
    return there;
  };
  return findings.map(({ ground = [], ...finding }) => {
    const { x, y } = mover.move(finding.x, finding.y) ? mover : { x: NaN, y: NaN };
    return { ...finding, x, y, ground: ground.map(moved) };
  });
}
