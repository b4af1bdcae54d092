import type { Source } from "../read/source.js";

/** The ground as repair made it, all files in a row, with the fields of the account, and one with the features' ids. */
export type RepairedFile = { readonly source: Source; readonly idField: string };

/** What a shell is told while an account runs, and how it stops one. */
export type AccountHooks = {
  readonly onProgress?: (progress: {
    readonly stage: string;
    readonly done: number;
    readonly total: number;
  }) => void;
  readonly signal?: AbortSignal;
  /** Given the ground as repair made it, while it is there: only where something was repaired. */
  readonly onRepaired?: (ground: RepairedFile) => Promise<void>;
};
