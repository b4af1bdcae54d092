import { dirname, resolve } from "node:path";
import { InputError } from "../core/trouble.js";
import { serviceAt } from "../read/services.js";
import { readText } from "./readText.js";

/** Fields of run files that hold paths, wherever they stand. */
const PATHS = new Set(["grunnkart", "ut", "fil", "dekning", "referanse", "mellomlager"]);

/** A run file (YAML or JSON), its paths made relative to itself. What is not of the right form passes as it is. */
export async function readRunFile(path: string): Promise<Record<string, unknown>> {
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
  return placed(parsed, dirname(resolve(path))) as Record<string, unknown>;
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
  return typeof value === "string" && serviceAt(value) === undefined ? resolve(folder, value) : value;
}

function notRunFile(path: string, came: string, todo: string): InputError {
  return new InputError({ layer: path }, { came, wanted: "a run file", todo });
}
