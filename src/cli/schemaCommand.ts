import { Command } from "commander";

export function schemaCommand(): Command {
  return new Command("schema")
    .description("Prints the JSON Schema of a run file, for completion in editors.")
    .addHelpText("after", "\nExample:\n  arealregnskap schema > run.schema.json")
    .action(async () => {
      const { runSchema } = await import("../run/schema.js");
      process.stdout.write(runSchema());
    });
}
