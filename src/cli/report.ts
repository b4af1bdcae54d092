import { createHash } from "node:crypto";
import * as nodeFiles from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../core/trouble.js";
import { documentOf } from "../report/document.js";
import type { Language } from "../report/textsShape.js";
import { loadRules } from "../rules/load.js";
import { parseBasis, parseMap, parseReceipt } from "../run/reportBasis.js";
import { RECEIPT } from "../write/runFolder.js";
import { type FileOfSet, writeTogether } from "../write/writeTogether.js";
import { optional } from "./flags.js";
import { filesOfFormat, hasLanguage, type ReportOptions, type ReportSource } from "./reportFiles.js";
import type { ReportFormat } from "./reportFormats.js";

/**
 * Writes reports of a finished run into its folder: the same run gives the same bytes. All files take their names when
 * the last is whole.
 *
 * Statistics files that the run itself wrote are left as they are: they are the same but for the hash of the result, and
 * `verify` holds them against the receipt. With a date or a codepage asked for they are others, and are written.
 *
 * @param signal stops between two files; then none is written
 * @returns the files kept, then those written, a language after the other
 * @throws InputError for a folder that is no run's, and for one whose files are not those of its receipt
 */
export async function writeReports(
  folder: string,
  languages: readonly Language[],
  formats: readonly ReportFormat[],
  options: ReportOptions = {},
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const receipt = parseReceipt(join(folder, RECEIPT), (await read(folder, RECEIPT)).toString("utf8"));
  const basis = await receipted(folder, "regnskap.json", receipt.sha256Of);
  const map = receipt.sha256Of.has("kart.json")
    ? await receipted(folder, "kart.json", receipt.sha256Of)
    : undefined;
  const rules = await loadRules();
  const source: ReportSource = {
    input: {
      basis: parseBasis(join(folder, "regnskap.json"), basis.text),
      ...(map === undefined ? {} : { map: parseMap(join(folder, "kart.json"), map.text) }),
      rules,
      ...optional("title", options.title),
      basisSha256: basis.sha256,
      resultSha256: receipt.resultSha256,
    },
    options,
    cells: once(async () => {
      if (!receipt.sha256Of.has("cells.csv")) return undefined;
      const { parseCells } = await import("../run/reportCells.js");
      return parseCells(
        join(folder, "cells.csv"),
        (await receipted(folder, "cells.csv", receipt.sha256Of)).text,
      );
    }),
    press: once(async () => (await import("../write/pdf.js")).pdfPress()),
  };
  const isAsRun = options.date === undefined && options.codepage === undefined;
  const own = isAsRun ? new Set(receipt.sha256Of.keys()) : new Set<string>();
  const kept: string[] = [];
  const made = filesOf(source, languages, formats, signal);
  const wanted = without(made, own, (path) => kept.push(join(folder, path)));
  const written = await writeTogether(folder, wanted);
  return [...kept, ...written];
}

/** Files but those of some names, each of which is told. */
async function* without(
  files: AsyncGenerator<FileOfSet>,
  names: ReadonlySet<string>,
  tell: (path: string) => void,
): AsyncGenerator<FileOfSet> {
  for await (const file of files) {
    if (names.has(file.path)) tell(file.path);
    else yield file;
  }
}

async function* filesOf(
  source: ReportSource,
  languages: readonly Language[],
  formats: readonly ReportFormat[],
  signal: AbortSignal | undefined,
): AsyncGenerator<FileOfSet> {
  const [first] = languages;
  for (const language of new Set(languages)) {
    const report = documentOf({ ...source.input, language });
    for (const format of new Set(formats)) {
      if (language !== first && !hasLanguage(format)) continue;
      for await (const file of filesOfFormat(format, report, source)) {
        signal?.throwIfAborted();
        yield file;
      }
    }
  }
}

/** The same promise for every caller. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

/** A file that the receipt names, if it is still what the receipt says. */
async function receipted(
  folder: string,
  name: string,
  sha256Of: ReadonlyMap<string, string>,
): Promise<{ text: string; sha256: string }> {
  const bytes = await read(folder, name);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const due = sha256Of.get(name);
  if (sha256 === due) return { text: bytes.toString("utf8"), sha256 };
  throw new InputError(
    { layer: join(folder, name) },
    {
      came: due === undefined ? `a receipt without ${name}` : "a file that is not the one in the receipt",
      wanted: "the file as the run wrote it",
      todo: "Run the command again; a report must not show other figures than the run's",
    },
  );
}

async function read(folder: string, name: string): Promise<Buffer> {
  try {
    return await nodeFiles.readFile(join(folder, name));
  } catch (error) {
    throw new InputError(
      { layer: folder },
      {
        came: `no ${name} that can be read (${error instanceof Error && "code" in error ? String(error.code) : String(error)})`,
        wanted: "the result folder of a finished account, change, scenario or statistikk",
        todo: "Give the folder of --out or --ut; one from an older version must be run again",
      },
    );
  }
}
