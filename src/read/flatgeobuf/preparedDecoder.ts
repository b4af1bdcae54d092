import type { Finding } from "../../core/trouble.js";
import { FlatGeobufDecoder } from "./flatgeobufDecoder.js";
import type { Cut, Decoded, DecoderSpec } from "../source.js";

/** What decoding a prepared layer needs besides its bytes. */
export type PreparedDetail = {
  /** Detail of the FlatGeobuf decoder. */
  readonly flatgeobuf: unknown;
  /** By feature; those of the whole layer (-1) first. */
  readonly findings: readonly Finding[];
};

/**
 * Decodes cuts of a prepared layer: columns from the FlatGeobuf, findings from the first reading. What reading the copy
 * finds is left out, because the first reading found it in the original (a feature without geometry, say).
 */
export class PreparedDecoder {
  private readonly decoder: FlatGeobufDecoder;
  private readonly findings: readonly Finding[];

  constructor(spec: DecoderSpec, fields: readonly string[]) {
    const { flatgeobuf, findings } = spec.detail as PreparedDetail;
    this.decoder = new FlatGeobufDecoder({ ...spec, detail: flatgeobuf }, fields);
    this.findings = findings;
  }

  decode(cut: Cut): Decoded {
    const { layer } = this.decoder.decode(cut);
    const { firstFeature, featureCount } = cut;
    const from = firstFeature === 0 ? 0 : this.firstAt(firstFeature);
    return { layer, findings: this.findings.slice(from, this.firstAt(firstFeature + featureCount)) };
  }

  /** Place of the first finding of this feature or a later one. */
  private firstAt(feature: number): number {
    let from = 0;
    let to = this.findings.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.findings[middle].feature < feature) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
