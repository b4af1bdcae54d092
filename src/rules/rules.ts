import { InputError } from "../core/trouble.js";
import type { ChangeAccounting } from "./changeSchema.js";
import type { PlanAccounting, PlanMethod } from "./planSchema.js";
import {
  ruleSet,
  type Accounting,
  type CodeList,
  type Colours,
  type FieldNames,
  type Phrase,
  type ReferenceFigures,
  type RuleSet,
  type TableDefinitions,
  type TopologyDefects,
} from "./schema.js";
import type { Topology } from "./topologySchema.js";

/** A rule file as it lies on disk or came over the wire. */
export type RuleFile = { readonly name: string; readonly bytes: Uint8Array };

/** What a receipt says of one rule set. The caller hashes the bytes. */
export type RuleSetBytes = {
  readonly id: string;
  readonly version: string;
  readonly file: string;
  readonly bytes: Uint8Array;
};

/** All rule sets of a run: checked, typed, frozen. */
export type Rules = {
  /** Sorted by id. */
  readonly sets: readonly RuleSetBytes[];
  readonly lists: ReadonlyMap<string, CodeList>;
  readonly fieldNames: readonly FieldNames[];
  readonly topologyDefects: readonly TopologyDefects[];
  readonly referenceFigures: readonly ReferenceFigures[];
  readonly accounting: Accounting;
  readonly tables: TableDefinitions;
  /** How classes are drawn; undefined where the rules have no such set. */
  readonly colours?: Colours;
  /** What tables say, in all languages. */
  readonly phrases: readonly Phrase[];
  /** What plan objects are and how plans compete. */
  readonly planAccounting: PlanAccounting;
  /** How errors between polygons are settled; undefined where the rules have no such set. */
  readonly topology?: Topology;
  /** How change between two editions is judged; undefined where the rules have no such set. */
  readonly change?: ChangeAccounting;
  /** Ways of counting arealreserve, sorted by id. */
  readonly planMethods: readonly PlanMethod[];
};

/**
 * Makes rules of rule files; any order gives the same rules.
 * Throws InputError for a file that is not JSON or not of a known shape, for two sets with one id, for a list with
 * the same code twice, for a reference to a list that is not there, and when `regnskap` or `tabeller` is missing.
 */
export function rulesFrom(files: readonly RuleFile[]): Rules {
  const sets = files
    .flatMap((file) => parse(file).map((set) => ({ file, set })))
    .sort((a, b) => (a.set.id < b.set.id ? -1 : a.set.id > b.set.id ? 1 : 0));
  sets.forEach(({ file, set }, i) => {
    if (i > 0 && sets[i - 1].set.id === set.id) refuse(file.name, `the id ${set.id} twice`, "one file per rule set");
  });

  const ofKind = <K extends RuleSet["kind"]>(kind: K) =>
    sets.map(({ set }) => set).filter((set): set is Extract<RuleSet, { kind: K }> => set.kind === kind);
  const theOne = <T>(kind: string, found: readonly T[]): T =>
    found.length === 1 ? found[0] : refuse("rules", `${found.length} rule sets of kind ${kind}`, "exactly one");

  const [colours] = ofKind("farger");
  const [change] = ofKind("endringsregnskap");
  const [topology] = ofKind("topologi");
  const rules: Rules = {
    sets: sets.map(({ file, set }) => ({ id: set.id, version: set.version, file: file.name, bytes: file.bytes })),
    lists: new Map(ofKind("kodeliste").map((list) => [list.id, list])),
    fieldNames: ofKind("feltnavn"),
    topologyDefects: ofKind("topologifeil"),
    referenceFigures: ofKind("referansetall"),
    accounting: theOne("regnskap", ofKind("regnskap")),
    tables: theOne("tabeller", ofKind("tabeller")),
    ...(colours === undefined ? {} : { colours }),
    phrases: ofKind("ordbok").flatMap(({ values }) => values),
    ...(change === undefined ? {} : { change }),
    ...(topology === undefined ? {} : { topology }),
    planAccounting: theOne("planregnskap", ofKind("planregnskap")),
    planMethods: ofKind("metode"),
  };
  checkReferences(rules);
  return Object.freeze(rules);
}

/** The rule set in a file; none where the file has no `kind`: it is another room's, which checks it itself. */
function parse(file: RuleFile): readonly [RuleSet] | readonly [] {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(file.bytes));
  } catch (error) {
    return refuse(file.name, `not readable as JSON (${String(error)})`, "a JSON object in UTF-8");
  }
  if (typeof json === "object" && json !== null && !("kind" in json)) return [];
  // Each schema is asked a few times in a run: to compile it takes longer than to ask it.
  const checked = ruleSet.safeParse(json, { jitless: true });
  if (!checked.success) {
    const [issue] = checked.error.issues;
    return refuse(file.name, `${issue.path.join(".") || "the file"}: ${issue.message}`, "a rule set");
  }
  return [deepFreeze(checked.data)];
}

/** Lists named by the accounting rules exist, and the codes they single out are in them. */
function checkReferences(rules: Rules): void {
  const { classifications, unitNames } = rules.accounting;
  for (const { list, field } of [...classifications, ...unitNames]) {
    if (!rules.lists.has(list)) refuse("regnskap", `${field} names the list ${list}`, "a list that is in rules/");
  }
  for (const list of Object.values(rules.planAccounting.kodelister)) {
    if (!rules.lists.has(list)) refuse("planregnskap", `kodelister names the list ${list}`, "a list that is in rules/");
  }
  for (const { id, grunn } of rules.planMethods) {
    const stranger = grunn.find((name) => !(name in rules.planAccounting.grunn));
    if (stranger !== undefined) refuse(id, `grunn names ${stranger}`, "a name in grunn of planregnskap");
  }
  for (const { list, field, notLand = [] } of classifications) {
    const codes = new Set<string>();
    for (const { kode } of rules.lists.get(list)!.values) {
      if (codes.has(kode)) refuse(list, `the code ${kode} twice`, "each code once");
      codes.add(kode);
    }
    for (const kode of notLand) {
      if (!codes.has(kode)) refuse("regnskap", `${field}: notLand names ${kode}`, `a code of ${list}`);
    }
  }
}

function refuse(layer: string, came: string, wanted: string): never {
  throw new InputError({ layer }, { came, wanted, todo: "Mend the rule file." });
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
