import { z } from "zod";
import { InputError } from "../core/trouble.js";
import { resultSha256Of } from "./resultHash.js";

/** The commands that leave a receipt to run again from. */
const COMMANDS = [
  "account",
  "account --mappe",
  "scenario",
  "change",
  "change --mappe-fra --mappe-til",
  "statistikk",
] as const;

const hashed = z.looseObject({ file: z.string(), sha256: z.string() });
/** A pair of a run over two folders; "" where a folder has no file. */
const paired = z.looseObject({ fra: z.string(), til: z.string(), sha256: z.array(z.string()) });
/** A year of statistics. */
const yearly = z.looseObject({ inputs: z.array(hashed) });

type Input = { readonly file: string; readonly sha256: string };

/** Any of the three forms as files with their hashes. */
const inputs = z
  .array(
    z.union([
      hashed.transform((one): Input[] => [one]),
      paired.transform(({ fra, til, sha256 }): Input[] =>
        [fra, til].filter((file) => file !== "").map((file, i) => ({ file, sha256: sha256[i] ?? "" })),
      ),
      yearly.transform(({ inputs: own }): Input[] => own),
    ]),
  )
  .transform((all) => all.flat());

const ruleSet = z.looseObject({ id: z.string(), version: z.string(), sha256: z.string() });

const receiptShape = z.looseObject({
  program: z.literal("arealregnskap"),
  version: z.string(),
  command: z.enum(COMMANDS),
  settings: z.record(z.string(), z.unknown()),
  /** The ground was one file of a folder: units and plans may lie on the others' alone. */
  oneOfMany: z.boolean().default(false),
  inputs,
  ruleSets: z.array(ruleSet).default([]),
  files: z.array(z.looseObject({ path: z.string(), sha256: z.string() })),
  resultSha256: z.string(),
});

/** What of a receipt is needed to run again. `settings` are those of a run file, with names of files for paths. */
export type Receipt = z.infer<typeof receiptShape>;

/** Methods stand in a receipt with their versions; a run file has their ids. */
const methods = z.array(z.looseObject({ id: z.string() })).transform((all) => all.map(({ id }) => id));

/** @throws InputError for what is not a receipt to run again from, or whose files do not make its `resultSha256` */
export function readReceipt(path: string, text: string): Receipt {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw notReceipt(path, `text that is not JSON (${String(error)})`);
  }
  const checked = receiptShape.safeParse(parsed);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw notReceipt(path, `${issue.path.join(".")}: ${issue.message}`);
  }
  if (resultSha256Of(checked.data.files) !== checked.data.resultSha256)
    throw notReceipt(
      path,
      "a list of files that does not make its resultSha256: it was changed after the run",
    );
  const asked = methods.safeParse(checked.data.settings["metode"]);
  const settings = { ...checked.data.settings, ...(asked.success ? { metode: asked.data } : {}) };
  return { ...checked.data, settings };
}

function notReceipt(path: string, came: string): InputError {
  return new InputError(
    { layer: path },
    {
      came,
      wanted: `a kvittering.json of ${COMMANDS.join(", ")}`,
      todo: "Name the receipt or its folder",
    },
  );
}
