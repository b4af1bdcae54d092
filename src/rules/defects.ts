import type { Epsg } from "../core/units.js";
import type { Rules } from "./rules.js";

/**
 * True when the publisher lists this delivery as having topology errors. The same place can be sound in another
 * format or projection, so the advice is to try another file.
 *
 * @param omraade kommunenummer or fylkesnummer of the delivery; the list names either, and each only itself
 * @param format the delivery's format, "GML" or "FGDB"
 */
export function hasKnownTopologyDefect(
  rules: Rules,
  delivery: { readonly edition: string; readonly epsg: Epsg; readonly format: string; readonly omraade: string },
): boolean {
  const reference = delivery.epsg === 4258 ? "EPSG:4258" : "UTM";
  return rules.topologyDefects.some(
    ({ utgave, values }) =>
      utgave === delivery.edition &&
      values.some(
        ({ referanse, format, omraade }) =>
          referanse === reference && format === delivery.format && omraade === delivery.omraade,
      ),
  );
}
