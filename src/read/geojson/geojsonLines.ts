import { InputError } from "../../core/trouble.js";
import { flatten, geometryTypeOf, type ParsedFeature } from "./geojsonDecoder.js";
import type { LineColumns } from "../lineColumns.js";
import type { Source } from "../source.js";

const CUT_BYTES = 4 << 20;

/** Adds the LineStrings and MultiLineStrings of a GeoJSON layer (RFC 7946, 3.1.4 and 3.1.5). A third ordinate is height. */
export async function readGeoJsonLines(source: Source, into: LineColumns): Promise<void> {
  const refuse = (came: string, wanted: string): never => {
    throw new InputError(
      { layer: source.path, feature: into.feature },
      { came, wanted, todo: "Mend or remove the feature (features are counted from 0 in file order)" },
    );
  };
  const listOf = (value: unknown): unknown[] =>
    Array.isArray(value)
      ? (value as unknown[])
      : refuse(`${JSON.stringify(value)} among the coordinates`, "arrays");
  const addLine = (points: unknown): void => {
    for (const point of listOf(points)) {
      const [x, y, z] = listOf(point);
      if (typeof x !== "number" || typeof y !== "number" || !Number.isFinite(x) || !Number.isFinite(y))
        refuse(`the coordinate ${JSON.stringify(point)}`, "two finite numbers");
      into.point(x as number, y as number, typeof z === "number" ? z : NaN);
    }
    into.endLine();
  };
  const text = new TextDecoder("utf-8", { ignoreBOM: true });
  for await (const cut of source.cuts({ cutBytes: CUT_BYTES })) {
    for (const feature of parsed(source.path, text.decode(cut.bytes.slice()), cut.position)) {
      const type = geometryTypeOf(feature);
      const coordinates = feature.geometry?.coordinates;
      if (type === "LineString") addLine(coordinates);
      else if (type === "MultiLineString") for (const line of listOf(coordinates)) addLine(line);
      flatten(source.path, feature.properties, (field, value) => {
        if (value !== null) into.value(field, String(value));
      });
      into.endFeature();
    }
  }
}

function parsed(path: string, text: string, position = 0): ParsedFeature[] {
  try {
    return JSON.parse(`[${text}]`) as ParsedFeature[];
  } catch (error) {
    throw new InputError(
      { layer: path, position: `after byte ${position}` },
      {
        came: `broken JSON (${error instanceof Error ? error.message : String(error)})`,
        wanted: "GeoJSON features",
        todo: "Fetch or export the file again",
      },
    );
  }
}
