import { type Bbox, bboxOf, type CodeColumn, featureCount, type Layer } from "../core/layer.js";
import { type Finding, InputError } from "../core/trouble.js";
import type { Epsg, M2 } from "../core/units.js";
import { measureFor } from "../overlay/measure.js";
import { checkPlausible } from "../read/crs/crs.js";
import { openSource, sourcesOf } from "../read/open.js";
import { readLayer, type ReadLayer } from "../read/readLayer.js";
import { reproject } from "../read/crs/reproject.js";
import type { Source } from "../read/source.js";
import { methodNamed, objectTypes } from "../rules/planCodes.js";
import type { PlanMethod } from "../rules/planSchema.js";
import type { Rules } from "../rules/rules.js";
import type { AreaMeasure } from "../tables/facts.js";
import type { PlanFacts, PlanRole, ThemeFacts } from "../tables/planFacts.js";
import { shownArea } from "../tables/shown.js";
import { inputFactsOf } from "./inputFacts.js";
import { areasOfLayer, sortPlanFeatures, type PlanChoices, type PlanLayerToRead } from "./planAreas.js";
import { outlinesOf, planFields, typeReader, type Outlines } from "./planAttributes.js";
import { featureArea } from "./featureArea.js";
import { pickFeatures } from "./pick.js";
import { soundZones } from "./refuseInvalid.js";
import { readThemes, type ThemeRequest } from "./themes.js";
import { noPolygons, nowhereNear, reprojection, type UnitLayer } from "./units.js";

export type PlanRequest = PlanChoices & {
  readonly files: readonly {
    readonly path: string;
    readonly role: PlanRole;
    /** Object type of a layer that does not say its own. */
    readonly type?: string;
    readonly epsg?: Epsg;
  }[];
  readonly themes: readonly ThemeRequest[];
  /** Ids or short names; none means the first that `DEFAULT_METHOD` names. */
  readonly methods: readonly string[];
  readonly newScope: PlanFacts["newScope"];
  /** What of the account lies in strips of plan areas is summed apart. */
  readonly strips?: boolean;
  /** Polygons without one sure inside are read by the structure rule; else they are refused. */
  readonly mends?: boolean;
  /** The ground is one file of many: layers that nowhere meet it stay, empty, so that all accounts have one form. */
  readonly mayBeElsewhere?: boolean;
};

/** What plan accounts add to the zones of a run. */
export type PlanRead = {
  readonly units: readonly UnitLayer[];
  readonly plan: Omit<PlanFacts, "unit">;
  readonly findings: readonly Finding[];
};

const DEFAULT_METHOD = "serie-1-2";

/**
 * Reads plans and themes as zone layers: a plan's partition with one key per polygon, its zones by their codes, a theme
 * under one key. What decides between overlapping areas stands beside them in `plan`.
 *
 * @throws InputError for a file without plan areas, an object type or method that is not known, plans elsewhere
 */
