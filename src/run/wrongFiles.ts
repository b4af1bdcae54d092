/** The cells of gaps and of double cover in the folder of a run, and their sums over many runs. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { cellsCsv } from "../report/csv.js";
import type { CoverFacts } from "../tables/repairFacts.js";
import type { RunFile } from "../write/runFolder.js";
import { ifThere } from "./ifThere.js";
import { NationalSums } from "./nationalSums.js";

const FILES = { gaps: "hull.csv", doubled: "dobbeltdekning.csv" } as const;

/** Of the kinds there are any of; none where the ground is covered once, or nobody looked. */
export function* wrongFiles(coverage: CoverFacts | undefined): Generator<RunFile> {
  if (coverage === undefined) return;
  for (const kind of ["gaps", "doubled"] as const) {
    if (coverage[kind].rowCount > 0) yield { path: FILES[kind], chunks: cellsCsv(coverage[kind]) };
  }
}

/** In a receipt: borders could not be divided into faces, so nobody knows how often the ground is covered. */
export const UNKNOWN_COVER = "ukjent";

const countsShape = z.object({
  gapCount: z.number(),
  gapM2: z.number(),
  overlapCount: z.number(),
  overlapM2: z.number(),
});

/** What of it a receipt says. */
export const coverShape = z.union([countsShape, z.literal(UNKNOWN_COVER)]);

/** Gaps and double cover of many accounts with the same zone layers, added up. */
export class WrongSums {
  private readonly sums: Readonly<Record<keyof typeof FILES, NationalSums>>;
  private counts: z.infer<typeof countsShape> | undefined;

  /** @param layers names of the zone layers, in the order of the cells */
  constructor(layers: readonly string[]) {
    this.sums = { gaps: new NationalSums(layers, 0), doubled: new NationalSums(layers, 0) };
  }

  /** Adds what a run found in its own ground. @param found as its receipt says; undefined where that has none */
  async add(found: z.infer<typeof coverShape> | undefined, folder: string): Promise<void> {
    if (found === undefined || found === UNKNOWN_COVER) return;
    const { gapCount, gapM2, overlapCount, overlapM2 } = this.counts ?? NONE;
    this.counts = {
      gapCount: gapCount + found.gapCount,
      gapM2: gapM2 + found.gapM2,
      overlapCount: overlapCount + found.overlapCount,
      overlapM2: overlapM2 + found.overlapM2,
    };
    for (const kind of ["gaps", "doubled"] as const) {
      const path = join(folder, FILES[kind]);
      if ((await ifThere(stat(path))) !== undefined) await this.sums[kind].add(path);
    }
  }

  /** Undefined where no run found any. */
  coverage(): CoverFacts | undefined {
    const { gaps, doubled } = this.sums;
    return this.counts && { ...this.counts, gaps: gaps.cells(), doubled: doubled.cells() };
  }
}

const NONE = { gapCount: 0, gapM2: 0, overlapCount: 0, overlapM2: 0 };
