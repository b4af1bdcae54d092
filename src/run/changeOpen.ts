import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type Bbox, bboxOf, featureCount } from "../core/layer.js";
import { type Finding, InputError } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";
import { checkPlausible } from "../read/crs/crs.js";
import { openSource } from "../read/open.js";
import type { Source } from "../read/source.js";
import { editionsOfFile } from "../rules/edition.js";
import type { Rules } from "../rules/rules.js";
import type { InputFacts } from "../tables/facts.js";
import { inputFactsOf } from "./inputFacts.js";
import { hasIndex, readWhole, type SideSpec } from "./changeSide.js";
import { chooseClassFields, findField } from "./fields.js";
import { noPolygons, reprojection } from "./units.js";

/** A file of a comparison. Its path may name a layer: `file#layer`. */
export type Edition = { readonly path: string; readonly epsg?: Epsg };

/** An edition as it was opened, before any polygon is read. */
export type Side = {
  readonly source: Source;
  readonly classField: string;
  readonly spec: SideSpec;
  readonly box: Bbox;
  /** SHA-256 of the file, and how many features it has; a file read by its index is hashed while the threads work. */
  readonly read: Promise<{ readonly sha256: string; readonly featureCount: number }>;
  readonly findings: readonly Finding[];
};

/** @throws InputError for a file without features, or with coordinates that cannot be of its system */
export async function openEdition({ path, epsg }: Edition): Promise<Source> {
  const source = await openSource(path, epsg === undefined ? {} : { epsg });
  if (source.featureCount === 0) throw noPolygons(path);
  if (source.bbox !== undefined) checkPlausible(source.name, source.epsg, source.bbox);
  return source;
}

type FieldChoice = { readonly inFile: string; readonly name: string };

/** The field compared by must be in both; without a wish, the first that both are recognised by. */
export function chooseFields(
  a: Source,
  b: Source,
  asked: string | undefined,
  rules: Rules,
): [FieldChoice, FieldChoice] {
  if (asked !== undefined) {
    const [of] = chooseClassFields(a, [asked], rules);
    return [of, findField(b, of.name, rules) ?? chooseClassFields(b, [asked], rules)[0]];
  }
  const inB = chooseClassFields(b, [], rules);
  for (const of of chooseClassFields(a, [], rules)) {
    const same = inB.find(({ name }) => name === of.name);
    if (same !== undefined) return [of, same];
  }
  throw new InputError(
    { layer: b.path },
    {
      came: `no class field in common: ${inB.map(({ name }) => name).join(", ")}`,
      wanted: "one field to compare by in both editions",
      todo: "Name it with --klasse FIELD",
    },
  );
}

/** Opens an edition for comparison: by its index where it has one in the CRS of the run, else read whole. */
export async function openSide(
  role: "A" | "B",
  source: Source,
  field: FieldChoice,
  workEpsg: Epsg,
  epsg: Epsg | undefined,
  rules: Rules,
): Promise<Side> {
  const idField =
    findField(source, "lokalId", rules)?.inFile ?? findField(source, "identifikasjon.lokalId", rules)?.inFile;
  const kommuneField = findField(source, "kommunenummer", rules)?.inFile;
  const about = {
    name: `${role} ${source.name}`,
    classField: field.inFile,
    ...(idField === undefined ? {} : { idField }),
    ...(kommuneField === undefined ? {} : { kommuneField }),
  };
  const moved = reprojection(source.name, source.epsg, workEpsg);
  if (source.epsg === workEpsg && source.bbox !== undefined && (await hasIndex(source))) {
    const read = hashOf(source).then((sha256) => ({ sha256, featureCount: source.featureCount }));
    read.catch(() => undefined); // awaited at the end; a failure before that is the threads' to tell
    const spec: SideSpec = {
      ...about,
      kind: "indexed",
      path: source.path,
      ...(epsg === undefined ? {} : { epsg }),
    };
    return { source, classField: field.name, spec, box: source.bbox, read, findings: moved };
  }
  const whole = await readWhole(source, about, workEpsg);
  const { layer } = whole.spec as Extract<SideSpec, { kind: "memory" }>;
  if (featureCount(layer) === 0 || layer.xy.length === 0) throw noPolygons(source.path);
  const box = bboxOf(layer.xy, 0, layer.xy.length / 2);
  checkPlausible(source.name, workEpsg, box);
  const read = Promise.resolve({ sha256: whole.sha256, featureCount: whole.featureCount });
  return {
    source,
    classField: field.name,
    spec: whole.spec,
    box,
    read,
    findings: [...moved, ...whole.findings],
  };
}

async function hashOf({ path }: Source): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** What a receipt says of an edition, when all of it has been read. */
export async function inputOf(
  role: "A" | "B",
  { source, spec, read }: Side,
  workEpsg: Epsg,
  rules: Rules,
  terms: readonly string[],
): Promise<InputFacts> {
  const values = new Map([[spec.classField, terms]]);
  const editions = editionsOfFile(
    rules,
    source.fields.map(({ name }) => name),
    values,
  );
  return {
    ...inputFactsOf(source, workEpsg, { role: "grunnkart", name: `${role} ${source.name}` }, await read),
    ...(editions.length === 1 ? { edition: editions[0] } : {}),
  };
}