export async function readPlan(
  request: PlanRequest,
  workEpsg: Epsg,
  groundBox: Bbox | undefined,
  rules: Rules,
  shown: AreaMeasure,
): Promise<PlanRead> {
  const methods = methodsOf(request.methods, rules);
  if (!request.files.some(({ role }) => role === "gjeldende") && request.files.length > 0)
    throw onlyNew(request.files[0].path);
  const read: Opened[] = [];
  for (const file of request.files) read.push(...(await openPlan(file, workEpsg, rules, read)));
  const outlines = new Map(
    read.flatMap(({ toRead: { layer, fields, typeOf } }) => [...outlinesOf(layer, fields, typeOf)]),
  );
  const sorted = read.map((one) => sortLayer(one, outlines, request, workEpsg, groundBox, rules, shown));
  for (const role of ["gjeldende", "ny"] as const) refuseNothingLeft(role, request, sorted);
  const themes = await readThemes(request.themes, workEpsg, groundBox, request.mayBeElsewhere === true);
  const { detaljeringssone } = rules.planAccounting;
  const zones = sorted.flatMap(({ role, zone }) => (zone === undefined ? [] : [{ role, zone }]));
  const areas = sorted.map((one) => areaUnit(one, sorted, request.mayBeElsewhere === true));
  const units: UnitLayer[] = [];
  for (const unit of [...sorted.flatMap(({ zone }, i) => [areas[i], zone]), ...themes.units]) {
    if (unit !== undefined) units.push(await sound(unit, request.mends === true, rules));
  }
  return {
    units,
    plan: {
      mode: request.mode,
      methods,
      newScope: request.newScope,
      layers: sorted.flatMap(({ role, area }) =>
        area === undefined ? [] : [{ role, layer: area.unit.name, areas: area.areas }],
      ),
      themes: [...zones.map(({ zone }) => zoneTheme(zone, rules)), ...themes.themes],
      detailing: zones
        .filter(({ zone }) => zone.keys.includes(detaljeringssone))
        .map(({ role, zone }) => ({ role, layer: zone.name, key: detaljeringssone })),
    },
    findings: sorted.flatMap(({ findings }) => findings),
  };
}

/** The polygons of a layer each with one inside, as those of units are. */
async function sound(unit: UnitLayer, mends: boolean, rules: Rules): Promise<UnitLayer> {
  const place = (f: number) => ({ layer: unit.name, feature: unit.keys[f] });
  const { layer, findings } = await soundZones(unit.layer, mends, place, rules);
  return { ...unit, layer, findings: [...unit.findings, ...findings] };
}

/** Of several plans of a role, one may lie beside the ground; the only one may not, unless the ground is one of many. */
function areaUnit(
  { role, area }: SortedLayer,
  all: readonly SortedLayer[],
  anyMay: boolean,
): UnitLayer | undefined {
  if (area === undefined) return undefined;
  const isOneOfSeveral = all.filter((one) => one.role === role && one.area !== undefined).length > 1;
  return anyMay || isOneOfSeveral ? { ...area.unit, mayBeElsewhere: true } : area.unit;
}

type PlanFile = PlanRequest["files"][number];

type Opened = {
  readonly file: PlanFile;
  readonly source: Source;
  readonly read: ReadLayer;
  readonly toRead: PlanLayerToRead;
};

/** Opens the layers of a file that hold plan objects; all there are when the file has several. */
async function openPlan(
  file: PlanFile,
  workEpsg: Epsg,
  rules: Rules,
  before: readonly Opened[],
): Promise<Opened[]> {
  const typeOf = objectTypes(rules);
  if (file.type !== undefined && typeOf(file.type) === undefined)
    throw unknownType(file.path, file.type, rules);
  const opened: Opened[] = [];
  for (const source of await planSources(file, rules)) {
    const fields = planFields(source, rules);
    const read = await readLayer(source, [...new Set([...fields.values()].flat())]);
    const all = featureCount(read.layer);
    if (all === 0) continue;
    if (read.layer.xy.length > 0)
      checkPlausible(source.name, source.epsg, bboxOf(read.layer.xy, 0, read.layer.xy.length / 2));
    const layer = source.epsg === workEpsg ? read.layer : reproject(read.layer, workEpsg);
    const typeOfFeature = typeReader(source, layer, fields, file.type, rules);
    if (Array.from({ length: all }, (_, f) => typeOfFeature(f)).every((type) => type === undefined))
      throw noType(source, rules);
    const sameRole = before.concat(opened).filter((one) => one.file.role === file.role).length;
    const name = `${file.role}${sameRole === 0 ? "" : sameRole + 1}`;
    opened.push({
      file,
      source,
      read,
      toRead: { name, role: file.role, layer, fields, typeOf: typeOfFeature },
    });
  }
  if (opened.length === 0) throw noPolygons(file.path);
  return opened;
}

