import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = new URL("../../../shared/", import.meta.url);

/** Path of a file of the outside data, which lies beside the project. */
export const outside = (path: string): string => fileURLToPath(new URL(path, folder));

/** False, said in one line, where the outside data are not there; for `describe.skipIf(!haveOutsideData)`. */
export const haveOutsideData = existsSync(folder);
if (!haveOutsideData) console.info("../shared is not here: tests on real files are passed over");
