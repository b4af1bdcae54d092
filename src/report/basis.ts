/** What a report is made from: everything of a run that people read, in one machine file. */
import type { Finding, Severity } from "../core/trouble.js";
import type { Epsg, M2 } from "../core/units.js";
import type { Check } from "../tables/checks.js";
import { type ClassField, classFields } from "../tables/classes.js";
import type { AccountFacts, AreaMeasure, Both, InputFacts, ZoneLayerFacts } from "../tables/facts.js";
import { identityTolerance } from "../tables/identity.js";
import type { Table } from "../tables/table.js";
import { wrongByUnit } from "../tables/wrongGround.js";
import type { Rules } from "../rules/rules.js";
import { type RepairBasis, repairBasis } from "./repairBasis.js";
import type { RunBasis } from "./runBasis.js";

/** The form of `regnskap.json`; a reader refuses one it does not know. */
export const BASIS_FORM = "arealregnskap/rapportgrunnlag/2";
/** As it was when only accounts had reports: the same without `run`. */
export const FIRST_FORM = "arealregnskap/rapportgrunnlag/1";

/** One class of a field, with its English name where the code list has one. */
export type BasisClass = { readonly kode: string; readonly navn: string; readonly en?: string };

export type BasisField = {
  readonly field: string;
  readonly title: string;
  /** Id of its code list; undefined when no rule knows the field. */
  readonly list?: string;
  readonly classes: readonly BasisClass[];
};

/** Findings of one code in one layer. */
export type FindingGroup = {
  readonly severity: Severity;
  readonly code: string;
  readonly layer: string;
  readonly did: Finding["did"];
  readonly count: number;
  readonly areaM2: M2;
  /** What the first of them says, in bokmål. */
  readonly says: string;
};

export type ReportBasis = {
  readonly form: typeof BASIS_FORM;
  readonly version: string;
  readonly run: RunBasis;
  readonly measure: AreaMeasure;
  readonly measureId: string;
  readonly fields: readonly BasisField[];
  readonly inputs: readonly InputFacts[];
  readonly layers: readonly {
    readonly name: string;
    readonly keyField: string;
    readonly unitCount: number;
    /** Units of which the ground covers less than they claim, by more than the tolerance; 0 where the run cannot tell. */
    readonly uncoveredCount: number;
  }[];
  /** Of two editions the later one, of several years the last. */
  readonly ground: {
    readonly featureCount: number;
    readonly cellCount: number;
    readonly own: Both;
    readonly posted: Both;
    readonly worstResidualM2: M2;
    readonly foldedM2: M2;
  };
  readonly ruleSets: AccountFacts["ruleSets"];
  readonly checks: readonly Check[];
  readonly findingCount: number;
  readonly findings: readonly FindingGroup[];
  readonly tables: readonly Table[];
  /** Of layers that were repaired for this run; absent where none was. */
  readonly repairs?: readonly RepairBasis[];
};

/** All ground of a class: path data in pixels, y down, for the even-odd rule. Classes stand in order of code. */
export type DrawnClass = { readonly kode: string; readonly path: string };

/** The ground drawn in pixel space: `kart.json`. Areas are never taken from it. */
export type MapBasis = {
  readonly form: "arealregnskap/kart/1";
  readonly field: string;
  readonly epsg: Epsg;
  /** Lower left corner of the drawing, and the side of a pixel, in metres. */
  readonly minX: number;
  readonly minY: number;
  readonly pixelM: number;
  readonly width: number;
  readonly height: number;
  readonly classes: readonly DrawnClass[];
  /** Borders between the units of one layer, as open lines. */
  readonly outlines?: { readonly layer: string; readonly path: string };
  /** The largest changes of a comparison, one by one; absent in other runs. */
  readonly closeUps?: readonly CloseUp[];
};

/** One of the largest changes and the ground around it in both editions, in a frame and pixels of its own. */
export type CloseUp = Pick<MapBasis, "minX" | "minY" | "pixelM" | "width" | "height"> & {
  /** Its number in T11s. */
  readonly nr: number;
  readonly before: readonly DrawnClass[];
  readonly after: readonly DrawnClass[];
  /** What has changed, as one path. */
  readonly changed: string;
};

