import * as nodeFiles from "node:fs/promises";
import { isNorthFirst } from "../core/axisOrder.js";
import { featureCount, type CodeColumn, type Layer } from "../core/layer.js";
import type { PutText } from "./geometryText.js";
import type { LayerOut, WriteLayer } from "./layerOut.js";
import { throughPartFile } from "./partFile.js";
import { TextFile } from "./textFile.js";

/** Ours alone: no schema is published for what we generate. */
const NAMESPACE = "urn:arealregnskap:generert";

/** Fields of flat files that GML holds in a data type of its own (SOSI Generelle typer, Identifikasjon). */
const IDENTIFICATION: ReadonlyMap<string, string> = new Map([
  ["lokalid", "lokalId"],
  ["navnerom", "navnerom"],
  ["versjonid", "versjonId"],
]);

/**
 * Writes layers as one GML 3.2.1 file shaped like Geonorge's GrunnkartFlate: a feature in each featureMember, the
 * attributes as elements, lokalId, navnerom and versjonId in an Identifikasjon, each polygon a gml:Surface of one
 * PolygonPatch, several of them a gml:MultiSurface. Missing values and missing geometry are left out.
 * Coordinates are the shortest numbers that read back as the same double.
 */
export const writeGml: WriteLayer = (path, out, batches, files = nodeFiles) =>
  throughPartFile(path, files, async (part) => {
    const file = await files.open(part, "w");
    try {
      const text = new TextFile(file);
      const writer = new FeatureText(out, text.put);
      text.put(headText());
      for await (const layer of batches) {
        const columns = out.fields.map(({ name }) => layer.columns.get(name));
        for (let f = 0; f < featureCount(layer); f++) {
          writer.put(layer, f, columns);
          await text.breathe();
        }
      }
      text.put("</gml:FeatureCollection>\n");
      await text.flush();
      return { featureCount: writer.count, byteLength: text.byteLength };
    } finally {
      await file.close();
    }
  });

function headText(): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:app="${NAMESPACE}" gml:id="_samling">\n`
  );
}

class FeatureText {
  count = 0;
  private readonly type: string;
  private readonly tags: readonly string[];
  private readonly identifying: readonly number[];
  private readonly plain: readonly number[];
  private readonly srs: string;
  private readonly northFirst: boolean;

  constructor(
    private readonly out: LayerOut,
    private readonly text: PutText,
  ) {
    this.type = `app:${elementName(out.name)}`;
    this.tags = out.fields.map(
      ({ name }) => `app:${IDENTIFICATION.get(name.toLowerCase()) ?? elementName(name)}`,
    );
    const isIdentifying = out.fields.map(({ name }) => IDENTIFICATION.has(name.toLowerCase()));
    this.identifying = [...isIdentifying.keys()].filter((i) => isIdentifying[i]);
    this.plain = [...isIdentifying.keys()].filter((i) => !isIdentifying[i]);
    // A URL means the register's own order of axes.
    this.srs = `srsName="http://www.opengis.net/def/crs/EPSG/0/${out.epsg}" srsDimension="2"`;
    this.northFirst = isNorthFirst(out.epsg);
  }

  put(layer: Layer, f: number, columns: readonly (CodeColumn | undefined)[]): void {
    const { text, type } = this;
    const id = `_${this.out.name}.${this.count++}`;
    text(`<gml:featureMember>\n<${type} gml:id="${escaped(id)}">\n`);
    this.surface(layer, f, id);
    const identification = this.values(this.identifying, f, columns);
    if (identification !== "") {
      text("<app:identifikasjon>\n<app:Identifikasjon>\n");
      text(identification);
      text("</app:Identifikasjon>\n</app:identifikasjon>\n");
    }
    text(this.values(this.plain, f, columns));
    text(`</${type}>\n</gml:featureMember>\n`);
  }

  private values(fields: readonly number[], f: number, columns: readonly (CodeColumn | undefined)[]): string {
    let text = "";
    for (const i of fields) {
      const code = columns[i]?.codes[f] ?? 0;
      if (code !== 0) text += `<${this.tags[i]}>${escaped(columns[i]!.terms[code])}</${this.tags[i]}>\n`;
    }
    return text;
  }

  private surface(layer: Layer, f: number, id: string): void {
    const { text, srs } = this;
    const from = layer.featurePart[f];
    const to = layer.featurePart[f + 1];
    if (from === to) return;
    const geometryId = escaped(`${id}.0`);
    text("<app:område>\n");
    if (to - from === 1) this.onePart(layer, from, `gml:id="${geometryId}" ${srs}`);
    else {
      text(`<gml:MultiSurface gml:id="${geometryId}" ${srs}>\n`);
      for (let p = from; p < to; p++) {
        text("<gml:surfaceMember>\n");
        this.onePart(layer, p, `gml:id="${geometryId}.${p - from}"`);
        text("</gml:surfaceMember>\n");
      }
      text("</gml:MultiSurface>\n");
    }
    text("</app:område>\n");
  }

  private onePart(layer: Layer, part: number, attributes: string): void {
    const { text } = this;
    text(`<gml:Surface ${attributes}>\n<gml:patches>\n<gml:PolygonPatch>\n`);
    for (let r = layer.partRing[part]; r < layer.partRing[part + 1]; r++) {
      const role = r === layer.partRing[part] ? "gml:exterior" : "gml:interior";
      text(`<${role}><gml:LinearRing><gml:posList>`);
      this.positions(layer.xy, layer.ringVertex[r], layer.ringVertex[r + 1]);
      text(`</gml:posList></gml:LinearRing></${role}>\n`);
    }
    text("</gml:PolygonPatch>\n</gml:patches>\n</gml:Surface>\n");
  }

  private positions(xy: Float64Array, from: number, to: number): void {
    const [first, second] = this.northFirst ? [1, 0] : [0, 1];
    for (let v = from; v < to; v++)
      this.text(`${v === from ? "" : " "}${xy[2 * v + first]} ${xy[2 * v + second]}`);
  }
}

const ENTITY: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => ENTITY[sign]);

/** What may not stand in an element's name becomes an underscore. */
function elementName(name: string): string {
  const allowed = name.replace(/[^\p{L}\p{N}_.-]/gu, "_");
  return /^[\p{L}_]/u.test(allowed) ? allowed : `_${allowed}`;
}
