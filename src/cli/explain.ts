import { InputError } from "../core/trouble.js";
import { formatNumber } from "../report/numbers.js";
import { loadRules } from "../rules/load.js";
import { accountRequestOf } from "../run/accountRequest.js";
import { checkSettings } from "../run/settings.js";
import { layerOfParts, partFields, partsBehind, type PartOf } from "../scenario/explain.js";
import { readBase, type Base } from "../scenario/readBase.js";
import { cellsBehind, cellsWith, type FigureName } from "../tables/cellsBehind.js";
import { shownArea } from "../tables/shown.js";
import { accountTables } from "../tables/tables.js";
import type { OutField } from "../write/layerOut.js";
import { outFormatOf } from "../write/writeLayer.js";
import { openReceipt } from "./openReceipt.js";

export type ExplainSettings = {
  readonly receipt: string;
  readonly mappe?: string;
  readonly figure?: FigureName;
  readonly cells: ReadonlyMap<string, string>;
  readonly out?: string;
};

const SHOWN_PARTS = 20;

/** In the folder of an account whose ground was mended. */
const LEDGER = "ledger.csv";

/** Runs the account of a receipt again and lists what a figure in it is the sum of. */
export async function explain(
  { receipt: path, mappe, figure, cells, out }: ExplainSettings,
  quiet: boolean,
  signal: AbortSignal,
): Promise<void> {
  const { receipt, place, settings } = await openReceipt(path, mappe);
  if (receipt.command !== "account")
    throw new InputError(
      { layer: place },
      {
        came: `a receipt of ${receipt.command}`,
        wanted: "one of account",
        todo: "Name the folder of an account",
      },
    );
  if (receipt.files.some((file) => file.path === LEDGER))
    throw new InputError(
      { layer: place },
      {
        came: "an account of ground that was repaired on the way",
        wanted: "an account of ground as it stands, so that its features can be listed",
        todo: "Repair the ground first (arealregnskap repair), and account the repaired file",
      },
    );
  const format = out === undefined ? undefined : outFormatOf(out);
  const rules = await loadRules();
  const request = accountRequestOf(checkSettings({ ...settings, ut: "explain" }, place), rules);
  const base = await readBase(request, rules, { signal });
  const { facts } = base;
  const behind =
    figure === undefined ? undefined : cellsBehind(facts, rules, accountTables(facts, rules).tables, figure);
  const parts = partsBehind(base, rules, behind?.inside ?? cellsWith(facts, cells), behind?.m2);
  const byArea = [...parts].sort((a, b) => shownArea(facts.measure, b) - shownArea(facts.measure, a));
  if (out !== undefined && format !== undefined) {
    const write = await format.load();
    const layer = layerOfParts(base, byArea);
    const numbers = new Set(["kartplanM2", "ellipsoideM2"]);
    const fields = partFields(base).map((name) => ({ name, type: typeOf(name, numbers) }));
    await write(out, { name: layer.name, epsg: layer.epsg, fields }, [layer]);
  }
  if (!quiet) print(base, byArea, behind?.title ?? [...cells].map((pair) => pair.join("=")).join(", "), out);
}

const typeOf = (name: string, numbers: ReadonlySet<string>): OutField["type"] =>
  name === "flate" ? "int" : numbers.has(name) ? "double" : "string";

function print({ facts }: Base, parts: readonly PartOf[], title: string, out: string | undefined): void {
  const m2 = (part: PartOf): number => shownArea(facts.measure, part);
  console.log(title);
  for (const part of parts.slice(0, SHOWN_PARTS)) {
    const where = [...part.classes, ...part.zones, part.planArea].filter((value) => value !== "").join(", ");
    console.log(
      `  flate ${part.feature}${part.id === "" ? "" : ` ${part.id}`}: ${formatNumber(m2(part), 1)} m² (${where})`,
    );
  }
  if (parts.length > SHOWN_PARTS) console.log(`  … og ${parts.length - SHOWN_PARTS} til`);
  const features = new Set(parts.map(({ feature }) => feature)).size;
  const sum = parts.reduce((total, part) => total + m2(part), 0);
  console.log(
    `Sum ${formatNumber(sum, 1)} m² av ${features} flater${out === undefined ? "" : `. Skrevet: ${out}`}`,
  );
}
