import type { Finding } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";
import type { CoverLimits } from "../repair/decide.js";
import type { Pool } from "../pool/pool.js";
import type { Rules } from "../rules/rules.js";
import type { WrongGround } from "../repair/coverCount.js";
import type { AccountFacts } from "../tables/facts.js";
import type { CoverFacts, RepairFacts, WrongCells } from "../tables/repairFacts.js";
import { type BatchResult, type BatchTask, EVERYWHERE } from "./batch.js";
import { deal, type Streamed } from "./deal.js";
import { sortGround } from "./groundCheck.js";
import type { Ground } from "./grounds.js";
import type { AccountHooks } from "./hooks.js";
import type { PieceFile, PlaceOf } from "./pieceFile.js";
import { coverFindingsOf, repairFindings } from "./repairFindings.js";
import type { RepairChoice } from "./repairGround.js";
import { coverLimitsOf, topologyOf } from "./topology.js";

/** The ground as an account is to be made of it, and what is to be said of that. */
export type RepairPass = {
  /** What came of the ground, repaired where that was called for. */
  readonly streamed: Streamed;
  /** Undefined where nothing was repaired. */
  readonly repair?: Omit<RepairFacts, "before">;
  /** What stays, or why that is not known; undefined where no ground is claimed twice or by nobody. */
  readonly cover: Pick<AccountFacts, "coverage" | "coverUnknown">;
};

type LayOver = (wrong: readonly WrongGround[]) => WrongCells;

export type RepairPassRequest = RepairChoice & {
  readonly workEpsg: Epsg;
  /** The ground was streamed through here once, and was looked at on the way. */
  readonly pool: Pool<BatchTask, BatchResult>;
  readonly streamed: Streamed;
  readonly grounds: readonly Ground[];
  /** Opens the ground again. */
  reopen(): Promise<readonly Ground[]>;
  readonly cutBytes: number;
  /** A new file for the pieces, in place of that of the first pass; undefined where none is asked for. */
  pieceFile(placeOf: PlaceOf): PieceFile | undefined;
  /** Whether `pieceFile` makes one. */
  readonly hasPieces: boolean;
  /** Lays wrong ground over the zones (`wrongCells`). */
  readonly layOver: LayOver;
};

/**
 * Repairs the ground where the first pass has found something, and streams what came of it through the same threads.
 * `safe` mends polygons without one sure inside; `full` also overlaps and small gaps. Clean ground costs nothing more.
 */
export async function repairPass(
  request: RepairPassRequest,
  rules: Rules,
  hooks: AccountHooks,
): Promise<RepairPass> {
  const { option, workEpsg, pool, streamed, grounds } = request;
  const limits = coverLimitsOf(topologyOf(rules));
  const { name } = grounds[0].source;
  const found = whatStays(streamed, name, workEpsg, limits);
  const isBetween = found !== undefined && found.overlapCount + found.smallCount > 0;
  if (streamed.check.doubtfulCount === 0 && !(option === "full" && isBetween)) {
    const findings = [...streamed.findings, ...coverFindingsOf(name, found)];
    return { streamed: { ...streamed, findings }, cover: coverOf(found, request.layOver) };
  }

  const { repairGround } = await import("./repairGround.js"); // it loads where there is something to mend
  const repaired = await repairGround(
    await request.reopen(),
    streamed.summaries,
    request,
    workEpsg,
    rules,
    hooks,
  );
  try {
    await hooks.onRepaired?.(repaired);
    const { source, idField, ledger, idOf, moves } = repaired;
    const fields = grounds[0].fields.map((field) => ({ inFile: field.name, name: field.name }));
    const ids = request.hasPieces ? { idField } : {};
    const ground = { decoder: source.decoder, fields, statedBox: EVERYWHERE, ...ids };
    await pool.runOnAll({ kind: "again", grounds: [ground] });
    const placeOf = placesIn(grounds, streamed);
    const pieceFile = request.pieceFile(placeOf);
    const again = await deal(pool, [source], request.cutBytes, hooks, pieceFile);
    const left = whatStays(again, name, workEpsg, limits);
    const findings = [
      ...streamed.findings.filter((finding) => !isOfOverlay(finding)),
      ...again.findings.filter(isOfOverlay).map((finding) => ({ ...finding, ...placeOf(finding.feature) })),
      ...repairFindings(repaired, placeOf, limits),
      ...coverFindingsOf(name, left),
    ];
    const { summaries } = streamed;
    return {
      streamed: { ...again, summaries, findings },
      repair: { limits, ledger, idOf, moves },
      cover: coverOf(left, request.layOver),
    };
  } finally {
    await repaired.remove();
  }
}

/** The second reading is of a file of our own: only what the overlay says of it is news. */
const isOfOverlay = ({ code }: Finding): boolean => code === "FLATE_UGYLDIG";

type Found = Omit<CoverFacts, keyof WrongCells> & {
  readonly smallCount: number;
  readonly wrong: readonly WrongGround[];
};

/** @returns undefined where borders cannot be noded */
function whatStays(
  { check }: Streamed,
  name: string,
  workEpsg: Epsg,
  limits: CoverLimits,
): Found | undefined {
  const count = check.cover(name, workEpsg);
  if (count === undefined) return undefined;
  const { overlaps, small, open } = sortGround(count, limits);
  const gaps = [...small, ...open];
  return {
    gapCount: gaps.length,
    gapM2: gaps.reduce((sum, { areaM2 }) => sum + areaM2, 0),
    overlapCount: overlaps.length,
    overlapM2: overlaps.reduce((sum, { areaM2, covered }) => sum + (covered - 1) * areaM2, 0),
    smallCount: small.length,
    wrong: [...gaps, ...overlaps],
  };
}

/** Nothing where the ground is covered once. */
function coverOf(found: Found | undefined, layOver: LayOver): RepairPass["cover"] {
  if (found === undefined) return { coverUnknown: "notNoded" };
  if (found.gapCount + found.overlapCount === 0) return {};
  const { gapCount, gapM2, overlapCount, overlapM2, wrong } = found;
  return { coverage: { gapCount, gapM2, overlapCount, overlapM2, ...layOver(wrong) } };
}

/** The repaired ground has all files in a row. */
function placesIn(grounds: readonly Ground[], { summaries }: Streamed): PlaceOf {
  return (feature) => {
    let first = 0;
    let file = 0;
    while (file + 1 < grounds.length && feature >= first + summaries[file].featureCount) {
      first += summaries[file++].featureCount;
    }
    return { layer: grounds[file].source.name, feature: feature - first };
  };
}
