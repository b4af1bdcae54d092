import type { MapBasis } from "../report/basis.js";
import type { Rules } from "../rules/rules.js";
import type { MapRequest } from "../run/mapPass.js";
import { optional } from "./flags.js";
import type { Progress } from "./progress.js";

export type RunMap = Pick<MapRequest, "grounds" | "prepared" | "field" | "workEpsg"> & {
  /** Unit layers of the run, and the files they came from, in the same order. The first is drawn as borders. */
  readonly layers: readonly { readonly name: string; readonly keyField: string }[];
  readonly units: readonly { readonly path: string; readonly epsg?: number }[];
};

/** The map of a run for its report: a second reading of its ground. Undefined for ground without extent. */
export async function runMap(
  { layers: [layer], units: [unit], ...ground }: RunMap,
  rules: Rules,
  progress: Progress,
  signal: AbortSignal,
): Promise<MapBasis | undefined> {
  const { drawMap } = await import("../run/mapPass.js");
  const outlines =
    layer === undefined || unit === undefined
      ? undefined
      : { layer: layer.name, path: unit.path, keyField: layer.keyField, ...optional("epsg", unit.epsg) };
  return drawMap({ ...ground, ...optional("outlines", outlines) }, rules, {
    signal,
    onProgress: (done, total) => progress.show({ stage: "tegner kart", done, total }),
  });
}

/** kart.json. */
export const mapJson = (map: MapBasis): string => JSON.stringify(map) + "\n";
