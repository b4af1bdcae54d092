/** Reads back what a run left for its reports. What comes from a disk is checked before it is believed. */
import { z } from "zod";
import { InputError } from "../core/trouble.js";
import { BASIS_FORM, FIRST_FORM, type MapBasis, type ReportBasis } from "../report/basis.js";

const text = z.string();
const number = z.number();
const both = z.object({ planM2: number, trueM2: number });
const figure = number.nullable().transform((value) => value ?? NaN); // JSON has no NaN
const value = z.union([text, number, z.null()]);
const severity = z.enum(["note", "warning", "error"]);
const did = z.enum(["kept", "mended", "dropped"]);

const table = z.looseObject({
  id: text,
  title: text,
  columns: z.array(
    z.looseObject({ id: text, title: text, kind: z.enum(["text", "area", "share", "value"]) }),
  ),
  rows: z.array(z.array(value)),
  footnotes: z.array(text),
  print: z.looseObject({
    groupBy: z.array(text),
    columns: z.array(text),
    rounding: z.object({
      wholeFrom: number,
      smallest: number,
      decimals: z.int().min(0).max(20),
      shareDecimals: z.int().min(0).max(20),
      noiseM2: number,
    }),
  }),
});

const repair = z.looseObject({
  layer: text,
  kinds: z.array(z.looseObject({ kind: text, count: number, areaM2: figure })),
  inM2: figure,
  mendedM2: figure,
  overlapM2: figure,
  filledM2: figure,
  movedM2: figure,
  outM2: figure,
  wideCount: number,
  thresholdM: figure,
});

const run = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("account") }),
  z.object({
    kind: z.literal("change"),
    from: text,
    to: text,
    featuresFrom: number,
    featuresTo: number,
    twins: number,
    comparable: z.boolean(),
  }),
  z.object({
    kind: z.literal("scenario"),
    scenarios: z.array(z.object({ navn: text, features: number })),
  }),
  z.object({ kind: z.literal("statistics"), years: z.array(text).min(1), date: text }),
]);

const basis = z.looseObject({
  form: z.enum([BASIS_FORM, FIRST_FORM]).transform(() => BASIS_FORM),
  run: run.default({ kind: "account" }),
  version: text,
  measure: z.enum(["kartplan", "ellipsoide"]),
  measureId: text,
  fields: z.array(
    z.looseObject({
      field: text,
      title: text,
      list: text.optional(),
      classes: z.array(z.object({ kode: text, navn: text, en: text.optional() })),
    }),
  ),
  inputs: z.array(
    z.looseObject({
      role: text,
      name: text,
      file: text,
      format: text,
      epsg: number,
      featureCount: number,
      sha256: text,
    }),
  ),
  layers: z.array(z.looseObject({ name: text, keyField: text, unitCount: number, uncoveredCount: number })),
  ground: z.looseObject({
    featureCount: number,
    cellCount: number,
    own: both,
    posted: both,
    worstResidualM2: number,
    foldedM2: number,
  }),
  ruleSets: z.array(z.looseObject({ id: text, version: text, sha256: text })),
  checks: z.array(
    z.looseObject({
      id: text,
      name: text,
      expectedM2: figure,
      actualM2: figure,
      residualM2: figure,
      ppm: figure,
      toleranceM2: figure,
      ok: z.boolean(),
    }),
  ),
  findingCount: number,
  findings: z.array(
    z.looseObject({ severity, code: text, layer: text, did, count: number, areaM2: figure, says: text }),
  ),
  tables: z.array(table),
  repairs: z.array(repair).optional(),
});

/** Path data of ours and nothing else: it goes into a page as it is. */
const path = text.regex(/^[Mhvlz\d\s-]*$/);

const drawnClass = z.object({ kode: text, path });
const frame = {
  minX: number,
  minY: number,
  pixelM: z.number().positive(),
  width: z.int().min(1).max(100_000),
  height: z.int().min(1).max(100_000),
};

const closeUp = z.object({
  ...frame,
  nr: z.int().min(1),
  before: z.array(drawnClass),
  after: z.array(drawnClass),
  changed: path,
});

const map = z.object({
  form: z.literal("arealregnskap/kart/1"),
  field: text,
  epsg: z.int(),
  ...frame,
  classes: z.array(drawnClass),
  outlines: z.object({ layer: text, path }).optional(),
  closeUps: z.array(closeUp).optional(),
});

/** @throws InputError for text that is no `regnskap.json` of a version we know */
export function parseBasis(file: string, json: string): ReportBasis {
  const checked = basis.safeParse(parsed(file, json));
  if (!checked.success) throw notOurs(file, checked.error.issues[0]);
  checked.data.tables.forEach((one) => {
    if (one.rows.some((row) => row.length !== one.columns.length)) {
      throw notOurs(file, { path: ["tables", one.id], message: "a row of another length than the columns" });
    }
  });
  return checked.data as unknown as ReportBasis; // ids are unions of ours; an unknown one is shown as it is
}

/** @throws InputError for text that is no `kart.json` of a version we know */
export function parseMap(file: string, json: string): MapBasis {
  const checked = map.safeParse(parsed(file, json));
  if (!checked.success) throw notOurs(file, checked.error.issues[0]);
  const { outlines, closeUps, ...rest } = checked.data;
  return {
    ...rest,
    ...(outlines === undefined ? {} : { outlines }),
    ...(closeUps === undefined ? {} : { closeUps }),
  };
}

const receipt = z.looseObject({
  resultSha256: text,
  files: z.array(z.looseObject({ path: text, sha256: text })),
});

export type ReceiptSums = { readonly resultSha256: string; readonly sha256Of: ReadonlyMap<string, string> };

/** The sums in a `kvittering.json`. @throws InputError for text that is none */
export function parseReceipt(file: string, json: string): ReceiptSums {
  const checked = receipt.safeParse(parsed(file, json));
  if (!checked.success) throw notOurs(file, checked.error.issues[0]);
  const { resultSha256, files } = checked.data;
  return { resultSha256, sha256Of: new Map(files.map((one) => [one.path, one.sha256])) };
}

function parsed(file: string, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw notOurs(file, { path: [], message: `not readable as JSON (${String(error)})` });
  }
}

function notOurs(file: string, issue: { path: readonly PropertyKey[]; message: string }): InputError {
  return new InputError(
    { layer: file, ...(issue.path.length === 0 ? {} : { position: issue.path.map(String).join(".") }) },
    {
      came: issue.message,
      wanted: "a file that arealregnskap wrote, of this version",
      todo: "Run the command again; the file was changed, or is from another version",
    },
  );
}
