import { z } from "zod";
import { InputError } from "../core/trouble.js";
import type { Rules } from "../rules/rules.js";
import type { PlanRequest } from "./plan.js";

const path = z.string().min(1);
const epsg = z
  .int()
  .min(1024)
  .max(32767)
  .describe("EPSG-kode når fila ikke selv sier det, eller sier det feil");

/** The fields of a run file that plan accounts have. */
export const planSettings = {
  plan: z
    .array(
      z.strictObject({
        fil: path.describe("Arealformål (kommuneplan, kommunedelplan eller reguleringsplan), fil#lag"),
        rolle: z.enum(["gjeldende", "ny"]).default("gjeldende"),
        type: path.optional().describe("Objekttype når laget ikke selv sier det, f.eks. KpArealformålOmråde"),
        epsg: epsg.optional(),
      }),
    )
    .default([])
    .describe("Planer for planregnskap (T3–T8)"),
  tema: z
    .array(
      z.strictObject({
        navn: path.describe("Navn i T8"),
        fil: path,
        felt: path.optional().describe("Felt som deler laget i flere temaer"),
        dekning: path.optional().describe("Lag som viser hvor temaet er kartlagt"),
        epsg: epsg.optional(),
      }),
    )
    .default([])
    .describe("Temaer å holde mot planene: naturtyper, verneområder, flomsoner ... (T8)"),
  metode: z.array(path).default([]).describe("Metoder for arealreserve (kdd, nina-2023, serie-1-2 ...)"),
  planmodus: z
    .enum(["kp", "mosaikk"])
    .default("kp")
    .describe("kp: bare kommune(del)planer; mosaikk: reguleringsplaner lagt over dem"),
  utenStatus: z
    .enum(["uten", "framtidig"])
    .default("uten")
    .describe("Kommuneplanområder uten arealbruksstatus: egen kolonne, eller framtidige når de er utbygging"),
  vertikalniva: z
    .array(path)
    .min(1)
    .optional()
    .describe("Vertikalnivåer som er med; ellers bare 2, på grunnen"),
  nyPlan: z
    .enum(["innenfor", "hele"])
    .default("innenfor")
    .describe("innenfor: gjeldende plan står der den nye ikke har arealformål; hele: den nye erstatter alt"),
};

type PlanSettings = z.infer<z.ZodObject<typeof planSettings>>;

/**
 * What a run asks of plans; undefined when it names none.
 * @throws InputError for themes or methods without a plan to hold them against
 */
export function planRequestOf(settings: PlanSettings, rules: Rules): PlanRequest | undefined {
  const { plan, tema, metode, planmodus, utenStatus, vertikalniva, nyPlan } = settings;
  if (plan.length === 0) {
    if (tema.length + metode.length > 0) throw noPlan(tema.length > 0 ? "tema" : "metode");
    return undefined;
  }
  return {
    files: plan.map(({ fil, rolle, type, epsg: code }) => ({
      path: fil,
      role: rolle,
      ...(type !== undefined && { type }),
      ...(code !== undefined && { epsg: code }),
    })),
    themes: tema.map(({ navn, fil, felt, dekning, epsg: code }) => ({
      navn,
      path: fil,
      ...(felt !== undefined && { felt }),
      ...(dekning !== undefined && { dekning }),
      ...(code !== undefined && { epsg: code }),
    })),
    methods: metode,
    mode: planmodus,
    withoutStatus: utenStatus,
    vertikalnivaer: vertikalniva ?? [rules.planAccounting.vertikalniva],
    newScope: nyPlan,
    strips: true,
  };
}

function noPlan(field: string): InputError {
  return new InputError(
    { layer: "settings", position: field },
    { came: `${field} without a plan`, wanted: "a plan to hold it against", todo: "Give one with --plan" },
  );
}
