import * as nodeFiles from "node:fs/promises";
import { featureCount, type CodeColumn, type Layer } from "../core/layer.js";
import { putPolygons, type PointNotation, type PutText } from "./geometryText.js";
import type { LayerOut, OutField, WriteLayer } from "./layerOut.js";
import { numberIn } from "./numbers.js";
import { throughPartFile } from "./partFile.js";
import { TextFile } from "./textFile.js";

const JSON_POINTS: PointNotation = { open: "[", close: "]", pointOpen: "[", between: ",", pointClose: "]" };

/** RFC 7946 knows one system only, and files in it name none. */
const RFC_7946_EPSG = 4326;

/**
 * Writes layers as one GeoJSON file, a feature a line, in the order given.
 *
 * EPSG:4326 gives a file of RFC 7946. Any other system is named by a `crs` member, as GeoJSON 2008 (section 3) has it
 * and GIS programs read it. Shells run counter-clockwise and holes clockwise in both (RFC 7946, 3.1.6): a ring that
 * does not is turned, its vertices untouched. Missing values are null, so that every feature names every field.
 */
export const writeGeoJson: WriteLayer = (path, out, batches, files = nodeFiles) =>
  throughPartFile(path, files, async (part) => {
    const file = await files.open(part, "w");
    try {
      const text = new TextFile(file);
      const keys = out.fields.map(({ name }) => JSON.stringify(name));
      let count = 0;
      text.put(headText(out));
      for await (const layer of batches) {
        const columns = out.fields.map(({ name }) => layer.columns.get(name));
        for (let f = 0; f < featureCount(layer); f++) {
          text.put(count++ === 0 ? "\n" : ",\n");
          putFeature(layer, f, out.fields, keys, columns, text.put);
          await text.breathe();
        }
      }
      text.put("\n]}\n");
      await text.flush();
      return { featureCount: count, byteLength: text.byteLength };
    } finally {
      await file.close();
    }
  });

function headText({ name, epsg }: LayerOut): string {
  const crs = `"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::${epsg}"}},`;
  const named = `"name":${JSON.stringify(name)},`;
  return `{"type":"FeatureCollection",${named}${epsg === RFC_7946_EPSG ? "" : crs}"features":[`;
}

function putFeature(
  layer: Layer,
  f: number,
  fields: readonly OutField[],
  keys: readonly string[],
  columns: readonly (CodeColumn | undefined)[],
  put: PutText,
): void {
  put('{"type":"Feature","properties":{');
  for (let i = 0; i < fields.length; i++) {
    const code = columns[i]?.codes[f] ?? 0;
    const value = code === 0 ? "null" : valueText(fields[i], columns[i]!.terms[code], layer.name, f);
    put(`${i === 0 ? "" : ","}${keys[i]}:${value}`);
  }
  put('},"geometry":');
  putGeometry(layer, f, put);
  put("}");
}

/** A whole number that a double would change is written as text: JSON readers take numbers as doubles. */
function valueText(field: OutField, term: string, layer: string, f: number): string {
  if (field.type === "string") return JSON.stringify(term);
  const value = numberIn(field, term, layer, f);
  return typeof value === "bigint" ? `"${value}"` : String(value);
}

function putGeometry(layer: Layer, f: number, put: PutText): void {
  const parts = layer.featurePart[f + 1] - layer.featurePart[f];
  if (parts === 0) {
    put("null");
    return;
  }
  put(`{"type":"${parts > 1 ? "MultiPolygon" : "Polygon"}","coordinates":`);
  putPolygons(layer, f, JSON_POINTS, true, put);
  put("}");
}
