import type { PlanArea } from "../aggregate/precedence.js";
import { type CodeColumn, type Layer, featureCount, shared, termOf } from "../core/layer.js";
import type { Finding } from "../core/trouble.js";
import { tupleKey } from "../core/tuple.js";
import type { M2 } from "../core/units.js";
import { codeIn, purposes, type PlanObjectType, type Purpose } from "../rules/planCodes.js";
import type { PlanFamily } from "../rules/planSchema.js";
import type { Rules } from "../rules/rules.js";
import type { PlanRole } from "../tables/planFacts.js";
import {
  attributeReader,
  isoDate,
  planKey,
  type Outlines,
  type PlanAttribute,
  type PlanFields,
} from "./planAttributes.js";

/** What of a plan layer is taken, and how what it leaves out is understood. */
export type PlanChoices = {
  readonly mode: "kp" | "mosaikk";
  readonly vertikalnivaer: readonly string[];
  /** `framtidig`: kommuneplan areas for building without status are taken as future. */
  readonly withoutStatus: "uten" | "framtidig";
};

export type PlanLayerToRead = {
  readonly name: string;
  readonly role: PlanRole;
  /** In the working CRS. */
  readonly layer: Layer;
  readonly fields: PlanFields;
  readonly typeOf: (feature: number) => PlanObjectType | undefined;
};

/** The features of a plan layer sorted into the partition and the zones upon it; "" means neither. */
export type Sorted = {
  /** A text per feature that says all an account uses of it, and so tells alike from different. */
  readonly area: CodeColumn;
  readonly zone: CodeColumn;
  readonly areaOf: ReadonlyMap<string, Omit<PlanArea, "key">>;
  readonly findings: readonly Finding[];
};

/**
 * Decides what each feature of a plan layer is, and tells, weighed in m2, what was left out or understood otherwise
 * than it stands: planstatus, vertical level, family, codes, status, dates (domain reference 4, 12).
 */
export function sortPlanFeatures(
  read: PlanLayerToRead,
  outlines: Outlines,
  choices: PlanChoices,
  rules: Rules,
  areaOfFeature: (feature: number) => M2,
): Sorted {
  const { layer, fields, typeOf, role } = read;
  const told = new Told(read.name);
  const attribute = attributeReader(layer, fields);
  const listed = listedCodes(rules, told);
  const purposeOf = memoised(purposes(rules));
  const area = new Texts(featureCount(layer));
  const zone = new Texts(featureCount(layer));
  const areaOf = new Map<string, Omit<PlanArea, "key">>();
  for (let f = 0; f < featureCount(layer); f++) {
    const type = typeOf(f);
    const m2 = (): M2 => areaOfFeature(f);
    if (type === undefined) {
      told.add("OBJEKTTYPE_UKJENT", "warning", "dropped", m2(), unknownType(attribute(f, "objekttype")));
      continue;
    }
    if (type.rolle === "omriss" || type.rolle === "annet") continue;
    const own = (name: PlanAttribute): string => attribute(f, name);
    const outline = outlines.get(planKey(own));
    const given = (name: PlanAttribute): string => own(name) || (outline?.get(name) ?? "");

    if (isOnOtherLevel(listed("vertikalniva", own("vertikalniva"), m2), choices, told, m2)) continue;
    const planstatus = listed("planstatus", given("planstatus"), m2);
    if (isOfOtherPlan(planstatus, role, rules, told, m2)) continue;
    if (type.rolle === "sone") {
      zone.set(f, digits(own("hensyn")) || type.navn);
      continue;
    }
    if (choices.mode === "kp" && type.familie === "reguleringsplan") {
      const says = "reguleringsplaner er ikke med når planmodus er kp";
      told.add("PLANMODUS_UTELATT", "note", "dropped", m2(), says);
      continue;
    }
    const purpose = purposeOf(type.familie, own("arealformal"));
    tellPurpose(told, purpose, type.familie, m2, rules);
    const found = {
      objekttype: type.navn,
      family: type.familie,
      purpose,
      status: statusOf(own("arealbruksstatus"), type.familie, purpose, choices, told, m2, rules),
      planId: own("planidentifikasjon"),
      plannavn: given("plannavn"),
      planstatus,
      dato: dateOf(given("ikrafttredelsesdato"), told, m2),
      omrade: own("omradenavn") || own("feltbetegnelse"),
      lokalId: own("lokalId"),
    };
    const texts = Object.values(found).filter((value) => typeof value === "string");
    const text = tupleKey([...texts, purpose.kode, purpose.formerly?.kode ?? ""]);
    areaOf.set(text, found);
    area.set(f, text);
  }
  return { area: area.column(), zone: zone.column(), areaOf, findings: told.findings() };
}

