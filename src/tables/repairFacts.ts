import type { CellTable } from "../aggregate/cells.js";
import type { M2 } from "../core/units.js";
import type { CoverLimits } from "../repair/decide.js";
import type { Ledger } from "../repair/ledger.js";

/** safe: single polygons by the structure rule. full: overlaps and small gaps between neighbours as well. */
export type RepairOption = "off" | "safe" | "full";

/** What a repair took from a class and gave it, in the map plane. */
export type ClassMove = { readonly gainedM2: M2; readonly lostM2: M2 };

/** The repair of the ground an account was made of. */
export type RepairFacts = {
  readonly limits: CoverLimits;
  /** The account without it. */
  readonly before: { readonly cells: CellTable; readonly own: { readonly planM2: M2; readonly trueM2: M2 } };
  readonly ledger: Ledger;
  /** Name of a feature in the ledger: its id, or its number where it has none. */
  readonly idOf: (feature: number) => string;
  /** By class field, then by value. */
  readonly moves: ReadonlyMap<string, ReadonlyMap<string, ClassMove>>;
};

/** Ground by zone layer and no class, as the cells of an account have it: that of nobody, and that of several. */
export type WrongCells = {
  readonly gaps: CellTable;
  /** (k - 1) x the ground that k polygons claim. */
  readonly doubled: CellTable;
};

/** notLooked: `--repair off`. notNoded: borders could not be divided into faces, and so nothing counted. */
export type CoverUnknown = "notLooked" | "notNoded";

/** Ground that is still claimed twice, or by nobody. Gaps are those enclosed by the ground. */
export type CoverFacts = WrongCells & {
  readonly gapCount: number;
  /** In the map plane, as overlapM2. */
  readonly gapM2: M2;
  readonly overlapCount: number;
  /** (k - 1) x area where k polygons claim it. */
  readonly overlapM2: M2;
};
