/** What kind of run a report is of, and what only that kind knows. */

export type RunKind = "account" | "change" | "scenario" | "statistics";

export type RunBasis =
  | { readonly kind: "account" }
  | {
      readonly kind: "change";
      /** File or folder of each edition. */
      readonly from: string;
      readonly to: string;
      readonly featuresFrom: number;
      readonly featuresTo: number;
      /** Polygons that are the same in both, vertex by vertex. */
      readonly twins: number;
      /** False where the editions were made by different methods. */
      readonly comparable: boolean;
    }
  | {
      readonly kind: "scenario";
      /** In the order they were asked for, with how much ground each touched. */
      readonly scenarios: readonly { readonly navn: string; readonly features: number }[];
    }
  | {
      readonly kind: "statistics";
      readonly years: readonly string[];
      /** The division kommuner are shown by, yyyy-mm-dd. */
      readonly date: string;
    };

export type RunOf<K extends RunKind> = Extract<RunBasis, { readonly kind: K }>;
