import { z } from "zod";
import { InputError } from "../core/trouble.js";
import { runSettings, type RunSettings } from "../run/settings.js";

const text = z.string().min(1);
const epsg = z.int().min(1024).max(32767);

/** One edit of a plan. Where it lies is said in one of three ways: omrade, geometri, fil. */
const edit = z.strictObject({
  navn: text.optional().describe("Navn i T9b; ellers nummeret"),
  handling: z
    .enum(["leggTil", "fjern", "endre", "erstattPlan"])
    .describe(
      "leggTil: nytt arealformål; fjern: ikke noe arealformål; endre: nytt formål eller ny status der planen har et; erstattPlan: en annen plan",
    ),
  omrade: z
    .union([text, z.array(text).min(1)])
    .optional()
    .describe("Id (lokalId) eller navn på planområder i gjeldende plan"),
  geometri: z.unknown().optional().describe("GeoJSON i grader (EPSG:4326) når epsg ikke sier noe annet"),
  fil: text.optional().describe("Flatelag (fil#lag); for erstattPlan en planfil"),
  filter: z
    .record(text, z.union([z.string(), z.number(), z.array(z.union([z.string(), z.number()]))]))
    .optional(),
  buffer: z.number().positive().max(100_000).optional().describe("Meter rundt punkt eller linje i geometri"),
  epsg: epsg.optional(),
  formal: z.union([text, z.int()]).transform(String).optional().describe("Kode for arealformål"),
  status: z
    .union([text, z.int()])
    .transform(String)
    .optional()
    .describe("Kode eller navn for arealbruksstatus"),
  familie: z.enum(["kommuneplan", "reguleringsplan"]).default("kommuneplan"),
  type: text.optional().describe("Objekttype i planfila for erstattPlan, når den ikke selv sier det"),
  omfang: z
    .enum(["hele", "innenfor"])
    .default("hele")
    .describe("erstattPlan: hele planen, eller bare der den nye har arealformål"),
});

export type EditSettings = z.infer<typeof edit>;

export type ScenarioSettings = {
  readonly run: RunSettings;
  readonly scenarios: readonly { readonly navn: string; readonly endringer: readonly EditSettings[] }[];
};

const scenarios = z.strictObject({
  scenarioer: z.array(z.strictObject({ navn: text, endringer: z.array(edit).min(1) })).min(1),
});

/**
 * Checks a scenario file: the fields of `account` with a plan, and `scenarioer`.
 * @throws InputError naming the field, what came and what was wanted
 */
export function checkScenarioSettings(value: Record<string, unknown>, from: string): ScenarioSettings {
  const { scenarioer, ...rest } = value;
  const run = runSettings.safeParse(rest);
  if (!run.success) throw badField(from, run.error);
  const own = scenarios.safeParse({ scenarioer });
  if (!own.success) throw badField(from, own.error);
  const { plan, flereGrunnkart } = run.data;
  if (flereGrunnkart.length > 0)
    throw refuse(
      from,
      "flereGrunnkart",
      "a ground of several files",
      "one file",
      "Join them first, or run them one by one",
    );
  if (!plan.some(({ rolle }) => rolle === "gjeldende"))
    throw refuse(from, "plan", "no plan in force", "plan: [{fil: ...}] to make edits in", "Name the plan");
  if (plan.some(({ rolle }) => rolle === "ny"))
    throw refuse(
      from,
      "plan",
      "a plan with rolle: ny",
      "the plan in force alone",
      "Make it a scenario with erstattPlan",
    );
  const names = own.data.scenarioer.map(({ navn }) => navn);
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice !== undefined)
    throw refuse(
      from,
      "scenarioer",
      `two scenarios called ${twice}`,
      "a name for each",
      "Rename one of them",
    );
  own.data.scenarioer.forEach(({ endringer }, s) =>
    endringer.forEach((one, e) => holdEdit(one, from, `scenarioer.${s}.endringer.${e}`)),
  );
  return { run: run.data, scenarios: own.data.scenarioer };
}

/** Fields that go together. */
function holdEdit(one: EditSettings, from: string, position: string): void {
  const { handling, formal, status, omrade, geometri, fil, filter, buffer } = one;
  const places = [omrade, geometri, fil].filter((each) => each !== undefined).length;
  const bad = (came: string, wanted: string): InputError =>
    refuse(from, position, came, wanted, "Mend this edit");
  if (places !== 1) throw bad(`${places} of omrade, geometri and fil`, "one of them");
  if (handling === "leggTil" && formal === undefined)
    throw bad("leggTil without formal", "the code of an arealformål");
  if (handling === "leggTil" && omrade !== undefined)
    throw bad("leggTil in an area that is there", "endre, or a geometry");
  if (handling === "endre" && formal === undefined && status === undefined)
    throw bad("endre without formal and status", "one of them, or both");
  if (handling === "fjern" && (formal ?? status) !== undefined)
    throw bad("fjern with formal or status", "neither");
  if (handling === "erstattPlan" && fil === undefined) throw bad("erstattPlan without fil", "a plan file");
  if (handling === "erstattPlan" && (formal ?? status ?? filter) !== undefined)
    throw bad("erstattPlan with formal, status or filter", "the plan file alone");
  if (filter !== undefined && fil === undefined) throw bad("filter without fil", "a layer to choose from");
  if (buffer !== undefined && geometri === undefined)
    throw bad("buffer without geometri", "a point or a line");
}

function badField(from: string, error: z.ZodError): InputError {
  const [issue] = error.issues;
  return refuse(
    from,
    issue.path.join("."),
    issue.message,
    "the fields of a scenario file",
    "See arealregnskap scenario --help",
  );
}

function refuse(layer: string, position: string, came: string, wanted: string, todo: string): InputError {
  return new InputError({ layer, ...(position === "" ? {} : { position }) }, { came, wanted, todo });
}
