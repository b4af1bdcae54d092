/**
 * Prepared layers: FlatGeobuf copies of slow files, kept for the next run. A copy holds as long as its key does: the
 * hash of the original's bytes, its name, layer and system as the user gave them, and the version of this program. The
 * copy's own hash stands beside it, so that a broken copy is never read. Deleting the folder costs time and no figure.
 */
import { createHash } from "node:crypto";
import * as nodeFiles from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { Layer } from "../core/layer.js";
import { type Finding, InputError, oncePerField } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";
import { isAddress } from "../read/address.js";
import { makeDecoder } from "../read/decoder.js";
import { isFlatGeobuf } from "../read/flatgeobuf/flatgeobuf.js";
import { sha256OfFile } from "../read/inputFile.js";
import { fileAndLayer, openSource } from "../read/open.js";
import { openPrepared, toldBy, type PreparedLayer } from "../read/flatgeobuf/prepared.js";
import type { ReadSummary, Source } from "../read/source.js";
import { throughPartFile } from "../write/partFile.js";
import { sha256OfGround } from "./groundHash.js";
import { readJson } from "./readJson.js";

/** Opens one layer; `openSource` is one, and what `openerFor` gives another. */
export type OpenLayer = (path: string, options: { readonly epsg?: Epsg }) => Promise<Source>;

/** Where prepared layers lie. */
export type PreparedPlace = {
  /** One folder for all; default a folder `mellomlager` beside each original. */
  readonly folder?: string;
  /** Of this program: another version may read an original differently. */
  readonly version: string;
};

/** Folder of prepared layers beside their originals. */
export const PREPARED_FOLDER = "mellomlager";

const CUT_BYTES = 4 << 20;

/**
 * An opener that keeps prepared layers. FlatGeobuf files, which are fast already, and services, whose content may change
 * unseen, are opened as they are.
 *
 * @param place undefined: nothing is kept, every layer is opened as it is
 * @param hooks.onPreparing told of each layer that is prepared anew, before it is read
 */
export function openerFor(
  place: PreparedPlace | undefined,
  hooks: { readonly signal?: AbortSignal; readonly onPreparing?: (path: string) => void } = {},
): OpenLayer {
  if (place === undefined) return openSource;
  return async (pathAndLayer, options) => {
    const { path, layer = "" } = isAddress(pathAndLayer) ? { path: "" } : await fileAndLayer(pathAndLayer);
    if (path === "" || !(await isSlow(path))) return openSource(pathAndLayer, options);
    const original = { path, layer, ...options, sha256: await sha256OfGround(path) };
    const slot = slotOf(original, place);
    const kept = await readKept(slot, original);
    if (kept !== undefined) return kept;
    hooks.onPreparing?.(path);
    await prepare(await openSource(pathAndLayer, options), original, slot, hooks.signal);
    return (await readKept(slot, original)) ?? openSource(pathAndLayer, options); // taken away by another run
  };
}

/** What is prepared: a file of the user's, or its folder, and how it is to be read. */
type Original = {
  readonly path: string;
  readonly layer: string; // "" where none was named
  readonly epsg?: Epsg;
  /** Over all files it is made of. */
  readonly sha256: string;
};

/** Where one prepared layer lies. What changes in the original takes the place of what was there. */
type Slot = { readonly folder: string; readonly file: string; readonly about: string; readonly key: string };

/** A file that is not there, or may not be read, is told of by opening it. */
async function isSlow(path: string): Promise<boolean> {
  const file = await nodeFiles.open(path, "r").catch(() => undefined);
  if (file === undefined) return false;
  try {
    if ((await file.stat()).isDirectory()) return /\.gdb[/\\]?$/i.test(path);
    const { buffer, bytesRead } = await file.read(new Uint8Array(16), 0, 16, 0);
    return bytesRead > 0 && !isFlatGeobuf(buffer);
  } finally {
    await file.close();
  }
}

