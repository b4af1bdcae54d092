/**
 * Units as types. A plain number flows into any of them, but a value that already carries one unit
 * cannot be passed where another is wanted: `const d: Dekar = areaM2` does not compile.
 */
declare const unit: unique symbol;
export type In<Unit extends string> = number & { readonly [unit]?: Unit };

export type M2 = In<"m2">;
export type Dekar = In<"daa">;
export type Km2 = In<"km2">;
export type Metre = In<"m">;
export type Degree = In<"deg">;

/** EPSG code of a coordinate reference system, for example 25833. */
export type Epsg = In<"epsg">;

export const toDekar = (areaM2: M2): Dekar => (areaM2 as number) / 1000;
export const toKm2 = (areaM2: M2): Km2 => (areaM2 as number) / 1e6;
