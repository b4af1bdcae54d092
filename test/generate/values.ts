import { readFileSync } from "node:fs";
import { parseGenerateValues } from "../../src/generate/values.js";

export const values = parseGenerateValues(
  readFileSync(new URL("../../rules/generate.json", import.meta.url), "utf8"),
);
