import { Tally } from "../aggregate/tally.js";
import { type Share, shareOf } from "../aggregate/merge.js";
import { type Bbox, bboxOf, featureCount, type CodeColumn, type Layer } from "../core/layer.js";
import { type Finding, InputError, invariant } from "../core/trouble.js";
import type { Pieces } from "../core/pieces.js";
import type { Epsg } from "../core/units.js";
import { type Centres, coverAtCentres } from "../overlay/centres.js";
import { CoverKernel } from "../overlay/kernel.js";
import { measureFor } from "../overlay/measure.js";
import { findNodes, type NodeGround, type NodePart } from "../overlay/nodes.js";
import type { RingPile } from "../overlay/ringPile.js";
import type { Zones } from "../overlay/zones.js";
import type { PieceBatch } from "../pieces/pieceBatch.js";
import type { Handler } from "../pool/pool.js";
import { makeDecoder } from "../read/decoder.js";
import type { Cut, Decoded, DecoderSpec } from "../read/source.js";
import { PolygonChecker } from "../repair/validity.js";
import { type Ahead, type AheadTask, checkAhead } from "./checkAhead.js";
import { type CheckedGround, checkGround } from "./groundCheck.js";
import { letGo } from "./letGo.js";
import type { PiecesOfCut } from "./pieceFile.js";
import { type PlanZones, type StripRule, StripTally } from "./planStrips.js";
import { holdToOwnArea } from "./ownArea.js";

/** What every thread of an account is given at its start, before the units are read. */
export type BatchSetup = {
  /** One a file of the ground. */
  readonly grounds: readonly GroundSetup[];
  readonly workEpsg: Epsg;
  readonly tolerance: { readonly absoluteM2: number; readonly relative: number };
  /** Look at polygons and their borders as well (`checkGround`). */
  readonly checks?: boolean;
  /** Strips of plan areas are wanted apart; needs `plan` in the task with the zones. */
  readonly strips?: StripRule;
  /** Pieces are wanted as polygons too. */
  readonly pieces?: boolean;
};

/** The box that nothing lies outside of. */
export const EVERYWHERE: Bbox = [-Infinity, -Infinity, Infinity, Infinity];

/** One file of the ground, as a thread needs it. */
export type GroundSetup = {
  readonly decoder: DecoderSpec;
  /** Class fields: the file's own name and the name in the account. */
  readonly fields: readonly { readonly inFile: string; readonly name: string }[];
  /** The file's own name of the field with ids, where pieces are wanted and there is one. */
  readonly idField?: string;
  /**
   * The box the file states, by which far units were left out; without one each batch is held against the CRS.
   * `EVERYWHERE` for a file of our own, made from ground that was held to its system.
   */
  readonly statedBox?: Bbox;
};

/**
 * A thread's tasks in their order: sets at cell centres and nodes for the index, taking the finished index (on shared
 * memory: a worker gets it for free), cuts of the ground, and handing over its sums.
 */
export type BatchTask =
  | { readonly kind: "centres"; readonly pile: RingPile }
  | {
      readonly kind: "nodes";
      readonly ground: NodeGround;
      readonly rings: Uint32Array;
    }
  | { readonly kind: "zones"; readonly zones: Zones; readonly plan?: PlanZones }
  /** Before the index is there: the beginning of the first file is looked at, while threads have nothing else to do. */
  | ({ readonly kind: "ahead" } & AheadTask)
  /** `isChecked`: it was looked at ahead. */
  | { readonly kind: "cut"; readonly ground: number; readonly cut: Cut; readonly isChecked?: boolean }
  | { readonly kind: "finish" }
  /** The sums begin anew, with other files as the ground. */
  | { readonly kind: "again"; readonly grounds: readonly GroundSetup[] };

