import { basename } from "node:path";
import { InputError } from "../core/trouble.js";
import { kommuneHistory, REGISTER_DATE } from "../rules/kommuneHistory.js";
import type { Rules } from "../rules/rules.js";
import type { GroundFile } from "./nationalFiles.js";

/** One kommune in two folders; one of the files where the other folder has none. */
export type FilePair = { readonly name: string; readonly from?: GroundFile; readonly to?: GroundFile };

/**
 * Pairs the files of two folders: by kommunenummer where their names tell it, else by the whole name without endings.
 * "0301_grunnkart_2025.fgb" goes with "Grunnkart2026-0301.gml.zip". In name order of the pairs, in code point order.
 *
 * @throws InputError for a kommune that two files of a folder are of
 */
export function pairFiles(from: readonly GroundFile[], to: readonly GroundFile[], rules: Rules): FilePair[] {
  const numberIn = numberReader(rules);
  const a = byKey(from, numberIn);
  const b = byKey(to, numberIn);
  const keys = [...new Set([...a.keys(), ...b.keys()])].sort();
  return keys.map((name) => {
    const [of, till] = [a.get(name), b.get(name)];
    return { name, ...(of !== undefined && { from: of }), ...(till !== undefined && { to: till }) };
  });
}

/** The number a kommune has today, where it was only renumbered or merged; undefined where it is the same or unknown. */
export function numberNow(kode: string, rules: Rules): string | undefined {
  const now = kommuneHistory(rules)(kode, REGISTER_DATE);
  return now.kind === "one" && now.kode !== kode ? now.kode : undefined;
}

/**
 * What to say of a file without its counterpart, where that is because a kommune was divided between the editions: its
 * number stands in one folder and those of its parts in the other. Only their ground together can be compared.
 *
 * @param alone names of all files without a counterpart
 */
export function divisionOf(name: string, alone: ReadonlySet<string>, rules: Rules): string | undefined {
  const division = rules.change?.kommunehistorikk.delte.find(
    ({ kode, til }) =>
      (kode === name || til.includes(name)) && alone.has(kode) && til.some((part) => alone.has(part)),
  );
  if (division === undefined) return undefined;
  const { kode, dato, til } = division;
  return `kommune ${kode} ble delt ${dato} i ${til.join(", ")}: bare grunnen deres samlet kan sammenlignes, med change --fra --til og hver side i én fil`;
}

function byKey(
  files: readonly GroundFile[],
  numberIn: (name: string) => string | undefined,
): Map<string, GroundFile> {
  const found = new Map<string, GroundFile>();
  for (const file of files) {
    const key = numberIn(file.name) ?? file.name;
    const other = found.get(key);
    if (other !== undefined) throw twice(key, other, file);
    found.set(key, file);
  }
  return found;
}

const YEAR = /^(199\d|20[0-4]\d)$/;

/**
 * The kommunenummer a file name tells: of the four-digit numbers that stand alone in it, the one that is a kommune today,
 * else the one that was a kommune once. What may be a year is none: 2025 was Tana, and is in many names.
 */
export function numberReader(rules: Rules): (name: string) => string | undefined {
  const current = new Set(rules.lists.get("kommuner_2024")?.values.map(({ kode }) => kode));
  const former = new Set(rules.lists.get("kommune_historikk")?.values.map(({ kode }) => kode));
  return (name) => {
    const numbers = name.match(/(?<!\d)\d{4}(?!\d)/g) ?? [];
    const now = numbers.filter((number) => current.has(number));
    if (now.length === 1) return now[0];
    const then = numbers.filter((number) => former.has(number) && !YEAR.test(number));
    return now.length === 0 && then.length === 1 ? then[0] : undefined;
  };
}

function twice(key: string, a: GroundFile, b: GroundFile): InputError {
  return new InputError(
    { layer: a.path },
    {
      came: `${basename(a.path)} and ${basename(b.path)}, both of ${key}`,
      wanted: "each kommune once in a folder",
      todo: "Take one of them out of the folder, or rename it",
    },
  );
}