/** What a run has to show. */
export type Shown = {
  readonly tables: readonly Table[];
  readonly checks: readonly Check[];
  readonly findings: readonly Finding[];
};

/**
 * Gathers a run for its reports. Findings are grouped, the worst severity first.
 * @param run what kind of run it is, where it is more than one account
 */
export function basisOf(
  version: string,
  facts: AccountFacts,
  rules: Rules,
  account: Shown,
  run: RunBasis = { kind: "account" },
): ReportBasis {
  return {
    form: BASIS_FORM,
    version,
    run,
    measure: facts.measure,
    measureId: facts.measureId,
    fields: fieldsOf(facts, rules),
    inputs: facts.inputs,
    layers: facts.zoneLayers.map((layer) => ({
      name: layer.name,
      keyField: layer.keyField,
      unitCount: layer.units.length,
      uncoveredCount: uncoveredIn(facts, layer, rules),
    })),
    ground: {
      featureCount: facts.ground.featureCount,
      cellCount: facts.cells.rowCount,
      own: facts.ground.own,
      posted: facts.ground.posted,
      worstResidualM2: facts.ground.worstResidualM2,
      foldedM2: facts.ground.foldedM2,
    },
    ruleSets: facts.ruleSets,
    checks: account.checks,
    findingCount: account.findings.length,
    findings: groupFindings(account.findings),
    tables: account.tables,
    ...(facts.repair === undefined ? {} : { repairs: [repairBasis(groundName(facts), facts.repair)] }),
  };
}

const groundName = ({ inputs }: AccountFacts): string =>
  inputs.find(({ role }) => role === "grunnkart")?.name ?? "grunnkart";

/** Units that have ground beyond the ground map, or in a gap of it. */
function uncoveredIn(
  facts: AccountFacts,
  layer: ZoneLayerFacts,
  { accounting: { tolerances } }: Rules,
): number {
  const wrongOf = wrongByUnit({ ...facts, measure: "ellipsoide" }, layer);
  return layer.units.filter(
    ({ key, union, covered }) =>
      union.trueM2 - covered.trueM2 + wrongOf(key).doubledM2 > identityTolerance(tolerances, union.trueM2),
  ).length;
}

function fieldsOf(facts: AccountFacts, rules: Rules): BasisField[] {
  return classFields(facts, rules).map(basisField);
}

/** What a report needs of a class field; `classes` is undefined for one that no rule knows. */
export function basisField({
  field,
  title,
  classes,
  rows,
}: Pick<ClassField, "field" | "title" | "classes" | "rows">): BasisField {
  const english = new Map(
    classes?.list.values.flatMap(({ kode, navn_eu: name }) =>
      name === undefined || name === "" ? [] : [[kode, name] as const],
    ),
  );
  return {
    field,
    title,
    ...(classes === undefined ? {} : { list: classes.list.id }),
    classes: rows
      .filter(({ rad }) => rad === "klasse")
      .map(({ kode, navn }) => {
        const name = english.get(kode);
        return name === undefined ? { kode, navn } : { kode, navn, en: name };
      }),
  };
}

const SEVERITIES: readonly Severity[] = ["error", "warning", "note"];

export function groupFindings(findings: readonly Finding[]): FindingGroup[] {
  const groups = new Map<string, { -readonly [K in keyof FindingGroup]: FindingGroup[K] }>();
  for (const { severity, code, layer, did, areaM2, says } of findings) {
    const key = JSON.stringify([severity, code, layer, did]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { severity, code, layer, did, count: 1, areaM2, says });
    else {
      group.count++;
      group.areaM2 = (group.areaM2 as number) + (areaM2 as number);
    }
  }
  const rank = (group: FindingGroup) => SEVERITIES.indexOf(group.severity);
  return [...groups.values()].sort(
    (a, b) =>
      rank(a) - rank(b) || compare(a.code, b.code) || compare(a.layer, b.layer) || compare(a.did, b.did),
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** `regnskap.json`. A number that is none (NaN, infinity) has no place in JSON and comes back as null. */
export const basisJson = (basis: ReportBasis): string => JSON.stringify(basis) + "\n";
