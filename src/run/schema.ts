import { z } from "zod";
import { runSettings } from "./settings.js";

/**
 * The JSON Schema of a run file, as text that ends in a line feed: what an editor completes and checks by.
 * Fields with a default may be left out. Shipped as rules/run.schema.json; `npm run schema` writes it anew.
 */
export function runSchema(): string {
  const schema = z.toJSONSchema(runSettings, { io: "input" });
  return JSON.stringify({ ...schema, title: "arealregnskap account" }, undefined, 2) + "\n";
}
