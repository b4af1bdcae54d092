/** The ground behind a figure: every piece of a feature that has a part in it, and how much. */
import type { CellTable } from "../aggregate/cells.js";
import { ExactSums } from "../core/exactSums.js";
import { keysIn } from "../aggregate/merge.js";
import { invariant } from "../core/trouble.js";
import { tupleKey } from "../core/tuple.js";
import type { M2 } from "../core/units.js";
import type { Rules } from "../rules/rules.js";
import type { AreaMeasure } from "../tables/facts.js";
import { polygonTolerance } from "../tables/identity.js";
import type { PlanFrame, PlanSide } from "../tables/planFrame.js";
import { shownArea, shownAreas } from "../tables/shown.js";
import type { EditedGround } from "./editedGround.js";
import { isOneFile, placesOf, type Base } from "./readBase.js";

/** A ground in memory and the account it gives: a base as it is, or with the edits of one scenario on it. */
export type Scene = {
  readonly base: Base;
  readonly ground: EditedGround;
  readonly cells: CellTable;
  /** Where the run has plans. */
  readonly frame?: PlanFrame;
};

/** A piece of a ground feature: all of it that lies under one set of zones. */
export type PartOf = {
  /** Zero-based place in the ground: its files in a row. */
  readonly feature: number;
  /** Of the file it is from; "" where the ground is one file. */
  readonly file: string;
  /** Zero-based place in that file. */
  readonly inFile: number;
  /** Its own id, "" where the file has none. */
  readonly id: string;
  /** -1 where the figure has it taken away. */
  readonly sign: 1 | -1;
  readonly classes: readonly string[];
  /** Keys of the zone layers of the account, in their order. */
  readonly zones: readonly string[];
  /** Id or name of the plan area that rules there, and of the proposal's; "" without plan. */
  readonly planArea: string;
  readonly newPlanArea: string;
  readonly planM2: M2;
  readonly trueM2: M2;
  /** Numbers of the zones that lie over it. */
  readonly members: readonly number[];
};

/**
 * Lists the pieces of ground features that lie in some cells of an account, in order of the ground, and holds their sum
 * to the cells'.
 *
 * @param weight per cell: 1 where it counts, -1 where it is taken away, else 0
 * @throws BrokenInvariant where the pieces do not sum to the cells
 */
export function partsBehind(scene: Scene, rules: Rules, weight: Int8Array): PartOf[] {
  const { base, ground, frame } = scene;
  const zonesOf = zoneNames(scene);
  const cellOf = cellFinder(scene);
  const placeOf = placesOf(base);
  const isOne = isOneFile(base);
  const parts: PartOf[] = [];
  for (let feature = 0; feature < ground.featureCount; feature++) {
    const classes = ground.classesOf(feature);
    for (const { zones: members, planM2, trueM2 } of ground.piecesOf(feature)) {
      const zones = zonesOf(members);
      const cell = cellOf(classes, zones);
      invariant(cell >= 0, () => `feature ${feature} lies in a cell the account does not have`);
      if (weight[cell] === 0) continue;
      const place = placeOf(feature);
      parts.push({
        feature,
        file: isOne ? "" : place.layer,
        inFile: place.feature,
        id: base.ids === undefined ? "" : base.ids.terms[base.ids.codes[feature]],
        sign: weight[cell] < 0 ? -1 : 1,
        classes,
        zones,
        planArea: ruling(frame?.gjeldende, cell),
        newPlanArea: ruling(frame?.ny, cell),
        planM2,
        trueM2,
        members,
      });
    }
  }
  holdToCells(scene, rules, weight, parts);
  return parts;
}

export const signedM2 = (measure: AreaMeasure, part: PartOf): M2 => part.sign * shownArea(measure, part);

function holdToCells(
  { base, cells }: Scene,
  rules: Rules,
  weight: Int8Array,
  parts: readonly PartOf[],
): void {
  const { measure } = base.facts;
  const [OF_PARTS, OF_CELLS, GROSS] = [0, 1, 2];
  const sums = new ExactSums();
  for (const part of parts) {
    sums.add(OF_PARTS, signedM2(measure, part));
    sums.add(GROSS, shownArea(measure, part));
  }
  shownAreas(measure, cells).forEach((m2, cell) => sums.add(OF_CELLS, weight[cell] * m2));
  const [partsM2, cellsM2] = [sums.total(OF_PARTS), sums.total(OF_CELLS)];
  invariant(
    Math.abs(partsM2 - cellsM2) <= polygonTolerance(rules.accounting.tolerances, sums.total(GROSS)),
    () => `the pieces behind a figure sum to ${partsM2} m2, and its cells to ${cellsM2} m2`,
  );
}

function ruling(side: PlanSide | undefined, cell: number): string {
  const area = side?.rulers.areas[side.rulers.column.codes[cell]];
  return area === undefined ? "" : area.omrade || area.lokalId || area.key;
}

/** Keys of every zone layer over a set of zones. */
export function zoneNames({ ground }: Scene): (members: readonly number[]) => readonly string[] {
  const layers = ground.zoneKeys();
  const known = new Map<string, readonly string[]>();
  return (members) => {
    const name = members.join();
    let zones = known.get(name);
    if (zones === undefined)
      known.set(name, (zones = layers.map((layer) => keysIn(layer, members).join("|"))));
    return zones;
  };
}

/** The row of the cells with these classes and keys; -1 where there is none. */
export function cellFinder({
  cells,
}: Scene): (classes: readonly string[], zones: readonly string[]) => number {
  const columns = [...cells.classes.values(), ...cells.zones.values()];
  const rows = new Map<string, number>();
  for (let cell = 0; cell < cells.rowCount; cell++)
    rows.set(tupleKey(columns.map(({ codes, terms }) => terms[codes[cell]])), cell);
  return (classes, zones) => rows.get(tupleKey([...classes, ...zones])) ?? -1;
}