function slotOf({ path, layer, epsg, sha256 }: Original, { folder, version }: PreparedPlace): Slot {
  const name = basename(path);
  const asked = `${name}\n${layer}\n${epsg ?? ""}`;
  // Files of one name from several folders do not meet in a common one.
  const from = folder === undefined ? "" : dirname(resolve(path));
  const place = folder ?? join(dirname(path), PREPARED_FOLDER);
  const stem = join(place, `${name}.${hashOf(`${asked}\n${from}`).slice(0, 8)}`);
  return {
    folder: place,
    file: `${stem}.fgb`,
    about: `${stem}.json`,
    key: hashOf(`${version}\n${asked}\n${sha256}`),
  };
}

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** What stands beside a prepared file. `sha256` is of the rest, so that a flipped bit in it is seen too. */
type About = {
  readonly key: string;
  readonly fileSha256: string;
  readonly layer: PreparedLayer;
  readonly sha256: string;
};

const aboutHash = ({ key, fileSha256, layer }: Omit<About, "sha256">): string =>
  hashOf(JSON.stringify([key, fileSha256, layer]));

/** The prepared layer; undefined where there is none of this key, or not all of it as it was written. */
async function readKept(slot: Slot, { path }: Original): Promise<Source | undefined> {
  const about = (await readJson(slot.about)) as Partial<About> | null | undefined;
  const { key, fileSha256, layer, sha256 } = about ?? {};
  if (key !== slot.key || fileSha256 === undefined || layer === undefined) return undefined;
  if (aboutHash({ key, fileSha256, layer }) !== sha256) return undefined;
  const found = await sha256OfFile(slot.file).catch(() => undefined);
  return found === fileSha256 ? openPrepared(path, slot.file, layer) : undefined;
}

/** Reads the original once into the slot. The file first, then what is said of it: half of it is nothing. */
async function prepare(
  source: Source,
  original: Original,
  slot: Slot,
  signal: AbortSignal | undefined,
): Promise<void> {
  await nodeFiles.mkdir(slot.folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw notWritable(slot.folder, error);
  });
  const reading = new Reading(source, signal);
  const { writeFlatGeobuf } = await import("../write/flatgeobuf.js");
  const { name, epsg, fields } = source;
  const texts = fields.map((field) => ({ name: field.name, type: "string" as const }));
  await writeFlatGeobuf(slot.file, { name, epsg, fields: texts, index: false }, reading.layers());
  if ((await sha256OfGround(original.path)) !== original.sha256) throw changedMeanwhile(original.path);
  const { path } = source;
  const layer: PreparedLayer = {
    ...toldBy(source),
    inside: path.startsWith(original.path) ? path.slice(original.path.length) : "",
    summary: reading.summary,
    findings: reading.findings.sort((a, b) => a.feature - b.feature).filter(oncePerField()),
  };
  const about = { key: slot.key, fileSha256: await sha256OfFile(slot.file), layer };
  await throughPartFile(slot.about, nodeFiles, (part) =>
    nodeFiles.writeFile(part, JSON.stringify({ ...about, sha256: aboutHash(about) })),
  );
}

/** The layers of a source as they come, all fields, and what was found on the way. */
class Reading {
  readonly findings: Finding[] = [];
  summary: ReadSummary = { featureCount: 0 };

  constructor(
    private readonly source: Source,
    private readonly signal: AbortSignal | undefined,
  ) {}

  async *layers(): AsyncGenerator<Layer> {
    const { decoder } = this.source;
    const decode = makeDecoder(decoder, decoder.fields);
    let buffer = new SharedArrayBuffer(CUT_BYTES);
    const take = (byteLength: number) => {
      if (buffer.byteLength < byteLength) buffer = new SharedArrayBuffer(byteLength);
      return buffer;
    };
    const cuts = this.source.cuts({ cutBytes: CUT_BYTES, take });
    try {
      let step = await cuts.next();
      for (; !step.done; step = await cuts.next()) {
        this.signal?.throwIfAborted();
        const { layer, findings } = decode(step.value);
        for (const finding of findings) this.findings.push(finding);
        yield layer;
      }
      this.summary = step.value;
    } finally {
      await cuts.return({ featureCount: 0 }); // closes the file where we stopped before its end
    }
  }
}

function notWritable(folder: string, error: NodeJS.ErrnoException): InputError {
  return new InputError(
    { layer: folder },
    {
      came: `a folder that could not be made (${error.code ?? String(error)})`,
      wanted: "a folder for prepared layers",
      todo: "Name one you may write to with --mellomlager FOLDER, or run without",
    },
  );
}

function changedMeanwhile(path: string): InputError {
  return new InputError(
    { layer: path },
    {
      came: "a file that changed while it was read",
      wanted: "a file at rest",
      todo: "Run again when whatever writes it is done",
    },
  );
}
