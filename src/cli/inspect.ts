import { sourcesOf } from "../read/open.js";
import { loadRules } from "../rules/load.js";
import { type GeometryCounts, type Inspection, inspectSource } from "../run/inspect.js";

/** Looks at every layer of every file. */
export async function inspectFiles(
  paths: readonly string[],
  epsg: number | undefined,
): Promise<Inspection[]> {
  const rules = await loadRules();
  const told: Inspection[] = [];
  for (const path of paths) {
    for (const source of await sourcesOf(path, epsg === undefined ? {} : { epsg })) {
      told.push(await inspectSource(source, rules));
    }
  }
  return told;
}

const CRS_FROM = { file: "declared in the file", user: "given by you", format: "the format's default" };

/** One layer as text, for a person. */
export function inspectionText(told: Inspection): string {
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
