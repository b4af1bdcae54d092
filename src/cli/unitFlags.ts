import { basename } from "node:path";
import { InputError } from "../core/trouble.js";
import type { UnitRequest } from "../run/units.js";
import { optional } from "./flags.js";

/** Unit layers as flags give them: --enheter [name=]file, and the key field of each by --nokkel name=field. */
export function unitsOf(files: readonly string[], keys: readonly string[]): UnitRequest[] {
  const keyOf = new Map(keys.map((text) => halves(text)));
  const called: string[] = [];
  const units = files.map((text) => {
    const equals = text.indexOf("=");
    const name = equals > 0 ? text.slice(0, equals) : undefined;
    const path = equals > 0 ? text.slice(equals + 1) : text;
    const known = name ?? basename(path).replace(/\.[^.]*$/, "");
    called.push(known);
    return { path, ...optional("name", name), ...optional("key", keyOf.get(known)) };
  });
  for (const name of keyOf.keys()) {
    if (called.includes(name)) continue;
    throw new InputError(
      { layer: "flags" },
      {
        came: `a field for ${name}, which no --enheter names`,
        wanted: `one of ${called.join(", ") || "(no --enheter given)"}`,
        todo: `Write --enheter ${name}=FILE`,
      },
    );
  }
  return units;
}

function halves(text: string): [string, string] {
  const equals = text.indexOf("=");
  if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
  throw new InputError(
    { layer: "flags" },
    { came: text, wanted: "--nokkel NAME=FIELD", todo: "Give the layer's name and the field" },
  );
}
