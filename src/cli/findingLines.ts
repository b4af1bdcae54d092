import type { Finding } from "../core/trouble.js";

/** What was met, a line a code: how many there are, and what the first of them says. All of them stand in findings.csv. */
export function* findingLines(findings: readonly Pick<Finding, "code" | "says">[]): Generator<string> {
  const byCode = new Map<string, { count: number; readonly says: string }>();
  for (const { code, says } of findings) {
    const met = byCode.get(code);
    if (met === undefined) byCode.set(code, { count: 1, says });
    else met.count++;
  }
  for (const [code, { count, says }] of byCode) yield `Funn: ${code} (${count}): ${says}`;
}
