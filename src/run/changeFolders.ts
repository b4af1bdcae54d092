import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { z } from "zod";
import { type ChangeCells, columnOf, type Presence } from "../aggregate/changeSums.js";
import { exactTotal } from "../core/exactSums.js";
import { REGISTER_DATE } from "../rules/kommuneHistory.js";
import type { Rules } from "../rules/rules.js";
import type { ChangeFacts } from "../tables/changeFacts.js";
import type { AreaMeasure, Both, InputFacts } from "../tables/facts.js";
import { unitKeys } from "../tables/sumTables.js";
import { RECEIPT } from "../write/runFolder.js";
import type { ChangeRequest } from "./change.js";
import { columnsOfCells, CsvSums } from "./csvSums.js";
import { divisionOf, numberNow, pairFiles, type FilePair } from "./filePairs.js";
import type { AccountHooks } from "./hooks.js";
import { groundFilesIn } from "./nationalFiles.js";
import { fingerprintOf, makeParts, type PartDone } from "./parts.js";
import { readJson } from "./readJson.js";
import { regionsOf, type Region } from "./regionTables.js";
import { ruleSetsOf } from "./ruleSets.js";

/** Two folders of per-kommune files, and what each pair is compared by. */
export type FoldersRequest = {
  readonly from: string;
  readonly to: string;
  readonly out: string;
  readonly compare: Omit<ChangeRequest, "from" | "to">;
  /** Whatever else the folders of the pairs depend on, as plain data. */
  readonly also: object;
};

/** What became of one kommune. */
export type PairResult = {
  readonly name: string;
  readonly from: string; // base names; "" where the folder has no file of it
  readonly to: string;
  readonly sha256: readonly string[];
  /** `unlike`: compared on its own, but its columns are others than those of the sums. */
  readonly status: "done" | "missing" | "unlike";
  readonly says: string;
  /** Why it has no counterpart, where a kommune was divided between the editions. */
  readonly divided?: string;
  readonly findings: number;
};

export type FoldersFacts = {
  readonly pairs: readonly PairResult[];
  /** How many were there from an earlier run. */
  readonly kept: number;
  /** The sums, as of one comparison of all ground, by unit too; without places, which the pairs' folders have. */
  readonly facts: ChangeFacts;
  /** Pairs among the sums. */
  readonly regions: readonly Region[];
  readonly fingerprint: string;
};

/** Compares one pair and writes its folder; what it returns is told with the pair (a strict failure). */
export type OnePair = (request: ChangeRequest, out: string) => Promise<string | undefined>;

const both = z.object({ planM2: z.number(), trueM2: z.number() });

/** What of a receipt the sums need. */
const receiptShape = z.object({
  settings: z.object({
    klasse: z.string(),
    enheter: z.array(z.object({ navn: z.string(), nokkel: z.string() })),
  }),
  measure: z.string(),
  inputs: z
    .array(z.looseObject({ epsg: z.number(), featureCount: z.number(), byteLength: z.number() }))
    .min(2),
  control: z.object({
    ownA: both,
    ownB: both,
    acrossA: both,
    acrossB: both,
    featuresA: z.number(),
    featuresB: z.number(),
    twins: z.number(),
    foldedM2: z.number(),
    worstResidualM2: z.number(),
    blocks: z.number(),
  }),
  sammenlignbar: z.boolean(),
  findings: z.number(),
});
type Receipt = z.infer<typeof receiptShape>;

/** presence, class at the start, class at the end; then one column per unit layer. */
const KEYS = 3;
/** Plane, ellipsoid, and both of what is in strips. */
const AMOUNTS = 4;

/**
 * Compares each kommune of one folder with the same of another, each pair in a folder of its own, and adds them up. What
 * was compared before is not compared again, and a pair that cannot be, or a file without its counterpart, does not stop
 * the others: `makeParts`.
 *
 * @param version of the program: another version compares everything again
 * @throws InputError for a folder without files, a kommune twice in one, or where every pair fails; PartBroke as
 *   `makeParts`
 */
