import { Command } from "commander";

export function verifyCommand(signal: AbortSignal): Command {
  return new Command("verify")
    .description(
      "Runs again from a receipt and says whether every byte is the same, or what the first difference is.",
    )
    .argument("<receipt>", "kvittering.json, or the folder it is in")
    .option(
      "--mappe <folder>",
      "where the input files are (default: the receipt's folder and the two above it)",
    )
    .option("--quiet", "print nothing but errors", false)
    .addHelpText("after", EXAMPLES)
    .action(async (receipt: string, flags: { mappe?: string; quiet: boolean }) => {
      const { verify } = await import("./verify.js");
      await verify(receipt, flags.mappe, flags.quiet, signal);
    });
}

const EXAMPLES = `
Examples:
  arealregnskap verify regnskap
  arealregnskap verify regnskap/kvittering.json --mappe kart

Input files are found by their names and held to the hashes in the receipt before anything is run.
Exit codes: 0 identical, 2 not identical, 1 a file is missing or another.`;
