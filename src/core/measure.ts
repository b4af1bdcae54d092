/**
 * How areas are measured on the map plane and on the ellipsoid, as one line integral.
 *
 * Green's theorem in the form  area = closed integral of w dy:  w = x gives the area in the map plane. Any function
 * u(x, y) with du/dx = sigma, sigma = true area / map area at the point, gives the area on the ellipsoid, because
 * d(u dy) = sigma dx dy. So both areas are sums over the same directed edges, in one pass.
 */
export type Measure = {
  /** Which measure this is, for receipts: "plane" (no ellipsoid known), "equal-area", or "tm <central meridian> <k0>". */
  readonly id: string;
  /** u(x, y), metres. */
  u(x: number, y: number): number;
  /**
   * Correction to the trapezium rule on one edge: integral of u dy along the straight edge, less
   * (y2 - y1) (u1 + u2) / 2. Zero where u is linear.
   */
  bend(x1: number, y1: number, x2: number, y2: number): number;
};

/** The plane itself: both areas are the same. For coordinates without a place on earth and for equal-area systems. */
export const PLANE: Measure = { id: "plane", u: (x) => x, bend: () => 0 };
