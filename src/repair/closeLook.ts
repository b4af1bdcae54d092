import Flatbush from "flatbush";
import { type Bbox, featureCount, type Layer } from "../core/layer.js";
import { featureBox } from "../core/subset.js";
import type { M2 } from "../core/units.js";
import type { CoverSettings } from "./coverage.js";
import { type CoverCount, coverCount, type LooseVertex } from "./coverCount.js";
import { coverFaces } from "./coverFaces.js";
import { byPlace, type CoverLimits, decide, type Decision } from "./decide.js";
import { RingNearBoxes } from "./nearBox.js";
import { isOpen, openGap } from "./openGap.js";
import { areasOf, ringArea, RingsOut } from "./rings.js";

/** What is wrong between the polygons of a layer, and who has a part in it. */
export type CoverTrouble = {
  /** Overlaps, and gaps small enough to be filled or nearly so; as they would be decided. In order of their places. */
  readonly decisions: readonly Decision[];
  /** Larger gaps: they stay, whoever lies round them. */
  readonly openGaps: readonly Decision[];
  readonly vertices: readonly LooseVertex[];
  /** Places whose borders could not be cut into faces. */
  readonly refused: readonly { readonly features: readonly number[]; readonly areaM2: M2 }[];
};

/** So far beyond its box the neighbours of a place are looked for: new points are rounded, and that is less by far. */
const MARGIN_M = 1e-3;

/** Boxes in which polygons must be known for `lookClosely`, each a little larger than what is wrong. */
export function placesToLookAt({ wrong }: CoverCount, limits: CoverLimits): Bbox[] {
  const asked = wrong.filter((ground) => !isOpen(ground, limits));
  return asked.map(({ box: [minX, minY, maxX, maxY] }) => [
    minX - MARGIN_M,
    minY - MARGIN_M,
    maxX + MARGIN_M,
    maxY + MARGIN_M,
  ]);
}

/**
 * Finds overlaps, gaps and unmatched vertices between the polygons of a layer, and changes nothing. Edges are matched
 * with their reverse; only where that leaves a count other than one are polygons looked at closely (design 3.4).
 *
 * @param layer valid polygons with tidy rings (`repairPolygons`); of others, what their rings wind round
 */
export function checkCoverage(layer: Layer, settings: CoverSettings): CoverTrouble {
  const count = coverCount(layer);
  if (count !== undefined) return lookClosely(layer, count, settings);
  const areaM2 = areasOf(layer).reduce((sum, m2) => sum + m2, 0);
  const features = Array.from({ length: featureCount(layer) }, (_, f) => f);
  return { decisions: [], openGaps: [], vertices: [], refused: [{ features, areaM2 }] };
}

/**
 * Names who has a part in each wrong place. Cost and memory are those of the borders near the places.
 *
 * @param layer all polygons with a part in a place (`placesToLookAt`); others do no harm
 * @param count of the whole layer, or of what it was taken from
 */
export function lookClosely(
  layer: Layer,
  count: CoverCount,
  { limits, nameOf, priorityOf }: CoverSettings,
): CoverTrouble {
  const openGaps = count.wrong
    .filter((ground) => isOpen(ground, limits))
    .map((ground) => openGap(ground, limits));
  const near = new NearPolygons(layer);
  const decisions: Decision[] = [];
  const refused: { features: readonly number[]; areaM2: M2 }[] = [];
  for (const { boxes, features } of clustersOf(layer, placesToLookAt(count, limits))) {
    const some = near.within(features, around(boxes));
    const every = some.features.map((_, i) => i);
    const cover = coverFaces(some.layer, { boxes, features: every }, (i) => nameOf(some.features[i]));
    if (cover === undefined) {
      refused.push({ features, areaM2: features.reduce((sum, f) => sum + near.areaOf(f), 0) });
      continue;
    }
    const claims = {
      priorityOf: (i: number) => priorityOf(some.features[i]),
      areaM2Of: (i: number) => near.areaOf(some.features[i]),
    };
    for (const decision of decide(cover, boxes, claims, limits, "in places").decisions) {
      const { features: who, to } = decision;
      const named = { features: who.map((i) => some.features[i]), to: to < 0 ? -1 : some.features[to] };
      decisions.push({ ...decision, ...named });
    }
  }
  return { decisions: decisions.sort(byPlace), openGaps, vertices: count.vertices, refused };
}