/** The layers of a file by whose names they hold plan objects; else by their object type field; else the only one. */
async function planSources(file: PlanFile, rules: Rules): Promise<Source[]> {
  const options = file.epsg === undefined ? {} : { epsg: file.epsg };
  const all = await sourcesOf(file.path, options).catch((error: unknown) => {
    if (error instanceof InputError && file.path.includes("#")) return [];
    throw error;
  });
  if (all.length < 2) return [all[0] ?? (await openSource(file.path, options))];
  const typeOf = objectTypes(rules);
  const known = all.filter(({ name }) => ["areal", "sone", "omriss"].includes(typeOf(name)?.rolle ?? ""));
  const telling = all.filter((source) => planFields(source, rules).has("objekttype"));
  return known.length > 0 ? known : telling.length > 0 ? telling : [await openSource(file.path, options)];
}

type SortedLayer = {
  readonly role: PlanRole;
  readonly path: string;
  readonly area?: { readonly unit: UnitLayer; readonly areas: PlanFacts["layers"][number]["areas"] };
  readonly zone?: UnitLayer;
  /** Areas of the partition before those elsewhere were left out. */
  readonly areaCount: number;
  readonly findings: readonly Finding[];
};

const PLAN_KEY = "planområde";
const ZONE_KEY = "hensynssone";

function sortLayer(
  { file, source, read, toRead }: Opened,
  outlines: Outlines,
  choices: Pick<PlanRequest, keyof PlanChoices | "mayBeElsewhere">,
  workEpsg: Epsg,
  groundBox: Bbox | undefined,
  rules: Rules,
  shown: AreaMeasure,
): SortedLayer {
  const anyMay = choices.mayBeElsewhere === true;
  const measure = measureFor(workEpsg);
  const areaIn = (layer: Layer, f: number): M2 => shownArea(shown, featureArea(layer, f, measure));
  const sorted = sortPlanFeatures(toRead, outlines, choices, rules, (f) => areaIn(toRead.layer, f));
  const input = inputFactsOf(
    source,
    workEpsg,
    { role: "plan", name: toRead.name },
    { featureCount: featureCount(read.layer), sha256: read.sha256 },
  );
  const take = (field: string, column: typeof sorted.area): Layer =>
    pickFeatures(
      { ...toRead.layer, columns: new Map([[field, column]]) },
      field,
      groundBox,
      (f) => column.codes[f] !== 0,
    );
  const total = (layer: Layer, { codes }: CodeColumn): M2 =>
    codes.reduce((sum, code, f) => (code === 0 ? sum : sum + areaIn(layer, f)), 0);
  const areaCount = sorted.area.codes.filter((code) => code !== 0).length;
  const zoneCount = sorted.zone.codes.filter((code) => code !== 0).length;
  const areaLayer = take(PLAN_KEY, sorted.area);
  const zoneLayer = take(ZONE_KEY, sorted.zone);
  const areas = areasOfLayer(areaLayer, PLAN_KEY, sorted.areaOf);
  const common = { input, findings: [] };
  const column = zoneLayer.columns.get(ZONE_KEY)!;
  return {
    role: file.role,
    path: file.path,
    areaCount,
    findings: [
      ...read.findings,
      ...reprojection(toRead.name, source.epsg, workEpsg),
      ...sorted.findings,
      ...elsewhere(
        toRead.name,
        areaCount - areas.length,
        () => total(toRead.layer, sorted.area) - total(areaLayer, areaLayer.columns.get(PLAN_KEY)!),
        anyMay,
      ),
    ],
    ...((areas.length > 0 || (anyMay && areaCount > 0)) && {
      area: {
        areas,
        unit: {
          name: toRead.name,
          layer: areaLayer,
          keyField: PLAN_KEY,
          keys: areas.map(({ key }) => key),
          outsideCount: areaCount - areas.length,
          ...common,
        },
      },
    }),
    ...((featureCount(zoneLayer) > 0 || (anyMay && zoneCount > 0)) && {
      zone: {
        name: `${toRead.name} hensynssoner`,
        layer: zoneLayer,
        keyField: ZONE_KEY,
        keys: Array.from(column.codes, (code) => column.terms[code]),
        outsideCount: zoneCount - featureCount(zoneLayer),
        mayBeElsewhere: true,
        ...common,
        input: { ...input, name: `${toRead.name} hensynssoner` },
      },
    }),
  };
}

