import type { Bbox, Layer } from "../core/layer.js";
import type { Finding } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";

/** Every format that is read. */
export type FormatName =
  | "FlatGeobuf"
  | "GeoJSON"
  | "GML"
  | "SOSI"
  | "GeoPackage"
  | "Shapefile"
  | "GeoParquet"
  | "CSV"
  | "FileGDB"
  | "PostGIS"
  | "OGC API Features";

/** A field as the file declares it. `type` is the format's own word, lower case. */
export type Field = { readonly name: string; readonly type: string };

/**
 * What the opening of a file tells, before any feature is read. One Source is one layer.
 *
 * A format is two halves: a *splitter*, which runs on the main thread, reads bytes and cuts them at feature
 * borders without understanding them, and a *decoder*, a pure function that any worker runs on such a cut.
 * So parsing is parallel for every format, and memory is a few cuts however long the file is.
 */
export type Source = {
  readonly path: string;
  /** Of a file in an archive: its name there, with which `path` ends. */
  readonly entryName?: string;
  /** Layer name: the file's own, else its base name without ending. */
  readonly name: string;
  readonly format: FormatName;
  readonly epsg: Epsg;
  /** How the CRS became known: declared in the file, given by the user, or the format's default. */
  readonly epsgFrom: "file" | "user" | "format";
  readonly fields: readonly Field[];
  /** How the file's text is encoded, where the format leaves that open; as found, not as declared. */
  readonly encoding?: string;
  /** -1 when the format does not say before reading. */
  readonly featureCount: number;
  /** In the file's CRS; undefined when the format does not say. */
  readonly bbox?: Bbox;
  readonly byteLength: number;
  /** Everything a decoder needs besides the bytes; plain data that crosses to a worker. */
  readonly decoder: DecoderSpec;
  /** Cuts of the file in file order. May be called once. Hashes the bytes on the way (see `Cut.last`). */
  cuts(options: CutOptions): AsyncGenerator<Cut, ReadSummary>;
};

export type CutOptions = {
  /** Preferred size of a cut in bytes; one feature larger than this makes a larger cut. */
  readonly cutBytes: number;
  /** Hands out a buffer to fill, at least this long; lets the caller reuse a few. Default: a new SharedArrayBuffer each. */
  readonly take?: (byteLength: number) => SharedArrayBuffer | Promise<SharedArrayBuffer>;
  /** Only features whose box meets this one, through the file's index where it has one. */
  readonly bbox?: Bbox;
  /** Told how many bytes have been read so far, for the progress line. */
  readonly onBytes?: (bytes: number) => void;
};

/** Some whole features as bytes. `firstFeature` counts features of the file in file order. */
export type Cut = {
  readonly bytes: Uint8Array; // on a SharedArrayBuffer; FlatGeobuf: begins 8-byte aligned
  readonly firstFeature: number;
  readonly featureCount: number;
  /** Where in the file `bytes` begins, for messages. */
  readonly position?: number;
};

/** What only a whole reading knows. */
export type ReadSummary = {
  /** Hex SHA-256 of the whole file; undefined when only a part was read (bbox). */
  readonly sha256?: string;
  readonly featureCount: number;
};

/** What the decoder makes of a cut. */
export type Decoded = {
  /** Columns asked for, in the order asked; features without geometry own no parts. */
  readonly layer: Layer;
  /** Null or empty geometry, unclosed rings closed, features of other geometry types ...: all counted. */
  readonly findings: readonly Finding[];
};

export type CutForm = "FlatGeobuf" | "GeoJSON" | "GML" | "SOSI" | "records" | "prepared";

/** Plain data: crosses to a worker by structured clone. */
export type DecoderSpec = {
  /** How the bytes of a cut are written: several formats hand on their features as the same kind of records. */
  readonly cutForm: CutForm;
  readonly layerName: string;
  /** The file, for messages. */
  readonly path: string;
  readonly epsg: Epsg;
  /** Every field there is, by its own name. */
  readonly fields: readonly string[];
  /** Format's own matter (FlatGeobuf: column names and types in order, header geometry type). */
  readonly detail: unknown;
};

/** Is a feature wanted, by its number in the file? */
export type IsWanted = (feature: number) => boolean;

/**
 * Makes the decoder that `spec` describes. `fields`: the columns wanted, by the file's own names. Pure; runs in workers.
 * With `isWanted` the layers hold the features that are, and no others.
 */
export type MakeDecoder = (
  spec: DecoderSpec,
  fields: readonly string[],
  isWanted?: IsWanted,
) => (cut: Cut) => Decoded;
