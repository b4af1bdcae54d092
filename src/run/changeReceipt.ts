import type { ChangeFacts } from "../tables/changeFacts.js";
import type { Check } from "../tables/checks.js";
import type { WrittenFile } from "../write/runFolder.js";
import { withoutFolders } from "./fileName.js";
import type { ChangeRequest } from "./change.js";
import { resultSha256Of } from "./resultHash.js";

/** kvittering.json of a comparison: no time, no machine and no number of workers, because no figure depends on them. */
export function changeReceipt(run: {
  readonly version: string;
  readonly request: ChangeRequest;
  readonly stripWidthM: number;
  readonly managed: boolean;
  readonly facts: ChangeFacts;
  readonly checks: readonly Check[];
  readonly written: readonly WrittenFile[];
  /** Languages of the report: it needs a map, and that is a file. */
  readonly report?: readonly string[];
}): string {
  const { version, request, stripWidthM, managed, facts, checks, written, report } = run;
  const receipt = {
    program: "arealregnskap",
    version,
    command: "change",
    settings: {
      fra: withoutFolders(request.from.path),
      til: withoutFolders(request.to.path),
      ...(request.from.epsg === undefined ? {} : { fraEpsg: request.from.epsg }),
      ...(request.to.epsg === undefined ? {} : { tilUtgaveEpsg: request.to.epsg }),
      klasse: facts.field,
      enheter: facts.zoneLayers.map(({ name, keyField }, i) => {
        return { navn: name, fil: withoutFolders(request.units[i].path), nokkel: keyField };
      }),
      arealmetode: request.measure,
      stripeBreddeM: stripWidthM,
      ...(request.workEpsg === undefined ? {} : { tilEpsg: request.workEpsg }),
      styrt: managed,
      ...(report === undefined ? {} : { rapport: report }),
    },
    measure: facts.measureId,
    inputs: facts.inputs,
    ruleSets: facts.ruleSets,
    control: { ...facts.control, cells: facts.cells.rowCount },
    sammenlignbar: !facts.incomparable,
    checks,
    findings: facts.findings.length,
    files: written,
    resultSha256: resultSha256Of(written),
  };
  return JSON.stringify(receipt, undefined, 2) + "\n";
}
