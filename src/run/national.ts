import { createHash } from "node:crypto";
import * as nodeFiles from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { z } from "zod";
import { ExactSums } from "../aggregate/exactSums.js";
import type { CellTable } from "../aggregate/cells.js";
import { InputError } from "../core/trouble.js";
import type { Rules } from "../rules/rules.js";
import type { Both } from "../tables/facts.js";
import { throughPartFile } from "../write/partFile.js";
import { RECEIPT } from "../write/runFolder.js";
import type { AccountHooks } from "./account.js";
import {
  clearAway,
  groundFilesIn,
  hashedFolder,
  readJson,
  settingsText,
  sha256OfGround,
  type GroundFile,
} from "./nationalFiles.js";
import { columnsOfCells, NationalSums } from "./nationalSums.js";
import type { RunSettings } from "./settings.js";

/** Where a national run puts things, inside its folder. */
export const NATIONAL = { results: "kommuner", marks: "merker", sums: "sum" } as const;

/** What became of one file. */
export type FileResult = {
  readonly name: string;
  readonly file: string;
  readonly sha256: string; // "" where it could not be read
  /** `unlike`: counted on its own, but its columns are others than those of the sums. */
  readonly status: "done" | "missing" | "unlike";
  /** Findings of severity error in a strict run, or why there is no result. */
  readonly says: string;
  readonly polygons: number;
  readonly own: Both;
  readonly findings: number;
};

export type NationalFacts = {
  readonly files: readonly FileResult[];
  /** How many were there from an earlier run. */
  readonly kept: number;
  readonly cells: CellTable;
  readonly own: Both;
  readonly posted: Both;
  readonly measureId: string;
  readonly fingerprint: string;
};

/** Makes the account of one ground file in `settings.ut`; what it returns is told with the file (a strict failure). */
export type OneAccount = (settings: RunSettings) => Promise<string | undefined>;

/** What of a receipt the sums need. */
const receiptShape = z.object({
  settings: z.object({ klasse: z.array(z.string()) }),
  measure: z.string(),
  control: z.object({
    polygons: z.number(),
    ownM2: z.object({ planM2: z.number(), trueM2: z.number() }),
  }),
  findings: z.number(),
});

const markShape = z.object({
  fingerprint: z.string(),
  says: z.string(),
  files: z.array(z.object({ path: z.string(), sha256: z.string() })),
});
type Mark = z.infer<typeof markShape>;

/**
 * Runs one account for each ground file of a folder (`settings.grunnkart`), each in a folder of its own, and adds them
 * up. A file that was counted before is not counted again: it has a mark with the hash of all that its figures depend on
 * and of what was written, and both must still hold. So a run that was stopped, by whatever, goes on where it was when it
 * is started again, and ends with the same bytes. A file that cannot be counted does not stop the others.
 *
 * @param version of the program: another version counts everything again
 * @throws InputError for a folder without files, or where every file fails
 */
export async function runNational(
  settings: RunSettings,
  rules: Rules,
  version: string,
  one: OneAccount,
  hooks: AccountHooks = {},
): Promise<NationalFacts> {
  const out = resolve(settings.ut);
  const files = await groundFilesIn(settings.grunnkart);
  await checkFolder(out, settings.ut);
  const names = new Set(files.map(({ name }) => name));
  await clearAway(join(out, NATIONAL.results), names);
  await clearAway(join(out, NATIONAL.marks), names, ".json");
  for (const folder of [NATIONAL.marks, NATIONAL.results]) {
    await nodeFiles.mkdir(join(out, folder), { recursive: true });
  }
  const common = createHash("sha256")
    .update(`${version}\n${rulesText(rules)}\n${await settingsText(settings)}`)
    .digest("hex");
  const jobs = await jobsOf(files, out, common, hooks);
  await countRest(jobs, settings, one, hooks);
  if (jobs.every(({ failure }) => failure !== undefined)) throw nothingCounted(settings.grunnkart, jobs);
  return addUp(jobs, common);
}

