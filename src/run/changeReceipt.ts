import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { ChangeFacts } from "../tables/changeFacts.js";
import type { ChangeCheck } from "../tables/changeTables.js";
import type { WrittenFile } from "../write/runFolder.js";
import type { ChangeRequest } from "./change.js";

/** kvittering.json of a comparison: no time, no machine and no number of workers, because no figure depends on them. */
export function changeReceipt(run: {
  readonly version: string;
  readonly request: ChangeRequest;
  readonly stripWidthM: number;
  readonly facts: ChangeFacts;
  readonly checks: readonly ChangeCheck[];
  readonly written: readonly WrittenFile[];
}): string {
  const { version, request, stripWidthM, facts, checks, written } = run;
  const result = createHash("sha256");
  for (const { path, sha256 } of written) result.update(`${path} ${sha256}\n`);
  const receipt = {
    program: "arealregnskap",
    version,
    command: "change",
    settings: {
      fra: basename(request.from.path),
      til: basename(request.to.path),
      klasse: facts.field,
      enheter: facts.zoneLayers.map(({ name, keyField }, i) => {
        return { navn: name, fil: basename(request.units[i].path), nokkel: keyField };
      }),
      arealmetode: request.measure,
      stripeBreddeM: stripWidthM,
    },
    measure: facts.measureId,
    inputs: facts.inputs,
    ruleSets: facts.ruleSets,
    control: { ...facts.control, cells: facts.cells.rowCount },
    sammenlignbar: !facts.incomparable,
    checks,
    findings: facts.findings.length,
    files: written,
    resultSha256: result.digest("hex"),
  };
  return JSON.stringify(receipt, undefined, 2) + "\n";
}
