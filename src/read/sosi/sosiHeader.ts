import { InputError } from "../../core/trouble.js";
import type { Epsg } from "../../core/units.js";
import { crsOf, horizontalEpsg } from "../crs/crs.js";
import type { SosiElements } from "./sosiElements.js";
import { epsgOfKoordsys } from "./sosiKoordsys.js";
import { latin1, plainText } from "./sosiText.js";
import type { Source } from "../source.js";

/** How numbers become coordinates: (number + origin) / perUnit where a unit is 1 / perUnit, else number * unit + origin. */
export type SosiScale = {
  readonly unit: number;
  /** Units in a whole metre or degree; 0 where that is no whole number. */
  readonly perUnit: number;
  /** North and east, in units where `perUnit` is not 0, else in metres or degrees. */
  readonly origin: readonly [number, number];
};

/** What .HODE says. */
export type SosiHeader = {
  readonly line: number;
  readonly characterSet: string;
  readonly koordsys: string;
  readonly scale: SosiScale;
};

/** Reads .HODE, which the elements stand at. @throws InputError: no ENHET, or a number that is none */
export function readHeader(path: string, bytes: Uint8Array, elements: SosiElements): SosiHeader {
  const values = new Map<string, string>();
  for (let i = 0; i < elements.elementCount; i++) {
    const name = elements.nameKey(i).replace(/-N.{1,2}$/, "-N"); // Ø in any character set
    const value = plainText(latin1(bytes, elements.valueFrom(i), elements.valueTo(i)));
    if (!values.has(name)) values.set(name, value);
  }
  const numbers = (name: string, count: number, standard: string): number[] => {
    const words = (values.get(name) ?? standard).split(/\s+/).slice(0, count);
    const found = words.map(Number);
    if (found.length === count && words.every((word) => word !== "") && found.every(Number.isFinite))
      return found;
    throw new InputError(
      { layer: path, position: `line ${elements.line}` },
      {
        came: `.HODE with ${values.has(name) ? `${name} ${values.get(name) ?? ""}` : `no ${name}`}`,
        wanted: count === 1 ? "ENHET, the size of a unit, such as 0.01" : "two numbers, north and east",
        todo: "Mend the header, or export the file again",
      },
    );
  };
  const [unit] = numbers("ENHET", 1, "");
  const [north, east] = numbers("ORIGO-N", 2, "0 0");
  return {
    line: elements.line,
    characterSet: values.get("TEGNSETT") ?? "",
    koordsys: (values.get("KOORDSYS") ?? "").split(/\s+/)[0],
    scale: scaleOf(path, elements.line, unit, north, east),
  };
}

function scaleOf(path: string, line: number, unit: number, north: number, east: number): SosiScale {
  if (!(unit > 0)) {
    throw new InputError(
      { layer: path, position: `line ${line}` },
      { came: `ENHET ${unit}`, wanted: "a size above 0", todo: "Mend the header" },
    );
  }
  const perUnit = Math.round(1 / unit);
  const whole = perUnit > 0 && Math.abs(perUnit * unit - 1) < 1e-12;
  const inUnits = [north * perUnit, east * perUnit] as const;
  if (whole && inUnits.every(Number.isInteger)) return { unit, perUnit, origin: inUnits };
  return { unit, perUnit: 0, origin: [north, east] };
}

/** The CRS: what the user says, else KOORDSYS. */
export function crsOfHeader(
  path: string,
  header: SosiHeader,
  user: Epsg | undefined,
): Pick<Source, "epsg" | "epsgFrom"> {
  if (user !== undefined) return { epsg: crsOf(path, horizontalEpsg(user)).epsg, epsgFrom: "user" };
  if (header.koordsys === "") {
    throw new InputError(
      { layer: path, position: `line ${header.line}` },
      {
        came: ".HODE with no KOORDSYS",
        wanted: "...KOORDSYS under ..TRANSPAR",
        todo: "State the CRS with epsg",
      },
    );
  }
  return { epsg: epsgOfKoordsys(path, header.koordsys, header.line), epsgFrom: "file" };
}

/** TEGNSETT names, and what TextDecoder calls them (WHATWG Encoding, 4.2). ISO8859-1 files come from Windows. */
const DECODERS: Readonly<Record<string, string>> = {
  "": "windows-1252",
  ANSI: "windows-1252",
  "ISO8859-1": "windows-1252",
  "ISO8859-10": "iso-8859-10",
  "ISO8859-15": "iso-8859-15",
};

/** What a look at all bytes tells of the character set. */
export type ByteFacts = { readonly ascii: boolean; readonly utf8: boolean };

/**
 * The character set, by the bytes first: four of nine files met say ISO8859 and hold UTF-8, and text in another set is
 * almost never valid UTF-8 by chance. Only then what TEGNSETT says; nothing said is taken for Windows' Latin-1.
 *
 * @returns a label for TextDecoder
 * @throws InputError for sets that no decoder here knows (DOSN8, ND7, DECN7 and so on)
 */
export function characterSetOf(path: string, header: SosiHeader, bytes: ByteFacts): string {
  const said = header.characterSet.toUpperCase().replace(/^ISO[-_ ]?8859/, "ISO8859");
  const sevenBit = said === "ND7" || said === "DECN7"; // æøå are { | } there: ASCII is not what it seems
  if (bytes.utf8 && !(sevenBit && bytes.ascii)) return "utf-8";
  const label = DECODERS[said] as string | undefined;
  if (label !== undefined) return label;
  throw new InputError(
    { layer: path, position: `line ${header.line}` },
    {
      came: /^UTF-?8$/.test(said)
        ? `TEGNSETT ${said}, but bytes that are not UTF-8`
        : `TEGNSETT ${said}, which is not read`,
      wanted: "UTF-8, ISO8859-1, ISO8859-10, ISO8859-15 or ANSI",
      todo: "Convert the text, for example with iconv, or export the file again",
    },
  );
}
