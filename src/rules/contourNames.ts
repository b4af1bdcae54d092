import { z } from "zod";
import { InputError } from "../core/trouble.js";

const names = z.array(z.string().min(1)).min(1);

const schema = z.object({
  id: z.literal("hoydekurver"),
  version: z.string(),
  title: z.string(),
  source: z.string(),
  /** Fields that tell an object's type, the best first. */
  typeFields: names,
  /** Fields that hold a contour's height in metres, the best first. */
  heightFields: names,
  /** Types that are contours, depressions and auxiliary ones among them. */
  contours: names,
  auxiliary: names,
  depressions: names,
  /** Types of lines where the map sheet ends. */
  frame: names,
});

/** What contours and their fields are called, as rules/hoydekurver.json gives it. */
export type ContourNames = z.infer<typeof schema>;

/** Reads the text of rules/hoydekurver.json. @throws InputError when it is not as it should be */
export function parseContourNames(text: string, fileName = "rules/hoydekurver.json"): ContourNames {
  const parsed = schema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new InputError(
    { layer: fileName },
    {
      came: z.prettifyError(parsed.error),
      wanted: "the members described in src/rules/contourNames.ts",
      todo: "Mend the file, or restore the one that came with the program",
    },
  );
}
