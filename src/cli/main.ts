#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { BrokenInvariant, InputError } from "../core/trouble.js";
import { WorkerDied } from "../pool/pool.js";
import { accountCommand } from "./accountCommand.js";
import { EXIT, StrictFailure } from "./exit.js";
import { exampleCommand } from "./exampleCommand.js";
import { generateCommand } from "./generateCommand.js";
import { inspectCommand } from "./inspectCommand.js";
import { schemaCommand } from "./schemaCommand.js";
import { VERSION } from "./version.js";

/** Ctrl-C asks the command to stop and clean up; a second one ends at once. */
const interrupt = new AbortController();
process.once("SIGINT", () => interrupt.abort(new Error("avbrutt")));
process.once("SIGTERM", () => interrupt.abort(new Error("avbrutt")));

const program = new Command("arealregnskap")
  .description("Exact land accounts: what lies on the ground, by kommune, plan area or any other zone.")
  .version(VERSION)
  .showHelpAfterError("(arealregnskap --help tells what there is)")
  .exitOverride()
  .addCommand(accountCommand(interrupt.signal))
  .addCommand(inspectCommand())
  .addCommand(generateCommand(interrupt.signal))
  .addCommand(exampleCommand(interrupt.signal))
  .addCommand(schemaCommand());
for (const command of program.commands) command.exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}

/** Says what went wrong in words that fit its kind, and picks the exit code. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode;
  if (interrupt.signal.aborted && error === interrupt.signal.reason) {
    console.error("Avbrutt; ingenting ble skrevet.");
    return EXIT.interrupted;
  }
  if (error instanceof InputError) {
    console.error(`Feil: ${error.message}`);
    return EXIT.input;
  }
  if (error instanceof StrictFailure) {
    console.error(`Feil: ${error.message}`);
    return EXIT.strict;
  }
  if (error instanceof WorkerDied) {
    console.error(`Feil: ${error.message}`);
    return EXIT.broken;
  }
  if (error instanceof BrokenInvariant) {
    console.error(
      `Intern feil: ${error.message}\nIngenting ble skrevet. Meld gjerne fra, med fila som utløste det.`,
    );
    return EXIT.broken;
  }
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return EXIT.broken;
}
