import { InputError, type Finding } from "../core/trouble.js";
import { openSource } from "../read/open.js";
import { type Check, checks, holdBy } from "../tables/checks.js";
import { classFields } from "../tables/classes.js";
import { accountFindings } from "../tables/findings.js";
import type { Rules } from "../rules/rules.js";
import type { AccountFacts, AreaMeasure } from "../tables/facts.js";
import { canonicalField } from "../rules/fields.js";
import {
  type Cube,
  cubeAgainstUnits,
  cubeTable,
  type CubeUnit,
  type CubeYear,
  statisticsCube,
} from "../tables/kube.js";
import { kommuneLayers } from "../tables/kommuneinndeling.js";
import type { KlassNames } from "../tables/klassNames.js";
import { kretsTable, type KretsBalance } from "../tables/kretser.js";
import type { RepairOption } from "../tables/repairFacts.js";
import { repairChecks } from "../tables/reparasjon.js";
import type { Table } from "../tables/table.js";
import { type AccountHooks, runAccount } from "./account.js";
import { findField } from "./fields.js";
import { refuseGeneralised, refuseStray } from "./generalised.js";
import { fitOfUnits, type UnitFit } from "./unitFit.js";
import type { UnitRequest } from "./units.js";

/** A statistics run: one account a year by one classification, with kommuner, grunnkretser or both as units. */
export type StatisticsRequest = {
  readonly years: readonly { readonly year: string; readonly path: string }[];
  readonly classField: string;
  readonly units: readonly UnitRequest[];
  readonly measure: AreaMeasure;
  /** The division the kommuner are shown by, yyyy-mm-dd. */
  readonly date: string;
  readonly cubeUnit?: CubeUnit;
  readonly names?: KlassNames;
  /** As of an account; default nothing: the ground is not looked at. */
  readonly repair?: RepairOption;
  readonly workers?: number;
};

export type Statistics = {
  readonly years: readonly CubeYear[];
  /** For JSON-stat and PX; undefined where no layer is of kommuner. */
  readonly cube?: Cube;
  readonly tables: readonly Table[];
  readonly balance: readonly (KretsBalance & { readonly year: string; readonly layer: string })[];
  readonly findings: readonly Finding[];
  /** Of each year's account, then of the cube. One that is not ok must stop the run. */
  readonly checks: readonly Check[];
};

/**
 * Makes T12 of the kommuner and T13 of the grunnkretser. Layers that their publisher has generalised are refused before
 * anything is read (KILDE_GENERALISERT), and units that do not fit the ground's own kommunenummer after the overlay.
 *
 * @throws InputError for no year or a year twice, generalised units, layers no table would be made of, unknown fields,
 *   keys that are no grunnkretser among those that are, and divided kommuner
 */
export async function runStatistics(
  request: StatisticsRequest,
  rules: Rules,
  hooks: AccountHooks = {},
): Promise<Statistics> {
  holdYears(request.years);
  await refuseGeneralised(request.units);
  const years: CubeYear[] = [];
  for (const { year, path } of request.years) {
    const facts = await runAccount(
      {
        grunnkart: { path },
        classes: await withKommunenummer(path, request.classField, rules),
        units: request.units,
        measure: request.measure,
        ...(request.repair === undefined ? {} : { repair: request.repair }),
        ...(request.workers === undefined ? {} : { workers: request.workers }),
      },
      rules,
      hooks,
    );
    refuseStray(facts, rules);
    holdLayers(facts, rules, request);
    years.push({ year, facts });
  }
  const [{ facts }] = years;
  const [field] = classFields(facts, rules);
  const findings: Finding[] = [
    ...years.flatMap((one) => one.facts.findings),
    ...sameYears(years),
    ...years.flatMap((one) => findingsOfYear(one, rules, years.length > 1)),
  ];
  const hold = holdBy(rules);
  const controls: Check[] = years.flatMap(({ year, facts: ofYear }) =>
    [...checks(ofYear, rules), ...repairChecks(ofYear, hold)].map((check) => ({
      ...check,
      name: [year, check.name].join(" ").trim(),
    })),
  );
  const tables: Table[] = [];
  let cube: Cube | undefined;
  const [kommuner] = kommuneLayers(facts, rules);
  if (kommuner !== undefined) {
    const options = { field: field.field, layer: kommuner.name, date: request.date };
    const unit = request.cubeUnit === undefined ? {} : { unit: request.cubeUnit };
    const made = statisticsCube(years, rules, { ...options, ...unit });
    cube = made.cube;
    findings.push(...made.findings);
    tables.push(cubeTable(cube, facts, rules));
    for (const year of years) controls.push(cubeAgainstUnits(cube, year, kommuner.name, hold));
  }
  const balance: Statistics["balance"][number][] = [];
  const fits = new Map<string, UnitFit>();
  for (const { name, keyField } of kretsLayers(facts, rules)) {
    const unit = request.units[facts.zoneLayers.findIndex((layer) => layer.name === name)];
    const fit = await fitOfUnits(name, unit, keyField, facts.inputs[0].epsg);
    fits.set(name, fit);
    findings.push(...fit.findings);
  }
  for (const { year, facts: ofYear } of years) {
    const [fieldOfYear] = classFields(ofYear, rules);
    for (const layer of kretsLayers(ofYear, rules)) {
      const made = kretsTable(ofYear, rules, fieldOfYear, layer, request.names, fits.get(layer.name)?.pairs);
      const { table } = made;
      const isOne = years.length === 1;
      tables.push(isOne ? table : { ...table, id: `${table.id}-${year}`, title: `${table.title}, ${year}` });
      balance.push(...made.balance.map((one) => ({ ...one, year, layer: layer.name })));
      controls.push(...made.checks.map((check) => ({ ...check, name: `${year} ${check.name}` })));
      findings.push(...made.findings);
    }
  }
  return { years, tables, balance, findings, checks: controls, ...(cube === undefined ? {} : { cube }) };
}

