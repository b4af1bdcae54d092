/** The shape of `rules/endringsregnskap.json`: how change between two editions is judged. */
import { z } from "zod";

const text = z.string().min(1);
const positive = z.number().positive();

export const changeAccounting = z.strictObject({
  id: text,
  version: z.iso.date(),
  title: text,
  source: text,
  sureness: text,
  kind: z.literal("endringsregnskap"),
  /**
   * A change is a strip, one border drawn twice, when it is narrower than this (2 x area / perimeter) and is less than
   * this share of both polygons: a narrow road that is new is a polygon of its own, and no strip.
   */
  stripe: z.strictObject({ breddeM: positive, andelAvFlate: positive }),
  /** Units whose area differs more than this between the editions are not compared. */
  grenseFlyttetAndel: positive,
  /** Changes listed with their place. */
  storsteAntall: z.int().positive(),
  /** Classes that ground does not become by itself: expansion into them is managed. */
  styrt: z.array(z.strictObject({ felt: text, koder: z.array(text).min(1) })),
  /** Fields whose code list has the number of the EU type in a column. */
  eu: z.array(z.strictObject({ felt: text, nummerkolonne: text, typologi: text })),
  kommunehistorikk: z.strictObject({
    liste: text,
    gruppekolonne: text,
    /** Kommuner that were divided: their ground cannot be recoded by number. */
    delte: z.array(z.strictObject({ kode: z.string().regex(/^\d{4}$/), dato: z.iso.date(), til: z.array(text).min(2) })),
    /** First year of numbers that begin so, where the list does not say. */
    fylkesnummerFra: z.record(z.string().regex(/^\d{2}$/), z.string().regex(/^\d{4}$/)),
  }),
});

export type ChangeAccounting = z.infer<typeof changeAccounting>;

/** Words of the tables of change and of statistics; in `reports/tables.json` with the others. */
export const changeLabels = z.strictObject({
  notInA: text,
  notInB: text,
  opening: text,
  additions: text,
  reductions: text,
  managed: text,
  unmanaged: text,
  strips: text,
  upward: text,
  downward: text,
  border: text,
  net: text,
  closing: text,
  noType: text,
  country: text,
});
