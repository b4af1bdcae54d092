/** Features in another shape: parts as they are built, and layers in which some features have them. */
import { featureCount, type Layer } from "../core/layer.js";
import { isHarmless } from "./defect.js";
import type { Parts } from "./outlines.js";
import { fromLowest, RingsOut } from "./rings.js";
import { PolygonChecker } from "./validity.js";

/** The shape a feature has, copied. */
export function partsIn({ xy, ringVertex, partRing, featurePart }: Layer, feature: number): Parts {
  const parts: Float64Array[][] = [];
  for (let p = featurePart[feature]; p < featurePart[feature + 1]; p++) {
    const rings: Float64Array[] = [];
    for (let r = partRing[p]; r < partRing[p + 1]; r++)
      rings.push(xy.slice(2 * ringVertex[r], 2 * ringVertex[r + 1]));
    parts.push(rings);
  }
  return parts;
}

/** The layer with some features in another shape. A feature without parts keeps its row. */
export function withParts(layer: Layer, built: ReadonlyMap<number, Parts>): Layer {
  if (built.size === 0) return layer;
  const { xy, ringVertex, partRing, featurePart } = layer;
  const out = new RingsOut(layer);
  for (let f = 0; f < featureCount(layer); f++) {
    const parts = built.get(f);
    if (parts !== undefined) {
      put(out, parts);
      continue;
    }
    for (let p = featurePart[f]; p < featurePart[f + 1]; p++) {
      for (let r = partRing[p]; r < partRing[p + 1]; r++) {
        if (ringVertex[r] < ringVertex[r + 1])
          out.ring(xy.subarray(2 * ringVertex[r], 2 * ringVertex[r + 1]));
      }
      out.endPart();
    }
    out.endFeature();
  }
  return out.build();
}

function put(out: RingsOut, parts: Parts): void {
  for (const rings of parts) {
    for (const ring of rings) out.ring(ring);
    out.endPart();
  }
  out.endFeature();
}

/** Is a feature already what was built? Where its rings begin, and in what order they stand, is nothing. */
export function isShape(
  { xy, ringVertex, partRing, featurePart }: Layer,
  feature: number,
  parts: Parts,
): boolean {
  const built = parts.flat();
  const first = partRing[featurePart[feature]];
  const count = partRing[featurePart[feature + 1]] - first;
  if (count !== built.length) return false;
  const known = new Map(built.map((ring) => [`${ring[0]} ${ring[1]} ${ring[2]} ${ring[3]}`, ring]));
  for (let r = first; r < first + count; r++) {
    const own = fromLowest(xy.subarray(2 * ringVertex[r], 2 * ringVertex[r + 1]));
    const ring = known.get(`${own[0]} ${own[1]} ${own[2]} ${own[3]}`);
    if (ring?.length !== own.length || !ring.every((value, i) => value === own[i])) return false;
  }
  return true;
}

/** Is what was built valid to our own check? */
export function isSound(like: Layer, parts: Parts): boolean {
  const alone = new RingsOut({ ...like, columns: new Map() });
  put(alone, parts);
  return new PolygonChecker().check(alone.build("own"), 0).every(({ kind }) => isHarmless(kind));
}
