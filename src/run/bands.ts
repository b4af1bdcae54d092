import { buildBands, type BandsResult } from "../bands/bands.js";
import { contoursOf } from "../bands/contours.js";
import { limitsFor, type BandLimits, type BandRequest } from "../bands/limits.js";
import { lineCount } from "../core/lines.js";
import type { Finding } from "../core/trouble.js";
import type { Layer } from "../core/layer.js";
import type { Epsg } from "../core/units.js";
import { readLines } from "../read/lines.js";
import { openSource } from "../read/open.js";
import { readLayer } from "../read/readLayer.js";
import { reproject, reprojectLines } from "../read/crs/reproject.js";
import type { ContourNames } from "../rules/contourNames.js";
import { outFormatOf } from "../write/writeLayer.js";
import type { AccountHooks } from "./account.js";
import { refuseExisting } from "./convert.js";
import { metricCrs } from "./metricCrs.js";
import { noPolygons, reprojection } from "./units.js";

/** Contours to be made into bands. */
export type BandsRequest = {
  readonly path: string;
  /** Its CRS, where the file does not say or says it wrong. */
  readonly epsg?: Epsg;
  /** The ending tells the format. */
  readonly out: string;
  readonly bands: BandRequest;
  /** Polygons the map sheet is (file#layer); default the file's own lines of the edge, else a box. */
  readonly frame?: string;
  /** Field of heights, where it has another name than those known. */
  readonly field?: string;
  /** Widest gap in a contour that is closed, metres. */
  readonly gapM?: number;
  readonly lowestWithout?: boolean;
  readonly overwrite?: boolean;
};

export type BandsFacts = BandsResult & {
  readonly limits: BandLimits;
  readonly lineCount: number;
  readonly epsg: Epsg;
  readonly sha256: string;
  readonly byteLength: number;
};

/** What a contour is led on over by itself: more than rounding of coordinates, less than any real gap. */
const GAP_M = 1;

/**
 * Builds elevation bands of a file of contours and writes them as a layer of polygons. All lines are in memory: about 400
 * bytes a vertex. Contours in degrees are moved to 25833 first, as ground is: gaps are metres, and areas square metres.
 *
 * @throws InputError for an output that is there already, a file without contours, limits no contour has, and what
 *   reading and writing find
 */
export async function runBands(
  request: BandsRequest,
  names: ContourNames,
  hooks: AccountHooks = {},
): Promise<BandsFacts> {
  const format = outFormatOf(request.out);
  await refuseExisting(request);
  hooks.onProgress?.({ stage: "leser kurver", done: 0, total: 1 });
  const read = await readLines(request.path, request.epsg === undefined ? {} : { epsg: request.epsg });
  const { name, epsg } = read.lines;
  const workEpsg = metricCrs(read.lines);
  const lines = reprojectLines(read.lines, workEpsg);
  const contours = contoursOf(lines, names, request.field);
  const heights = [...contours.height.filter((height) => !Number.isNaN(height))];
  const limits = limitsFor(lines.name, heights, request.bands);
  const frame = request.frame === undefined ? undefined : await readFrame(request.frame, lines.epsg);
  hooks.signal?.throwIfAborted();
  hooks.onProgress?.({ stage: "bygger bånd", done: 0, total: 1 });
  const built = buildBands({
    lines,
    contours,
    limits,
    ...(frame && { frame: frame.layer }),
    gap: request.gapM ?? GAP_M,
    lowestWithout: request.lowestWithout ?? false,
  });
  hooks.signal?.throwIfAborted();
  hooks.onProgress?.({ stage: "skriver", done: 0, total: 1 });
  const write = await format.load();
  const { byteLength } = await write(
    request.out,
    {
      name: built.layer.name,
      epsg: lines.epsg,
      fields: [
        { name: "hoydeband", type: "string" },
        { name: "minhoyde", type: "double" },
        { name: "makshoyde", type: "double" },
        { name: "status", type: "string" },
      ],
    },
    [built.layer],
  );
  return {
    ...built,
    findings: [
      ...read.findings,
      ...reprojection(name, epsg, workEpsg),
      ...(frame?.findings ?? []),
      ...built.findings,
    ],
    limits,
    lineCount: lineCount(lines),
    epsg: lines.epsg,
    sha256: read.sha256,
    byteLength,
  };
}

async function readFrame(path: string, epsg: Epsg): Promise<{ layer: Layer; findings: readonly Finding[] }> {
  const source = await openSource(path);
  const { layer, findings } = await readLayer(source, []);
  if (layer.xy.length === 0) throw noPolygons(path);
  return { layer: source.epsg === epsg ? layer : reproject(layer, epsg), findings };
}