export type BatchResult =
  | { readonly kind: "centres"; readonly centres: Centres }
  | { readonly kind: "nodes"; readonly part: NodePart }
  | { readonly kind: "zones" }
  | ({ readonly kind: "ahead" } & Ahead)
  | {
      readonly kind: "cut";
      readonly featureCount: number;
      readonly vertexCount: number;
      readonly findings: readonly Finding[];
      /** Largest |own - sum of pieces| of the batch's polygons. */
      readonly worstResidualM2: number;
      /** Where the setup asks for it. */
      readonly checked?: CheckedGround;
      /** Where the setup asks for them. */
      readonly pieces?: PiecesOfCut;
    }
  /** `strips`: of the share, what lies in strips; where the setup asks for it. */
  | { readonly kind: "finish"; readonly share: Share; readonly strips?: Share }
  | { readonly kind: "again" };

/** One thread's work: decodes a cut, overlays its polygons with the zones, holds each to its own area, sums. */
export function makeBatchHandler(first: BatchSetup): Handler<BatchTask, BatchResult> {
  let setup = first;
  let decoders: ((cut: Cut) => Decoded)[] = [];
  const decoderOf = (ground: number): ((cut: Cut) => Decoded) => {
    const { decoder, fields, idField } = setup.grounds[ground];
    const wanted = [...fields.map(({ inFile }) => inFile), ...(idField === undefined ? [] : [idField])];
    return (decoders[ground] ??= makeDecoder(decoder, [...new Set(wanted)]));
  };
  const measure = measureFor(setup.workEpsg);
  const checker = setup.checks === true ? new PolygonChecker() : undefined;
  const newTally = (): Tally => new Tally(setup.grounds[0].fields.map(({ name }) => name));
  let tally = newTally();
  let zones: Zones | undefined;
  let kernel: CoverKernel | undefined;
  let draw: DrawPieces | undefined;
  let plan: PlanZones | undefined;
  let strips: StripTally | undefined;
  const newStrips = (): StripTally | undefined =>
    setup.strips === undefined || zones === undefined || plan === undefined
      ? undefined
      : new StripTally(
          zones,
          plan,
          setup.strips,
          setup.grounds[0].fields.map(({ name }) => name),
        );
  return async (task) => {
    switch (task.kind) {
      case "centres": {
        const centres = coverAtCentres(task.pile);
        letGo(task.pile.xy.byteLength);
        return { kind: "centres", centres };
      }
      case "nodes":
        return { kind: "nodes", part: findNodes(task.ground, task.rings, measure) };
      case "zones":
        ({ zones, plan } = task);
        kernel = new CoverKernel(zones, measure);
        strips = newStrips();
        if (setup.pieces === true) draw = await pieceDrawer(zones);
        return { kind: "zones" };
      case "ahead": {
        invariant(checker !== undefined, () => "the ground is to be looked at, and nobody asked for it");
        const look = async (cut: Cut): Promise<CheckedGround> => {
          const { layer } = await decodeCut(setup, 0, decoderOf(0), cut);
          return checkGround(layer, setup.tolerance, checker);
        };
        return { kind: "ahead", ...(await checkAhead(task, look)) };
      }
      case "cut": {
        invariant(kernel !== undefined, () => "a cut came before the zones");
        const decoded = await decodeCut(setup, task.ground, decoderOf(task.ground), task.cut);
        const result = accountFor(setup, task, decoded, kernel, tally, draw, strips);
        if (checker === undefined || task.isChecked === true) return result;
        return { ...result, checked: checkGround(decoded.layer, setup.tolerance, checker) };
      }
      case "finish": {
        const threadKernel = kernel;
        invariant(threadKernel !== undefined, () => "the end came before the zones");
        return {
          kind: "finish",
          share: shareOf(tally.toColumns(), (set) => threadKernel.members(set)),
          ...(strips !== undefined && { strips: strips.share() }),
        };
      }
      case "again":
        invariant(zones !== undefined, () => "a second ground came before the zones");
        setup = { ...setup, grounds: task.grounds };
        decoders = [];
        kernel = new CoverKernel(zones, measure);
        tally = newTally();
        strips = newStrips();
        return { kind: "again" };
    }
  };
}