export async function runChangeOfFolders(
  request: FoldersRequest,
  rules: Rules,
  version: string,
  one: OnePair,
  hooks: AccountHooks = {},
): Promise<FoldersFacts> {
  const { from, to, out, also } = request;
  const pairs = pairFiles(await groundFilesIn(from), await groundFilesIn(to), rules);
  const units = request.compare.units.map((unit) => ({ ...unit, mayBeElsewhere: true }));
  const compare = { ...request.compare, units };
  const fingerprint = await fingerprintOf(version, rules, { ...compare, also });
  const pairOf = new Map(pairs.map((pair) => [pair.name, pair]));
  const made = await makeParts(
    { out, from },
    pairs.map((pair) => ({
      name: pair.name,
      files: [pair.from, pair.to].filter((file) => file !== undefined),
      ...lacks(pair, from, to, rules),
    })),
    fingerprint,
    ({ files: [a, b] }, folder) => one({ ...compare, from: { path: a.path }, to: { path: b.path } }, folder),
    hooks,
  );
  const sums = new FolderSums(rules);
  const results: PairResult[] = [];
  const dividedBy = divisionsAmong(pairs, rules);
  for (const part of made) results.push(await resultOf(part, pairOf.get(part.part.name)!, sums, dividedBy));
  return {
    pairs: results,
    kept: made.filter(({ wasDone }) => wasDone).length,
    facts: sums.facts({ from, to, measure: request.compare.measure }),
    regions: regionsOf(
      made.flatMap(({ part, folder }, i) =>
        results[i].status === "done" ? [{ name: part.name, folder }] : [],
      ),
      rules,
    ),
    fingerprint,
  };
}

function lacks(pair: FilePair, from: string, to: string, rules: Rules): { lacks?: string } {
  const without = pair.from === undefined ? from : pair.to === undefined ? to : undefined;
  if (without === undefined) return {};
  const renumbered = numberNow(pair.name, rules);
  const now =
    renumbered === undefined ? "" : `; nummeret er ${renumbered} per ${REGISTER_DATE}, kall begge filene det`;
  return { lacks: `ingen fil for ${pair.name} i ${basename(without)}${now}` };
}

/** Of a pair that lacks a file: why, where a kommune was divided between the editions. */
function divisionsAmong(pairs: readonly FilePair[], rules: Rules): (name: string) => string | undefined {
  const alone = new Set(
    pairs.flatMap(({ name, from, to }) => (from === undefined || to === undefined ? [name] : [])),
  );
  return (name) => (alone.has(name) ? divisionOf(name, alone, rules) : undefined);
}

async function resultOf(
  made: PartDone,
  pair: FilePair,
  sums: FolderSums,
  dividedBy: (name: string) => string | undefined,
): Promise<PairResult> {
  const about = {
    name: pair.name,
    from: pair.from === undefined ? "" : basename(pair.from.path),
    to: pair.to === undefined ? "" : basename(pair.to.path),
    sha256: made.sha256,
  };
  if (made.failure !== undefined) {
    const divided = dividedBy(pair.name);
    return {
      ...about,
      status: "missing",
      says: made.failure,
      ...(divided !== undefined && { divided }),
      findings: 0,
    };
  }
  const receipt = receiptShape.parse(await readJson(join(made.folder, RECEIPT)));
  const unlike = await sums.add(pair.name, join(made.folder, "cells.csv"), receipt, made.sha256);
  const { findings } = receipt;
  if (unlike !== undefined) return { ...about, status: "unlike", says: unlike, findings };
  return { ...about, status: "done", says: made.says, findings };
}

/** Cells and controls of many comparisons by one field. */
class FolderSums {
  private first:
    { readonly name: string; readonly columns: readonly string[]; readonly receipt: Receipt } | undefined;
  private cells = new CsvSums(0, AMOUNTS);
  private readonly receipts: Receipt[] = [];
  private readonly hashes: (readonly string[])[] = [];

  constructor(private readonly rules: Rules) {}

