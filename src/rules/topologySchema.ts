/** The shape of `rules/topologi.json`: how errors between the polygons of a layer are weighed and settled. */
import { z } from "zod";

const text = z.string().min(1);
const positive = z.number().positive();

export const topology = z.strictObject({
  id: text,
  version: z.iso.date(),
  title: text,
  source: text,
  sureness: text,
  kind: z.literal("topologi"),
  /** A gap up to the first width is rounding; up to the second, and up to so many m2, it is filled; others stay. */
  hull: z.strictObject({ avrundingM: positive, fyllesBreddeM: positive, fyllesM2: positive }),
  /** A wider overlap is an error of the data, whoever gets the ground. */
  overlapp: z.strictObject({ feilOverBreddeM: positive }),
  /** A polygon with 2 x area / perimeter up to this is a sliver. */
  stripe: z.strictObject({ breddeM: positive }),
  /** Readings of a broken polygon further apart than this, in m2 and as a share, need a person. */
  avgjorelse: z.strictObject({ m2: positive, andel: positive }),
  /** Who goes first where ground is claimed twice: values of a field, the first one first. Empty: nobody. */
  prioritet: z.array(z.strictObject({ felt: text, verdi: text })),
});

export type Topology = z.infer<typeof topology>;
