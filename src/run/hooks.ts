/** What a shell is told while an account runs, and how it stops one. */
export type AccountHooks = {
  readonly onProgress?: (progress: {
    readonly stage: string;
    readonly done: number;
    readonly total: number;
  }) => void;
  readonly signal?: AbortSignal;
};
