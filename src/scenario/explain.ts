/** The ground behind a figure: every feature with a part in it, and how much. */
import { keysIn } from "../aggregate/merge.js";
import type { CodeColumn, Layer } from "../core/layer.js";
import { shared } from "../core/layer.js";
import { subsetOf } from "../core/subset.js";
import { invariant } from "../core/trouble.js";
import type { M2 } from "../core/units.js";
import type { Rules } from "../rules/rules.js";
import { identityTolerance } from "../tables/identity.js";
import { planFrame } from "../tables/planFrame.js";
import { shownArea } from "../tables/shown.js";
import type { Base } from "./readBase.js";
import { unedited } from "./readBase.js";

/** A ground feature's part in a figure, under one plan area and one unit. */
export type PartOf = {
  /** Zero-based place in the file. */
  readonly feature: number;
  /** Its own id, "" where the file has none. */
  readonly id: string;
  readonly classes: readonly string[];
  /** Keys of the zone layers of the account, in their order. */
  readonly zones: readonly string[];
  /** Id or name of the plan area that rules there; "" without plan. */
  readonly planArea: string;
  readonly planM2: M2;
  readonly trueM2: M2;
};

/**
 * Lists the parts of ground features that lie in some cells of the account.
 * @param inside per cell of the base's account: 1 when it is meant
 * @param dueM2 what their areas must sum to, where a table says so
 */
export function partsBehind(base: Base, rules: Rules, inside: Uint8Array, dueM2?: M2): PartOf[] {
  const { facts, ids } = base;
  const edited = unedited(base);
  const layers = edited.zoneKeys();
  const cellOf = cellFinder(base);
  const ruling = planFrame(facts, rules)?.gjeldende.rulers;
  const parts: PartOf[] = [];
  const known = new Map<string, readonly string[]>();
  for (let feature = 0; feature < edited.featureCount; feature++) {
    const classes = edited.classesOf(feature);
    for (const { zones: members, planM2, trueM2 } of edited.piecesOf(feature)) {
      const name = members.join();
      let zones = known.get(name);
      if (zones === undefined)
        known.set(name, (zones = layers.map((layer) => keysIn(layer, members).join("|"))));
      const cell = cellOf(classes, zones);
      if (inside[cell] !== 1) continue;
      const area = ruling?.areas[ruling.column.codes[cell]];
      parts.push({
        feature,
        id: ids === undefined ? "" : ids.terms[ids.codes[feature]],
        classes,
        zones,
        planArea: area === undefined ? "" : area.omrade || area.lokalId || area.key,
        planM2,
        trueM2,
      });
    }
  }
  const sumM2 = parts.reduce((sum, part) => sum + shownArea(facts.measure, part), 0);
  const due = dueM2 ?? sumM2;
  invariant(
    Math.abs(sumM2 - due) <= identityTolerance(rules.accounting.tolerances, due),
    () => `the parts behind a figure sum to ${sumM2} m2, and it says ${due} m2`,
  );
  return parts;
}

/** The row of the cells with these classes and keys. */
function cellFinder({
  facts: { cells },
}: Base): (classes: readonly string[], zones: readonly string[]) => number {
  const columns = [...cells.classes.values(), ...cells.zones.values()];
  const rows = new Map<string, number>();
  for (let cell = 0; cell < cells.rowCount; cell++)
    rows.set(columns.map(({ codes, terms }) => terms[codes[cell]]).join("\u0000"), cell);
  return (classes, zones) => rows.get([...classes, ...zones].join("\u0000")) ?? -1;
}

/** Column names of a list of parts, as files and tables have them. */
export const partFields = ({ facts: { cells } }: Base): readonly string[] => [
  "flate",
  "id",
  ...cells.classes.keys(),
  ...cells.zones.keys(),
  "planomrade",
  "kartplanM2",
  "ellipsoideM2",
];

export const partValues = ({ feature, id, classes, zones, planArea, planM2, trueM2 }: PartOf): string[] => [
  String(feature),
  id,
  ...classes,
  ...zones,
  planArea,
  String(planM2),
  String(trueM2),
];

/** The parts as a layer: whole ground polygons, each as often as it has parts, with their areas as fields. */
export function layerOfParts(base: Base, parts: readonly PartOf[]): Layer {
  const polygons = subsetOf(
    base.ground.ground,
    parts.map(({ feature }) => feature),
  );
  const values = parts.map(partValues);
  const columns = partFields(base).map((name, c): [string, CodeColumn] => {
    const terms = ["", ...new Set(values.map((row) => row[c]).filter((value) => value !== ""))];
    const codeOf = new Map(terms.map((term, code) => [term, code]));
    return [
      name,
      {
        codes: shared(
          Uint32Array,
          values.map((row) => codeOf.get(row[c])!),
        ),
        terms,
      },
    ];
  });
  return { ...polygons, name: "forklaring", columns: new Map(columns) };
}
