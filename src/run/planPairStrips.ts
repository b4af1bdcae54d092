/** Plan areas that have no more than a strip in common with an area of the proposal, or with a theme: a border drawn twice. */
import type { ZoneKeys } from "../aggregate/merge.js";
import { PairIndex } from "../core/pairIndex.js";
import { isSurelyNarrower, longestPerimeter, pieceWidth } from "../overlay/pieceShape.js";
import type { Zones } from "../overlay/zones.js";
import type { PlanFacts } from "../tables/planFacts.js";
import { stripPair } from "../tables/planStrips.js";
import type { StripRule } from "./planStrips.js";
import { ZoneShapes } from "./zoneShapes.js";

/** What plan areas are held against: an area of the proposal, or all polygons of a theme that have one key. */
type Partner = { readonly name: string; readonly isTheme: boolean };

/**
 * Finds the pairs whose common ground is a strip by the rule (domain reference 5.6): areas in force against areas of the
 * proposal, and areas of both against themes. A pair is judged whole, in the plane, whatever else lies there and whether the
 * ground reaches so far. Polygons of one theme are one, dissolved; how wide it is by itself is asked of those the area meets.
 *
 * @param layers of the zones, numbered as in the index
 * @returns pairs as `stripPair` names them, the plan area first
 */
export function findStripPairs(
  zones: Zones,
  layers: readonly ZoneKeys[],
  plan: PlanFacts,
  rule: StripRule,
): ReadonlySet<string> {
  const { nameOf, roleOf, partnerOf, partners } = sides(zones.zoneCount, layers, plan);
  const pairs = new PairIndex();
  const areaM2: number[] = [];
  const polygons: Set<number>[] = [];
  const { memberStart, members } = zones.sets;
  const seen = new Set<number>();
  for (let set = 1; set + 1 < memberStart.length; set++) {
    for (let i = memberStart[set]; i < memberStart[set + 1]; i++) {
      const area = members[i];
      if (roleOf[area] === NONE) continue;
      seen.clear();
      for (let k = memberStart[set]; k < memberStart[set + 1]; k++) {
        const partner = partnerOf[members[k]];
        if (partner < 0 || (!partners[partner].isTheme && roleOf[area] !== IN_FORCE)) continue;
        const pair = pairs.of(area, partner);
        (polygons[pair] ??= new Set()).add(members[k]);
        if (seen.has(partner)) continue;
        seen.add(partner);
        areaM2[pair] = (areaM2[pair] ?? 0) + zones.setPlanM2[set];
      }
    }
  }
  const shapes = new ZoneShapes(zones);
  const strips = new Set<string>();
  for (let pair = 0; pair < pairs.size; pair++) {
    const area = pairs.first(pair);
    const others = [...polygons[pair]];
    const { widthM, share } = rule;
    const widest = Math.min(widthM, share * shapes.widthOf([area]), share * shapes.widthOf(others));
    const name = stripPair(nameOf(area), partners[pairs.second(pair)].name);
    if (isSurelyNarrower(areaM2[pair], widest)) {
      strips.add(name);
      continue;
    }
    const own = shapes.of(area);
    const longestM = others.reduce((sum, other) => sum + longestPerimeter(own, shapes.of(other)), 0);
    if (2 * areaM2[pair] >= widest * longestM) continue;
    if (pieceWidth(own, shapes.dissolved(others), areaM2[pair]) < widest) strips.add(name);
  }
  return strips;
}

const [NONE, IN_FORCE, PROPOSED] = [0, 1, 2];

/** What each zone is to the pairs: a plan area, a partner, both or neither. */
function sides(zoneCount: number, layers: readonly ZoneKeys[], plan: PlanFacts) {
  const roleOf = new Uint8Array(zoneCount);
  const partnerOf = new Int32Array(zoneCount).fill(-1);
  const partners: Partner[] = [];
  const numberOf = new Map<string, number>();
  const nameIn = ({ name, from, keys }: ZoneKeys, zone: number): string => `${name}\t${keys[zone - from]}`;
  for (const layer of layers) {
    const role = plan.layers.find((one) => one.layer === layer.name)?.role;
    const isTheme = plan.themes.some((theme) => theme.layer === layer.name);
    for (let zone = layer.from; zone < layer.to; zone++) {
      if (role !== undefined) roleOf[zone] = role === "gjeldende" ? IN_FORCE : PROPOSED;
      if (role !== "ny" && !isTheme) continue;
      const name = nameIn(layer, zone);
      const known = numberOf.get(name) ?? partners.push({ name, isTheme }) - 1;
      numberOf.set(name, known);
      partnerOf[zone] = known;
    }
  }
  const nameOf = (zone: number): string =>
    nameIn(
      layers.find(({ from, to }) => zone >= from && zone < to)!,
      zone,
    );
  return { nameOf, roleOf, partnerOf, partners };
}
