/** Parts that stopped on something that is no fault of their files: `cause` is what the first of them threw. */
export class PartBroke extends Error {
  /** @param parts their names, one or more */
  constructor(
    readonly parts: readonly string[],
    override readonly cause: unknown,
  ) {
    super(`${parts.join(", ")}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = "PartBroke";
  }
}