const around = (boxes: readonly Bbox[]): Bbox => [
  boxes.reduce((least, box) => Math.min(least, box[0]), Infinity),
  boxes.reduce((least, box) => Math.min(least, box[1]), Infinity),
  boxes.reduce((most, box) => Math.max(most, box[2]), -Infinity),
  boxes.reduce((most, box) => Math.max(most, box[3]), -Infinity),
];

/** Polygons cut short outside a box, and their areas; what is made of a polygon is kept for the next place it is met in. */
class NearPolygons {
  private readonly ringsOf = new Map<number, readonly RingNearBoxes[]>();
  private readonly areas = new Map<number, M2>();

  constructor(private readonly layer: Layer) {}

  /** Those that have anything there, as a layer of rings, and their numbers. */
  within(features: readonly number[], box: Bbox): { layer: Layer; features: readonly number[] } {
    const out = new RingsOut({ ...this.layer, columns: new Map() });
    const there = features.filter((f) => {
      const rings = this.rings(f).flatMap((ring) => ring.within(box) ?? []);
      if (rings.length === 0) return false;
      for (const ring of rings) out.ring(ring);
      out.endPart();
      out.endFeature();
      return true;
    });
    return { layer: out.build("own"), features: there };
  }

  private rings(feature: number): readonly RingNearBoxes[] {
    let rings = this.ringsOf.get(feature);
    if (rings === undefined) {
      rings = Array.from(this.stored(feature), (ring) => new RingNearBoxes(ring));
      this.ringsOf.set(feature, rings);
    }
    return rings;
  }

  areaOf(feature: number): M2 {
    let areaM2 = this.areas.get(feature);
    if (areaM2 === undefined) {
      areaM2 = 0;
      for (const ring of this.stored(feature)) areaM2 += ringArea(ring);
      this.areas.set(feature, areaM2);
    }
    return areaM2;
  }

  private *stored(feature: number): Generator<Float64Array> {
    const { xy, ringVertex, partRing, featurePart } = this.layer;
    for (let r = partRing[featurePart[feature]]; r < partRing[featurePart[feature + 1]]; r++) {
      if (ringVertex[r] < ringVertex[r + 1]) yield xy.subarray(2 * ringVertex[r], 2 * ringVertex[r + 1]);
    }
  }
}

type Cluster = { readonly boxes: Bbox[]; readonly features: number[] };

/** Places that meet are looked at together, so that each wrong face is decided once. With the polygons whose box meets one. */
function clustersOf(layer: Layer, places: readonly Bbox[]): readonly Cluster[] {
  if (places.length === 0) return [];
  const index = new Flatbush(places.length);
  for (const place of places) index.add(...place);
  index.finish();
  const clusterOf = new Int32Array(places.length).fill(-1);
  const clusters: Cluster[] = [];
  for (let first = 0; first < places.length; first++) {
    if (clusterOf[first] >= 0) continue;
    const number = clusters.length;
    const cluster: Cluster = { boxes: [], features: [] };
    clusters.push(cluster);
    clusterOf[first] = number;
    const queue = [first];
    for (let place = queue.pop(); place !== undefined; place = queue.pop()) {
      cluster.boxes.push(places[place]);
      for (const other of index.search(...places[place])) {
        if (clusterOf[other] >= 0) continue;
        clusterOf[other] = number;
        queue.push(other);
      }
    }
  }
  for (let f = 0; f < featureCount(layer); f++) {
    const box = featureBox(layer, f);
    if (!(box[0] <= box[2])) continue;
    const met = index.search(...box);
    if (met.length === 0) continue;
    for (const number of new Set(met.map((place) => clusterOf[place]))) clusters[number].features.push(f);
  }
  return clusters;
}