/** Years made of one and the same file: between them there is no change, whatever happened. */
function sameYears(years: readonly CubeYear[]): Finding[] {
  return years.flatMap(({ year, facts }, y) => {
    const [{ name, sha256 }] = facts.inputs;
    const same = years.slice(0, y).find((other) => other.facts.inputs[0].sha256 === sha256);
    if (same === undefined) return [];
    const says = `grunnkartet for ${year} er samme fil som for ${same.year}, byte for byte`;
    return [
      { code: "UTGAVE_LIK", severity: "warning", layer: name, feature: -1, areaM2: 0, did: "kept", says },
    ];
  });
}

/** The class, and behind it kommunenummer where the ground has it: what the units are held against. */
async function withKommunenummer(path: string, classField: string, rules: Rules): Promise<string[]> {
  const found = findField(await openSource(path), "kommunenummer", rules);
  const isAsked = canonicalField(rules, classField) === "kommunenummer";
  return found === undefined || isAsked ? [classField] : [classField, found.inFile];
}

/** Layers of grunnkretser: some key is seven or eight digits. That all are, is for T13 to hold, which names the one. */
const kretsLayers = (facts: AccountFacts, rules: Rules): AccountFacts["zoneLayers"] =>
  facts.zoneLayers.filter(
    (layer) =>
      !kommuneLayers(facts, rules).includes(layer) && layer.units.some(({ key }) => /^\d{7,8}$/.test(key)),
  );

/** What the figures of a year tell, as in its account. Numbers of kommuner are recoded here, and told where they are. */
function findingsOfYear({ year, facts }: CubeYear, rules: Rules, isOfSeveral: boolean): Finding[] {
  return accountFindings(facts, rules, []).map((finding) =>
    isOfSeveral ? { ...finding, says: `${year}: ${finding.says}` } : finding,
  );
}

/** @throws InputError for a run without years, and for figures of one year twice */
function holdYears(years: StatisticsRequest["years"]): void {
  const twice = years.find(({ year }, y) => years.findIndex((other) => other.year === year) < y);
  if (years.length > 0 && twice === undefined) return;
  throw new InputError(
    { layer: twice?.path ?? "flags" },
    {
      came: twice === undefined ? "no ground layer" : `a second ground layer for ${twice.year}`,
      wanted: "one ground layer a year",
      todo: "Write --grunnkart YEAR=FILE, once a year",
    },
  );
}

/** @throws InputError for a layer that would be read and then left out: no table is made of it */
function holdLayers(facts: AccountFacts, rules: Rules, { units }: StatisticsRequest): void {
  const [kommuner, ...others] = kommuneLayers(facts, rules);
  const kretser = kretsLayers(facts, rules);
  if (facts.zoneLayers.length === 0) throw noStatisticalUnits("flags", "no layer of units");
  facts.zoneLayers.forEach((layer, at) => {
    const { path } = units[at];
    if (others.includes(layer)) throw noStatisticalUnits(path, "a second layer of kommuner");
    if (layer !== kommuner && !kretser.includes(layer))
      throw noStatisticalUnits(
        path,
        `units told apart by ${layer.keyField}, as ${layer.units[0]?.key ?? ""}`,
      );
  });
}

function noStatisticalUnits(layer: string, came: string): InputError {
  return new InputError(
    { layer },
    {
      came,
      wanted: "kommuner (a field kommunenummer), grunnkretser (eight digits), or one layer of each",
      todo: "Name the field with --nokkel NAME=FIELD, or leave the layer out",
    },
  );
}
