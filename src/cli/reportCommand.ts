import { Command, InvalidArgumentError, Option } from "commander";
import { LANGUAGES, type Language } from "../report/textsShape.js";
import { listOf, optional } from "./flags.js";
import { REPORT_FORMATS, type ReportFormat } from "./reportFormats.js";

type Flags = {
  readonly format: readonly ReportFormat[];
  readonly sprak: readonly Language[];
  readonly tittel?: string;
  readonly profil?: "kdd";
  readonly pxTegnsett?: "utf-8" | "windows-1252";
  readonly dato?: string;
};

export function reportCommand(signal: AbortSignal): Command {
  return new Command("report")
    .description("Writes the report of a finished run again, from the run's own folder and nothing else.")
    .argument("<folder>", "result folder of account, change, scenario or statistikk")
    .option(
      "--format <formats>",
      `what to write, with commas between: ${REPORT_FORMATS.join(", ")}`,
      listOf(REPORT_FORMATS),
      ["html"],
    )
    .option("--sprak <languages>", "nb, nn or en, with commas between", listOf(LANGUAGES), ["nb"])
    .option("--tittel <text>", "title of the report (default: what the run is of)", oneLine)
    .addOption(new Option("--profil <name>", "names of a guide in the workbook").choices(["kdd"]))
    .addOption(
      new Option(
        "--px-tegnsett <name>",
        "letters of .px files; windows-1252 has no č đ ŋ ŧ (default: utf-8)",
      ).choices(["utf-8", "windows-1252"]),
    )
    .option("--dato <yyyy-mm-dd>", "date the files are said to be made; without it none is written", isoDate)
    .addHelpText("after", EXAMPLES)
    .action(async (folder: string, { format, sprak, tittel, profil, pxTegnsett, dato }: Flags) => {
      const { writeReports } = await import("./report.js");
      const options = {
        ...optional("title", tittel),
        ...optional("profile", profil),
        ...optional("codepage", pxTegnsett),
        ...optional("date", dato),
      };
      for (const path of await writeReports(folder, sprak, format, options, signal)) console.log(path);
    });
}

const EXAMPLES = `
Examples:
  arealregnskap report regnskap
  arealregnskap report regnskap --sprak nb,nn,en
  arealregnskap report regnskap --format pdf,xlsx --profil kdd
  arealregnskap report regnskap --format html,pdf --tittel "Kommuneplanens arealdel 2026: hva bygges ned?"
  arealregnskap report regnskap --format json-stat,px,parquet --dato 2026-01-01
  arealregnskap report endring --format html,pdf,xlsx,csv

Reports are rapport.html, .pdf and .xlsx; statistics files stand in json-stat/ and px/, CSV for Excel in excel/, one a
table; cells.parquet has the cells. A table that is a list, or of values of many kinds (T14), has no statistics file.`;

/** Words on one line. */
function oneLine(text: string): string {
  const title = text.trim();
  if (title !== "" && !/\p{Cc}/u.test(title)) return title;
  throw new InvalidArgumentError("some words on one line are wanted");
}

function isoDate(text: string): string {
  const date = new Date(`${text}T00:00:00Z`);
  if (
    /^\d{4}-\d{2}-\d{2}$/.test(text) &&
    !Number.isNaN(date.getTime()) &&
    date.toISOString().startsWith(text)
  )
    return text;
  throw new InvalidArgumentError("a date as 2026-01-31 is wanted");
}
