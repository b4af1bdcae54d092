/** What the plans in an account make worth saying; codes: domain reference 12. */
import type { Contest, PlanArea } from "../aggregate/precedence.js";
import type { Finding } from "../core/trouble.js";
import type { M2 } from "../core/units.js";
import { flows, lineSums } from "./planendring.js";
import { OUTSIDE, postings, type PlanFrame, type PlanSide } from "./planFrame.js";
import { shownArea, shownAreas } from "./shown.js";
import { identityTolerance } from "./identity.js";
import { beyondM2, wrongUnderLayer } from "./wrongGround.js";

/** @param strips the frame of strips alone (`stripFrame`) */
export function planFindings(frame: PlanFrame, strips?: PlanFrame): readonly Finding[] {
  const sides = frame.ny === undefined ? [frame.gjeldende] : [frame.gjeldende, frame.ny];
  return [
    ...sides.flatMap((side) => [
      ...contested(frame, side),
      ...undated(frame, side),
      ...outsideUnits(frame, side),
      ...missing(frame, side),
      ...inStrips(strips, side),
    ]),
    ...outsideGround(frame),
    ...standing(frame),
    ...betweenPlans(frame),
  ];
}

const finding = (
  code: string,
  severity: Finding["severity"],
  layer: string,
  areaM2: M2,
  did: Finding["did"],
  says: string,
): Finding => ({ code, severity, layer, feature: -1, areaM2, did, says });

const planName = ({ planId, plannavn }: PlanArea): string =>
  [planId, plannavn].filter((text) => text !== "").join(" ");

/** PLAN_OVERLAPP, once for each plan that rules and plan that gives way to it first. */
function contested(frame: PlanFrame, { role, rulers }: PlanSide): Finding[] {
  const m2By = new Map<string, M2>();
  for (const contest of rulers.contests) {
    const says = wordsFor(contest);
    m2By.set(says, (m2By.get(says) ?? 0) + shownArea(frame.facts.measure, contest));
  }
  return [...m2By]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([says, m2]) => finding("PLAN_OVERLAPP", "warning", role, m2, "mended", says));
}

function wordsFor({ winner, losers: [second] }: Contest): string {
  const [over, under] = [planName(winner), planName(second)];
  if (winner.family !== second.family) {
    return `reguleringsplan ${over || "uten planid"} er lagt over kommuneplan ${under || "uten planid"}`;
  }
  const date = ({ dato }: PlanArea): string => dato || "uten dato";
  if (over === under)
    return `planområder i samme plan (${over || "uten planid"}) ligger på hverandre; ett av dem er valgt`;
  return `${over || "plan uten planid"} (${date(winner)}) går foran ${under || "plan uten planid"} (${date(second)})`;
}

/** SMALE_STRIPER: what of a plan lies where one border was drawn twice. */
function inStrips(strips: PlanFrame | undefined, { role }: PlanSide): Finding[] {
  const side = strips?.[role];
  if (strips === undefined || side === undefined) return [];
  const m2 = postings(strips, [side.rulers.column]).reduce(
    (sum, { codes: [ruler], m2: here }) => (ruler > 0 ? sum + here : sum),
    0,
  );
  const says =
    "planområder har smale striper av flater i grunnkartet, trolig samme grense tegnet to ganger; de er med i tallene og vist for seg";
  return m2 === 0 ? [] : [finding("SMALE_STRIPER", "note", role, m2, "kept", says)];
}

/** PLAN_DATO_MANGLER: two plans meet, and one does not say when it came into force. */
function undated(frame: PlanFrame, { role, rulers }: PlanSide): Finding[] {
  const open = rulers.contests.filter(({ winner, losers }) =>
    losers.some(
      (loser) =>
        loser.planId !== winner.planId &&
        loser.family === winner.family &&
        (loser.dato === "" || winner.dato === ""),
    ),
  );
  const m2 = open.reduce((sum: number, contest) => sum + shownArea(frame.facts.measure, contest), 0);
  if (m2 === 0) return [];
  const says =
    "planer som overlapper, mangler ikrafttredelsesdato; de står bak de daterte, og ellers etter planid";
  return [finding("PLAN_DATO_MANGLER", "warning", role, m2, "kept", says)];
}

