import { z } from "zod";
import { InputError } from "../core/trouble.js";
import { LANGUAGES } from "../report/textsShape.js";
import { planSettings } from "./planSettings.js";

const epsg = z
  .int()
  .min(1024)
  .max(32767)
  .describe("EPSG-kode når fila ikke selv sier det, eller sier det feil");

/**
 * A run file (YAML or JSON). Every flag of `arealregnskap account` is a field here; paths are relative to the file.
 * Its JSON Schema is shipped as rules/run.schema.json for completion in editors.
 */
export const runSettings = z
  .strictObject({
    grunnkart: z
      .string()
      .min(1)
      .describe("Fil med arealdekke: GrunnkartFlate eller et annet flatelag (fil#lag)"),
    grunnkartEpsg: epsg.optional(),
    klasse: z
      .array(z.string().min(1))
      .default([])
      .describe("Felt det skal føres regnskap over; tomt: kjente felt i Grunnkartet"),
    enheter: z
      .array(
        z.strictObject({
          navn: z.string().min(1).optional().describe("Navn i regnskapet; ellers lagets eget"),
          fil: z.string().min(1).describe("Flatelag: kommuner, grunnkretser, planområder ..."),
          nokkel: z.string().min(1).optional().describe("Felt som skiller enhetene"),
          epsg: epsg.optional(),
        }),
      )
      .default([]),
    ...planSettings,
    arealmetode: z.enum(["kartplan", "ellipsoide"]).default("ellipsoide"),
    tilEpsg: epsg.optional().describe("Koordinatsystem å regne i; ellers grunnkartets eget"),
    ut: z.string().min(1).describe("Mappe for resultatet"),
    workers: z.int().min(0).max(256).optional().describe("Antall arbeidstråder; 0 er ingen"),
    strict: z.boolean().default(false).describe("Stans når det er funn av alvor «error»"),
    referanse: z.array(z.string().min(1)).default([]).describe("CSV-filer å kontrollere mot (T15)"),
    rapport: z.array(z.enum(LANGUAGES)).optional().describe("Lag rapport med kart på disse språkene"),
  })
  .describe("Kjøring av arealregnskap account");

export type RunSettings = z.infer<typeof runSettings>;

/** Checks settings from a file or from flags. @throws InputError naming the field, what came and what was wanted */
export function checkSettings(value: unknown, from: string): RunSettings {
  const checked = runSettings.safeParse(value);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw new InputError(
    { layer: from, ...(issue.path.length === 0 ? {} : { position: issue.path.join(".") }) },
    {
      came: issue.message,
      wanted: `the fields ${Object.keys(runSettings.shape).join(", ")}`,
      todo: "See arealregnskap account --help, or rules/run.schema.json",
    },
  );
}
