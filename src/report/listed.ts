/** "skog, myr og jordbruk". @param and the language's word before the last; nothing gives "" */
export const listed = (parts: readonly string[], and: string): string =>
  parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} ${and} ${parts.at(-1)}`;

/** " (skog −30 daa, myr 5 daa)"; nothing gives "". */
export const bracketed = (parts: readonly string[]): string =>
  parts.length === 0 ? "" : ` (${parts.join(", ")})`;
