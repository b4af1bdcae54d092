/** The borders of indexed zones, to look at the width of what they have in common with something else. */
import type { Layer } from "../core/layer.js";
import { subsetOf } from "../core/subset.js";
import type { Metre } from "../core/units.js";
import { EdgesByNorthing, type FeatureOf } from "../overlay/pieceShape.js";
import type { Zones } from "../overlay/zones.js";

type Shape = FeatureOf & { readonly edges: EdgesByNorthing };

/** Edges are sorted for a zone when it is first asked about, and kept. */
export class ZoneShapes {
  private readonly layer: Layer;
  private readonly known = new Map<number, Shape>();

  constructor(private readonly zones: Zones) {
    this.layer = ringsAsParts(zones);
  }

  of(zone: number): Shape {
    let shape = this.known.get(zone);
    if (shape === undefined) {
      const of = { layer: this.layer, feature: zone };
      this.known.set(zone, (shape = { ...of, edges: new EdgesByNorthing(of) }));
    }
    return shape;
  }

  /** 2 x area / perimeter of zones as one, a border between two of them counted in both. */
  widthOf(zones: readonly number[]): Metre {
    let areaM2 = 0;
    let perimeterM = 0;
    for (const zone of zones) {
      areaM2 += this.zones.ownPlanM2[zone];
      perimeterM += this.of(zone).edges.perimeterM;
    }
    return (2 * areaM2) / perimeterM;
  }

  /** Zones as one polygon, dissolved: they may lie beside each other and on each other. */
  dissolved(zones: readonly number[]): FeatureOf {
    if (zones.length === 1) return this.of(zones[0]);
    const some = subsetOf(this.layer, zones);
    const { ringVertex, featurePart } = some;
    const polygonOf = new Uint32Array(some.xy.length / 2);
    for (let i = 0; i < zones.length; i++)
      polygonOf.fill(i, ringVertex[featurePart[i]], ringVertex[featurePart[i + 1]]);
    return {
      layer: { ...some, featurePart: Uint32Array.of(0, featurePart[zones.length]) },
      feature: 0,
      polygonOf,
    };
  }
}

/** Each ring a part: that tells inside from outside all the same. */
function ringsAsParts({ xy, ringVertex, ownerOf, zoneCount }: Zones): Layer {
  const featurePart = new Uint32Array(zoneCount + 1);
  for (const zone of ownerOf) featurePart[zone + 1]++;
  for (let zone = 0; zone < zoneCount; zone++) featurePart[zone + 1] += featurePart[zone];
  const partRing = Uint32Array.from({ length: ownerOf.length + 1 }, (_, ring) => ring);
  return { name: "zones", epsg: 0, xy, ringVertex, partRing, featurePart, columns: new Map() };
}
