import { stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { InputError } from "../core/trouble.js";
import { startOfFile } from "../read/inputFile.js";
import { isAddress } from "../read/address.js";
import { readText } from "./readText.js";

/** Scenarios have geometry in their run files, but not a map. */
const MOST_BYTES = 16 << 20;
const START_BYTES = 4096;

/** Fields of run files that hold paths, wherever they stand. */
const PATHS = new Set(["grunnkart", "ut", "fil", "dekning", "referanse", "mellomlager"]);

/**
 * A run file (YAML or JSON), its paths made relative to itself. What is not of the right form passes as it is.
 *
 * @throws InputError: no such file, a file of data, text that is not YAML, or without fields
 */
export async function readRunFile(path: string): Promise<Record<string, unknown>> {
  await refuseData(path);
  const text = await readText(path);
  const { parse } = await import("yaml");
  let parsed: unknown;
  try {
    parsed = parse(text);
  } catch (error) {
    throw notRunFile(path, `text that is not YAML (${String(error)})`, "Mend the line it names");
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
    throw notRunFile(path, "no fields", "Write a field a line, as name: value");
  if (holdsItself(parsed))
    throw notRunFile(
      path,
      "an alias inside what it stands for",
      "Write the value out in place of the *alias",
    );
  return placed(parsed, dirname(resolve(path))) as Record<string, unknown>;
}

/** A file of polygons given in place of a run file is not read to its end, and not as YAML. What is not there is told of later. */
async function refuseData(path: string): Promise<void> {
  const about = await stat(path).catch(() => undefined);
  if (about === undefined || !about.isFile()) return;
  const start = await startOfFile(path, START_BYTES);
  const text = Buffer.from(start).toString("latin1");
  const isData =
    start.includes(0) || /^[\s\u00ef\u00bb\u00bf]*(<|\{\s*"type"\s*:\s*"FeatureCollection")/.test(text);
  if (!isData && about.size <= MOST_BYTES) return;
  throw notRunFile(
    path,
    isData ? "a file of data" : `a file of ${about.size} bytes`,
    `If it is the ground, give it with --grunnkart ${basename(path)}`,
  );
}

/** An alias of YAML (1.2.2, 7.1) may stand inside its own anchor: then there is no end to what it says. */
function holdsItself(value: unknown, within: readonly object[] = []): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (within.includes(value)) return true;
  return Object.values(value).some((held) => holdsItself(held, [...within, value]));
}

/** GeoJSON is left alone: a feature may have a property of any name. */
function placed(value: unknown, folder: string): unknown {
  if (Array.isArray(value)) return value.map((item) => placed(item, folder));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => {
      if (name === "geometri" || name === "filter") return [name, held];
      return [name, PATHS.has(name) ? paths(held, folder) : placed(held, folder)];
    }),
  );
}

function paths(value: unknown, folder: string): unknown {
  if (Array.isArray(value)) return value.map((item) => paths(item, folder));
  return typeof value === "string" && !isAddress(value) ? resolve(folder, value) : value;
}

function notRunFile(path: string, came: string, todo: string): InputError {
  return new InputError({ layer: path }, { came, wanted: "a run file", todo });
}
