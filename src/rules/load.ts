/** The one file of this room that reads a disk; a browser hands `rulesFrom` the bytes instead. */
// eslint-disable-next-line no-restricted-imports -- only Node shells import this file
import { readdir, readFile } from "node:fs/promises";
import { rulesFrom, type RuleFile, type Rules } from "./rules.js";

const SHIPPED_RULES = new URL("../../rules/", import.meta.url);
const SHIPPED_REPORTS = new URL("../../reports/", import.meta.url);

/**
 * Loads the rule sets that came with the program.
 * @param own folder whose JSON files come in place of shipped ones with the same file name, or are added to them
 */
export async function loadRules(own?: URL): Promise<Rules> {
  const files = new Map<string, RuleFile>();
  for (const folder of [SHIPPED_RULES, SHIPPED_REPORTS, ...(own === undefined ? [] : [own])]) {
    for (const file of await jsonFiles(folder)) files.set(file.name, file);
  }
  return rulesFrom([...files.values()]);
}

async function jsonFiles(folder: URL): Promise<RuleFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
  return Promise.all(names.map(async (name) => ({ name, bytes: await readFile(new URL(name, folder)) })));
}
