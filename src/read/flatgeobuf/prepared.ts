import { openFlatGeobuf } from "./flatgeobuf.js";
import type { PreparedDetail } from "./preparedDecoder.js";
import type { Finding } from "../../core/trouble.js";
import type { CutOptions, Cut, ReadSummary, Source } from "../source.js";

/** What a source says of its layer, as plain data. */
type Told = Omit<Source, "path" | "decoder" | "cuts">;

/** A source without what only runs. */
export function toldBy(source: Source): Told {
  const { name, format, epsg, epsgFrom, fields, entryName, encoding, featureCount, bbox, byteLength } =
    source;
  return {
    ...(entryName !== undefined && { entryName }),
    name,
    format,
    epsg,
    epsgFrom,
    fields,
    ...(encoding !== undefined && { encoding }),
    featureCount,
    ...(bbox !== undefined && { bbox }),
    byteLength,
  };
}

/** What an account can show of a layer, kept beside its prepared file. Plain data: it is written as JSON. */
export type PreparedLayer = Told & {
  /** What follows the user's path in the path of the source: the name of an entry in an archive, or nothing. */
  readonly inside: string;
  /** Of the reading it was prepared from: the hash of the original, and its features. */
  readonly summary: ReadSummary;
  /** All that was found while reading, by feature in file order; those of the whole layer come first. */
  readonly findings: readonly Finding[];
};

/**
 * A layer that was read before and lies as FlatGeobuf, its features in the order of the original. It says of itself what
 * the original said, findings and hash too, so nobody sees from an account which of the two was read.
 *
 * @param path the original, as the user names it: for messages
 * @param file the prepared file, known to be whole
 */
export async function openPrepared(path: string, file: string, kept: PreparedLayer): Promise<Source> {
  const { inside, summary, findings, ...told } = kept;
  const flatgeobuf = await openFlatGeobuf(file);
  const detail: PreparedDetail = { flatgeobuf: flatgeobuf.decoder.detail, findings };
  const original = path + inside;
  return {
    ...told,
    path: original,
    decoder: {
      cutForm: "prepared",
      layerName: told.name,
      path: original,
      epsg: told.epsg,
      fields: told.fields.map(({ name }) => name),
      detail,
    },
    cuts: (options) => asOriginal(flatgeobuf, options, told.byteLength, summary),
  };
}

/** The cuts of the prepared file under the original's summary; progress is told in bytes of the original. */
async function* asOriginal(
  flatgeobuf: Source,
  { cutBytes, take, onBytes }: CutOptions,
  originalBytes: number,
  summary: ReadSummary,
): AsyncGenerator<Cut, ReadSummary> {
  const told = (bytes: number) => onBytes?.(Math.floor((bytes / flatgeobuf.byteLength) * originalBytes));
  yield* flatgeobuf.cuts({ cutBytes, ...(take && { take }), onBytes: told });
  return summary;
}
