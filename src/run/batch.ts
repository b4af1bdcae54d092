import { Tally } from "../aggregate/tally.js";
import { type Share, shareOf } from "../aggregate/merge.js";
import { bboxOf, featureCount, type CodeColumn, type Layer } from "../core/layer.js";
import { BrokenInvariant, type Finding } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";
import { CoverKernel } from "../overlay/kernel.js";
import { measureFor } from "../overlay/measure.js";
import type { Zones } from "../overlay/zones.js";
import type { Handler } from "../pool/pool.js";
import { makeDecoder } from "../read/decoder.js";
import type { Cut, DecoderSpec } from "../read/source.js";

/** What every thread of an account is given once. Zones are on shared memory: a worker gets them for free. */
export type BatchSetup = {
  readonly decoder: DecoderSpec;
  readonly workEpsg: Epsg;
  /** Class fields: the file's own name and the name in the account. */
  readonly fields: readonly { readonly inFile: string; readonly name: string }[];
  readonly zones: Zones;
  /** The file did not state its box, so each batch is held against the CRS. */
  readonly checkBox: boolean;
  readonly tolerance: { readonly absoluteM2: number; readonly relative: number };
};

export type BatchTask = { readonly kind: "cut"; readonly cut: Cut } | { readonly kind: "finish" };

export type BatchResult =
  | {
      readonly kind: "cut";
      readonly featureCount: number;
      readonly vertexCount: number;
      readonly findings: readonly Finding[];
      /** Largest |own - sum of pieces| of the batch's polygons. */
      readonly worstResidualM2: number;
    }
  | { readonly kind: "finish"; readonly share: Share };

/** One thread's work: decodes a cut, overlays its polygons with the zones, holds each to its own area, sums. */
export function makeBatchHandler(setup: BatchSetup): Handler<BatchTask, BatchResult> {
  const decode = makeDecoder(
    setup.decoder,
    setup.fields.map(({ inFile }) => inFile),
  );
  const kernel = new CoverKernel(setup.zones, measureFor(setup.workEpsg));
  const tally = new Tally(setup.fields.map(({ name }) => name));
  return async (task) => {
    if (task.kind === "finish")
      return { kind: "finish", share: shareOf(tally.toColumns(), kernel.members()) };
    const decoded = decode(task.cut);
    if (setup.checkBox) {
      const { checkPlausible } = await import("../read/crs.js");
      const { layer } = decoded;
      checkPlausible(layer.name, layer.epsg, bboxOf(layer.xy, 0, layer.xy.length / 2));
    }
    const ground = await inWorkingCrs(decoded.layer, setup.workEpsg);
    const result = kernel.overlay(ground);
    const worstResidualM2 = holdToOwnArea(setup, task.cut.firstFeature, ground, result);
    const columns = new Map(
      setup.fields.map(({ inFile, name }) => [name, ground.columns.get(inFile) as CodeColumn]),
    );
    tally.add(result.pieces, columns, result.ownPlanM2, result.ownTrueM2, result.foldedM2);
    const negative = result.negative.map(({ ground: f, areaM2 }) =>
      selfOverlap(ground.name, task.cut.firstFeature + f, areaM2),
    );
    return {
      kind: "cut",
      featureCount: featureCount(ground),
      vertexCount: ground.xy.length / 2,
      findings: [...decoded.findings, ...negative],
      worstResidualM2,
    };
  };
}

/** The projection library loads only where it is needed: most files are in the working CRS already. */
async function inWorkingCrs(layer: Layer, workEpsg: Epsg): Promise<Layer> {
  if (layer.epsg === workEpsg) return layer;
  const { reproject } = await import("../read/reproject.js");
  return reproject(layer, workEpsg);
}

/** The identity (design 1.6): a ground polygon is the sum of its pieces, in both measures. */
function holdToOwnArea(
  { tolerance }: BatchSetup,
  firstFeature: number,
  ground: Layer,
  { pieces, ownPlanM2, ownTrueM2 }: ReturnType<CoverKernel["overlay"]>,
): number {
  let worst = 0;
  let i = 0;
  for (let f = 0; f < ownPlanM2.length; f++) {
    let plan = ownPlanM2[f];
    let real = ownTrueM2[f];
    for (; i < pieces.ground.length && pieces.ground[i] === f; i++) {
      plan -= pieces.planM2[i];
      real -= pieces.trueM2[i];
    }
    const residual = Math.max(Math.abs(plan), Math.abs(real));
    if (residual > worst) worst = residual;
    if (!(residual <= Math.max(tolerance.absoluteM2, tolerance.relative * Math.abs(ownPlanM2[f])))) {
      throw new BrokenInvariant(
        `${ground.name}, feature ${firstFeature + f}: own area ${ownPlanM2[f]} m2 is not the sum of its pieces (${residual} m2 apart)`,
      );
    }
  }
  return worst;
}

function selfOverlap(layer: string, feature: number, areaM2: number): Finding {
  return {
    code: "FLATE_UGYLDIG",
    severity: "warning",
    layer,
    feature,
    areaM2: Math.abs(areaM2),
    did: "kept",
    says: "flaten krysser seg selv, så en del av den teller negativt; reparer flaten i kilden",
  };
}
