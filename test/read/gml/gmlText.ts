import { GML } from "../../../src/read/gml/gml.js";
import type { InputFile } from "../../../src/read/inputFile.js";
import { makeDecoder } from "../../../src/read/decoder.js";
import type { OpenOptions } from "../../../src/read/format.js";
import { featureCount, termOf, type Layer } from "../../../src/core/layer.js";
import type { Finding } from "../../../src/core/trouble.js";

const NAMESPACES =
  'xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:app="urn:test" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';

/** A collection around members, each a feature of the type Flate with this content. */
export const collection = (contents: readonly string[], before = ""): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<gml:FeatureCollection ${NAMESPACES}>${before}${contents
    .map(
      (content, i) =>
        `<gml:featureMember><app:Flate gml:id="f${i}">${content}</app:Flate></gml:featureMember>`,
    )
    .join("\n")}</gml:FeatureCollection>`;

export const area = (geometry: string): string => `<app:område>${geometry}</app:område>`;

export const posList = (numbers: string, attributes = ""): string =>
  `<gml:LinearRing><gml:posList${attributes}>${numbers}</gml:posList></gml:LinearRing>`;

/** A polygon with the rings given, the first the shell. */
export const polygon = (srs: string, ...rings: readonly string[]): string =>
  `<gml:Polygon${srs}>${rings
    .map((ring, i) =>
      i === 0 ? `<gml:exterior>${ring}</gml:exterior>` : `<gml:interior>${ring}</gml:interior>`,
    )
    .join("")}</gml:Polygon>`;

export const UTM33 = ' srsName="http://www.opengis.net/def/crs/EPSG/0/25833"';

/** Numbers of a square in UTM 33 near Oslo, with its lower left corner (x, y) from there. */
export function square(x: number, y: number, size: number): string {
  const [west, south] = [260_000 + x, 6_650_000 + y];
  const [east, north] = [west + size, south + size];
  return `${west} ${south} ${east} ${south} ${east} ${north} ${west} ${north} ${west} ${south}`;
}

export const S100 = posList(square(0, 0, 100));
export const HOLE = posList(square(10, 10, 20));
export const patch = (...rings: string[]) =>
  polygon("", ...rings).replaceAll("gml:Polygon", "gml:PolygonPatch");
export const surface = (patches: string) =>
  `<gml:Surface${UTM33}><gml:patches>${patches}</gml:patches></gml:Surface>`;
export const ring = (...curves: string[]) =>
  `<gml:Ring>${curves.map((curve) => `<gml:curveMember>${curve}</gml:curveMember>`).join("")}</gml:Ring>`;
export const curve = (segments: string) => `<gml:Curve><gml:segments>${segments}</gml:segments></gml:Curve>`;
export const list = (numbers: string) => `<gml:posList>${numbers}</gml:posList>`;
export const segment = (numbers: string) => `<gml:LineStringSegment>${list(numbers)}</gml:LineStringSegment>`;
export const line = (numbers: string) => `<gml:LineString>${list(numbers)}</gml:LineString>`;
export const pos = (numbers: string) =>
  numbers.replace(/(\S+) (\S+)/g, "<gml:pos>$1 $2</gml:pos>").replaceAll("> <", "><");
export const [W, S] = [260_000, 6_650_000];
export const HALF_CIRCLE = (Math.PI * 50 * 50) / 2;

/** A file that is no file: its bytes come in chunks of the lengths given, again and again. */
export function inMemory(
  content: string | Uint8Array,
  chunkLengths: readonly number[] = [1 << 16],
): InputFile {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  return {
    path: "minne.gml",
    name: "minne.gml",
    byteLength: bytes.length,
    async *chunks() {
      let at = 0;
      for (let i = 0; at < bytes.length; i++) {
        const length = chunkLengths[i % chunkLengths.length];
        yield await Promise.resolve(bytes.slice(at, at + length));
        at += length;
      }
    },
    sha256: () => Promise.resolve("0".repeat(64)),
  };
}

/** What was read, as plain data: the same for every way of cutting. */
export type Told = {
  readonly epsg: number;
  readonly values: readonly Record<string, string>[];
  /** Per feature its parts, of each its rings, of each x and y in turn. */
  readonly parts: readonly (readonly (readonly number[][])[])[];
  readonly findings: readonly Finding[];
};

/** Reads a layer from end to end. */
export async function told(file: InputFile, options: OpenOptions = {}, cutBytes = 1 << 20): Promise<Told> {
  const source = await GML.open(file, options);
  const fields = source.fields.map(({ name }) => name);
  const decode = makeDecoder(source.decoder, fields);
  const values: Record<string, string>[] = [];
  const parts: (readonly (readonly number[][])[])[] = [];
  const findings: Finding[] = [];
  const cuts = source.cuts({ cutBytes });
  let step = await cuts.next();
  for (; step.done !== true; step = await cuts.next()) {
    const { layer, findings: found } = decode(step.value);
    findings.push(...found);
    for (let f = 0; f < featureCount(layer); f++) {
      values.push(
        Object.fromEntries(
          fields
            .map((field) => [field, termOf(layer.columns.get(field)!, f)])
            .filter(([, value]) => value !== ""),
        ) as Record<string, string>,
      );
      parts.push(partsOf(layer, f));
    }
  }
  if (step.value.featureCount !== values.length) throw new Error("the summary counts otherwise");
  return { epsg: source.epsg, values, parts, findings };
}

const partsOf = (layer: Layer, f: number): readonly (readonly number[][])[] =>
  Array.from({ length: layer.featurePart[f + 1] - layer.featurePart[f] }, (_, i) => {
    const part = layer.featurePart[f] + i;
    return Array.from({ length: layer.partRing[part + 1] - layer.partRing[part] }, (_, k) => {
      const ring = layer.partRing[part] + k;
      return [...layer.xy.subarray(2 * layer.ringVertex[ring], 2 * layer.ringVertex[ring + 1])];
    });
  });

/** Plane area of one feature as told: shells less holes. */
export const areaOf = (parts: readonly (readonly number[][])[]): number =>
  parts.reduce(
    (sum, rings) =>
      sum + rings.reduce((rest, ring, i) => rest + (i === 0 ? 1 : -1) * Math.abs(ringArea(ring)), 0),
    0,
  );

function ringArea(ring: readonly number[]): number {
  let twice = 0;
  for (let i = 2; i < ring.length; i += 2) {
    twice +=
      (ring[i - 2] - ring[0]) * (ring[i + 1] - ring[1]) - (ring[i] - ring[0]) * (ring[i - 1] - ring[1]);
  }
  return twice / 2;
}
