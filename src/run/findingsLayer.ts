import { crsOf } from "../read/crs/crs.js";
import { type Layer, LayerBuilder } from "../core/layer.js";
import type { Epsg } from "../core/units.js";
import type { PlacedFinding } from "../repair/polygonFindings.js";
import { shellFirst } from "../repair/ringOrder.js";
import type { LayerOut } from "../write/layerOut.js";

export const FINDING_FIELDS: LayerOut["fields"] = [
  { name: "kode", type: "string" },
  { name: "alvor", type: "string" },
  { name: "flate", type: "int" },
  { name: "id", type: "string" },
  { name: "x", type: "double" },
  { name: "y", type: "double" },
  { name: "arealM2", type: "double" },
  { name: "forklaring", type: "string" },
];

/** Half the diagonal of the mark where a finding is a point: seen on a map, and smaller than anything it hides. */
const MARK = { metre: 0.5, degree: 5e-6 } as const;

/**
 * Findings that have a place, as polygons for the map: the ground that is claimed twice or by nobody as it lies, and a
 * square on its corner where the finding is a point. The exact point is in x and y.
 */
export function findingsLayer(name: string, epsg: Epsg, findings: readonly PlacedFinding[]): Layer {
  const builder = new LayerBuilder(
    name,
    epsg,
    FINDING_FIELDS.map((field) => field.name),
  );
  const half = MARK[crsOf(name, epsg).unit];
  for (const { code, severity, feature, id, x, y, areaM2, says, ground = [] } of findings) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    const rings = ground.length > 0 ? shellFirst(ground) : [mark(x, y, half)];
    for (const ring of rings) builder.ring(ring);
    builder.endPart();
    const number = feature < 0 ? "" : String(feature);
    builder.endFeature([code, severity, number, id, String(x), String(y), String(areaM2), says]);
  }
  return builder.build();
}

const mark = (x: number, y: number, half: number): readonly number[] => [
  ...[x - half, y],
  ...[x, y - half],
  ...[x + half, y],
  ...[x, y + half],
  ...[x - half, y],
];
