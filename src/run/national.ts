import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { z } from "zod";
import { ExactSums, exactTotal } from "../core/exactSums.js";
import type { CellTable } from "../aggregate/cells.js";
import type { M2 } from "../core/units.js";
import type { Rules } from "../rules/rules.js";
import type { Both, InputFacts } from "../tables/facts.js";
import type { CoverFacts } from "../tables/repairFacts.js";
import { RECEIPT } from "../write/runFolder.js";
import { columnsOfCells } from "./csvSums.js";
import type { AccountHooks } from "./hooks.js";
import { groundFilesIn } from "./nationalFiles.js";
import { AMOUNTS, NationalSums } from "./nationalSums.js";
import { fingerprintOf, makeParts, type PartDone } from "./parts.js";
import { readJson } from "./readJson.js";
import { regionsOf, type Region } from "./regionTables.js";
import type { RunSettings } from "./settings.js";
import { NamesOfUnits, type UnitLayerNames } from "./sumUnits.js";
import { coverShape, UNKNOWN_COVER, WrongSums } from "./wrongFiles.js";

/** What became of one file. */
export type FileResult = {
  readonly name: string;
  readonly file: string;
  readonly path: string;
  readonly sha256: string; // "" where it could not be read
  /** `unlike`: counted on its own, but its columns are others than those of the sums. */
  readonly status: "done" | "missing" | "unlike";
  /** Findings of severity error in a strict run, or why there is no result. */
  readonly says: string;
  readonly polygons: number;
  readonly own: Both;
  readonly findings: number;
  /** Nobody knows what of it is covered twice or by nobody: the sums tell of none. */
  readonly isCoverUnknown?: true;
};

export type NationalFacts = {
  readonly files: readonly FileResult[];
  /** How many were there from an earlier run. */
  readonly kept: number;
  readonly cells: CellTable;
  readonly own: Both;
  readonly posted: Both;
  readonly foldedM2: M2;
  readonly worstResidualM2: M2;
  /** Gaps and double cover of the files, each seen by itself; undefined where none was found. */
  readonly coverage?: CoverFacts;
  readonly measureId: string;
  /** The folder as one ground layer: what of it is among the sums. */
  readonly input: InputFacts;
  /** Unit layers, with what the files call their units. */
  readonly layers: readonly UnitLayerNames[];
  /** Files among the sums. */
  readonly regions: readonly Region[];
  readonly fingerprint: string;
};

/** Makes the account of one ground file in `settings.ut`; what it returns is told with the file (a strict failure). */
export type OneAccount = (settings: RunSettings) => Promise<string | undefined>;

/** What of a receipt the sums need. */
const receiptShape = z.object({
  settings: z.object({
    klasse: z.array(z.string()),
    enheter: z.array(z.object({ navn: z.string(), nokkel: z.string() })),
  }),
  measure: z.string(),
  inputs: z.array(
    z.looseObject({ role: z.string(), edition: z.string().optional(), byteLength: z.number() }),
  ),
  control: z.object({
    polygons: z.number(),
    ownM2: z.object({ planM2: z.number(), trueM2: z.number() }),
    foldedM2: z.number(),
    worstResidualM2: z.number(),
  }),
  coverage: coverShape.optional(),
  findings: z.number(),
});

/**
 * Runs one account for each ground file of a folder (`settings.grunnkart`), each in a folder of its own, and adds them
 * up. What was counted before is not counted again, and a file that cannot be counted does not stop the others: `makeParts`.
 *
 * @param version of the program: another version counts everything again
 * @throws InputError for a folder without files, or where every file fails; PartBroke as `makeParts`
 */
export async function runNational(
  settings: RunSettings,
  rules: Rules,
  version: string,
  one: OneAccount,
  hooks: AccountHooks = {},
): Promise<NationalFacts> {
  const files = await groundFilesIn(settings.grunnkart);
  const fingerprint = await fingerprintOf(version, rules, settings);
  const done = await makeParts(
    { out: settings.ut, from: settings.grunnkart },
    files.map((file) => ({ name: file.name, files: [file] })),
    fingerprint,
    ({ files: [file] }, ut) => one({ ...settings, grunnkart: file.path, ut }),
    hooks,
  );
  return addUp(basename(settings.grunnkart), done, fingerprint, rules);
}