type CodedList = "vertikalniva" | "planstatus";

/** The code of a value by its list, from a number or a name; "" with a finding where the list has neither. */
function listedCodes(rules: Rules, told: Told): (list: CodedList, delivered: string, m2: () => M2) => string {
  const codesOf = (list: CodedList) =>
    new Map(rules.lists.get(list)?.values.map((code) => [code.kode, code]));
  const codes = { vertikalniva: codesOf("vertikalniva"), planstatus: codesOf("planstatus") };
  return (list, delivered, m2) => {
    if (delivered === "") return "";
    const kode = codeIn(delivered, codes[list]);
    if (codes[list].has(kode)) return kode;
    const says = `${list} «${delivered}» er ikke i rules/${list}.json, og er regnet som ikke oppgitt`;
    told.add("KODE_UKJENT", "error", "kept", m2(), says);
    return "";
  };
}

/** Whether a vertical level, "" for none stated, is not of the account; told where it is not. */
function isOnOtherLevel(level: string, choices: PlanChoices, told: Told, m2: () => M2): boolean {
  if (level === "" || choices.vertikalnivaer.includes(level)) return false;
  const says = `vertikalnivå ${level} er utelatt, fordi tunneler og bruer ellers telles oppå grunnen`;
  told.add("VERTIKALNIVA_UTELATT", "note", "dropped", m2(), says);
  return true;
}

/** Whether a planstatus, "" for none stated, is of plans in another role; told where it is, or where it is taken with a warning. */
function isOfOtherPlan(
  planstatus: string,
  role: PlanRole,
  { planAccounting }: Rules,
  told: Told,
  m2: () => M2,
): boolean {
  const { med, advar } = planAccounting.planstatus[role];
  if (advar.includes(planstatus)) {
    told.add("PLANSTATUS", "warning", "kept", m2(), `planstatus ${planstatus} er tatt med i ${role} plan`);
    return false;
  }
  if (planstatus === "" || med.includes(planstatus)) return false;
  const says = `planstatus ${planstatus} hører ikke til ${role} plan`;
  told.add("PLANSTATUS_UTELATT", "warning", "dropped", m2(), says);
  return true;
}

/** yyyy-mm-dd, "" where none is given or it is not understood; the latter is told. */
function dateOf(delivered: string, told: Told, m2: () => M2): string {
  const dato = isoDate(delivered);
  if (dato === "" && delivered !== "")
    told.add("PLAN_DATO_UKJENT", "warning", "kept", m2(), `datoen «${delivered}» er ikke forstått`);
  return dato;
}

/**
 * Keys for the polygons of a layer that is in its final order: the local id where it is a polygon's own, else "#" and
 * its number. So a key is one polygon, and does not depend on the order of the file.
 */
