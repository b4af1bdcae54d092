import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { Worker } from "node:worker_threads";
import { InputError } from "../../core/trouble.js";
import { within } from "../deadline.js";

/** What GDAL tells of a layer (`ogrinfo -json`). */
export type GdalLayer = {
  readonly name: string;
  readonly featureCount: number;
  readonly geometryFields: readonly {
    readonly type: string;
    readonly extent?: readonly (number | null)[];
    readonly coordinateSystem?: { readonly projjson?: unknown };
  }[];
  readonly fields: readonly { readonly name: string; readonly type: string }[];
};

export type GdalTask = {
  /** Data source on disk, absolute. */
  readonly path: string;
  /** Folder for the output. */
  readonly folder: string;
  /** Layers to write as FlatGeobuf, as `outputs` names them without ending. */
  readonly layers: "all" | { readonly name: string };
  /** So many features of each layer, for a look at the schema; all when undefined. */
  readonly limit?: number;
};

/** `outputs[i]` is the path of the FlatGeobuf that layer i became; undefined for one that was not asked for or has no areas. */
export type GdalResult = {
  readonly layers: readonly GdalLayer[];
  readonly outputs: readonly (string | undefined)[];
};

/** GDAL chops arcs into steps of so many degrees: within 1 mm up to a radius of 2.6 km. Its own default, 4, loses 3 m² on a half circle of 50 m. */
const ARC_STEP_DEGREES = "0.1";
/** A conversion that takes longer than this, and a second for each 100 kB, stands still. Measured: 20 MB a second. */
const MOST_MS = 120_000;
const MS_A_BYTE = 0.01;

/** What the worker thread is given. All of it is plain data. */
type WorkerTask = GdalTask & { readonly entry: string; readonly home: string; readonly arcStep: string };
type WorkerAnswer = GdalResult | { readonly error: string };

/**
 * Runs GDAL (the package gdal3.js, WebAssembly) in a thread of its own. The package keeps state in the module, writes to
 * the console and to `globalThis.location`; there it may, and a file that makes it stand still or crash ends the thread only.
 *
 * @param shown the user's path, for messages
 * @param byteLength of the data source: how long it may take
 * @throws InputError: the package is not installed; anything GDAL calls an ERROR, which it tells to a handler while it
 *   hands back a layer that is cut short
 */
export async function runGdal(task: GdalTask, shown: string, byteLength: number): Promise<GdalResult> {
  const entry = gdalEntry(shown);
  // The package looks for its files below the working directory, whatever it is told.
  const home = relative("", join(dirname(entry), "dist", "package"));
  const workerData: WorkerTask = { ...task, entry, home, arcStep: ARC_STEP_DEGREES };
  const worker = new Worker(`(${inWorker.toString()})(require)`, {
    eval: true,
    workerData,
    stdout: true,
    stderr: true,
  });
  const answered = new Promise<WorkerAnswer>((resolve) => {
    worker.once("message", resolve);
    worker.once("error", (error) => resolve({ error: error.message }));
    worker.once("exit", (code) => resolve({ error: `it ended with code ${code}` }));
  });
  try {
    const late = () => ({ error: "nothing more: it stands still" });
    const answer = await within(answered, MOST_MS + MS_A_BYTE * byteLength, late);
    if ("error" in answer) throw gdalTrouble(shown, answer.error);
    return answer;
  } finally {
    await worker.terminate();
  }
}

function gdalEntry(shown: string): string {
  try {
    return createRequire(import.meta.url).resolve("gdal3.js/node.js");
  } catch {
    throw new InputError(
      { layer: shown },
      {
        came: "a File Geodatabase, which is read through GDAL; it is not installed",
        wanted: "the optional package gdal3.js (41 MB)",
        todo: "Install it with: npm install gdal3.js",
      },
    );
  }
}

function gdalTrouble(shown: string, came: string): InputError {
  return new InputError(
    { layer: shown },
    {
      came: `GDAL says: ${came}`,
      wanted: "a whole File Geodatabase, not compressed (CDF)",
      todo: "Fetch or export it again, or convert it to GeoPackage in QGIS",
    },
  );
}

/** The package, as far as it is used. */
type Gdal = {
  open(path: string): Promise<{ datasets: object[]; errors: { message: string }[] }>;
  ogrinfo(dataset: object, options: string[]): Promise<{ layers: GdalLayer[] }>;
  ogr2ogr(dataset: object, options: string[], name: string): Promise<{ real: string }>;
};
type InitGdal = (config: object) => Promise<Gdal>;
type Threads = {
  readonly workerData: WorkerTask;
  readonly parentPort: { postMessage(answer: WorkerAnswer): void };
};

/** Runs as the source of a worker, so that it needs no file of its own: nothing outside the function is there. */
async function inWorker(require: (name: string) => unknown): Promise<void> {
  const { workerData: task, parentPort } = require("node:worker_threads") as Threads;
  const errors: string[] = [];
  const hear = (message: string) => void (message.startsWith("ERROR") && errors.push(message));
  try {
    const gdal = await (require(task.entry) as InitGdal)({
      path: task.home,
      dest: task.folder,
      env: { OGR_ARC_STEPSIZE: task.arcStep },
      logHandler: hear,
      errorHandler: hear,
    });
    const { datasets } = await gdal.open(task.path);
    const { layers } = await gdal.ogrinfo(datasets[0], ["-so"]);
    const outputs: (string | undefined)[] = [];
    for (const [i, layer] of layers.entries()) {
      const isAsked = task.layers === "all" || task.layers.name === layer.name;
      const holdsAreas = /polygon|surface|unknown|^geometry$/i.test(layer.geometryFields[0]?.type ?? "");
      if (!isAsked || !holdsAreas) {
        outputs.push(undefined);
        continue;
      }
      const straight = ["-nlt", "CONVERT_TO_LINEAR", "-nlt", "PROMOTE_TO_MULTI", "-dim", "XY"];
      const limit = task.limit === undefined ? [] : ["-limit", String(task.limit)];
      const options = ["-f", "FlatGeobuf", "-lco", "SPATIAL_INDEX=NO", ...straight, ...limit, layer.name];
      outputs.push((await gdal.ogr2ogr(datasets[0], options, `layer${i}`)).real);
    }
    parentPort.postMessage(errors.length > 0 ? { error: errors.join("; ") } : { layers, outputs });
  } catch (error) {
    const thrown = (Array.isArray(error) ? (error[0] as unknown) : error) as { message?: string } | undefined;
    const said = errors.length > 0 ? errors.join("; ") : thrown?.message;
    parentPort.postMessage({ error: said === undefined || said === "" ? "it cannot be opened" : said });
  }
}
