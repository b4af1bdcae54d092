import * as nodeFiles from "node:fs/promises";
import { featureCount, type Layer } from "../core/layer.js";
import { freeName } from "./freeName.js";
import { putPolygons, type PointNotation, type PutText } from "./geometryText.js";
import type { WriteLayer } from "./layerOut.js";
import { throughPartFile } from "./partFile.js";
import { TextFile } from "./textFile.js";

const WKT_POINTS: PointNotation = { open: "(", close: ")", pointOpen: "", between: " ", pointClose: "" };

/**
 * Writes layers as one CSV file (RFC 4180: comma, quotes doubled; UTF-8, decimal point), in the order given: the
 * fields, then the polygons as well-known text (OGC 06-103r4, 7) in a column named WKT. A missing value or geometry is
 * an empty cell. A CSV cannot say its system: the reader must be told.
 */
export const writeCsv: WriteLayer = (path, out, batches, files = nodeFiles) =>
  throughPartFile(path, files, async (part) => {
    const file = await files.open(part, "w");
    try {
      const text = new TextFile(file);
      const names = out.fields.map(({ name }) => name);
      let count = 0;
      text.put(`${[...names, freeName("WKT", names)].map(cell).join(",")}\n`);
      for await (const layer of batches) {
        const columns = names.map((name) => layer.columns.get(name));
        for (let f = 0; f < featureCount(layer); f++) {
          for (const column of columns) text.put(`${cell(column?.terms[column.codes[f]] ?? "")},`);
          putGeometry(layer, f, text.put);
          text.put("\n");
          count++;
          await text.breathe();
        }
      }
      await text.flush();
      return { featureCount: count, byteLength: text.byteLength };
    } finally {
      await file.close();
    }
  });

const cell = (text: string): string =>
  /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

function putGeometry(layer: Layer, f: number, put: PutText): void {
  const parts = layer.featurePart[f + 1] - layer.featurePart[f];
  if (parts === 0) return;
  put(parts > 1 ? '"MULTIPOLYGON ' : '"POLYGON ');
  putPolygons(layer, f, WKT_POINTS, false, put);
  put('"');
}
