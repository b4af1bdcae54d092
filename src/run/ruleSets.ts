import { createHash } from "node:crypto";
import type { Rules } from "../rules/rules.js";
import type { AccountFacts } from "../tables/facts.js";

/** The rule sets a run stands on, each by its version and the SHA-256 of its file. */
export function ruleSetsOf(rules: Rules): AccountFacts["ruleSets"] {
  return rules.sets.map(({ id, version, bytes }) => ({
    id,
    version,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  }));
}
