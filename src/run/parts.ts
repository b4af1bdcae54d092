import { createHash } from "node:crypto";
import * as nodeFiles from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { z } from "zod";
import { InputError } from "../core/trouble.js";
import type { Rules } from "../rules/rules.js";
import { throughPartFile } from "../write/partFile.js";
import { sha256OfGround } from "./groundHash.js";
import type { AccountHooks } from "./hooks.js";
import { ifThere } from "./ifThere.js";
import { clearAway, hashedFolder, settingsText, type GroundFile } from "./nationalFiles.js";
import { PartBroke } from "./partBroke.js";
import { readJson } from "./readJson.js";

/** Where a run in parts puts things, inside its folder. */
export const NATIONAL = { results: "kommuner", marks: "merker", sums: "sum" } as const;

/** The file that keeps two runs out of one folder. */
export const LOCK = "kjorer.lock";

/** A piece of work with a result of its own, as a rule a kommune: the files it is made from, one or two to compare. */
export type Part = {
  readonly name: string;
  readonly files: readonly GroundFile[];
  /** Why it cannot be made at all. */
  readonly lacks?: string;
};

/** A part when all is done. */
export type PartDone = {
  readonly part: Part;
  /** Of its files; "" where one could not be read. */
  readonly sha256: readonly string[];
  /** Its folder, whole; there is none where `failure` says why. */
  readonly folder: string;
  /** Whether it was there from an earlier run. */
  readonly wasDone: boolean;
  /** What was said of it though it was made: a strict failure. */
  readonly says: string;
  readonly failure?: string;
};

/** Makes one part in `folder`; what it returns is told with the part. */
export type MakePart = (part: Part, folder: string) => Promise<string | undefined>;

const markShape = z.object({
  fingerprint: z.string(),
  says: z.string(),
  files: z.array(z.object({ path: z.string(), sha256: z.string() })),
});
type Mark = z.infer<typeof markShape>;

/**
 * What all parts depend on besides their own files: the program, the rules, and the settings with what is in the files
 * they name.
 */
export async function fingerprintOf(version: string, rules: Rules, settings: object): Promise<string> {
  return createHash("sha256")
    .update(`${version}\n${rulesText(rules)}\n${await settingsText(settings)}`)
    .digest("hex");
}

/**
 * Makes every part that is not made, each in a folder of its own. A part that was made before is not made again: it has a
 * mark with the hash of all that its figures depend on and of what was written, and both must still hold. So a run that
 * was stopped, by whatever, goes on where it was when it is started again, and ends with the same bytes. A part that
 * cannot be made does not stop the others.
 *
 * @param folders as the user wrote them: where results go, and where the files are from
 * @param fingerprint of what all parts depend on
 * @throws InputError for a folder with other things in it, or where every part fails; PartBroke, when the other parts are
 *   made, where some stopped on what is no fault of their files
 */
export async function makeParts(
  { out: said, from }: { readonly out: string; readonly from: string },
  parts: readonly Part[],
  fingerprint: string,
  make: MakePart,
  hooks: AccountHooks = {},
): Promise<readonly PartDone[]> {
  const out = resolve(said);
  await checkFolder(out, said);
  const names = new Set(parts.map(({ name }) => name));
  await clearAway(join(out, NATIONAL.results), names);
  await clearAway(join(out, NATIONAL.marks), names, ".json");
  for (const folder of [NATIONAL.marks, NATIONAL.results]) {
    await nodeFiles.mkdir(join(out, folder), { recursive: true });
  }
  const jobs = await jobsOf(parts, out, fingerprint, hooks);
  await makeRest(jobs, join(out, NATIONAL.sums), make, hooks);
  if (jobs.every(({ failure }) => failure !== undefined)) throw nothingMade(from, jobs);
  return jobs;
}

type Job = PartDone & {
  readonly fingerprint: string;
  readonly markPath: string;
  says: string;
  failure?: string;
};

/** Looks at every part first: what is left to do is known before the first is made. */
async function jobsOf(
  parts: readonly Part[],
  out: string,
  common: string,
  hooks: AccountHooks,
): Promise<Job[]> {
  const jobs: Job[] = [];
  for (const [i, part] of parts.entries()) {
    hooks.signal?.throwIfAborted();
    hooks.onProgress?.({ stage: "ser etter ferdige", done: i, total: parts.length });
    const folder = join(out, NATIONAL.results, part.name);
    const markPath = join(out, NATIONAL.marks, `${part.name}.json`);
    const sha256: string[] = [];
    for (const { path } of part.files) {
      const hash = await sha256OfGround(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === undefined) throw error;
        return ""; // opening it says why, below
      });
      sha256.push(hash);
    }
    const own = part.files.map(({ path }, f) => ` ${basename(path)} ${sha256[f]}`).join("");
    const fingerprint = createHash("sha256").update(`${common}${own}`).digest("hex");
    const mark = await readMark(markPath);
    const isWhole = part.lacks === undefined && !sha256.includes("");
    const wasDone = isWhole && mark?.fingerprint === fingerprint && (await holds(mark, folder));
    jobs.push({ part, sha256, fingerprint, folder, markPath, wasDone, says: wasDone ? mark.says : "" });
  }
  return jobs;
}

