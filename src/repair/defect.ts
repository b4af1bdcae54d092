/** What can be wrong with one polygon, by OGC 06-103r4, 6.1.11 and 6.1.14. Repeated points alone leave it valid. */
export type DefectKind =
  | "repeated-point"
  | "unclosed-ring"
  | "not-finite"
  | "too-few-points"
  | "ring-crosses-itself"
  | "ring-crosses-at-vertex"
  | "ring-touches-itself"
  | "ring-doubles-back"
  | "ring-on-itself"
  | "rings-cross"
  | "hole-on-edge"
  | "rings-equal"
  | "hole-outside-shell"
  | "nested-holes"
  | "interior-in-pieces"
  | "parts-cross"
  | "parts-share-edge"
  | "nested-parts";

/** One thing wrong with one polygon. */
export type Defect = {
  readonly kind: DefectKind;
  /** Rings are numbered from 0 through the feature's parts in order; the second is the other one of two. */
  readonly ring: number;
  readonly otherRing?: number;
  /** Where, in the layer's CRS; NaN where the coordinate itself is what is wrong. */
  readonly x: number;
  readonly y: number;
  /** How many of the kind stand behind this one: repeated points of the polygon, edges two rings have in common. */
  readonly count: number;
};

/** True for what is untidy but leaves the polygon valid. */
export const isHarmless = (kind: DefectKind): boolean => kind === "repeated-point";