type Job = {
  readonly file: GroundFile;
  readonly sha256: string;
  readonly fingerprint: string;
  readonly folder: string;
  readonly markPath: string;
  readonly wasDone: boolean;
  says: string;
  failure?: string;
};

/** Looks at every file first: what is left to do is known before the first is counted. */
async function jobsOf(
  files: readonly GroundFile[],
  out: string,
  common: string,
  hooks: AccountHooks,
): Promise<Job[]> {
  const jobs: Job[] = [];
  for (const [i, file] of files.entries()) {
    hooks.signal?.throwIfAborted();
    hooks.onProgress?.({ stage: "ser etter ferdige", done: i, total: files.length });
    const folder = join(out, NATIONAL.results, file.name);
    const markPath = join(out, NATIONAL.marks, `${file.name}.json`);
    const sha256 = await sha256OfGround(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === undefined) throw error;
      return ""; // opening it says why, below
    });
    const fingerprint = createHash("sha256")
      .update(`${common} ${basename(file.path)} ${sha256}`)
      .digest("hex");
    const mark = await readMark(markPath);
    const wasDone = sha256 !== "" && mark?.fingerprint === fingerprint && (await holds(mark, folder));
    jobs.push({ file, sha256, fingerprint, folder, markPath, wasDone, says: wasDone ? mark.says : "" });
  }
  return jobs;
}

/** Sums of an earlier run would be taken for those of this one if it is stopped. */
const sumsOf = ({ ut }: RunSettings): string => join(resolve(ut), NATIONAL.sums);

async function readMark(path: string): Promise<Mark | undefined> {
  return markShape.safeParse(await readJson(path)).data;
}

/** Whether a result is still byte for byte what was marked. */
async function holds({ files }: Mark, folder: string): Promise<boolean> {
  const there = await hashedFolder(folder);
  return JSON.stringify(there) === JSON.stringify(files);
}

async function countRest(
  jobs: readonly Job[],
  settings: RunSettings,
  one: OneAccount,
  hooks: AccountHooks,
): Promise<void> {
  const rest = jobs.filter(({ wasDone }) => !wasDone);
  if (rest.length > 0) await nodeFiles.rm(sumsOf(settings), { recursive: true, force: true });
  const total = rest.reduce((sum, { file }) => sum + file.byteLength, 0);
  let done = 0;
  for (const job of rest) {
    hooks.signal?.throwIfAborted();
    hooks.onProgress?.({ stage: "regner", done, total });
    await nodeFiles.rm(job.markPath, { force: true });
    try {
      job.says = (await one({ ...settings, grunnkart: job.file.path, ut: job.folder })) ?? "";
      const files = (await hashedFolder(job.folder)) ?? [];
      await writeMark(job.markPath, { fingerprint: job.fingerprint, says: job.says, files });
    } catch (error) {
      hooks.signal?.throwIfAborted();
      await nodeFiles.rm(job.folder, { recursive: true, force: true });
      job.failure = withoutFolder(error, job.file);
    }
    done += job.file.byteLength;
  }
  hooks.onProgress?.({ stage: "regner", done: total, total });
}

/** The mark takes its name last: half a mark is none. */
async function writeMark(path: string, mark: Mark): Promise<void> {
  await throughPartFile(path, nodeFiles, (part) =>
    nodeFiles.writeFile(part, JSON.stringify(mark, undefined, 1) + "\n"),
  );
}

/** What went wrong, with the file by its name alone: the result must be the same wherever the folder lies. */
function withoutFolder(error: unknown, { path }: GroundFile): string {
  const says = error instanceof Error ? error.message : String(error);
  return says.replaceAll(path, basename(path)).replaceAll(resolve(path), basename(path));
}

