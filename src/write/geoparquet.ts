import * as nodeFiles from "node:fs/promises";
import type { SchemaElement } from "hyparquet";
import { ByteWriter, ParquetWriter, type ColumnSource } from "hyparquet-writer";
import { EMPTY_BBOX, featureCount, type Bbox, type Layer } from "../core/layer.js";
import { crsProjJson } from "./crsText.js";
import { finiteBox } from "./finiteBox.js";
import { freeName } from "./freeName.js";
import type { OutField, WriteLayer } from "./layerOut.js";
import { numberIn } from "./numbers.js";
import { throughPartFile } from "./partFile.js";
import { wkbBytes } from "./wkbBytes.js";
import { writeAll } from "./writeAll.js";

/** A row group ends when it has so many rows, or so many bytes of geometry: readers take one whole. */
const GROUP_ROWS = 50_000;
const GROUP_BYTES = 16 << 20;

/**
 * Writes layers as one GeoParquet 1.1 file, in the order given: WKB, the system as PROJJSON, the box of all, row groups
 * of bounded size. Text is compressed by Snappy; geometry is not, because ordinates hardly shrink by it.
 */
export const writeGeoParquet: WriteLayer = (path, out, batches, files = nodeFiles) =>
  throughPartFile(path, files, async (part) => {
    const crs = crsProjJson(out.epsg);
    const file = await files.open(part, "w");
    try {
      const bytes = new ByteWriter();
      const geometry = freeName(
        "geometry",
        out.fields.map(({ name }) => name),
      );
      const parquet = new ParquetWriter({
        writer: bytes,
        schema: schemaOf(out.fields, geometry),
        createdBy: "arealregnskap",
      });
      const flush = async () => {
        await writeAll(file, bytes.getBytes());
        bytes.index = 0; // `offset`, the place in the file, goes on
      };
      const group = new RowGroup(out.fields);
      for await (const layer of batches) {
        const columns = out.fields.map(({ name }) => layer.columns.get(name));
        for (let f = 0; f < featureCount(layer); f++) {
          group.add(layer, f, columns);
          if (!group.isFull) continue;
          await parquet.write(group.take(geometry));
          await flush();
        }
      }
      if (group.rowCount > 0) await parquet.write(group.take(geometry));
      parquet.kvMetadata = [{ key: "geo", value: JSON.stringify(metadata(geometry, crs, group)) }];
      await parquet.finish();
      await flush();
      return { featureCount: group.total, byteLength: bytes.offset };
    } finally {
      await file.close();
    }
  });

function schemaOf(fields: readonly OutField[], geometry: string): SchemaElement[] {
  const optional = { repetition_type: "OPTIONAL" } as const;
  return [
    { name: "root", num_children: fields.length + 1 },
    ...fields.map(({ name, type }): SchemaElement => {
      if (type === "int") return { name, type: "INT64", ...optional };
      if (type === "double") return { name, type: "DOUBLE", ...optional };
      return {
        name,
        type: "BYTE_ARRAY",
        converted_type: "UTF8",
        logical_type: { type: "STRING" },
        ...optional,
      };
    }),
    { name: geometry, type: "BYTE_ARRAY", ...optional },
  ];
}

type Value = string | number | bigint | null;

/** The rows of the group being gathered, and what is known of all before. */
class RowGroup {
  private values: Value[][];
  private geometries: (Uint8Array | null)[] = [];
  private geometryBytes = 0;
  private extent: Bbox = EMPTY_BBOX;
  private readonly types = new Set<"Polygon" | "MultiPolygon">();
  total = 0;

  constructor(private readonly fields: readonly OutField[]) {
    this.values = fields.map(() => []);
  }

  get rowCount(): number {
    return this.geometries.length;
  }

  get isFull(): boolean {
    return this.rowCount >= GROUP_ROWS || this.geometryBytes >= GROUP_BYTES;
  }

  add(layer: Layer, f: number, columns: readonly ReturnType<Layer["columns"]["get"]>[]): void {
    const wkb = wkbBytes(layer, f, false) ?? null;
    this.fields.forEach((field, i) => {
      const code = columns[i]?.codes[f] ?? 0;
      const term = columns[i]?.terms[code] ?? "";
      this.values[i].push(code === 0 ? null : valueOf(field, term, layer.name, f));
    });
    this.geometries.push(wkb);
    this.geometryBytes += wkb?.length ?? 0;
    this.total++;
    if (wkb === null) return;
    this.types.add(layer.featurePart[f + 1] - layer.featurePart[f] > 1 ? "MultiPolygon" : "Polygon");
    const [minX, minY, maxX, maxY] = finiteBox(layer, f);
    const { extent } = this;
    this.extent = [
      Math.min(extent[0], minX),
      Math.min(extent[1], minY),
      Math.max(extent[2], maxX),
      Math.max(extent[3], maxY),
    ];
  }

  /** The group as the package wants it; the next one begins empty. */
  take(geometry: string): { columnData: ColumnSource[]; rowGroupSize: number } {
    const columnData: ColumnSource[] = [
      ...this.fields.map(({ name }, i) => ({ name, data: this.values[i] })),
      {
        name: geometry,
        data: this.geometries,
        encoding: "PLAIN" as const,
        codec: "UNCOMPRESSED" as const,
        statistics: false,
      },
    ];
    const rowGroupSize = this.rowCount;
    this.values = this.fields.map(() => []);
    this.geometries = [];
    this.geometryBytes = 0;
    return { columnData, rowGroupSize };
  }

  /** Members of the column's metadata that only a whole reading knows. */
  about(): { geometry_types: string[]; bbox?: readonly number[] } {
    const geometry_types = [...this.types].sort().reverse();
    return { geometry_types, ...(this.extent[0] <= this.extent[2] && { bbox: this.extent }) };
  }
}

function valueOf(field: OutField, term: string, layer: string, f: number): Value {
  if (field.type === "string") return term;
  const value = numberIn(field, term, layer, f);
  return field.type === "int" ? BigInt(value) : Number(value);
}

/** File metadata under the key `geo` (GeoParquet 1.1.0, "File metadata" and "Column metadata"). */
function metadata(geometry: string, crs: object, group: RowGroup): object {
  return {
    version: "1.1.0",
    primary_column: geometry,
    columns: { [geometry]: { encoding: "WKB", ...group.about(), crs } },
  };
}
