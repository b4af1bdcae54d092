import { InputError } from "../../core/trouble.js";
import type { Epsg } from "../../core/units.js";

/**
 * The EPSG code of a KOORDSYS number. SOSI part 1, "Realisering i SOSI-format" 4.5, table of KOORDSYS: 19 to 26 are
 * EUREF89 UTM 29 to 36, 59 to 66 the same zones in WGS 84, 84 is geographic; 205 to 230 are NTM zones 5 to 30.
 * Only systems that can be placed to the centimetre without a grid of shifts are taken.
 *
 * @throws InputError with the number and, where it is known, what it stands for
 */
export function epsgOfKoordsys(path: string, koordsys: string, line: number): Epsg {
  const number = /^\d+$/.test(koordsys) ? Number(koordsys) : -1;
  if (number >= 21 && number <= 26) return 25831 + number - 21;
  if (number === 62 || number === 63) return 32632 + number - 62;
  if (number === 84) return 4258;
  if (number >= 205 && number <= 230) return 5105 + number - 205;
  throw new InputError(
    { layer: path, position: `line ${line}` },
    {
      came: `KOORDSYS ${koordsys}${meaning(number)}`,
      wanted:
        "21-26 (EUREF89 UTM 31-36), 62 or 63 (WGS 84 UTM 32 or 33), 84 (geographic) or 205-230 (NTM 5-30)",
      todo: "Convert the file to one of these with the publisher's tool, or state what it really is with epsg",
    },
  );
}

function meaning(number: number): string {
  if ((number >= 1 && number <= 9) || (number >= 51 && number <= 54)) {
    return ", the old datum NGO1948, which lies tens of metres off and needs a grid of shifts";
  }
  if ((number >= 31 && number <= 36) || number === 50) {
    return ", the old datum ED50, which lies a hundred metres off";
  }
  if (number === 41 || number === 42 || (number >= 101 && number <= 199)) return ", a local grid";
  if (number === 99) return ", a system the producer made";
  return "";
}
