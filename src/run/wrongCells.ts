import { mergeShares, shareOf, type ZoneKeys } from "../aggregate/merge.js";
import { Tally } from "../aggregate/tally.js";
import { LayerBuilder } from "../core/layer.js";
import type { Epsg } from "../core/units.js";
import { CoverKernel } from "../overlay/kernel.js";
import { measureFor } from "../overlay/measure.js";
import type { Zones } from "../overlay/zones.js";
import type { WrongGround } from "../repair/coverCount.js";
import { shellFirst } from "../repair/ringOrder.js";
import type { WrongCells } from "../tables/repairFacts.js";

/**
 * Ground that nobody has, and ground that is claimed more than once, as cells by zone layer: laid over the zones by the
 * account's own kernel, so that both measures are those of the account. Sums are exact: no order leaves a trace.
 *
 * @param wrong where k polygons claim a place it counts k - 1 times
 */
export function wrongCells(
  wrong: readonly WrongGround[],
  zones: Zones,
  zoneKeys: readonly ZoneKeys[],
  workEpsg: Epsg,
): WrongCells {
  const kernel = new CoverKernel(zones, measureFor(workEpsg));
  const cellsOf = (places: readonly WrongGround[], times: (place: WrongGround) => number) => {
    const builder = new LayerBuilder("hull og dobbeltdekning", workEpsg, []);
    for (const { rings } of places) {
      for (const ring of shellFirst(rings)) builder.ring(ring);
      if (rings.length > 0) builder.endPart();
      builder.endFeature([]);
    }
    const { pieces } = kernel.overlay(builder.build());
    const counted = (m2: Float64Array) => m2.map((area, i) => area * times(places[pieces.ground[i]]));
    const tally = new Tally([]);
    const own = new Float64Array(places.length);
    const posted = { ...pieces, planM2: counted(pieces.planM2), trueM2: counted(pieces.trueM2) };
    tally.add(posted, new Map(), own, own, own);
    return mergeShares([shareOf(tally.toColumns(), (set) => kernel.members(set))], [], zoneKeys).cells;
  };
  const isGap = ({ covered }: WrongGround): boolean => covered === 0;
  return {
    gaps: cellsOf(wrong.filter(isGap), () => 1),
    doubled: cellsOf(
      wrong.filter((place) => !isGap(place)),
      ({ covered }) => covered - 1,
    ),
  };
}
