import type { ChangeCells } from "../aggregate/changeSums.js";
import type { Finding } from "../core/trouble.js";
import type { M2 } from "../core/units.js";
import type { AccountFacts, AreaMeasure, Both, InputFacts, UnitName } from "./facts.js";

/** A polygon of A and one of B that have changed ground in common. */
export type ListedChange = {
  /** Places of the polygons in their files, and their own ids ("" where a file has none). */
  readonly a: number;
  readonly b: number;
  readonly idA: string;
  readonly idB: string;
  readonly from: string;
  readonly to: string;
  /** One key per unit layer. */
  readonly zones: readonly string[];
  readonly planM2: M2;
  readonly trueM2: M2;
  /** 2 x area / perimeter. */
  readonly widthM: number;
  /** A place inside, in the working CRS; missing for what is too narrow to hit. */
  readonly place?: readonly [x: number, y: number];
};

/** Everything a comparison of two editions knows besides its cells. */
export type ChangeFacts = {
  readonly cells: ChangeCells;
  /** Canonical name of the field compared by. */
  readonly field: string;
  readonly measure: AreaMeasure;
  readonly measureId: string;
  readonly workEpsg: number;
  /** A, B, then unit layers. */
  readonly inputs: readonly InputFacts[];
  readonly zoneLayers: readonly {
    readonly name: string;
    readonly keyField: string;
    readonly keys: readonly string[];
    readonly names?: ReadonlyMap<string, UnitName>;
  }[];
  readonly control: {
    readonly ownA: Both;
    readonly ownB: Both;
    /** Ground of A under B, and of B under A. They differ where an edition lies on itself. */
    readonly acrossA: Both;
    readonly acrossB: Both;
    readonly featuresA: number;
    readonly featuresB: number;
    /** Polygons that are the same in both, vertex by vertex. */
    readonly twins: number;
    readonly foldedM2: M2;
    readonly worstResidualM2: M2;
    readonly blocks: number;
  };
  readonly largest: readonly ListedChange[];
  readonly strips: readonly ListedChange[];
  /** Whether the editions were made by different methods, so that all change between them is revaluation. */
  readonly incomparable: boolean;
  /** The ground's own kommunenummer in A and in B, each sorted; missing where nobody looked, as in sums of folders. */
  readonly kommunenumre?: readonly (readonly string[])[];
  readonly findings: readonly Finding[];
  readonly ruleSets: AccountFacts["ruleSets"];
};