  /** @returns why the pair cannot be among the sums, where it cannot */
  async add(
    name: string,
    path: string,
    receipt: Receipt,
    sha256: readonly string[],
  ): Promise<string | undefined> {
    const columns = await columnsOfCells(path, AMOUNTS);
    if (this.first === undefined) {
      this.first = { name, columns, receipt };
      this.cells = new CsvSums(columns.length, AMOUNTS);
    }
    if (columns.join() !== this.first.columns.join())
      return `andre kolonner (${columns.join()}) enn i ${this.first.name} (${this.first.columns.join()})`;
    await this.cells.add(path);
    this.receipts.push(receipt);
    this.hashes.push(sha256);
    return undefined;
  }

  facts(of: { readonly from: string; readonly to: string; readonly measure: AreaMeasure }): ChangeFacts {
    const { rules, receipts } = this;
    const { receipt, columns } = this.first!; // where all fail, `makeParts` has said so
    const total = (what: (control: Receipt["control"]) => number): number =>
      exactTotal(receipts.map(({ control }) => what(control)));
    const pair = (what: "ownA" | "ownB" | "acrossA" | "acrossB"): Both => ({
      planM2: total((control) => control[what].planM2),
      trueM2: total((control) => control[what].trueM2),
    });
    return {
      cells: this.allCells(columns),
      field: receipt.settings.klasse,
      measure: of.measure,
      measureId: receipt.measure,
      workEpsg: receipt.inputs[0].epsg,
      inputs: [this.input(0, of.from), this.input(1, of.to)],
      zoneLayers: receipt.settings.enheter.map(({ navn, nokkel }, z) => ({
        name: navn,
        keyField: nokkel,
        keys: unitKeys(this.valuesOf(KEYS + z)),
      })),
      control: {
        ownA: pair("ownA"),
        ownB: pair("ownB"),
        acrossA: pair("acrossA"),
        acrossB: pair("acrossB"),
        featuresA: total(({ featuresA }) => featuresA),
        featuresB: total(({ featuresB }) => featuresB),
        twins: total(({ twins }) => twins),
        foldedM2: total(({ foldedM2 }) => foldedM2),
        worstResidualM2: Math.max(...receipts.map(({ control }) => control.worstResidualM2)),
        blocks: total(({ blocks }) => blocks),
      },
      largest: [],
      strips: [],
      incomparable: receipts.some(({ sammenlignbar }) => !sammenlignbar),
      findings: [],
      ruleSets: ruleSetsOf(rules),
    };
  }

  /** The distinct values of a column. */
  private valuesOf(column: number): string[] {
    return [...new Set(this.cells.rows().map(({ values }) => values[column]))];
  }

  private allCells(columns: readonly string[]): ChangeCells {
    const rows = this.cells.rows();
    const column = (k: number) => columnOf(rows.map(({ values }) => values[k]));
    return {
      rowCount: rows.length,
      presence: rows.map(({ values }) => values[0] as Presence),
      from: column(1),
      to: column(2),
      zones: new Map(columns.slice(KEYS).map((name, z) => [name, column(KEYS + z)])),
      planM2: this.cells.amounts(0, rows),
      trueM2: this.cells.amounts(1, rows),
      stripPlanM2: this.cells.amounts(2, rows),
      stripTrueM2: this.cells.amounts(3, rows),
    };
  }

  /** A folder as one input: its name, and the hash of the hashes of what of it is among the sums. */
  private input(side: 0 | 1, folder: string): InputFacts {
    const inputs = this.receipts.map((receipt) => receipt.inputs[side]);
    const [{ edition, format, epsgFrom, epsg }] = inputs as unknown as InputFacts[];
    const isOne = inputs.every((input) => input["edition"] === edition);
    const sha256 = createHash("sha256").update(this.hashes.map((pair) => pair[side]).join("\n"));
    return {
      role: "grunnkart",
      name: `${"AB"[side]} ${basename(folder)}`,
      file: basename(folder),
      format,
      epsg,
      epsgFrom,
      featureCount: inputs.reduce((sum, { featureCount }) => sum + featureCount, 0),
      byteLength: inputs.reduce((sum, { byteLength }) => sum + byteLength, 0),
      sha256: sha256.digest("hex"),
      ...(isOne && edition !== undefined && { edition }),
    };
  }
}