export function areasOfLayer(layer: Layer, field: string, areaOf: Sorted["areaOf"]): readonly PlanArea[] {
  const column = layer.columns.get(field)!;
  const found = Array.from({ length: featureCount(layer) }, (_, f) => areaOf.get(termOf(column, f))!);
  const uses = new Map<string, number>();
  for (const { lokalId } of found) uses.set(lokalId, (uses.get(lokalId) ?? 0) + 1);
  const isKey = (id: string): boolean => id !== "" && uses.get(id) === 1 && !/[|#\t]/.test(id);
  return found.map((area, f) => ({ ...area, key: isKey(area.lokalId) ? area.lokalId : `#${f + 1}` }));
}

function statusOf(
  delivered: string,
  family: PlanFamily,
  purpose: Purpose,
  choices: PlanChoices,
  told: Told,
  m2: () => M2,
  rules: Rules,
): string {
  if (family === "reguleringsplan") return ""; // they have none
  const { status, utenStatusHovedformal } = rules.planAccounting;
  const known = rules.lists.get("arealbruksstatus")?.values ?? [];
  const number = digits(delivered);
  const found = known.find(
    ({ kode, navn }) =>
      kode === number || navn.toLowerCase() === delivered.toLowerCase().replace(/^fremt/, "framt"),
  );
  if (found !== undefined) return found.kode;
  if (delivered !== "") {
    told.add(
      "KODE_UKJENT",
      "error",
      "kept",
      m2(),
      `arealbruksstatus «${delivered}» er ikke i rules/arealbruksstatus.json`,
    );
    return "";
  }
  const isFuture =
    choices.withoutStatus === "framtidig" && utenStatusHovedformal.includes(purpose.hovedformal);
  told.add(
    "STATUS_MANGLER",
    "warning",
    isFuture ? "mended" : "kept",
    m2(),
    isFuture
      ? "planområder for utbygging uten status er regnet som framtidige, slik det ble bedt om"
      : "planområder uten status står i kolonnen «Uten status» og er ikke med i arealreserven",
  );
  return isFuture ? status.framtidig : "";
}

function tellPurpose(told: Told, purpose: Purpose, family: PlanFamily, m2: () => M2, rules: Rules): void {
  const { kode, formerly } = purpose;
  if (purpose.entry === undefined) {
    const { id, version } = rules.lists.get(rules.planAccounting.kodelister[family])!;
    const says =
      kode === ""
        ? `planområder i ${family} uten kode for arealformål`
        : `arealformål «${kode}» i ${family} er ikke i rules/${id}.json, versjon ${version}`;
    told.add("KODE_UKJENT", "error", "kept", m2(), says);
  } else if (formerly !== undefined) {
    const why = formerly.why === "utgatt" ? "er utgått" : "er fra plan- og bygningsloven av 1985";
    told.add(
      "KODE_UTGATT",
      formerly.why === "utgatt" ? "warning" : "note",
      "mended",
      m2(),
      `arealformål ${formerly.kode} ${formerly.navn} i ${family} ${why}; det er ført som ${kode} ${purpose.navn}`,
    );
  }
}

const unknownType = (name: string): string =>
  name === ""
    ? "objekter uten objekttype er utelatt"
    : `objekttypen ${name} er ikke i rules/planregnskap.json; objektene er utelatt`;

/** The first number in a text; "" when there is none. */
const digits = (text: string): string => /\d+/.exec(text)?.[0] ?? "";

function memoised(
  of: (family: PlanFamily, code: string) => Purpose,
): (family: PlanFamily, code: string) => Purpose {
  const known = new Map<string, Purpose>();
  return (family, code) => {
    const key = `${family}\t${code}`;
    let purpose = known.get(key);
    if (purpose === undefined) known.set(key, (purpose = of(family, code)));
    return purpose;
  };
}

/** Findings of one layer, one for all features of which the same is said. */
class Told {
  private readonly byText = new Map<string, Finding & { count: number }>();

  constructor(private readonly layer: string) {}

  add(code: string, severity: Finding["severity"], did: Finding["did"], areaM2: M2, says: string): void {
    const key = `${code}\t${says}`;
    const known = this.byText.get(key);
    const { layer } = this;
    this.byText.set(
      key,
      known === undefined
        ? { code, severity, layer, feature: -1, areaM2, did, says, count: 1 }
        : { ...known, areaM2: known.areaM2 + areaM2, count: known.count + 1 },
    );
  }

  findings(): Finding[] {
    return Array.from(this.byText.values(), ({ count, ...finding }) => ({
      ...finding,
      says: `${finding.says} (${count} ${count === 1 ? "flate" : "flater"})`,
    })).sort((a, b) => (a.code + a.says < b.code + b.says ? -1 : 1));
  }
}

/** A text per feature, as a dictionary column. */
class Texts {
  private readonly codes: Uint32Array;
  private readonly terms = new Map([["", 0]]);

  constructor(count: number) {
    this.codes = shared(Uint32Array, count);
  }

  set(feature: number, text: string): void {
    let code = this.terms.get(text);
    if (code === undefined) this.terms.set(text, (code = this.terms.size));
    this.codes[feature] = code;
  }

  column(): CodeColumn {
    return { codes: this.codes, terms: [...this.terms.keys()] };
  }
}
