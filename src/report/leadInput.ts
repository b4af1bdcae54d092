import type { Rounding } from "../rules/schema.js";
import type { Table } from "../tables/table.js";
import type { ReportBasis } from "./basis.js";
import type { Texts } from "./textsShape.js";

/** A figure everybody asks for, on the first page. */
export type KeyFigure = { readonly name: string; readonly value: string };

/** What the first page is made from. */
export type LeadInput = {
  readonly basis: ReportBasis;
  /** In the report's language. */
  readonly tables: readonly Table[];
  readonly texts: Texts;
  readonly rounding: Rounding;
  readonly place: string;
};
