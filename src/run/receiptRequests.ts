/** What change and statistikk are asked to do by the settings in their receipts. */
import { z } from "zod";
import { InputError } from "../core/trouble.js";
import { LANGUAGES } from "../report/textsShape.js";
import type { ChangeRequest } from "./change.js";
import type { StatisticsRequest } from "./statistics.js";
import type { UnitRequest } from "./units.js";

const measure = z.enum(["kartplan", "ellipsoide"]);
const epsg = z.int().optional();
const rapport = z.array(z.enum(LANGUAGES)).optional();
const units = z
  .array(z.looseObject({ navn: z.string().optional(), fil: z.string(), nokkel: z.string().optional() }))
  .default([])
  .transform((all) =>
    all.map(({ navn, fil, nokkel }): UnitRequest => ({
      path: fil,
      ...(navn !== undefined && { name: navn }),
      ...(nokkel !== undefined && { key: nokkel }),
    })),
  );

const compared = {
  klasse: z.string().optional(),
  enheter: units,
  arealmetode: measure,
  stripeBreddeM: z.number().optional(),
  tilEpsg: epsg,
  styrt: z.boolean().default(false),
  strict: z.boolean().default(false),
  rapport,
};
const changeShape = z.looseObject({
  fra: z.string(),
  til: z.string(),
  fraEpsg: epsg,
  tilUtgaveEpsg: epsg,
  ...compared,
});
const foldersShape = z.looseObject({ mappeFra: z.string(), mappeTil: z.string(), ...compared });

const statisticsShape = z.looseObject({
  grunnkart: z.array(z.looseObject({ aar: z.string(), fil: z.string() })),
  klasse: z.string(),
  enheter: units,
  inndeling: z.string(),
  arealmetode: measure,
  enhet: z.enum(["km2", "daa", "m2"]).default("km2"),
  reparasjon: z.enum(["off", "safe", "full"]).default("off"),
  navnefil: z.string().optional(),
  rapport,
});

/** One comparison. @throws InputError for settings that are not those of change */
export function changeOfReceipt(settings: unknown, place: string) {
  const asked = parsed(changeShape, settings, place);
  const { fra, til, fraEpsg, tilUtgaveEpsg } = asked;
  const request: ChangeRequest = {
    ...compareOf(asked),
    from: { path: fra, ...(fraEpsg !== undefined && { epsg: fraEpsg }) },
    to: { path: til, ...(tilUtgaveEpsg !== undefined && { epsg: tilUtgaveEpsg }) },
  };
  return { request, ...flagsOf(asked) };
}

/** A comparison of two folders. @throws InputError for settings that are not those of change */
export function foldersOfReceipt(settings: unknown, place: string) {
  const asked = parsed(foldersShape, settings, place);
  return { from: asked.mappeFra, to: asked.mappeTil, compare: compareOf(asked), ...flagsOf(asked) };
}

/** @throws InputError for settings that are not those of statistikk */
export function statisticsOfReceipt(settings: unknown, place: string) {
  const asked = parsed(statisticsShape, settings, place);
  const request: Omit<StatisticsRequest, "names"> = {
    years: asked.grunnkart.map(({ aar, fil }) => ({ year: aar, path: fil })),
    classField: asked.klasse,
    units: asked.enheter,
    measure: asked.arealmetode,
    date: asked.inndeling,
    cubeUnit: asked.enhet,
    repair: asked.reparasjon,
  };
  const { navnefil, rapport: report } = asked;
  return {
    request,
    ...(navnefil !== undefined && { namesFile: navnefil }),
    ...(report !== undefined && { report }),
  };
}

type Compared = Pick<z.infer<typeof changeShape>, keyof typeof compared>;

const compareOf = ({ klasse, enheter, arealmetode, stripeBreddeM, tilEpsg }: Compared) => ({
  ...(klasse !== undefined && { classField: klasse }),
  units: enheter,
  measure: arealmetode,
  ...(stripeBreddeM !== undefined && { stripWidthM: stripeBreddeM }),
  ...(tilEpsg !== undefined && { workEpsg: tilEpsg }),
});

const flagsOf = ({ styrt, strict, rapport: report }: Compared) => ({
  managed: styrt,
  strict,
  ...(report !== undefined && { report }),
});

function parsed<T>(shape: z.ZodType<T>, settings: unknown, place: string): T {
  const checked = shape.safeParse(settings);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw new InputError(
    { layer: place, position: issue.path.join(".") },
    {
      came: issue.message,
      wanted: "the settings of a receipt as it was written",
      todo: "Run the command again for a new receipt",
    },
  );
}