/** PLAN_UTENFOR: areas on ground outside the units: clipped from the units' rows, shown in rows of their own. */
function outsideUnits(frame: PlanFrame, { role, rulers }: PlanSide): Finding[] {
  if (frame.unitColumn === undefined) return [];
  const m2 = postings(frame, [rulers.column])
    .filter(({ unit, codes }) => unit === OUTSIDE && codes[0] > 0)
    .reduce((sum: number, posting) => sum + posting.m2, 0);
  if (m2 === 0) return [];
  const says = "planområder utenfor enhetene er kuttet ved grensa; de står for seg under «Utenfor enhetene»";
  return [finding("PLAN_UTENFOR", "note", role, m2, "kept", says)];
}

/**
 * PLAN_UTENFOR: areas where there is no ground to account for. PLAN_HULL: areas over gaps of it. PLAN_DOBBELT: where it is
 * double.
 */
function outsideGround({ facts, plan, rules }: PlanFrame): Finding[] {
  return plan.layers.flatMap(({ layer }) => {
    const found = facts.zoneLayers.find(({ name }) => name === layer);
    if (found === undefined) return [];
    const unionM2 = shownArea(facts.measure, found.union);
    const toleranceM2 = identityTolerance(rules.accounting.tolerances, unionM2);
    const wrong = wrongUnderLayer(facts, found);
    const m2 = beyondM2(unionM2, shownArea(facts.measure, found.covered), wrong);
    const outside = "planområder utenfor grunnkartet er ikke med i tabellene";
    const gap =
      "planområder ligger over hull i grunnkartet; der er de ikke med i formålene, men på raden for hull";
    const doubled =
      "planområder ligger der flere flater i grunnkartet dekker samme grunn; den er med flere ganger";
    return [
      ...(m2 <= toleranceM2 ? [] : [finding("PLAN_UTENFOR", "warning", layer, m2, "dropped", outside)]),
      ...(wrong.gapM2 <= toleranceM2
        ? []
        : [finding("PLAN_HULL", "warning", layer, wrong.gapM2, "kept", gap)]),
      ...(wrong.doubledM2 <= toleranceM2
        ? []
        : [finding("PLAN_DOBBELT", "warning", layer, wrong.doubledM2, "kept", doubled)]),
    ];
  });
}

/** PLAN_MANGLER: a unit with next to no purpose areas. */
function missing(frame: PlanFrame, side: PlanSide): Finding[] {
  const { planManglerAndel: limit } = frame.rules.planAccounting;
  const sums = lineSums(frame, side);
  return frame.units.flatMap(({ key, ownM2 }) => {
    if (Number.isNaN(ownM2) || ownM2 <= 0) return [];
    const coveredM2 = sums.of(key, "*") - sums.of(key, "");
    if (coveredM2 >= limit * ownM2) return [];
    const says = `planområder dekker under ${Math.round(100 * limit)} % av ${key === OUTSIDE ? "grunnkartet" : `enheten ${key}`}`;
    return [finding("PLAN_MANGLER", "warning", side.role, ownM2 - coveredM2, "kept", says)];
  });
}

/** PLAN_NY_DELVIS: the proposal leaves ground to the plan in force. */
function standing({ facts, ny }: PlanFrame): Finding[] {
  if (ny?.ownAreas === undefined) return [];
  const { codes } = ny.rulers.column;
  const areas = shownAreas(facts.measure, facts.cells);
  let m2 = 0;
  for (let cell = 0; cell < codes.length; cell++) if (codes[cell] >= ny.ownAreas) m2 += areas[cell];
  if (m2 === 0) return [];
  const says = "der den nye planen ikke har arealformål, er gjeldende plan latt stå";
  return [finding("PLAN_NY_DELVIS", "note", "ny", m2, "kept", says)];
}

/** SMALE_STRIPER: what of the change is a border of the plan in force that the proposal draws anew beside it. */
function betweenPlans(frame: PlanFrame): Finding[] {
  if (frame.ny === undefined) return [];
  const m2 = flows(frame, frame.ny).reduce(
    (sum, { from, to, stripM2 }) => (from === to ? sum : sum + stripM2),
    0,
  );
  const says =
    "endringer mellom planene ligger i smale striper, trolig samme grense tegnet to ganger; de er med i tallene og vist for seg";
  return m2 === 0 ? [] : [finding("SMALE_STRIPER", "note", "ny", m2, "kept", says)];
}
