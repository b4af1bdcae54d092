import type { PlanLayerAreas, PlanMode } from "../aggregate/precedence.js";
import type { PlanMethod } from "../rules/planSchema.js";

/** The plan in force, or the one proposed. */
export type PlanRole = "gjeldende" | "ny";

/** A theme that lies upon ground and plans: naturtyper, verneområder, hensynssoner. Never part of a partition. */
export type ThemeFacts = {
  readonly navn: string;
  /** Its zone layer; undefined when none of its polygons is near the ground. */
  readonly layer?: string;
  /** What is a row of T8: keys of the layer, dissolved each by itself. */
  readonly keys: readonly { readonly key: string; readonly navn: string }[];
  /** Zone layer of where the theme has been mapped at all; null when a coverage was given that is nowhere near. */
  readonly coverage?: string | null;
};

/** What a run knows of plans besides the cells. */
export type PlanFacts = {
  readonly mode: PlanMode;
  readonly methods: readonly PlanMethod[];
  /** Where the proposal has no area: the plan in force stands, or nothing does. */
  readonly newScope: "innenfor" | "hele";
  /** Zone layer whose units the plan tables are made by; undefined for the whole ground. */
  readonly unit?: string;
  readonly layers: readonly (PlanLayerAreas & { readonly role: PlanRole })[];
  readonly themes: readonly ThemeFacts[];
  /**
   * Areas that have no more than a strip in common with one of the proposal, or with a theme, as `stripPair` names them.
   * Undefined where nobody looked.
   */
  readonly stripPairs?: ReadonlySet<string>;
  /** Zone layers with a detaljeringssone where the older zoning plan still rules, by role, and its key there. */
  readonly detailing: readonly { readonly role: PlanRole; readonly layer: string; readonly key: string }[];
};

/** Names of the zone layers that plan accounts read for themselves: no units of T1 and T2. */
export function planLayerNames(plan: PlanFacts | undefined): ReadonlySet<string> {
  if (plan === undefined) return new Set();
  const names = [
    ...plan.layers.map(({ layer }) => layer),
    ...plan.themes.flatMap(({ layer, coverage }) => [layer, coverage]),
  ];
  return new Set(names.filter((name): name is string => typeof name === "string"));
}
