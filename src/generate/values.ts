import { z } from "zod";
import { InputError } from "../core/trouble.js";

/** The editions of the grunnkart a generator can imitate. */
export type Edition = "arsversjon2025" | "testversjon2";

const weights = z.record(z.string(), z.number().positive());
const perEdition = <T extends z.ZodType>(of: T) => z.object({ arsversjon2025: of, testversjon2: of });

const schema = z.object({
  id: z.literal("generate"),
  version: z.string(),
  /** Attribute fields of the ground in file order; identification comes after them. */
  fields: perEdition(z.array(z.string())),
  /** The field an unknown code is planted in. */
  landCoverField: perEdition(z.string()),
  /** Profile of road polygons. */
  road: z.string(),
  /** Values that occur together, by the edition's own field names. */
  profiles: z.record(z.string(), perEdition(z.record(z.string(), z.string()))),
  /** Kinds of country, from the lowest to the highest. Which profiles occur there, and how often. */
  zones: z
    .array(
      z.object({
        name: z.string(),
        share: z.number().positive(),
        background: z.string(), // of polygons over many cells
        roadClusters: z.number().int().nonnegative(),
        faces: weights,
        small: weights,
        buildings: weights,
      }),
    )
    .min(1),
  plan: z.object({ background: z.string(), formal: weights, status: weights }),
  names: z.object({
    kommuner: z.array(z.string()),
    first: z.array(z.string()).min(1),
    last: z.array(z.string()).min(1),
  }),
});

/** The words of the synthetic kommune, as rules/generate.json gives them. */
export type GenerateValues = z.infer<typeof schema>;
export type Zone = GenerateValues["zones"][number];

/**
 * Reads the text of rules/generate.json.
 * @throws InputError when a member is missing or a zone names a profile that is not there
 */
export function parseGenerateValues(text: string, fileName = "rules/generate.json"): GenerateValues {
  const parsed = schema.safeParse(JSON.parse(text));
  if (!parsed.success) {
    throw new InputError(
      { layer: fileName },
      {
        came: z.prettifyError(parsed.error),
        wanted: "the members described in src/generate/values.ts",
        todo: "Mend the file, or restore the one that came with the program.",
      },
    );
  }
  const values = parsed.data;
  const used = values.zones.flatMap((zone) => [
    zone.background,
    ...[zone.faces, zone.small, zone.buildings].flatMap((list) => Object.keys(list)),
  ]);
  const missing = [values.road, ...used].find((profile) => !(profile in values.profiles));
  if (missing !== undefined) {
    throw new InputError(
      { layer: fileName },
      {
        came: `profile ${missing}, which is not described`,
        wanted: `one of ${Object.keys(values.profiles).join(", ")}`,
        todo: "Describe it under profiles, or take it out of the zones.",
      },
    );
  }
  return values;
}
