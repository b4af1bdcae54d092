import type { M2 } from "./units.js";

/** Where in the input the trouble is. `position` is a byte offset or line, in the words a user can look up. */
export type Place = {
  readonly layer: string;
  readonly feature?: number | string;
  readonly position?: string;
};

/**
 * Something the user can mend: a bad file, an unknown code, a wrong flag.
 * The message always says where it is, what came, what was wanted and what to do.
 */
export class InputError extends Error {
  readonly where: Place;
  readonly came: string;
  readonly wanted: string;
  readonly todo: string;

  constructor(where: Place, says: { came: string; wanted: string; todo: string }) {
    const place = [
      where.layer,
      ...(where.feature === undefined ? [] : [`feature ${where.feature}`]),
      ...(where.position === undefined ? [] : [where.position]),
    ].join(", ");
    super(`${place}: ${says.came}. Wanted: ${says.wanted}. ${says.todo}`);
    this.name = "InputError";
    this.where = where;
    this.came = says.came;
    this.wanted = says.wanted;
    this.todo = says.todo;
  }
}

/** Severity of a Finding: `error` fails a strict run, `warning` is printed first, `note` is for the record. */
export type Severity = "note" | "warning" | "error";

/**
 * The ground is not as the standard says, and we went on.
 * Counted by code, weighed in m2, reported: a Finding that is not in the report did not happen.
 */
export type Finding = {
  readonly code: string;
  readonly severity: Severity;
  readonly layer: string;
  /** Zero-based index in file order, or -1 when the finding is about the whole layer. */
  readonly feature: number;
  readonly areaM2: M2;
  readonly did: "kept" | "mended" | "dropped";
  /** One sentence a user can act on. */
  readonly says: string;
};

/** We broke our own promise. Only the shells catch it, to print it and stop. */
export class BrokenInvariant extends Error {
  static readonly NAME = "BrokenInvariant";
  static readonly PREFIX = "broken invariant: ";

  constructor(says: string) {
    super(BrokenInvariant.PREFIX + says);
    this.name = BrokenInvariant.NAME;
  }
}

export function invariant(holds: boolean, says: () => string): asserts holds {
  if (!holds) throw new BrokenInvariant(says());
}

/** Order of findings in every output: layer, then place in the file, then code. */
export function byPosition(a: Finding, b: Finding): number {
  if (a.layer !== b.layer) return a.layer < b.layer ? -1 : 1;
  if (a.feature !== b.feature) return a.feature - b.feature;
  return a.code < b.code ? -1 : a.code > b.code ? 1 : 0;
}

/** Findings about a field, not about the feature it was met in. */
const OF_A_FIELD = new Set(["FELT_SENT"]);

/**
 * A filter over findings in order: what each part of a file tells of the same field is told once, where it was first met.
 * One for each list.
 */
export function oncePerField(): (finding: Finding) => boolean {
  const told = new Set<string>();
  return ({ code, layer, says }) => {
    if (!OF_A_FIELD.has(code)) return true;
    const key = `${code} ${layer} ${says}`;
    if (told.has(key)) return false;
    told.add(key);
    return true;
  };
}
