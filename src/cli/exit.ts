/** Exit codes, also listed in the README. */
export const EXIT = { ok: 0, input: 1, strict: 2, parts: 3, broken: 70, interrupted: 130 } as const;

/** A --strict run with findings of severity "error". */
export class StrictFailure extends Error {}

/** What a strict run of one part fails for: it has its result written, and no reason to be made again. */
export async function strictSays(run: () => Promise<void>): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    if (error instanceof StrictFailure) return error.message;
    throw error;
  }
}

/** A run over many files that had to leave some out. */
export class PartsMissing extends Error {}
