import type { PlacedFinding } from "../repair/polygonFindings.js";
import type { Epsg } from "../core/units.js";
import { csvText } from "./csv.js";
import type { Texts } from "./texts.js";

/** What a checked layer has, for its summary. */
export type CheckedLayer = {
  readonly name: string;
  readonly epsg: Epsg;
  readonly featureCount: number;
  readonly vertexCount: number;
  readonly invalidCount: number;
  readonly areaM2: number;
  readonly findings: readonly PlacedFinding[];
};

const number = (value: number): string => (Number.isFinite(value) ? String(value) : "");

/** One row a finding: code, severity, layer, feature, id, place in the layer's CRS, m2, words. RFC 4180, unrounded. */
export function* checkCsv(layers: readonly CheckedLayer[], texts: Texts): Generator<string> {
  const { severity, code, layer, feature, areaM2, says } = texts.findingColumns;
  yield `${[code, severity, layer, feature, "id", "x", "y", areaM2, says].map(csvText).join(",")}\n`;
  for (const { findings } of layers) {
    for (const found of findings) {
      const cells = [
        csvText(found.code),
        found.severity,
        csvText(found.layer),
        found.feature < 0 ? "" : String(found.feature),
        csvText(found.id),
        number(found.x),
        number(found.y),
        number(found.areaM2),
        csvText(found.says),
      ];
      yield `${cells.join(",")}\n`;
    }
  }
}

/**
 * The findings that have a place, as points in one GeoJSON, for the map. Any system but 4326 is named by a `crs` member
 * (GeoJSON 2008, 3), as GIS programs read it.
 */
export function* checkPoints({ name, epsg, findings }: CheckedLayer): Generator<string> {
  const crs = { type: "name", properties: { name: `urn:ogc:def:crs:EPSG::${epsg}` } };
  const head = `{"type":"FeatureCollection","name":${JSON.stringify(`funn ${name}`)},`;
  yield `${head}${epsg === 4326 ? "" : `"crs":${JSON.stringify(crs)},`}"features":[`;
  let separator = "\n";
  for (const { code, severity, feature, id, areaM2, says, x, y } of findings) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    const properties = { kode: code, alvor: severity, flate: feature, id, arealM2: areaM2, forklaring: says };
    const geometry = { type: "Point", coordinates: [x, y] };
    yield `${separator}${JSON.stringify({ type: "Feature", properties, geometry })}`;
    separator = ",\n";
  }
  yield "\n]}\n";
}

/** A layer on the terminal: what it is, then a line a code, the gravest first, with the first place of each. */
export function checkSummary(layer: CheckedLayer, texts: Texts): string {
  const { name, epsg, featureCount, vertexCount, invalidCount, findings } = layer;
  const head = `${name} (EPSG:${epsg}): ${featureCount} objekter, ${vertexCount} punkter, ${invalidCount} med ugyldig flate`;
  const byCode = new Map<string, PlacedFinding[]>();
  for (const finding of findings) {
    const known = byCode.get(finding.code);
    if (known === undefined) byCode.set(finding.code, [finding]);
    else known.push(finding);
  }
  const groups = Array.from(byCode, ([code, found]) => ({ code, found }));
  const rank = { error: 0, warning: 1, note: 2 } as const;
  groups.sort((a, b) => rank[a.found[0].severity] - rank[b.found[0].severity] || (a.code < b.code ? -1 : 1));
  const width = Math.max(0, ...groups.map(({ code }) => code.length));
  const lines = groups.map(({ code, found }) => {
    const [{ severity, feature, id, x, y, says }] = found;
    const which = feature < 0 ? "" : `, først objekt ${feature}${id === "" ? "" : ` (${id})`}`;
    const where = Number.isFinite(x) ? ` ved ${shown(x)} ${shown(y)}` : "";
    return `  ${texts.severities[severity].padEnd(8)}  ${code.padEnd(width)}  ${String(found.length).padStart(6)}${which}${where}: ${says}`;
  });
  return [head, ...(lines.length === 0 ? ["  ingen funn"] : lines)].join("\n");
}

/** Centimetres for metres; seven decimals for what can only be degrees. */
const shown = (ordinate: number): string => ordinate.toFixed(Math.abs(ordinate) <= 180 ? 7 : 2);
