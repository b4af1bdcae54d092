import { shared, type Layer } from "../core/layer.js";
import type { Measure } from "../core/measure.js";
import { invariant } from "../core/trouble.js";
import { findNodes } from "./nodes.js";
import { draftZones, finishZones, firstRound, type NameZone, underRanks, type Zones } from "./zones.js";

/** Ranks of zones that were found tangled begin here: above those of layers, below `GROUND`. */
export const TANGLED = 0x40000000;

/**
 * Indexes some of the zones of a larger index under the ranks they have there, so that the ground near them is divided
 * bit for bit as the larger index divides it. Ranks decide ties (`perturb.ts`), and only their order counts; the zones
 * must be whole, in the same order, and all there are near the ground that is looked at.
 *
 * @param rankOf per zone, numbered through all layers
 * @throws InputError for a zone that crosses itself
 */
export function indexRanked(
  layers: readonly Layer[],
  rankOf: ArrayLike<number>,
  measure: Measure,
  nameZone: NameZone,
): Zones {
  const draft = underRanks(draftZones(layers, measure), shared(Uint32Array, rankOf));
  const part = findNodes(draft, firstRound(draft).rings, measure);
  invariant(
    part.tangles.length === 0 || part.selfCrossing !== undefined,
    () => "zones of one rank are tangled here and were not in the larger index",
  );
  return finishZones(draft, [part], measure, nameZone);
}

/** The ranks a finished index gave its zones, with room for further layers between layers and tangled zones. */
export function ranksIn({ rankOf }: Zones, layerCount: number): Uint32Array {
  return rankOf.map((rank, zone) => (rank < layerCount ? rank : TANGLED + zone));
}
