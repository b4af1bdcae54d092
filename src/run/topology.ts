/** The rules of repair (`rules/topologi.json`) in the terms of `repair/`. */
import { InputError } from "../core/trouble.js";
import type { Metre } from "../core/units.js";
import type { CoverLimits } from "../repair/decide.js";
import type { DecisionRule } from "../repair/readings.js";
import type { Rules } from "../rules/rules.js";
import type { Topology } from "../rules/topologySchema.js";

/** The thresholds of the rules. @throws InputError where there is no such rule set */
export function topologyOf(rules: Rules): Topology {
  if (rules.topology !== undefined) return rules.topology;
  throw new InputError(
    { layer: "rules" },
    {
      came: "no rule set of kind topologi",
      wanted: "one, such as topologi.json",
      todo: "Put the shipped one back.",
    },
  );
}

export const coverLimitsOf = ({ hull, overlapp, stripe }: Topology): CoverLimits => ({
  roundingM: hull.avrundingM,
  gapM: hull.fyllesBreddeM,
  gapM2: hull.fyllesM2,
  overlapM: overlapp.feilOverBreddeM,
  sliverM: stripe.breddeM,
});

export const decisionRuleOf = ({ avgjorelse: { m2, andel } }: Topology): DecisionRule => ({
  m2,
  share: andel,
});

/** Vertices further apart than this are never taken for one: what is wider is ground, and an error of the data. */
export const LONGEST_SNAP_M: Metre = 1;

/** @throws InputError for a tolerance that is no length from 0 (not included) to `LONGEST_SNAP_M` */
export function holdToSnap(snapM: Metre | undefined, path: string): void {
  if (snapM === undefined || (snapM > 0 && snapM <= LONGEST_SNAP_M)) return;
  throw new InputError(
    { layer: path },
    {
      came: `a snap tolerance of ${snapM} m`,
      wanted: `more than 0 and no more than ${LONGEST_SNAP_M} m`,
      todo: "Name another with --snap, such as 0.05, or leave it out",
    },
  );
}
