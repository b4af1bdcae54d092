/** What the repair of the ground moved into a figure and out of it: which polygon gained or lost how much, there. */
import { subsetOf } from "../core/subset.js";
import type { M2 } from "../core/units.js";
import { CoverKernel } from "../overlay/kernel.js";
import type { LedgerKind, LedgerLine } from "../repair/ledger.js";
import { ledgerLayer } from "../run/repair.js";
import { shownArea } from "../tables/shown.js";
import { cellFinder, zoneNames, type Scene } from "./explain.js";

/** A line of the ledger that has a part in a figure. */
export type MoveHere = {
  readonly kind: LedgerKind;
  /** The polygon that gained or lost. */
  readonly feature: string;
  /** The polygon on the other side: who got what was lost; "" for nobody. */
  readonly other: string;
  /** What the figure gained by it, less what it lost. Undefined where the ledger knows only the polygon as a whole. */
  readonly hereM2?: M2;
  /** Of the whole line, in the map plane. */
  readonly planM2: M2;
  readonly x: number;
  readonly y: number;
};

/**
 * The ledger's lines that moved ground into or out of some cells, in the ledger's order. The faces of overlaps and gaps are
 * laid under the zones of the account, so that each says how much of it lies in the figure. Empty without a repair.
 *
 * @param weight per cell, as for `partsBehind`
 * @param features those with a part in the figure
 */
export function movesBehind(scene: Scene, weight: Int8Array, features: ReadonlySet<number>): MoveHere[] {
  const { repair } = scene.base.facts;
  if (repair === undefined) return [];
  const { ledger, idOf } = repair;
  const here = m2Here(scene, ledger.lines, weight);
  return ledger.lines.flatMap((line, i): MoveHere[] => {
    const { kind, from, to, beforeM2, afterM2, x, y } = line;
    const owner = ownerOf(line);
    if (owner === undefined) return [];
    const about = { kind, planM2: afterM2 - beforeM2, x, y, feature: idOf(owner) };
    if (line.rings.length === 0)
      return features.has(owner) && about.planM2 !== 0 ? [{ ...about, other: "" }] : [];
    const hereM2 = here.get(i);
    if (hereM2 === undefined) return [];
    return [{ ...about, other: kind === "overlap" ? idOf(to) : idOf(from), hereM2 }];
  });
}

/** Whose ground a line changes; undefined where it changes nobody's. */
function ownerOf({ kind, from, to }: LedgerLine): number | undefined {
  if (kind === "overlap" || kind === "polygon" || kind === "moved") return from;
  return kind === "gap" || kind === "rounding" ? to : undefined;
}

/** By line: what its face brings into the cells, or takes out, in the account's measure. Lines without any are left out. */
function m2Here(scene: Scene, lines: readonly LedgerLine[], weight: Int8Array): ReadonlyMap<number, M2> {
  const { base, ground } = scene;
  const { facts } = base;
  const withFaces = lines.flatMap((line, i) =>
    line.rings.length > 0 && ownerOf(line) !== undefined ? [i] : [],
  );
  const { repair } = facts;
  const all = ledgerLayer(repair!.ledger, base.ground.ground.name, base.ground.ground.epsg, repair!.idOf);
  const kernel = new CoverKernel(ground.zoneIndex(), base.ground.measure);
  const { pieces } = kernel.overlay(subsetOf(all, withFaces));
  const zonesOf = zoneNames(scene);
  const cellOf = cellFinder(scene);
  const here = new Map<number, M2>();
  for (let row = 0; row < pieces.ground.length; row++) {
    const line = withFaces[pieces.ground[row]];
    const classes = ground.classesOf(ownerOf(lines[line])!);
    const cell = cellOf(classes, zonesOf(kernel.members(pieces.cover[row])));
    if (cell < 0 || weight[cell] === 0) continue;
    const m2 = shownArea(facts.measure, { planM2: pieces.planM2[row], trueM2: pieces.trueM2[row] });
    const sign = lines[line].kind === "overlap" ? -1 : 1;
    here.set(line, (here.get(line) ?? 0) + sign * weight[cell] * m2);
  }
  return here;
}
