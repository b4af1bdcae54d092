import { Option } from "commander";
import { LANGUAGES, type Language } from "../report/textsShape.js";
import { listOf } from "./flags.js";

/** `--report [languages]` of the commands whose results have a report; bokmål when no language is named. */
export const reportFlag = (): Option =>
  new Option("--report [languages]", "write a report with a map: nb (default), nn, en; several with commas")
    .argParser(listOf(LANGUAGES))
    .preset("nb");

/** HTML and PDF from the finished folder, so that `report` makes the same bytes again. @returns their paths */
export async function writeAskedReports(
  folder: string,
  languages: readonly Language[] | undefined,
): Promise<readonly string[]> {
  if (languages === undefined || languages.length === 0) return [];
  const { writeReports } = await import("./report.js");
  return writeReports(folder, languages, ["html", "pdf"]);
}
