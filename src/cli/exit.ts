/** Exit codes, also listed in the README. */
export const EXIT = { ok: 0, input: 1, strict: 2, broken: 70, interrupted: 130 } as const;

/** A --strict run with findings of severity "error". */
export class StrictFailure extends Error {}
