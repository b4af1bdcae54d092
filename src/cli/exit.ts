/** Exit codes, also listed in the README. */
export const EXIT = { ok: 0, input: 1, strict: 2, parts: 3, broken: 70, interrupted: 130 } as const;

/** A --strict run with findings of severity "error". */
export class StrictFailure extends Error {}

/** A run over many files that had to leave some out. */
export class PartsMissing extends Error {}
