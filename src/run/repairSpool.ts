import { join } from "node:path";
import { featureCount, type Layer, termOf } from "../core/layer.js";
import type { Epsg, Metre } from "../core/units.js";
import { openSource } from "../read/open.js";
import { readBatches } from "../read/readLayer.js";
import type { Source } from "../read/source.js";
import { type CoverOutcome, CoverRepair } from "../repair/coverage.js";
import { type Ledger, ledgerOf } from "../repair/ledger.js";
import { type PolygonRepair, repairPolygons } from "../repair/polygons.js";
import type { Topology } from "../rules/topologySchema.js";
import type { RepairOption } from "../tables/repairFacts.js";
import { writeFlatGeobuf } from "../write/flatgeobuf.js";
import type { AccountHooks } from "./hooks.js";
import { coverLimitsOf, decisionRuleOf } from "./topology.js";

export type SpoolSetup = {
  readonly name: string;
  readonly epsg: Epsg;
  /** Columns of the batches that are kept. */
  readonly fields: readonly string[];
  /** Which of them has the features' ids. */
  readonly idField?: string;
  readonly topology: Topology;
  readonly option: Exclude<RepairOption, "off">;
  readonly snapM?: Metre;
  /** A folder of the caller's own, for copies of the layer. */
  readonly folder: string;
};

/**
 * The repair of a layer that does not fit in memory. It is read once: each polygon is mended by itself, and laid in a file
 * of our own. Then what is wrong between them is settled, with the polygons round it in memory, and the layer is handed out
 * from that file as it is now. So it may come from anywhere, in any format; and memory is that of what is wrong.
 */
export class RepairSpool {
  /** Polygons mended by themselves, or that could not be. */
  readonly polygons: PolygonRepair[] = [];
  /** Features with untidy rings. */
  tidied = 0;
  featureCount = 0;
  private readonly cover: CoverRepair;
  private readonly path: string;
  /** Values of the features that were looked at, in the order of `fields`. */
  private readonly told = new Map<number, readonly string[]>();

  constructor(
    private readonly setup: SpoolSetup,
    private readonly hooks: AccountHooks,
  ) {
    const { name, epsg, topology, snapM } = setup;
    this.path = join(setup.folder, "flater.fgb");
    this.cover = new CoverRepair(
      { name, epsg },
      {
        limits: coverLimitsOf(topology),
        nameOf: (feature) => this.nameOf(feature),
        priorityOf: (feature) => this.priorityOf(feature),
        ...(snapM !== undefined && { snapM }),
      },
    );
  }

  /** Reads the layer, and settles what is wrong. @param batches each good until the next is asked for */
  async settle(batches: AsyncIterable<Layer>): Promise<void> {
    const { name, epsg, fields, option } = this.setup;
    const asText = fields.map((field) => ({ name: field, type: "string" as const }));
    await writeFlatGeobuf(this.path, { name, epsg, fields: asText, index: false }, this.alone(batches));
    if (option === "safe" || this.featureCount === 0) return;
    for (let round = 0; this.cover.look(); round++) {
      this.hooks.onProgress?.({ stage: "reparerer", done: round, total: round + 1 });
      if (this.cover.wantsPolygons) await this.takePolygons();
      this.hooks.signal?.throwIfAborted();
      if (!this.cover.mend()) break;
    }
  }

  /** Each polygon mended by itself. */
  private async *alone(batches: AsyncIterable<Layer>): AsyncGenerator<Layer> {
    const decision = decisionRuleOf(this.setup.topology);
    for await (const batch of batches) {
      this.hooks.signal?.throwIfAborted();
      const { layer, rings, polygons } = repairPolygons(batch, decision);
      this.tidied += rings.length;
      for (const one of polygons) {
        const feature = this.featureCount + one.feature;
        this.polygons.push({ ...one, feature });
        this.note(batch, one.feature, feature);
      }
      this.cover.meet(layer);
      this.featureCount += featureCount(batch);
      yield layer;
    }
  }

  private async takePolygons(): Promise<void> {
    for await (const [batch, first] of this.spooled()) {
      for (const f of this.cover.take(batch, first)) this.note(batch, f, first + f);
    }
  }

  /** The layer as it is now, for whoever writes it. */
  async *repaired(): AsyncGenerator<Layer> {
    for await (const [batch, first] of this.spooled()) yield this.cover.mended(batch, first);
  }

  /** Of a layer that has nothing to change any more, the file itself. It goes with the folder. */
  async asSource(): Promise<Source | undefined> {
    return this.cover.hasChanges ? undefined : this.open();
  }

  private open(): Promise<Source> {
    return openSource(this.path, { epsg: this.setup.epsg });
  }

  private async *spooled(): AsyncGenerator<readonly [batch: Layer, first: number]> {
    if (this.featureCount === 0) return;
    let first = 0;
    for await (const { layer } of readBatches(await this.open(), this.setup.fields)) {
      this.hooks.signal?.throwIfAborted();
      yield [layer, first];
      first += featureCount(layer);
    }
  }

  /** When the repaired layer has been handed out. @throws BrokenInvariant where the ledger does not close */
  account(): { readonly ledger: Ledger; readonly outcome: CoverOutcome } {
    const outcome = this.cover.outcome();
    const limits = coverLimitsOf(this.setup.topology);
    return { outcome, ledger: ledgerOf(this, outcome, limits, (feature) => this.nameOf(feature)) };
  }

  private note(batch: Layer, at: number, feature: number): void {
    const values = this.setup.fields.map((field) => {
      const column = batch.columns.get(field);
      return column === undefined ? "" : termOf(column, at);
    });
    this.told.set(feature, values);
  }

  /** The value a feature of the ledger has in a field; "" for none, and for features that nothing is told of. */
  valueOf(feature: number, field: string): string {
    return this.told.get(feature)?.[this.setup.fields.indexOf(field)] ?? "";
  }

  /** Name of a feature in the ledger: its id, or its number where it has none; "" for nobody. */
  readonly idOf = (feature: number): string => (feature < 0 ? "" : this.nameOf(feature) || String(feature));

  /** The feature's id; "" where it has none. */
  private nameOf(feature: number): string {
    const { idField } = this.setup;
    return idField === undefined ? "" : this.valueOf(feature, idField);
  }

  private priorityOf(feature: number): number {
    const place = this.setup.topology.prioritet.findIndex(
      ({ felt, verdi }) => this.setup.fields.includes(felt) && this.valueOf(feature, felt) === verdi,
    );
    return place < 0 ? Infinity : place;
  }
}
