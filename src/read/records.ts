import { roomFor } from "../core/grown.js";
import type { Cut, CutOptions, ReadSummary } from "./source.js";

/** One feature as formats with rows give it: the geometry as well-known binary, the values as text ("" = not given). */
export type FeatureRecord = {
  /** Standard or extended WKB, 2D, Z, M or ZM, little or big endian, curves allowed; undefined: no geometry. */
  readonly wkb: Uint8Array | undefined;
  /** In the order of the source's fields. */
  readonly values: readonly string[];
};

/** Written where the length of the geometry stands when there is none. */
export const NO_GEOMETRY = 0xffff_ffff;

/**
 * Packs records into cuts that `RecordsDecoder` understands (cut form "records"). A record is the length of its WKB (or
 * NO_GEOMETRY) in four bytes and the WKB, then each value's length in four bytes and the value in UTF-8. Lengths are
 * little endian.
 * `options.onBytes` is told how many bytes were packed: a reader that knows its own bytes keeps it for itself.
 * `options.bbox` is not looked at: rows have no index.
 *
 * @param rows in file order; returned early when the cuts are
 * @param sha256 the hash of the file, asked for when all rows have come
 */
export async function* recordCuts(
  rows: AsyncIterable<FeatureRecord> | Iterable<FeatureRecord>,
  options: CutOptions,
  sha256: () => Promise<string | undefined>,
): AsyncGenerator<Cut, ReadSummary> {
  const packer = new Packer();
  let packedBytes = 0;
  let cutBegins = 0;
  let featureCount = 0;
  const cutOf = async (byteLength: number): Promise<Cut> => {
    const buffer = await (options.take ?? newBuffer)(byteLength);
    const bytes = new Uint8Array(buffer, 0, byteLength);
    packer.moveTo(bytes);
    options.onBytes?.((packedBytes += byteLength));
    return { bytes, firstFeature: cutBegins, featureCount: featureCount - cutBegins };
  };
  for await (const record of rows) {
    const before = packer.byteLength;
    packer.add(record);
    if (packer.byteLength > options.cutBytes && before > 0) {
      yield await cutOf(before);
      cutBegins = featureCount;
    }
    featureCount++;
  }
  if (packer.byteLength > 0) yield await cutOf(packer.byteLength);
  const hash = await sha256();
  return { ...(hash !== undefined && { sha256: hash }), featureCount };
}

const newBuffer = (byteLength: number) => new SharedArrayBuffer(byteLength);

/** Records one behind the other in a buffer of its own, used again for each cut. */
class Packer {
  byteLength = 0;
  private bytes = new Uint8Array(1 << 16);
  private view = new DataView(this.bytes.buffer);
  private text = Buffer.from(this.bytes.buffer);

  add({ wkb, values }: FeatureRecord): void {
    this.room(4 + (wkb?.length ?? 0));
    this.view.setUint32(this.byteLength, wkb?.length ?? NO_GEOMETRY, true);
    this.byteLength += 4;
    if (wkb !== undefined) {
      this.bytes.set(wkb, this.byteLength);
      this.byteLength += wkb.length;
    }
    for (const value of values) this.addText(value);
  }

  private addText(text: string): void {
    this.room(4 + 3 * text.length); // a UTF-16 unit is at most three bytes of UTF-8
    const length = text === "" ? 0 : this.text.write(text, this.byteLength + 4, "utf8");
    this.view.setUint32(this.byteLength, length, true);
    this.byteLength += 4 + length;
  }

  private room(byteLength: number): void {
    if (this.byteLength + byteLength <= this.bytes.length) return;
    this.bytes = roomFor(this.bytes, this.byteLength + byteLength);
    this.view = new DataView(this.bytes.buffer);
    this.text = Buffer.from(this.bytes.buffer);
  }

  /** Takes the first records away: as many bytes as `target` is long. */
  moveTo(target: Uint8Array): void {
    target.set(this.bytes.subarray(0, target.length));
    this.bytes.copyWithin(0, target.length, this.byteLength);
    this.byteLength -= target.length;
  }
}
