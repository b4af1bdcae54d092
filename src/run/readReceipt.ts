import { z } from "zod";
import { InputError } from "../core/trouble.js";

const receiptShape = z.looseObject({
  program: z.literal("arealregnskap"),
  version: z.string(),
  command: z.enum(["account", "scenario"]),
  settings: z.record(z.string(), z.unknown()),
  inputs: z.array(z.looseObject({ file: z.string(), sha256: z.string() })),
  ruleSets: z.array(z.looseObject({ id: z.string(), version: z.string(), sha256: z.string() })),
  files: z.array(z.looseObject({ path: z.string(), sha256: z.string() })),
  resultSha256: z.string(),
});

/** What of a receipt is needed to run again. `settings` are those of a run file, with names of files for paths. */
export type Receipt = z.infer<typeof receiptShape>;

/** Methods stand in a receipt with their versions; a run file has their ids. */
const methods = z.array(z.looseObject({ id: z.string() })).transform((all) => all.map(({ id }) => id));

/** @throws InputError for what is not a receipt of account or scenario */
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
  const asked = methods.safeParse(checked.data.settings["metode"]);
  const settings = { ...checked.data.settings, ...(asked.success ? { metode: asked.data } : {}) };
  return { ...checked.data, settings };
}

function notReceipt(path: string, came: string): InputError {
  return new InputError(
    { layer: path },
    { came, wanted: "a kvittering.json of account or scenario", todo: "Name the receipt or its folder" },
  );
}
