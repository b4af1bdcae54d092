import { join } from "node:path";
import { Command } from "commander";

/** What `npm start` runs: the example kommune from nothing to a checked account. */
export function exampleCommand(signal: AbortSignal): Command {
  return new Command("example")
    .description("Makes the example kommune and its account, and prints both.")
    .option("--out <folder>", "where data and account go", "out")
    .action(async ({ out }: { out: string }) => {
      const { generateInto } = await import("./generateInto.js");
      const { checkSettings } = await import("../run/settings.js");
      const { account } = await import("./account.js");
      const data = join(out, "eksempel");
      await generateInto(
        {
          seed: 1,
          polygons: 5000,
          planAreas: 500,
          kommuner: 1,
          edition: "arsversjon2025",
          epsg: 25833,
          vertices: 70,
          plant: "",
          plantCount: 0,
          out: data,
          format: "fgb",
          quiet: false,
        },
        signal,
      );
      const settings = checkSettings(
        {
          grunnkart: join(data, "grunnkart.fgb"),
          enheter: [
            { navn: "kommune", fil: join(data, "kommune.fgb") },
            { navn: "grunnkrets", fil: join(data, "grunnkretser.fgb") },
          ],
          plan: [{ fil: join(data, "plan.fgb"), rolle: "gjeldende" }],
          metode: ["serie-1-2"],
          ut: join(out, "regnskap"),
          rapport: ["nb"],
        },
        "example",
      );
      await account(settings, false, signal);
      console.log(`Kontroller selv: arealregnskap verify ${join(out, "regnskap")} --mappe ${data}`);
    });
}
