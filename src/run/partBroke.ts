/** A part that stopped on something that is no fault of its files: `cause` is what was thrown. */
export class PartBroke extends Error {
  constructor(
    readonly part: string,
    override readonly cause: unknown,
  ) {
    super(`${part}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = "PartBroke";
  }
}
