/** Edits as a scenario file has them, made into what the ground and the plan are edited with. */
import { basename } from "node:path";
import { byPrecedence, type PlanArea } from "../aggregate/precedence.js";
import { bboxOf, featureCount, type Layer, termOf } from "../core/layer.js";
import { subsetOf } from "../core/subset.js";
import { type Finding, InputError, invariant, type Place } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";
import { measureFor } from "../overlay/measure.js";
import { checkPlausible } from "../read/crs/crs.js";
import { openSource } from "../read/open.js";
import { readLayer } from "../read/readLayer.js";
import { reproject } from "../read/crs/reproject.js";
import { purposes, type Purpose } from "../rules/planCodes.js";
import type { Rules } from "../rules/rules.js";
import { featureArea } from "../run/featureArea.js";
import { readPlan, type PlanRequest } from "../run/plan.js";
import { soundZones } from "../run/refuseInvalid.js";
import type { AccountFacts, InputFacts } from "../tables/facts.js";
import { drawnPolygons } from "./drawnGeometry.js";
import type { Change, Edit, Scenario } from "./edits.js";
import type { EditSettings, ScenarioSettings } from "./scenarioSettings.js";
import { inputFactsOf } from "../run/inputFacts.js";

/** What edits are read against. */
export type EditContext = {
  readonly facts: AccountFacts;
  readonly plan: PlanRequest;
  readonly workEpsg: Epsg;
  /** Edits are mended as units are; else they are held to be sound. */
  readonly mends: boolean;
  readonly rules: Rules;
};

export type ReadScenario = {
  readonly scenario: Scenario;
  readonly findings: readonly Finding[];
  /** Files that edits were read from. */
  readonly inputs: readonly InputFacts[];
};

/** @throws InputError naming the scenario and the edit, for all a user can mend */
export async function readScenario(
  settings: ScenarioSettings["scenarios"][number],
  context: EditContext,
): Promise<ReadScenario> {
  const edits: Edit[] = [];
  const findings: Finding[] = [];
  const inputs: InputFacts[] = [];
  for (const [at, one] of settings.endringer.entries()) {
    const place = { layer: settings.navn, feature: one.navn ?? `endring ${at + 1}` };
    edits.push(await readEdit(one, one.navn ?? String(at + 1), place, context, findings, inputs));
  }
  return { scenario: { navn: settings.navn, edits }, findings, inputs };
}

async function readEdit(
  one: EditSettings,
  navn: string,
  place: Place,
  context: EditContext,
  findings: Finding[],
  inputs: InputFacts[],
): Promise<Edit> {
  const { handling } = one;
  if (handling === "erstattPlan") return replacement(one, navn, place, context, findings, inputs);
  const change = changeOf(one, navn, place, context);
  if (one.omrade !== undefined) {
    invariant(change.kind !== "omrade", () => "leggTil in named areas passed the settings");
    return { navn, handling, areas: areasNamed(one.omrade, place, context.facts), change };
  }
  const drawn =
    one.fil === undefined
      ? await drawnPolygons(one.geometri, place, context.workEpsg, {
          ...(one.epsg !== undefined && { epsg: one.epsg }),
          ...(one.buffer !== undefined && { bufferM: one.buffer }),
        })
      : await polygonsOfFile(one, one.fil, place, context, inputs);
  const polygons: Layer[] = [];
  for (const polygon of drawn) polygons.push(await sound(polygon, place, context, findings));
  return { navn, handling, polygons, changes: polygons.map(() => change) };
}

/** A polygon as units are taken, which must cover some ground. */
async function sound(layer: Layer, place: Place, context: EditContext, findings: Finding[]): Promise<Layer> {
  const { mends, rules, workEpsg } = context;
  const made = await soundZones(layer, mends, () => place, rules);
  findings.push(...made.findings);
  if (featureArea(made.layer, 0, measureFor(workEpsg)).planM2 > rules.accounting.tolerances.polygonM2)
    return made.layer;
  throw new InputError(place, {
    came: "a polygon without area",
    wanted: "a polygon that covers some ground",
    todo: "Draw it again, or leave this edit out",
  });
}

function changeOf(one: EditSettings, navn: string, place: Place, { rules }: EditContext): Change {
  const purpose = one.formal === undefined ? undefined : purposeOf(one, one.formal, place, rules);
  const status = one.status === undefined ? undefined : statusOf(one.status, place, rules);
  if (one.handling === "fjern") return { kind: "fjern" };
  if (one.handling === "endre")
    return {
      kind: "endre",
      ...(purpose !== undefined && { purpose }),
      ...(status !== undefined && { status }),
    };
  const isPlan = one.familie === "kommuneplan";
  return {
    kind: "omrade",
    area: {
      key: navn,
      objekttype: rules.planAccounting.objekttyper.find(
        ({ rolle, familie }) => rolle === "areal" && familie === one.familie,
      )!.navn,
      family: one.familie,
      purpose: purpose!,
      status: isPlan ? (status ?? rules.planAccounting.status.framtidig) : "",
      planId: "",
      plannavn: place.layer,
      planstatus: "",
      dato: "",
      omrade: navn,
      lokalId: "",
    },
  };
}

