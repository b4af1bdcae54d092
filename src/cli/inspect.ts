import { InputError } from "../core/trouble.js";
import type { OnRefused } from "../read/format.js";
import { sourcesOf } from "../read/open.js";
import type { Source } from "../read/source.js";
import { loadRules } from "../rules/load.js";
import type { Rules } from "../rules/rules.js";
import { type GeometryCounts, type Inspection, inspectSource } from "../run/inspect.js";

/** A file, or a layer of one, that cannot be read, and why. */
export type RefusedFile = { readonly file: string; readonly layer?: string; readonly refused: string };

/**
 * Looks at every layer of every file. What is refused stands among what is read, and does not keep the rest from being told.
 *
 * @returns what was told, and how many of the files gave no layer at all
 */
export async function inspectFiles(
  paths: readonly string[],
  epsg: number | undefined,
  signal?: AbortSignal,
): Promise<{ told: (Inspection | RefusedFile)[]; unread: number }> {
  const rules = await loadRules();
  const told: (Inspection | RefusedFile)[] = [];
  let unread = 0;
  for (const path of paths) {
    const about = await inspectFile(path, epsg, rules, signal);
    told.push(...about);
    if (about.every((one) => "refused" in one)) unread++;
  }
  return { told, unread };
}

async function inspectFile(
  path: string,
  epsg: number | undefined,
  rules: Rules,
  signal: AbortSignal | undefined,
): Promise<(Inspection | RefusedFile)[]> {
  const refused: RefusedFile[] = [];
  const onRefused: OnRefused = ({ file, error }) => refused.push({ file, refused: error.message });
  const told: (Inspection | RefusedFile)[] = [];
  try {
    for (const source of await sourcesOf(path, { ...(epsg !== undefined && { epsg }), onRefused }))
      told.push(await inspectLayer(source, rules, signal));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    refused.push({ file: path, refused: error.message });
  }
  return [...told, ...refused];
}

async function inspectLayer(
  source: Source,
  rules: Rules,
  signal: AbortSignal | undefined,
): Promise<Inspection | RefusedFile> {
  try {
    return await inspectSource(source, rules, signal);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { file: source.path, layer: source.name, refused: error.message };
  }
}

const CRS_FROM = { file: "declared in the file", user: "given by you", format: "the format's default" };

/** One layer as text, for a person. */
export function inspectionText(told: Inspection | RefusedFile): string {
  if ("refused" in told) return refusedText(told);
  const lines = [
    `${told.file}`,
    `  layer     ${told.layer} (${told.format}${told.encoding === undefined ? "" : `, ${told.encoding}`})`,
    `  CRS       EPSG:${told.epsg} ${told.crs}, ${CRS_FROM[told.epsgFrom]}; ${told.crsByValues.fits ? told.crsByValues.says : "the coordinates do not fit"}`,
    `  features  ${featuresText(told)}`,
    `  box       ${told.bbox?.join(" ") ?? "(no coordinates)"}`,
    ...kindLines(told),
    ...(told.kommuner.length === 0 ? [] : [`  kommuner  ${listText(told.kommuner, 12)}`]),
    "  fields",
    ...told.fields.map(
      ({ name, type, canonical, values }) =>
        `    ${name} (${type})${canonical === undefined ? "" : ` = ${canonical}`}: ${values.join(", ") || "(empty)"}`,
    ),
    ...told.warnings.map((warning) => `  ! ${warning}`),
  ];
  return lines.join("\n");
}

const refusedText = ({ file, layer, refused }: RefusedFile): string =>
  [file, ...(layer === undefined ? [] : [`  layer     ${layer}`]), `  ! cannot be read: ${refused}`].join(
    "\n",
  );

function kindLines({ recognised, editions }: Inspection): string[] {
  if (editions.length > 0) return [`  edition   GrunnkartFlate, ${editions.join(" and ")}`];
  if (recognised?.family === "grunnkart") return ["  edition   GrunnkartFlate, unknown edition"];
  return recognised === undefined ? [] : ["  kind      plan data"];
}

function featuresText({ features, featuresStated, geometry }: Inspection): string {
  if (features === 0 && featuresStated > 0) return `${featuresStated}, none of them polygons`;
  return features === 0 ? "0" : `${features}: ${geometryText(geometry)}`;
}

function geometryText({ polygon, multiPolygon, other, none }: GeometryCounts): string {
  const counts = [
    [polygon, "Polygon"],
    [multiPolygon, "MultiPolygon"],
    [other, "of other geometry"],
    [none, "without geometry"],
  ] as const;
  const met = counts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return met.join(", ");
}

const listText = (items: readonly string[], most: number): string =>
  items.length <= most ? items.join(", ") : `${items.slice(0, most).join(", ")} ... (${items.length})`;
