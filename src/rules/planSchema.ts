/** The shape of the rule sets that plan accounts follow: what plan objects are, and the methods by their names. */
import { z } from "zod";

const text = z.string().min(1);
const head = { id: text, version: z.iso.date(), title: text, source: text, sureness: text };

/** Kommuneplan and reguleringsplan have code lists of their own, in which one number means two things. */
const planFamily = z.enum(["kommuneplan", "reguleringsplan"]);

/** `areal` is the partition, `sone` lies upon it, `omriss` says what plan it is, `annet` is not area of a purpose. */
const objectType = z.strictObject({
  navn: text,
  familie: planFamily,
  rolle: z.enum(["areal", "sone", "omriss", "annet"]),
});

const ground = z.strictObject({ bebygd: z.array(text), vann: z.array(text) });

const statusUse = z.strictObject({ med: z.array(text).min(1), advar: z.array(text) });

export const planAccounting = z.strictObject({
  ...head,
  kind: z.literal("planregnskap"),
  objekttyper: z.array(objectType).min(1),
  kodelister: z.record(planFamily, text),
  /** Field names that only one family has, for layers that do not say their object type. */
  felt: z.record(planFamily, z.array(text)),
  /** Fields with the code of a zone. */
  hensynFelt: z.array(text),
  status: z.strictObject({ naavaerende: text, framtidig: text, bortfall: text }),
  /** Main purposes that are taken as future where the status is missing and the user asks for it. */
  utenStatusHovedformal: z.array(text),
  planstatus: z.strictObject({ gjeldende: statusUse, ny: statusUse }),
  vertikalniva: text,
  detaljeringssone: text,
  lnfrHovedformal: text,
  lnfrSpredt: z.array(text),
  planManglerAndel: z.number().positive(),
  /** What ground and a plan area have in common is a strip when it is narrower than this, and than this share of either. */
  stripe: z.strictObject({ breddeM: z.number().positive(), andelAvBredde: z.number().positive().max(1) }),
  /** Class fields that are columns of T4 and T7. */
  kvalitetsfelt: z.array(text),
  /** What is built and what is water, by way of seeing and then by class field; the first field an account has counts. */
  grunn: z.record(z.string(), z.record(z.string(), ground)),
});

/** Which purposes are building purposes, when they are planned, and what is taken off. */
export const planMethod = z.strictObject({
  ...head,
  kind: z.literal("metode"),
  /** A shorter name to ask for it by. */
  kortnavn: text.optional(),
  formal: z.strictObject({
    hovedformal: z.array(text).optional(),
    normaliserteKoder: z.array(text).optional(),
    /** A column of the code list that is "1". */
    kolonne: text.optional(),
    utenGrupper: z.array(text).optional(),
  }),
  /** Statuses that are planned building. Regulation areas have none; `reguleringsplan` says whether they count. */
  status: z.array(text).min(1),
  reguleringsplan: z.enum(["uten", "medRegnet"]),
  /** Names in `grunn` of the accounting rules, in order of preference. */
  grunn: z.array(text).min(1),
  vann: z.enum(["trekkesFra", "regnesMed"]),
  forbehold: z.array(text),
});

export type PlanFamily = z.infer<typeof planFamily>;
export type PlanAccounting = z.infer<typeof planAccounting>;
export type PlanMethod = z.infer<typeof planMethod>;

/** Words of the plan tables. */
export const planLabels = z.strictObject({
  gjeldende: text,
  ny: text,
  none: text,
  noCode: text,
  change: text,
  unchanged: text,
  newBuilding: text,
  backToNature: text,
  /** Of gaps and double cover under planned building. */
  wrongBelow: text,
  /** Why ground is reserve to one method and not to the first: to it alone ("mer") or to the first alone ("mindre"). */
  reasons: z.strictObject({
    mer_formal: text,
    mer_status: text,
    mer_bebygd: text,
    mer_vann: text,
    mindre_formal: text,
    mindre_status: text,
    mindre_bebygd: text,
    mindre_vann: text,
  }),
});