function purposeOf({ familie }: EditSettings, formal: string, place: Place, rules: Rules): Purpose {
  const purpose = purposes(rules)(familie, formal);
  if (purpose.entry !== undefined) return purpose;
  throw new InputError(place, {
    came: `arealformål ${formal}`,
    wanted: `a code of rules/${rules.planAccounting.kodelister[familie]}.json`,
    todo: "Mend formal of this edit",
  });
}

function statusOf(status: string, place: Place, rules: Rules): string {
  const codes = rules.lists.get("arealbruksstatus")?.values ?? [];
  const found = codes.find(
    ({ kode, navn }) => kode === status || navn.toLowerCase() === status.toLowerCase(),
  );
  if (found !== undefined) return found.kode;
  throw new InputError(place, {
    came: `arealbruksstatus ${status}`,
    wanted: `one of ${codes.map(({ kode, navn }) => `${kode} ${navn}`).join(", ")}`,
    todo: "Mend status of this edit",
  });
}

/** Areas of the plan in force by their id, their name on the map, or their key in the account. */
function areasNamed(omrade: string | string[], place: Place, { plan }: AccountFacts): ReadonlySet<PlanArea> {
  const areas = plan!.layers.flatMap((layer) => layer.areas);
  const found = [omrade].flat().flatMap((name) => {
    const byId = areas.filter(({ lokalId, key }) => lokalId === name || key === name);
    const named = byId.length > 0 ? byId : areas.filter((area) => area.omrade === name);
    if (named.length > 0) return named;
    throw new InputError(place, {
      came: `a plan area called ${name}, which the plan near the ground has not`,
      wanted: "the lokalId or the name of an area in the plan in force",
      todo: "Look it up in T4b or in the plan file",
    });
  });
  return new Set(found);
}

async function polygonsOfFile(
  { filter = {}, epsg }: EditSettings,
  path: string,
  place: Place,
  { workEpsg }: EditContext,
  inputs: InputFacts[],
): Promise<Layer[]> {
  const source = await openSource(path, epsg === undefined ? {} : { epsg });
  const fields = Object.keys(filter).map((name) => {
    const found = source.fields.find((field) => field.name.toLowerCase() === name.toLowerCase());
    if (found !== undefined) return { name: found.name, values: [filter[name]].flat().map(String) };
    throw new InputError(
      { layer: path },
      {
        came: `no field ${name}`,
        wanted: `one of its fields: ${source.fields.map((field) => field.name).join(", ") || "(it has none)"}`,
        todo: "Mend filter of this edit",
      },
    );
  });
  const read = await readLayer(
    source,
    fields.map(({ name }) => name),
  );
  const isWanted = (f: number): boolean =>
    fields.every(({ name, values }) => values.includes(termOf(read.layer.columns.get(name)!, f)));
  const wanted = Array.from({ length: featureCount(read.layer) }, (_, f) => f).filter(
    (f) => isWanted(f) && read.layer.featurePart[f + 1] > read.layer.featurePart[f],
  );
  if (wanted.length === 0)
    throw new InputError(place, {
      came: `no polygon of ${basename(path)} that the filter lets through`,
      wanted: "one or more",
      todo: "Mend filter of this edit",
    });
  checkPlausible(source.name, source.epsg, bboxOf(read.layer.xy, 0, read.layer.xy.length / 2));
  const placed = read.layer.epsg === workEpsg ? read.layer : reproject(read.layer, workEpsg);
  inputs.push(inputFactsOf(source, workEpsg, { role: "plan", name: place.layer }, read));
  return wanted.map((f) => subsetOf(placed, [f]));
}

/** Another plan as polygons on top, the ones that rule laid last, so that precedence is that of the plan by itself. */
async function replacement(
  { fil, type, epsg, omfang, handling }: EditSettings,
  navn: string,
  place: Place,
  { plan, workEpsg, rules, facts }: EditContext,
  findings: Finding[],
  inputs: InputFacts[],
): Promise<Edit> {
  const file = {
    path: fil!,
    role: "gjeldende" as const,
    ...(type !== undefined && { type }),
    ...(epsg !== undefined && { epsg }),
  };
  const read = await readPlan(
    { ...plan, files: [file], themes: [] },
    workEpsg,
    undefined,
    rules,
    facts.measure,
  );
  const areas = read.plan.layers.flatMap((layer) => {
    const unit = read.units.find(({ name }) => name === layer.layer)!;
    return layer.areas.map((area, f) => ({ area, polygon: subsetOf(unit.layer, [f]) }));
  });
  const compare = byPrecedence(plan.mode);
  areas.reverse();
  areas.sort((a, b) => compare(b.area, a.area));
  findings.push(
    ...read.findings.map((finding) => ({ ...finding, layer: `${place.layer}: ${finding.layer}` })),
  );
  const [unit] = read.units;
  inputs.push({ ...unit.input, name: place.layer });
  return {
    navn,
    handling,
    polygons: areas.map(({ polygon }) => polygon),
    changes: areas.map(({ area }): Change => ({ kind: "omrade", area })),
    alone: omfang === "hele",
  };
}
