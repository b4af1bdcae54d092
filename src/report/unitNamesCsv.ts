import type { ZoneLayerFacts } from "../tables/facts.js";
import { csvText } from "./csv.js";

/**
 * The official names of a layer's units as their file has them, a row each in their order, with language (ISO 639-3) and
 * whether the unit is in the administrative area for Sámi languages. Empty for a layer whose file names no unit.
 */
export function* unitNamesCsv({ names, units }: Pick<ZoneLayerFacts, "names" | "units">): Generator<string> {
  if (names === undefined || names.size === 0) return;
  yield "enhet,enhetNavn,rekkefolge,sprak,navn,samiskForvaltningsomrade\n";
  for (const { key } of units) {
    const name = names.get(key);
    if (name === undefined) continue;
    const { navn, official, samisk } = name;
    const rows = official.length > 0 ? official : [{ navn, sprak: "", rekkefolge: "" }];
    for (const one of rows) {
      const fields = [key, navn, one.rekkefolge, one.sprak, one.navn].map(csvText);
      yield `${fields.join(",")},${samisk === undefined ? "" : samisk ? "ja" : "nei"}\n`;
    }
  }
}