async function readMark(path: string): Promise<Mark | undefined> {
  return markShape.safeParse(await readJson(path)).data;
}

/** Whether a result is still byte for byte what was marked. */
async function holds({ files }: Mark, folder: string): Promise<boolean> {
  const there = await hashedFolder(folder);
  return JSON.stringify(there) === JSON.stringify(files);
}

/** @param sums those of an earlier run would be taken for those of this one if it is stopped */
async function makeRest(
  jobs: readonly Job[],
  sums: string,
  make: MakePart,
  hooks: AccountHooks,
): Promise<void> {
  const rest = jobs.filter(({ wasDone }) => !wasDone);
  if (rest.length > 0) await nodeFiles.rm(sums, { recursive: true, force: true });
  const broke: { readonly name: string; readonly error: unknown }[] = [];
  const bytesOf = ({ part }: Job): number => part.files.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const total = rest.reduce((sum, job) => sum + bytesOf(job), 0);
  let done = 0;
  for (const job of rest) {
    hooks.signal?.throwIfAborted();
    hooks.onProgress?.({ stage: "regner", done, total });
    await nodeFiles.rm(job.markPath, { force: true });
    try {
      if (job.part.lacks === undefined) {
        job.says = (await make(job.part, job.folder)) ?? "";
        const files = (await hashedFolder(job.folder)) ?? [];
        await writeMark(job.markPath, { fingerprint: job.fingerprint, says: job.says, files });
      } else {
        job.failure = job.part.lacks;
        await nodeFiles.rm(job.folder, { recursive: true, force: true });
      }
    } catch (error) {
      hooks.signal?.throwIfAborted();
      await nodeFiles.rm(job.folder, { recursive: true, force: true });
      if (!isOfFiles(error)) broke.push({ name: job.part.name, error });
      job.failure = withoutFolder(error, job.part);
    }
    done += bytesOf(job);
  }
  hooks.onProgress?.({ stage: "regner", done: total, total });
  if (broke.length > 0)
    throw new PartBroke(
      broke.map(({ name }) => name),
      broke[0].error,
    );
}

/** What a user can mend is told of the part: what is in its files, and what the system refuses to read or write. */
const isOfFiles = (error: unknown): boolean =>
  error instanceof InputError || (error instanceof Error && "syscall" in error);

/** The mark takes its name last: half a mark is none. */
async function writeMark(path: string, mark: Mark): Promise<void> {
  await throughPartFile(path, nodeFiles, (part) =>
    nodeFiles.writeFile(part, JSON.stringify(mark, undefined, 1) + "\n"),
  );
}

/** What went wrong, with files by their names alone: the result must be the same wherever the folder lies. */
function withoutFolder(error: unknown, { files }: Part): string {
  let says = error instanceof Error ? error.message : String(error);
  for (const { path } of files)
    says = says.replaceAll(path, basename(path)).replaceAll(resolve(path), basename(path));
  return says;
}

function rulesText({ sets }: Rules): string {
  return sets
    .map(({ id, version, bytes }) => `${id} ${version} ${createHash("sha256").update(bytes).digest("hex")}`)
    .join("\n");
}

/** What a killed run leaves of the folder with its sums (`writeRunFolder`). */
const LEFT_BEHIND = /^sum\.(skrives|forrige|prove)-\d+$/;

/** What a run in parts has in its folder. One with anything else in it is never touched. */
async function checkFolder(out: string, said: string): Promise<void> {
  const own: ReadonlySet<string> = new Set([...Object.values(NATIONAL), LOCK]);
  const look = ifThere(nodeFiles.readdir(out)).catch((error: NodeJS.ErrnoException) => {
    throw notAFolder(said, error);
  });
  const inside = (await look) ?? [];
  const foreign = inside.filter((name) => !own.has(name) && !LEFT_BEHIND.test(name));
  for (const name of inside) {
    if (LEFT_BEHIND.test(name)) await nodeFiles.rm(join(out, name), { recursive: true, force: true });
  }
  if (inside.includes(NATIONAL.results) && !inside.includes(NATIONAL.marks)) foreign.push(NATIONAL.results);
  if (foreign.length === 0) return;
  throw new InputError(
    { layer: said },
    {
      came: `a folder with other files in it (${foreign.slice(0, 3).join(", ")})`,
      wanted: "a new folder, an empty one, or one with an earlier run over a folder of files",
      todo: "Choose another folder for the result",
    },
  );
}

function notAFolder(said: string, error: NodeJS.ErrnoException): InputError {
  return new InputError(
    { layer: said },
    {
      came: `a place that is no folder to write in (${error.code ?? String(error)})`,
      wanted: "a folder",
      todo: "Choose another for the result",
    },
  );
}

function nothingMade(folder: string, jobs: readonly Job[]): InputError {
  return new InputError(
    { layer: folder },
    {
      came: `${jobs.length} files, none of which could be counted; the first says: ${jobs[0].failure ?? ""}`,
      wanted: "ground files",
      todo: "Mend what it says; units and flags are the same for all files",
    },
  );
}
