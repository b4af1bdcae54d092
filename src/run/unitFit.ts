import type { CodeColumn, Layer } from "../core/layer.js";
import { termOf } from "../core/layer.js";
import type { Finding } from "../core/trouble.js";
import { tupleKey } from "../core/tuple.js";
import type { Epsg } from "../core/units.js";
import { overlay } from "../overlay/overlay.js";
import { openSource } from "../read/open.js";
import { readLayer } from "../read/readLayer.js";
import { reproject } from "../read/crs/reproject.js";
import { coverCount } from "../repair/coverCount.js";
import type { UnitRequest } from "./units.js";

/** How the units of a layer that should cover their ground once fit each other. */
export type UnitFit = {
  /** Keys of units that lie on each other, in no order. */
  readonly pairs: readonly (readonly [a: string, b: string])[];
  /** ENHET_HULL: gaps between them. */
  readonly findings: readonly Finding[];
};

/**
 * Lays a layer over itself and looks for gaps in it. An account sees neither exactly: ground in a gap is of no unit as is
 * ground outside them all, and overlaps below the rounding of a large ground polygon are folded into its largest piece.
 * The layer is read once more, whole.
 *
 * @param name the layer's, in the account
 * @param epsg the account's; areas are in its plane
 */
export async function fitOfUnits(
  name: string,
  unit: UnitRequest,
  keyField: string,
  epsg: Epsg,
): Promise<UnitFit> {
  const source = await openSource(unit.path, unit.epsg === undefined ? {} : { epsg: unit.epsg });
  const { layer: asRead } = await readLayer(source, [keyField]);
  const layer = source.epsg === epsg ? asRead : reproject(asRead, epsg);
  return { pairs: pairsIn(layer, keyField), findings: gapsIn(layer, name) };
}

function pairsIn(layer: Layer, keyField: string): UnitFit["pairs"] {
  const { pieces, members } = overlay(layer, [layer]);
  const key = layer.columns.get(keyField) as CodeColumn;
  const pairs = new Map<string, readonly [string, string]>();
  pieces.cover.forEach((cover, i) => {
    if (pieces.planM2[i] <= 0) return;
    const one = termOf(key, pieces.ground[i]);
    for (const zone of members[cover]) {
      const other = termOf(key, zone);
      if (one < other) pairs.set(tupleKey([one, other]), [one, other]);
    }
  });
  return [...pairs.values()];
}

function gapsIn(layer: Layer, name: string): Finding[] {
  const count = coverCount(layer);
  const about = { severity: "warning", layer: name, feature: -1, did: "kept" } as const;
  if (count === undefined) {
    const says = "enhetenes grenser lar seg ikke dele i flater; hull mellom dem er ikke funnet";
    return [{ ...about, code: "DEKNING_UKJENT", areaM2: 0, says }];
  }
  const gaps = count.wrong.filter(({ covered }) => covered === 0);
  if (gaps.length === 0) return [];
  const areaM2 = gaps.reduce((sum: number, gap) => sum + gap.areaM2, 0);
  const says = `${gaps.length} hull mellom enhetene; grunnen der er ikke med i noen av dem`;
  return [{ ...about, code: "ENHET_HULL", areaM2, says }];
}
