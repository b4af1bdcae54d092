import { Command } from "commander";
import { runSchema } from "../run/schema.js";

export function schemaCommand(): Command {
  return new Command("schema")
    .description("Prints the JSON Schema of a run file, for completion in editors.")
    .addHelpText("after", "\nExample:\n  arealregnskap schema > run.schema.json")
    .action(() => {
      process.stdout.write(runSchema());
    });
}
