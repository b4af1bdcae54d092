import type { PlanAccounting, PlanFamily, PlanMethod } from "./planSchema.js";
import type { Rules } from "./rules.js";
import type { Code } from "./schema.js";

export type PlanObjectType = PlanAccounting["objekttyper"][number];

/**
 * A purpose as an account shows it. `kode` is the delivered code, or, for retired codes and those of the 1985 law, the
 * one it is called today; `normalisert` is the main code that NINA's lookup puts it under, which methods choose by.
 */
export type Purpose = {
  readonly kode: string;
  readonly navn: string;
  readonly normalisert: string;
  readonly hovedformal: string;
  readonly hovedformalNavn: string;
  readonly gruppe: string;
  /** Columns of the code list, for methods that choose by one. */
  readonly entry?: Code;
  /** As delivered, where that is another code. */
  readonly formerly?: { readonly kode: string; readonly navn: string; readonly why: "utgatt" | "pbl1985" };
};

/** Spellings without Norwegian letters, as older file formats write them, are the same type. */
const plain = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[åà]|aa/g, "a")
    .replaceAll("ø", "o")
    .replaceAll("æ", "ae")
    .replaceAll(/[^a-z0-9]/g, "");

/** Finds object types by name, whatever its case, letters and namespace ("app:KpOmråde", "kparealformalomrade"). */
export function objectTypes(rules: Rules): (name: string) => PlanObjectType | undefined {
  const byName = new Map(rules.planAccounting.objekttyper.map((type) => [plain(type.navn), type]));
  return (name) => byName.get(plain(name.split(":").at(-1) ?? name));
}

/**
 * Makes the lookup of purposes. Always by family and code: 130 is "Erverv" in a kommuneplan, "Kontor" in a
 * reguleringsplan. A code that no list knows is a purpose without main purpose, under its own number.
 */
export function purposes(rules: Rules): (family: PlanFamily, delivered: string) => Purpose {
  const tables = new Map(
    Object.entries(rules.planAccounting.kodelister).map(([family, list]) => [
      family,
      new Map(rules.lists.get(list)!.values.map((code) => [code.kode, code])),
    ]),
  );
  return (family, delivered) => {
    const table = tables.get(family)!;
    const kode = codeIn(delivered, table);
    const entry = table.get(kode);
    if (entry === undefined) return unknownPurpose(kode);
    const { normalisert_kode: normalisert = kode, utgatt, pbl } = entry;
    const common = {
      normalisert,
      hovedformal: entry["hovedformal_kode"] ?? "",
      hovedformalNavn: entry["hovedformal"] ?? "",
      gruppe: entry["gruppe_kode"] ?? "",
      entry,
    };
    const why = utgatt === "ja" ? "utgatt" : pbl === "1985" ? "pbl1985" : undefined;
    if (why === undefined || normalisert === kode) return { kode, navn: entry.navn, ...common };
    const navn = table.get(normalisert)?.navn ?? entry["normalisert_navn"] ?? entry.navn;
    return { kode: normalisert, navn, ...common, formerly: { kode, navn: entry.navn, why } };
  };
}

function unknownPurpose(kode: string): Purpose {
  return { kode, navn: "", normalisert: kode, hovedformal: "", hovedformalNavn: "", gruppe: "" };
}

/**
 * The code in a delivered value: "1110", "1110.0", "1110 - Boligbebyggelse", `{"kode": 1110}`, a register's address
 * that ends in it, or a name of the list. What holds none of these is handed back as it is.
 */
export function codeIn(value: string, known: ReadonlyMap<string, Code>): string {
  const text = value.trim();
  const whole = /^(\d+)(?:\.0+)?$/.exec(text)?.[1];
  if (whole !== undefined) return whole;
  const runs = text.match(/\d+/g) ?? [];
  const found = runs.findLast((run) => known.has(run));
  if (found !== undefined) return found;
  const wanted = text.toLowerCase();
  const named = [...known.values()].filter(({ navn }) => navn.toLowerCase() === wanted);
  const current = named.filter((code) => code["pbl"] !== "1985" && code["utgatt"] !== "ja");
  const [best] = current.length > 0 ? current : named;
  return best?.kode ?? runs.at(-1) ?? text;
}

/** The method of an id or a short name, in any case; undefined when there is none. */
export function methodNamed(rules: Rules, name: string): PlanMethod | undefined {
  const wanted = name.trim().toLowerCase();
  return rules.planMethods.find(({ id, kortnavn }) => id === wanted || kortnavn === wanted);
}

/** Whether a purpose is a building purpose to a method. */
export function isBuilding({ formal }: PlanMethod, purpose: Purpose): boolean {
  const { hovedformal, normaliserteKoder, kolonne, utenGrupper = [] } = formal;
  if (utenGrupper.includes(purpose.gruppe)) return false;
  return (
    (hovedformal?.includes(purpose.hovedformal) ?? false) ||
    (normaliserteKoder?.includes(purpose.normalisert) ?? false) ||
    (kolonne !== undefined && purpose.entry?.[kolonne] === "1")
  );
}
