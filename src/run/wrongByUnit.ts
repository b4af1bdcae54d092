import type { ZoneKeys } from "../aggregate/merge.js";
import { LayerBuilder } from "../core/layer.js";
import type { Epsg } from "../core/units.js";
import { CoverKernel } from "../overlay/kernel.js";
import { measureFor } from "../overlay/measure.js";
import type { Zones } from "../overlay/zones.js";
import type { WrongGround } from "../repair/coverCount.js";
import { shellFirst } from "../repair/ringOrder.js";
import type { Both } from "../tables/facts.js";
import type { WrongArea } from "../tables/repairFacts.js";

type Sums = { readonly gap: Mutable<Both>; readonly doubled: Mutable<Both> };
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Ground that nobody has, and ground that is claimed more than once, by unit of each zone layer: laid over the zones by the
 * account's own kernel, so that both measures are those of the account.
 *
 * @returns the whole, and per layer its units by key; only units that have any
 */
export function wrongByUnit(
  wrong: readonly WrongGround[],
  zones: Zones,
  zoneKeys: readonly ZoneKeys[],
  workEpsg: Epsg,
): { readonly whole: WrongArea; readonly units: ReadonlyMap<string, ReadonlyMap<string, WrongArea>> } {
  const builder = new LayerBuilder("hull og dobbeltdekning", workEpsg, []);
  for (const { rings } of wrong) {
    for (const ring of shellFirst(rings)) builder.ring(ring);
    if (rings.length > 0) builder.endPart();
    builder.endFeature([]);
  }
  const kernel = new CoverKernel(zones, measureFor(workEpsg));
  const { pieces } = kernel.overlay(builder.build());
  const whole = none();
  const units = new Map(zoneKeys.map(({ name }) => [name, new Map<string, Sums>()]));
  for (let i = 0; i < pieces.ground.length; i++) {
    const { covered } = wrong[pieces.ground[i]];
    const post = ({ gap, doubled }: Sums): void => {
      const times = covered === 0 ? 1 : covered - 1;
      const to = covered === 0 ? gap : doubled;
      to.planM2 += times * pieces.planM2[i];
      to.trueM2 += times * pieces.trueM2[i];
    };
    post(whole);
    const members = kernel.members(pieces.cover[i]);
    for (const { name, from, to, keys } of zoneKeys) {
      const there = members.filter((zone) => zone >= from && zone < to).map((zone) => keys[zone - from]);
      const byKey = units.get(name)!;
      for (const key of new Set(there)) {
        const sums = byKey.get(key) ?? none();
        byKey.set(key, sums);
        post(sums);
      }
    }
  }
  return { whole, units };
}

const none = (): Sums => ({ gap: { planM2: 0, trueM2: 0 }, doubled: { planM2: 0, trueM2: 0 } });