/** PLAN_UTENFOR: polygons so far from the ground that the overlay never sees them; as is due where it is one of many. */
function elsewhere(layer: string, count: number, areaM2: () => M2, isDue: boolean): Finding[] {
  if (count === 0) return [];
  const severity = isDue ? "note" : "warning";
  const says = `planområder langt utenfor grunnkartet er ikke med (${count} ${count === 1 ? "flate" : "flater"})`;
  return [{ code: "PLAN_UTENFOR", severity, layer, feature: -1, areaM2: areaM2(), did: "dropped", says }];
}

function zoneTheme(zone: UnitLayer, rules: Rules): ThemeFacts {
  const names = new Map(rules.lists.get("hensynssone")?.values.map(({ kode, navn }) => [kode, navn]));
  const keys = [...new Set(zone.keys)].sort();
  return {
    navn: zone.name,
    layer: zone.name,
    keys: keys.map((key) => ({ key, navn: names.get(key) ?? key })),
  };
}

function methodsOf(asked: readonly string[], rules: Rules): PlanMethod[] {
  const names = asked.length === 0 ? [DEFAULT_METHOD] : asked;
  const found = names.map((name) => {
    const method = methodNamed(rules, name);
    if (method !== undefined) return method;
    throw new InputError(
      { layer: "metode" },
      {
        came: `a method called ${name}`,
        wanted: `one of ${rules.planMethods.map(({ id }) => id).join(", ")}`,
        todo: "Write its id, or add a rule set of kind metode",
      },
    );
  });
  return found.filter((method, i) => found.indexOf(method) === i);
}

/** A role that was asked for and is left without an area would be an account of nothing. */
function refuseNothingLeft(role: PlanRole, request: PlanRequest, sorted: readonly SortedLayer[]): void {
  const own = sorted.filter((one) => one.role === role);
  if (own.length === 0 || own.some(({ area }) => area !== undefined)) return;
  if (own.some(({ areaCount }) => areaCount > 0)) throw nowhereNear(own[0].path);
  const said = own.flatMap(({ findings }) =>
    findings.filter(({ did }) => did === "dropped").map(({ says }) => says),
  );
  throw new InputError(
    { layer: own[0].path },
    {
      came: `no plan area to account by${said.length > 0 ? `: ${said.join("; ")}` : ""}`,
      wanted: `arealformål areas of a ${role} plan${request.mode === "kp" ? " in a kommuneplan" : ""}`,
      todo:
        request.mode === "kp"
          ? "For reguleringsplaner, say --planmodus mosaikk"
          : "Check planstatus and vertical level",
    },
  );
}

function onlyNew(path: string): InputError {
  return new InputError(
    { layer: path },
    { came: "a new plan without one in force", wanted: "the plan in force too", todo: "Give it with --plan" },
  );
}

function unknownType(path: string, type: string, rules: Rules): InputError {
  return new InputError(
    { layer: path },
    {
      came: `the object type ${type}`,
      wanted: `one of ${typeNames(rules)}`,
      todo: "Mend the type of this plan file",
    },
  );
}

function noType(source: Source, rules: Rules): InputError {
  return new InputError(
    { layer: source.path },
    {
      came: `plan objects that do not say whether they are of a kommuneplan or a reguleringsplan (fields: ${source.fields.map(({ name }) => name).join(", ") || "none"})`,
      wanted: `a field objekttype, or a layer named ${typeNames(rules)}`,
      todo: "Say the type: --plan KpArealformålOmråde=FILE, or plan: [{fil, type: KpArealformålOmråde}] in the run file",
    },
  );
}

const typeNames = (rules: Rules): string =>
  rules.planAccounting.objekttyper
    .filter(({ rolle }) => rolle === "areal")
    .map(({ navn }) => navn)
    .join(", ");
