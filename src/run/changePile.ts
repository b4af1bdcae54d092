import { type Bbox, boxesMeet, featureCount, type Layer, LayerBuilder, termOf } from "../core/layer.js";
import { featureBox, subsetWithColumns } from "../core/subset.js";
import type { Measure } from "../core/measure.js";
import type { Epsg } from "../core/units.js";
import { CoverKernel, type KernelResult } from "../overlay/kernel.js";
import { indexZones } from "../overlay/zones.js";
import type { SideLayer } from "./changeSide.js";

/** A unit layer of a comparison: one key per polygon. */
export type UnitPolygons = { readonly name: string; readonly layer: Layer; readonly keys: readonly string[] };

/** What a zone index of a block holds, in this order: the block itself, units, and polygons of one or both editions. */
export type Pile = {
  readonly kernel: CoverKernel;
  /** First zone of each unit layer, then of the editions' polygons. */
  readonly unitFrom: readonly number[];
  readonly otherFrom: number;
  readonly unitKeys: readonly (readonly string[])[];
};

/** A cover set as a comparison sees it. */
export type Cover = {
  readonly inBlock: boolean;
  readonly units: readonly string[];
  readonly others: readonly number[];
};

/** Makes the zone indexes of blocks. */
export class PileMaker {
  private readonly unitBoxes: readonly Bbox[][];

  constructor(
    private readonly units: readonly UnitPolygons[],
    private readonly epsg: Epsg,
    private readonly measure: Measure,
  ) {
    this.unitBoxes = units.map(({ layer }) =>
      Array.from({ length: featureCount(layer) }, (_, f) => featureBox(layer, f)),
    );
  }

  /** The index of a block: its own rectangle, the units near it, and polygons of the editions. */
  make(box: Bbox, others: readonly Layer[]): Pile {
    const near = this.units.map(({ layer, keys }, u) => {
      const features = Array.from(keys.keys()).filter((f) => boxesMeet(this.unitBoxes[u][f], box));
      return { layer: subsetWithColumns(layer, features), keys: features.map((f) => keys[f]) };
    });
    const unitFrom: number[] = [];
    let from = 1;
    for (const { keys } of near) {
      unitFrom.push(from);
      from += keys.length;
    }
    const layers = [rectangle(box, this.epsg), ...near.map(({ layer }) => layer), ...others];
    const zones = indexZones(layers, this.measure, (zone) => this.nameOf(zone, layers));
    return {
      kernel: new CoverKernel(zones, this.measure),
      unitFrom,
      otherFrom: from,
      unitKeys: near.map(({ keys }) => keys),
    };
  }

  /** For messages: ids of polygons stand in a column, where the file has them. */
  private nameOf(zone: number, layers: readonly Layer[]): { layer: string; feature: number | string } {
    let feature = zone;
    for (const layer of layers) {
      const count = featureCount(layer);
      if (feature < count) return { layer: layer.name, feature: numberOf(layer, feature) };
      feature -= count;
    }
    return { layer: "blokk", feature: zone };
  }
}

/** The column of places in the file. */
const NUMBER = "nr";

/** Some polygons of an edition, with their places in its file in a column, for messages. */
export function numbered(side: SideLayer, features: readonly number[]): Layer {
  const layer = subsetWithColumns(side.layer, features);
  const terms = ["", ...features.map((f) => String(side.number[f]))];
  const codes = Uint32Array.from(features, (_, i) => i + 1);
  return { ...layer, columns: new Map([...layer.columns, [NUMBER, { codes, terms }]]) };
}

/** The place in its file of a polygon that `numbered` took; of any other, its place in the layer. */
export function numberOf(layer: Layer, feature: number): number {
  const column = layer.columns.get(NUMBER);
  return column === undefined ? feature : Number(termOf(column, feature));
}

function rectangle([minX, minY, maxX, maxY]: Bbox, epsg: Epsg): Layer {
  const builder = new LayerBuilder("blokk", epsg, []);
  builder.ring([minX, minY, maxX, minY, maxX, maxY, minX, maxY, minX, minY]);
  builder.endPart();
  builder.endFeature([]);
  return builder.build();
}

/** Every cover set that has pieces, by its number. */
export function coversOf({ kernel, unitFrom, otherFrom, unitKeys }: Pile, { pieces }: KernelResult): Cover[] {
  const covers: Cover[] = [];
  for (const set of pieces.cover) {
    if (covers[set] !== undefined) continue;
    const members = kernel.members(set);
    const units = unitKeys.map((keys, u) => {
      const met = members
        .filter((zone) => zone >= unitFrom[u] && zone < unitFrom[u] + keys.length)
        .map((zone) => keys[zone - unitFrom[u]]);
      return [...new Set(met)].sort().join("|");
    });
    const others = members.filter((zone) => zone >= otherFrom).map((zone) => zone - otherFrom);
    covers[set] = { inBlock: members[0] === 0, units, others };
  }
  return covers;
}
