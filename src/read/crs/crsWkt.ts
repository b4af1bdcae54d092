import type { Epsg } from "../../core/units.js";
import { horizontalEpsg } from "./crs.js";

/** Names that ESRI's .prj files and other texts without codes use, without case and what stands between the words. */
const NAMED: readonly (readonly [RegExp, (zone: number) => Epsg | undefined])[] = [
  [/^(?:etrs1989|etrs89|euref89)(?:utm)(?:zone|sone)?(3[1-6])n?$/, (zone) => 25800 + zone],
  [/^(?:wgs1984|wgs84)utm(?:zone)?(3[23])n?$/, (zone) => 32600 + zone],
  [/^(?:etrs1989|etrs89|euref89)ntm(?:zone|sone)?(\d{1,2})$/, (zone) => within(zone, 5, 30, 5100 + zone)],
  [/^(?:etrs1989laea|etrs89laeaeurope|etrs89extendedlaeaeurope|etrs89laea|etrs1989laeaeurope)$/, () => 3035],
  [/^(?:gcsetrs1989|etrs89|etrs1989|gcseuref89|euref89)$/, () => 4258],
  [/^(?:gcswgs1984|wgs84|wgs1984)$/, () => 4326],
  [/^(?:wgs1984webmercatorauxiliarysphere|wgs84pseudomercator)$/, () => 3857],
];

const within = (zone: number, least: number, most: number, epsg: Epsg): Epsg | undefined =>
  zone >= least && zone <= most ? epsg : undefined;

/**
 * The EPSG code of a CRS as well-known text: the code it states for the whole, else what its name says.
 * WKT1 as in OGC 01-009 (AUTHORITY), ESRI's dialect of it (names only), and WKT2 as in OGC 18-010r7 (ID).
 * A system with heights gives its part in the plane. Undefined when neither is there or known.
 */
export function epsgOfWkt(text: string): Epsg | undefined {
  const wkt = text.trim();
  const kind = /^(\w+)\s*[[(]\s*"([^"]*)"/.exec(wkt);
  if (kind === null) return undefined;
  if (/^COMPD_?CS$|^COMPOUNDCRS$/i.test(kind[1])) return codeOfWhole(wkt) ?? epsgOfWkt(firstPart(wkt));
  return codeOfWhole(wkt) ?? epsgOfName(kind[2]);
}

/** AUTHORITY or ID of the outermost brackets: those of the datum and the units are deeper. */
function codeOfWhole(wkt: string): Epsg | undefined {
  const pattern = /"[^"]*"|[[(]|[\])]|\b(?:AUTHORITY|ID)\s*[[(]\s*"EPSG"\s*,\s*"?(\d+)"?\s*[\])]/gi;
  let depth = 0;
  for (const [token, code] of wkt.matchAll(pattern)) {
    if (code !== undefined && depth === 1) return horizontalEpsg(Number(code));
    if (token === "[" || token === "(") depth++;
    else if ((token === "]" || token === ")") && --depth === 0) return undefined; // ESRI sets heights behind it
  }
  return undefined;
}

/** The first system within a compound one. */
function firstPart(wkt: string): string {
  const at = /\b(?:PROJCS|GEOGCS|PROJCRS|GEOGCRS|BOUNDCRS)\b/i.exec(wkt)?.index;
  if (at === undefined) return "";
  let depth = 0;
  for (const { 0: token, index } of wkt.slice(at).matchAll(/"[^"]*"|[[(]|[\])]/g)) {
    if (token === "[" || token === "(") depth++;
    else if ((token === "]" || token === ")") && --depth === 0) return wkt.slice(at, at + index + 1);
  }
  return "";
}

function epsgOfName(name: string): Epsg | undefined {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, "");
  for (const [form, epsgOf] of NAMED) {
    const found = form.exec(plain);
    if (found !== null) return epsgOf(Number(found[1]));
  }
  return undefined;
}