async function addUp(jobs: readonly Job[], fingerprint: string): Promise<NationalFacts> {
  const files: FileResult[] = [];
  const own = new ExactSums();
  let sums: { like: string; first: string; measureId: string; all: NationalSums } | undefined;
  for (const job of jobs) {
    const { file, sha256 } = job;
    const about = { name: file.name, file: basename(file.path), sha256 };
    if (job.failure !== undefined) {
      const none = { planM2: 0, trueM2: 0 };
      files.push({ ...about, status: "missing", says: job.failure, polygons: 0, own: none, findings: 0 });
      continue;
    }
    const receipt = receiptShape.parse(await readJson(join(job.folder, RECEIPT)));
    const path = join(job.folder, "cells.csv");
    const columns = await columnsOfCells(path);
    // Accounts add up when they have the same columns. Each may be in the UTM zone of its kommune.
    const like = columns.join();
    sums ??= {
      like,
      first: file.name,
      measureId: receipt.measure,
      all: new NationalSums(columns, receipt.settings.klasse.length),
    };
    const isLike = sums.like === like;
    const { ownM2, polygons } = receipt.control;
    const says = isLike ? job.says : `andre kolonner (${like}) enn i ${sums.first} (${sums.like})`;
    const status = isLike ? "done" : "unlike";
    files.push({ ...about, status, says, polygons, own: ownM2, findings: receipt.findings });
    if (!isLike) continue;
    await sums.all.add(path);
    own.add(0, ownM2.planM2);
    own.add(1, ownM2.trueM2);
  }
  const cells = sums?.all.cells() ?? new NationalSums([], 0).cells();
  return {
    files,
    kept: jobs.filter(({ wasDone }) => wasDone).length,
    cells,
    own: { planM2: own.total(0), trueM2: own.total(1) },
    posted: { planM2: total(cells.planM2), trueM2: total(cells.trueM2) },
    measureId: sums?.measureId ?? "",
    fingerprint,
  };
}

function total(column: Float64Array): number {
  const sum = new ExactSums();
  for (const m2 of column) sum.add(0, m2);
  return sum.total(0);
}

function rulesText({ sets }: Rules): string {
  return sets
    .map(({ id, version, bytes }) => `${id} ${version} ${createHash("sha256").update(bytes).digest("hex")}`)
    .join("\n");
}

/** What a national run has in its folder. One with anything else in it is never touched. */
async function checkFolder(out: string, said: string): Promise<void> {
  const own: ReadonlySet<string> = new Set([...Object.values(NATIONAL), LOCK]);
  const inside: string[] = await nodeFiles.readdir(out).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw notAFolder(said, error);
  });
  const foreign: string[] = inside.filter(
    (name) => !own.has(name) && !/^sum\.(skrives|forrige|prove)-\d+$/.test(name),
  );
  for (const name of inside) {
    if (/^sum\.(skrives|forrige|prove)-\d+$/.test(name))
      await nodeFiles.rm(join(out, name), { recursive: true, force: true });
  }
  if (inside.includes(NATIONAL.results) && !inside.includes(NATIONAL.marks)) foreign.push(NATIONAL.results);
  if (foreign.length === 0) return;
  throw new InputError(
    { layer: said },
    {
      came: `a folder with other files in it (${foreign.slice(0, 3).join(", ")})`,
      wanted: "a new folder, an empty one, or one with an earlier run of --mappe",
      todo: "Choose another folder with --out",
    },
  );
}

/** The file that keeps two runs out of one folder. */
export const LOCK = "kjorer.lock";

function notAFolder(said: string, error: NodeJS.ErrnoException): InputError {
  return new InputError(
    { layer: said },
    {
      came: `a place that is no folder to write in (${error.code ?? String(error)})`,
      wanted: "a folder",
      todo: "Choose another with --out",
    },
  );
}

function nothingCounted(folder: string, jobs: readonly Job[]): InputError {
  return new InputError(
    { layer: folder },
    {
      came: `${jobs.length} files, none of which could be counted; the first says: ${jobs[0].failure ?? ""}`,
      wanted: "ground files",
      todo: "Mend what it says; units and flags are the same for all files",
    },
  );
}
