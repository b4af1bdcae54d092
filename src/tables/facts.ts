import type { CellTable } from "../aggregate/cells.js";
import type { Finding } from "../core/trouble.js";
import type { Epsg, M2 } from "../core/units.js";
import type { PlanFacts } from "./planFacts.js";
import type { CoverFacts, CoverUnknown, RepairFacts } from "./repairFacts.js";

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

/** One of the names a unit has by law. Language (ISO 639-3) and order are text as delivered, "" where not given. */
export type OfficialName = { readonly navn: string; readonly sprak: string; readonly rekkefolge: string };

/** What the file of a unit layer calls a unit. */
export type UnitName = {
  /** All official names in their order with a dash between, or the one string there is. */
  readonly navn: string;
  /** Empty where the file has no list of them. */
  readonly official: readonly OfficialName[];
  /** Whether it is in the administrative area for Sámi languages, where the file says. */
  readonly samisk?: boolean;
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
  /** What the layer's own file calls its units, by key, where it has names. */
  readonly names?: ReadonlyMap<string, UnitName>;
};

export type UnitFacts = {
  readonly key: string;
  readonly own: Both; // polygons' own areas, summed
  readonly union: Both; // ground the unit claims, counted once
  readonly covered: Both; // of which the ground layer covers
};

/** What became of the pieces that were to be drawn; written + notBuilt = posted. */
export type PieceFacts = {
  /** Ground polygons under one cover set only, as they are. */
  readonly copiedCount: number;
  readonly builtCount: number;
  /** Built with vertices rounded. */
  readonly roundedCount: number;
  /** Thinner than the rounding of coordinates: nothing is there to draw. */
  readonly thinCount: number;
  readonly failedCount: number;
  readonly written: Both; // as posted
  readonly notBuilt: Both; // thin and failed
  /** Map area of the polygons as they are drawn. */
  readonly drawnM2: M2;
};

/**
 * Everything a run knows besides the cells. What of a unit is uncovered ("udekket") is union - covered, less the gaps of the
 * ground and with its double cover where it was looked at (`beyondM2`); negative means the ground overlaps itself.
 */
export type AccountFacts = {
  readonly cells: CellTable;
  /** Of the cells, what lies in strips of plan areas (`stripColumn` says of which); where the run asked for them. */
  readonly strips?: CellTable;
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
  /** Where the ground was looked at, and is claimed twice or has gaps. */
  readonly coverage?: CoverFacts;
  /** Where nothing is known of gaps and double cover in the ground, why. */
  readonly coverUnknown?: CoverUnknown;
  /** Where the ground was repaired. */
  readonly repair?: RepairFacts;
  /** The pieces as polygons, where they were asked for. */
  readonly pieces?: PieceFacts;
  readonly findings: readonly Finding[];
  readonly ruleSets: readonly { readonly id: string; readonly version: string; readonly sha256: string }[];
};
