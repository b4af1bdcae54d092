/** The shape of every file in `rules/` and of `reports/tables.json`, checked before anything is believed. */
import { z } from "zod";
import { topology } from "./topologySchema.js";
import { changeAccounting, changeLabels } from "./changeSchema.js";
import { planAccounting, planLabels, planMethod } from "./planSchema.js";

const text = z.string().min(1);
const head = { id: text, version: z.iso.date(), title: text, source: text, sureness: text };

/** One code with its name. Further columns of the list are text too: codes keep their leading zeros. */
const code = z.object({ kode: text, navn: text }).catchall(z.string());

const codeList = z.strictObject({
  ...head,
  kind: z.literal("kodeliste"),
  /** False where the source showed only some of the values. */
  complete: z.boolean(),
  values: z.array(code).min(1),
});

const fieldNames = z.strictObject({
  ...head,
  kind: z.literal("feltnavn"),
  gjelder: z.enum(["grunnkart", "plan", "enheter"]),
  values: z.array(
    z.strictObject({
      kanonisk: text,
      mult: z.enum(["1", "0..1"]),
      /** Delivered spellings by where they were seen. */
      skrivemater: z.record(z.string(), z.array(text)),
    }),
  ),
});

const topologyDefects = z.strictObject({
  ...head,
  kind: z.literal("topologifeil"),
  utgave: text,
  values: z.array(z.strictObject({ referanse: text, format: text, omraade: text })),
});

const referenceFigures = z.strictObject({
  ...head,
  kind: z.literal("referansetall"),
  values: z.array(z.record(z.string(), z.string())),
});

const classification = z.strictObject({
  field: text,
  title: text,
  edition: text.optional(),
  list: text,
  /** Codes outside "andel av land". Absent: the field says nothing about land and water. */
  notLand: z.array(text).optional(),
  /** For field names that many products share: use the list only when it knows every value. */
  onlyIfAllKnown: z.boolean().optional(),
});

const positive = z.number().positive();

const accounting = z.strictObject({
  ...head,
  kind: z.literal("regnskap"),
  editions: z.array(z.strictObject({ id: text, title: text, spellings: z.array(text).min(1) })),
  classifications: z.array(classification),
  unitNames: z.array(z.strictObject({ field: text, list: text })),
  tolerances: z.strictObject({
    identityM2: positive,
    identityRelative: positive,
    polygonM2: positive,
    polygonRelative: positive,
    generalisedShare: positive,
    measureShare: positive,
  }),
  rounding: z.strictObject({
    wholeFrom: positive,
    smallest: positive,
    decimals: z.int().nonnegative(),
    shareDecimals: z.int().nonnegative(),
    noiseM2: positive,
  }),
  /** A zone layer with more units than this gets no T1 and T2 of its own; the cells have its figures. */
  maxUnits: z.int().positive(),
});

const column = z.strictObject({
  id: text,
  title: text,
  kind: z.enum(["text", "area", "share", "value"]),
  unit: z.enum(["m2", "daa", "km2"]).optional(),
});

const tableDefinitions = z.strictObject({
  ...head,
  kind: z.literal("tabeller"),
  locale: text,
  labels: z.strictObject({
    noValue: text,
    unknownValue: text,
    uncovered: text,
    gaps: text,
    doubled: text,
    sum: text,
    land: text,
    residual: text,
    outside: text,
    several: text,
    whole: text,
    by: text,
    plan: planLabels,
    change: changeLabels,
  }),
  values: z.array(
    z.strictObject({
      id: z.enum(["T1", "T2", "T3", "T4", "T4b", "T4m", "T5", "T6", "T7", "T8", "T9", "T9b", "T10", "T11", "T11s", "T12", "T13", "T14", "T15"]),
      title: text,
      columns: z.array(column).min(1),
      print: z.strictObject({ groupBy: z.array(text), columns: z.array(text) }),
      footnotes: z.array(text),
    }),
  ),
});

/** Hatches that tell classes apart without colour; `report/` draws them. */
const HATCHES = [
  "ingen",
  "skra",
  "motskra",
  "kryss",
  "prikker",
  "vannrett",
  "loddrett",
  "ruter",
  "bolger",
] as const;

const paint = z.strictObject({ colour: z.string().regex(/^#[0-9a-f]{6}$/), pattern: z.enum(HATCHES) });

const colours = z.strictObject({
  ...head,
  kind: z.literal("farger"),
  noValue: paint,
  uncovered: paint,
  /** For classes without a colour of their own, in turn. */
  spare: z.array(paint).min(1),
  /** A code of a list, or every code that begins so. */
  values: z.array(
    z.strictObject({ ...paint.shape, list: text, kode: text.optional(), prefix: text.optional(), source: text }),
  ),
});

const phrases = z.strictObject({
  ...head,
  kind: z.literal("ordbok"),
  /** Bokmål as tables have it, with {names} for what varies; then the same in the other languages. */
  values: z.array(z.strictObject({ nb: text, nn: text, en: text })),
});

export const ruleSet = z.discriminatedUnion("kind", [
  codeList,
  fieldNames,
  topologyDefects,
  referenceFigures,
  accounting,
  tableDefinitions,
  colours,
  phrases,
  planAccounting,
  planMethod,
  changeAccounting,
  topology,
]);

export type RuleSet = z.infer<typeof ruleSet>;
export type Code = z.infer<typeof code>;
export type CodeList = z.infer<typeof codeList>;
export type FieldNames = z.infer<typeof fieldNames>;
export type TopologyDefects = z.infer<typeof topologyDefects>;
export type ReferenceFigures = z.infer<typeof referenceFigures>;
export type Classification = z.infer<typeof classification>;
export type Accounting = z.infer<typeof accounting>;
export type Tolerances = Accounting["tolerances"];
export type Rounding = Accounting["rounding"];
export type ColumnDefinition = z.infer<typeof column>;
export type TableDefinitions = z.infer<typeof tableDefinitions>;
export type TableDefinition = TableDefinitions["values"][number];
export type Labels = TableDefinitions["labels"];
export type Paint = z.infer<typeof paint>;
export type Colours = z.infer<typeof colours>;
export type Phrase = z.infer<typeof phrases>["values"][number];
