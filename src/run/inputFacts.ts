import type { Epsg } from "../core/units.js";
import type { Source } from "../read/source.js";
import type { InputFacts } from "../tables/facts.js";
import { fileNameOf } from "./fileName.js";

/** What T14 and the receipt say of a file that was read: its system, and the one it was brought to, if another. */
export function inputFactsOf(
  source: Source,
  workEpsg: Epsg,
  { role, name }: Pick<InputFacts, "role" | "name">,
  { featureCount, sha256 }: Pick<InputFacts, "featureCount" | "sha256">,
): InputFacts {
  return {
    role,
    name,
    file: fileNameOf(source),
    format: source.format,
    epsg: workEpsg,
    epsgFrom: source.epsgFrom,
    ...(source.epsg === workEpsg ? {} : { reprojectedFrom: source.epsg }),
    featureCount,
    byteLength: source.byteLength,
    sha256,
  };
}