async function decodeCut(
  { grounds, workEpsg }: BatchSetup,
  ground: number,
  decode: (cut: Cut) => Decoded,
  cut: Cut,
): Promise<Decoded> {
  const { layer, findings } = decode(cut);
  const box = bboxOf(layer.xy, 0, layer.xy.length / 2);
  const { statedBox } = grounds[ground];
  if (statedBox === undefined) {
    const { checkPlausible } = await import("../read/crs/crs.js");
    checkPlausible(layer.name, layer.epsg, box);
  } else holdToStatedBox(layer.name, box, statedBox);
  return { layer: await inWorkingCrs(layer, workEpsg), findings };
}

/** How far a feature may stick out of the file's box, for files that rounded it. */
const BOX_SLACK = 1e-3;

function holdToStatedBox(layer: string, box: Bbox, stated: Bbox): void {
  const inside =
    box[0] > box[2] ||
    (box[0] >= stated[0] - BOX_SLACK &&
      box[1] >= stated[1] - BOX_SLACK &&
      box[2] <= stated[2] + BOX_SLACK &&
      box[3] <= stated[3] + BOX_SLACK);
  if (inside) return;
  throw new InputError(
    { layer },
    {
      came: `features at ${box.join(" ")} outside the box that the file itself states, ${stated.join(" ")}`,
      wanted: "a file whose header is right: units are chosen by its box",
      todo: "Write the file again, for example with ogr2ogr",
    },
  );
}

function accountFor(
  setup: BatchSetup,
  task: BatchTask & { readonly kind: "cut" },
  { layer: ground, findings }: Decoded,
  kernel: CoverKernel,
  tally: Tally,
  draw: DrawPieces | undefined,
  strips: StripTally | undefined,
): BatchResult & { readonly kind: "cut" } {
  const { firstFeature } = task.cut;
  const { fields, idField } = setup.grounds[task.ground];
  const result = kernel.overlay(ground);
  const worstResidualM2 = holdToOwnArea(
    result,
    setup.tolerance,
    (f) => `${ground.name}, feature ${firstFeature + f}`,
  );
  const columns = new Map(fields.map(({ inFile, name }) => [name, ground.columns.get(inFile) as CodeColumn]));
  tally.add(result.pieces, columns, result.ownPlanM2, result.ownTrueM2, result.foldedM2);
  strips?.add(ground, columns, result, (set) => kernel.members(set));
  const negative = result.negative.map(({ ground: f, areaM2 }) =>
    selfOverlap(ground.name, firstFeature + f, areaM2),
  );
  return {
    kind: "cut",
    featureCount: featureCount(ground),
    vertexCount: ground.xy.length / 2,
    findings: [...findings, ...negative],
    worstResidualM2,
    ...(draw !== undefined && {
      pieces: {
        pieces: draw(ground, result.pieces, (set) => kernel.members(set)),
        firstFeature,
        columns: [...columns.values()],
        ...(idField !== undefined && { ids: ground.columns.get(idField) as CodeColumn }),
      },
    }),
  };
}

type DrawPieces = (
  ground: Layer,
  pieces: Pieces,
  membersOf: (set: number) => readonly number[],
) => PieceBatch;

/** What builds polygons loads only where they are wanted. */
async function pieceDrawer(zones: Zones): Promise<DrawPieces> {
  const [{ PieceBuilder }, { piecesAsPolygons }] = await Promise.all([
    import("../pieces/buildPieces.js"),
    import("../pieces/pieceBatch.js"),
  ]);
  const builder = new PieceBuilder(zones);
  return (ground, pieces, membersOf) => piecesAsPolygons(ground, pieces, membersOf, builder);
}

/** The projection library loads only where it is needed: most files are in the working CRS already. */
async function inWorkingCrs(layer: Layer, workEpsg: Epsg): Promise<Layer> {
  if (layer.epsg === workEpsg) return layer;
  const { reproject } = await import("../read/crs/reproject.js");
  return reproject(layer, workEpsg);
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
