import type { CellTable } from "../aggregate/cells.js";
import type { Finding } from "../core/trouble.js";
import type { Epsg, M2 } from "../core/units.js";
import type { PlanFacts } from "./planFacts.js";

/** Which area a table shows. Both are always kept. */
export type AreaMeasure = "kartplan" | "ellipsoide";

/** An area in both measures. */
export type Both = { readonly planM2: M2; readonly trueM2: M2 };

/** One input file as it was read. */
export type InputFacts = {
  readonly role: "grunnkart" | "enheter" | "referanse" | "plan" | "tema";
  readonly name: string; // layer name in the run
  readonly file: string; // base name of the file
  readonly format: string;
  readonly epsg: Epsg;
  readonly epsgFrom: "file" | "user" | "format";
  readonly reprojectedFrom?: Epsg;
  readonly featureCount: number;
  readonly byteLength: number;
  readonly sha256: string;
  /** Grunnkart edition ("arsversjon2025", "testversjon2") where recognised. */
  readonly edition?: string;
};

/** What a zone layer owns, what of it the ground covered, and how far it is from being a partition. */
export type ZoneLayerFacts = {
  readonly name: string;
  readonly keyField: string;
  readonly polygonCount: number;
  /** Polygons whose box never met the ground: not indexed, not counted in the areas below. */
  readonly outsideCount: number;
  /** Sum of the polygons' own areas. */
  readonly own: Both;
  /** Ground the layer claims, counted once; own = union + overlap. */
  readonly union: Both;
  /** Ground lying where this layer has at least one polygon. */
  readonly covered: Both;
  /** Where two or more polygons of this layer lie on each other: (k - 1) x area, so own = union + overlap. */
  readonly overlap: Both;
  /** One row per key, sorted by key. Overlapping polygons of one key are counted once in `union`. */
  readonly units: readonly UnitFacts[];
};

export type UnitFacts = {
  readonly key: string;
  readonly own: Both; // polygons' own areas, summed
  readonly union: Both; // ground the unit claims, counted once
  readonly covered: Both; // of which the ground layer covers
};

/** Everything a run knows besides the cells. `uncovered` of a unit is union - covered ("udekket"); negative means the ground overlaps itself. */
export type AccountFacts = {
  readonly cells: CellTable;
  readonly measure: AreaMeasure;
  readonly measureId: string;
  readonly inputs: readonly InputFacts[];
  readonly zoneLayers: readonly ZoneLayerFacts[];
  /** Plans among the zone layers, where the run was asked for plan accounts. */
  readonly plan?: PlanFacts;
  readonly ground: {
    readonly featureCount: number;
    readonly vertexCount: number;
    readonly own: Both; // sum of the ground polygons' own areas
    readonly posted: Both; // sum of the cells
    /** Largest |own - sum of pieces| of any one polygon, m2, and the tolerance it was held against. */
    readonly worstResidualM2: M2;
    /** Slivers below what rounding of coordinates can decide, booked on the polygon's largest piece: sum of absolute m2. */
    readonly foldedM2: M2;
  };
  readonly findings: readonly Finding[];
  readonly ruleSets: readonly { readonly id: string; readonly version: string; readonly sha256: string }[];
};
