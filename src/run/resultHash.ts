import { createHash } from "node:crypto";

/** SHA-256 of a whole result: of the path and hash of each file, in the order they were written. The receipt is not one. */
export function resultSha256Of(
  written: readonly { readonly path: string; readonly sha256: string }[],
): string {
  const result = createHash("sha256");
  for (const { path, sha256 } of written) result.update(`${path} ${sha256}\n`);
  return result.digest("hex");
}
