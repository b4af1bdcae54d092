import { z } from "zod";
import { InputError } from "../core/trouble.js";
import { LANGUAGES } from "../report/textsShape.js";
import { RUN_MODES } from "./generalised.js";
import { planSettings } from "./planSettings.js";
import { LONGEST_SNAP_M } from "./topology.js";

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
    flereGrunnkart: z
      .array(
        z.strictObject({
          fil: z.string().min(1).describe("Flatelag med de samme klassefeltene"),
          epsg: epsg.optional(),
        }),
      )
      .default([])
      .describe("Flere filer av samme grunnkart, for eksempel nabokommuner: de føres som ett"),
    mellomlager: z
      .union([z.boolean(), z.string().min(1)])
      .default(false)
      .describe(
        "Ta vare på trege filer som FlatGeobuf til neste kjøring: true i mappa mellomlager ved siden av fila, ellers i denne mappa",
      ),
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
          generalisert: z
            .boolean()
            .optional()
            .describe("Laget er generalisert (1:250 000 eller grovere): vises, men avvises i statistikk"),
        }),
      )
      .default([]),
    ...planSettings,
    modus: z
      .enum(RUN_MODES)
      .default("visning")
      .describe("statistikk: generaliserte enheter avvises; visning: de gir en advarsel"),
    arealmetode: z.enum(["kartplan", "ellipsoide"]).default("ellipsoide"),
    tilEpsg: epsg.optional().describe("Koordinatsystem å regne i; ellers grunnkartets eget"),
    ut: z.string().min(1).describe("Mappe for resultatet"),
    workers: z
      .int()
      .min(0)
      .max(256)
      .optional()
      .describe("Antall tråder som regner, hovedtråden medregnet; 0 og 1 er ingen andre"),
    reparasjon: z
      .enum(["off", "safe", "full"])
      .default("full")
      .describe(
        "Feil i grunnkartet: off lar dem stå; safe leser ugyldige flater etter strukturregelen; full retter også overlapp og små hull. Også ugyldige enheter leses om",
      ),
    snapM: z
      .number()
      .gt(0)
      .max(LONGEST_SNAP_M)
      .optional()
      .describe(
        "Ved reparasjon full: punkter på smale striper som er nærmere hverandre enn så mange meter, gjøres til ett før overlapp og hull avgjøres. Utelatt: ingen punkter flyttes",
      ),
    strict: z.boolean().default(false).describe("Stans når det er funn av alvor «error»"),
    referanse: z.array(z.string().min(1)).default([]).describe("CSV-filer å kontrollere mot (T15)"),
    flater: z
      .enum(["fgb", "gpkg"])
      .optional()
      .describe("Skriv delene som flater: FlatGeobuf eller GeoPackage"),
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
