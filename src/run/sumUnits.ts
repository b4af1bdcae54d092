import { stat } from "node:fs/promises";
import { join } from "node:path";
import { tableFileName } from "../report/tableView.js";
import type { UnitName } from "../tables/facts.js";
import { openCsv } from "./csvSums.js";
import { ifThere } from "./ifThere.js";

/** A unit layer of many accounts: its name, the field its keys are from, and names of units by key. */
export type UnitLayerNames = {
  readonly name: string;
  readonly keyField: string;
  readonly names: ReadonlyMap<string, UnitName>;
};

/** What files of many accounts call the units of their layers, from the lists of names in their folders. */
export class NamesOfUnits {
  private readonly byLayer = new Map<
    string,
    { readonly keyField: string; readonly names: Map<string, UnitName> }
  >();

  /** @param layers as a receipt names them */
  async add(
    layers: readonly { readonly navn: string; readonly nokkel: string }[],
    folder: string,
  ): Promise<void> {
    for (const { navn, nokkel } of layers) {
      const layer = this.byLayer.get(navn) ?? { keyField: nokkel, names: new Map<string, UnitName>() };
      this.byLayer.set(navn, layer);
      await readNames(join(folder, "tables", `${tableFileName(`enheter-${navn}`)}.csv`), layer.names);
    }
  }

  layers(): UnitLayerNames[] {
    return Array.from(this.byLayer, ([name, layer]) => ({ name, ...layer }));
  }
}

/** Key and name are the first two columns; a unit with several official names has a row each. */
async function readNames(path: string, names: Map<string, UnitName>): Promise<void> {
  const about = await ifThere(stat(path));
  if (about === undefined || about.size === 0) return; // the layer's file names no unit
  const rows = await openCsv(path);
  try {
    await rows.next();
    while (await rows.next()) names.set(rows.textOf(0), { navn: rows.textOf(1), official: [] });
  } finally {
    await rows.close();
  }
}