async function addUp(
  folder: string,
  parts: readonly PartDone[],
  fingerprint: string,
  rules: Rules,
): Promise<NationalFacts> {
  const files: FileResult[] = [];
  const own = new ExactSums();
  const folded = new ExactSums();
  let worst = 0;
  const names = new NamesOfUnits();
  const among: { readonly name: string; readonly folder: string }[] = [];
  const inputs: InputFacts[] = [];
  let sums:
    { like: string; first: string; measureId: string; all: NationalSums; wrong: WrongSums } | undefined;
  for (const made of parts) {
    const [file] = made.part.files;
    const about = {
      name: made.part.name,
      file: basename(file.path),
      path: file.path,
      sha256: made.sha256[0],
    };
    if (made.failure !== undefined) {
      const none = { planM2: 0, trueM2: 0 };
      files.push({ ...about, status: "missing", says: made.failure, polygons: 0, own: none, findings: 0 });
      continue;
    }
    const receipt = receiptShape.parse(await readJson(join(made.folder, RECEIPT)));
    const path = join(made.folder, "cells.csv");
    const columns = await columnsOfCells(path, AMOUNTS);
    // Accounts add up when they have the same columns. Each may be in the UTM zone of its kommune.
    const like = columns.join();
    sums ??= {
      like,
      first: about.name,
      measureId: receipt.measure,
      all: new NationalSums(columns, receipt.settings.klasse.length),
      wrong: new WrongSums(columns.slice(receipt.settings.klasse.length)),
    };
    const isLike = sums.like === like;
    const { ownM2, polygons, foldedM2, worstResidualM2 } = receipt.control;
    const says = isLike ? made.says : `andre kolonner (${like}) enn i ${sums.first} (${sums.like})`;
    const status = isLike ? "done" : "unlike";
    const unknown = receipt.coverage === UNKNOWN_COVER && ({ isCoverUnknown: true } as const);
    files.push({ ...about, status, says, polygons, own: ownM2, findings: receipt.findings, ...unknown });
    if (!isLike) continue;
    await sums.all.add(path);
    await sums.wrong.add(receipt.coverage, made.folder);
    own.add(0, ownM2.planM2);
    own.add(1, ownM2.trueM2);
    folded.add(0, foldedM2);
    worst = Math.max(worst, worstResidualM2);
    await names.add(receipt.settings.enheter, made.folder);
    among.push({ name: about.name, folder: made.folder });
    inputs.push(receipt.inputs[0] as unknown as InputFacts);
  }
  const cells = sums?.all.cells() ?? new NationalSums([], 0).cells();
  const coverage = sums?.wrong.coverage();
  return {
    files,
    kept: parts.filter(({ wasDone }) => wasDone).length,
    cells,
    own: { planM2: own.total(0), trueM2: own.total(1) },
    posted: { planM2: exactTotal(cells.planM2), trueM2: exactTotal(cells.trueM2) },
    foldedM2: folded.total(0),
    worstResidualM2: worst,
    ...(coverage !== undefined && { coverage }),
    measureId: sums?.measureId ?? "",
    input: inputOf(folder, inputs),
    layers: names.layers(),
    regions: regionsOf(among, rules),
    fingerprint,
  };
}

/** A folder as one input: its name, the hash of its files' hashes, and their edition where all have the same. */
function inputOf(folder: string, inputs: readonly InputFacts[]): InputFacts {
  const { format = "", epsg = 0, epsgFrom = "file", edition } = inputs[0] ?? {};
  const sum = (of: (input: InputFacts) => number): number =>
    inputs.reduce((total, input) => total + of(input), 0);
  const isOne = edition !== undefined && inputs.every((input) => input.edition === edition);
  const hash = createHash("sha256").update(inputs.map(({ sha256 }) => sha256).join("\n"));
  return {
    role: "grunnkart",
    name: folder,
    file: folder,
    format,
    epsg,
    epsgFrom,
    featureCount: sum(({ featureCount }) => featureCount),
    byteLength: sum(({ byteLength }) => byteLength),
    sha256: hash.digest("hex"),
    ...(isOne && { edition }),
  };
}
