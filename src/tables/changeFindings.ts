import type { Finding, Severity } from "../core/trouble.js";
import type { M2 } from "../core/units.js";
import type { Rules } from "../rules/rules.js";
import { identityTolerance } from "./identity.js";
import { dividedUnits, doubtfulNumbers, editionsApart, kommuneLayers } from "./kommuneinndeling.js";
import { type Flows, postingsOf, sumOf, type UnitFlow } from "./changeFlows.js";

/** What the figures of a comparison themselves tell. Codes: domain reference 12. */
export function changeFindings(flows: Flows): Finding[] {
  return [
    ...sameFile(flows),
    ...notComparable(flows),
    ...kommunenumbers(flows),
    ...movedBorders(flows),
    ...overlaps(flows),
    ...strips(flows),
    ...unknown(flows),
  ];
}

function finding(code: string, severity: Severity, layer: string, areaM2: M2, says: string): Finding {
  return { code, severity, layer, feature: -1, areaM2, did: "kept", says };
}

function notComparable({ facts }: Flows): Finding[] {
  if (!facts.incomparable) return [];
  const [a, b] = facts.inputs.map(({ edition }) => edition ?? "ukjent utgave");
  const says = `${a} og ${b} er laget med ulik metode; forskjellene står som omvurdering, ikke som tilvekst og avgang`;
  return [finding("IKKE_SAMMENLIGNBAR", "warning", facts.inputs[1].name, 0, says)];
}

/** An edition held against itself shows no change, whatever happened. */
function sameFile({ facts }: Flows): Finding[] {
  const [a, b] = facts.inputs;
  if (a.sha256 !== b.sha256) return [];
  const says = "begge utgavene er samme fil, byte for byte; da finnes ingen endring";
  return [finding("UTGAVE_LIK", "warning", b.name, 0, says)];
}

/** What the numbers of the kommuner tell, with the ground of both editions in them, and the ground's own numbers. */
function kommunenumbers({ facts, rules, layers }: Flows): Finding[] {
  const kommuner = kommuneLayers(facts, rules);
  const ofUnits = kommuner.flatMap(({ name }) => {
    const areas = new Map(layers.get(name)!.map((flow) => [flow.unit, sumOf(flow.m2.map(sumOf))]));
    areas.delete(OUTSIDE);
    return [...doubtfulNumbers(name, areas, rules), ...dividedUnits(name, areas, rules)];
  });
  const editions = facts.kommunenumre?.map((numbers, e) => ({ name: facts.inputs[e].name, numbers }));
  return [...ofUnits, ...(editions === undefined ? [] : editionsApart(editions, kommuner, rules))];
}

/** The unit that ground outside all units of a layer stands under. */
const OUTSIDE = "";

const percentMoved = ({ rules }: Flows): string =>
  String(100 * rules.change!.grenseFlyttetAndel).replace(".", ",");

/** Whether the editions give a unit so different areas that its border must have moved. */
export function borderMoved({ facts, rules }: Pick<Flows, "facts" | "rules">, flow: UnitFlow): boolean {
  if (!facts.zoneLayers.some(({ keys }) => keys.includes(flow.unit))) return false;
  const { opening, closing } = postingsOf(flow);
  return differs(sumOf(opening), sumOf(closing), rules);
}

/**
 * Whether the editions as wholes differ so much, where no units tell what of it is whose. Change on the ground they have in
 * common is still measured, and is shown.
 */
function wholeMoved({ facts, rules, layers }: Flows): boolean {
  if (facts.zoneLayers.length > 0) return false;
  const { opening, closing } = postingsOf(layers.get("")![0]);
  return differs(sumOf(opening), sumOf(closing), rules);
}

const differs = (atStart: M2, atEnd: M2, rules: Rules): boolean =>
  Math.abs(atEnd - atStart) > rules.change!.grenseFlyttetAndel * Math.max(atStart, atEnd);

const wholeSays = (flows: Flows): string =>
  `arealet skiller mer enn ${percentMoved(flows)} % mellom utgavene; det bare den ene dekker, står som grenseendring, og endring er bare målt på grunnen de har felles`;

/** What tables by this layer say where change of some of its units is not shown, or the wholes are of unlike size. */
export function movedNote(flows: Flows, layer: string): string[] {
  if (layer === "") return wholeMoved(flows) ? [`GRENSE_FLYTTET: ${wholeSays(flows)}.`] : [];
  const moved = flows.layers.get(layer)!.filter((flow) => borderMoved(flows, flow));
  if (moved.length === 0) return [];
  const units = moved.map(({ unit }) => unit);
  const list = units.slice(0, 10).join(", ") + (units.length > 10 ? " …" : "");
  return [
    `GRENSE_FLYTTET: arealet skiller mer enn ${percentMoved(flows)} % mellom utgavene, så endring er ikke vist for ${units.length} av enhetene: ${list}.`,
  ];
}

function movedBorders(flows: Flows): Finding[] {
  if (wholeMoved(flows)) {
    const { opening, closing } = postingsOf(flows.layers.get("")![0]);
    const apartM2 = Math.abs(sumOf(closing) - sumOf(opening));
    return [finding("GRENSE_FLYTTET", "warning", flows.facts.inputs[1].name, apartM2, wholeSays(flows))];
  }
  return [...flows.layers].flatMap(([layer, units]) =>
    units
      .filter((flow) => layer !== "" && borderMoved(flows, flow))
      .map((flow) => {
        const { opening, closing } = postingsOf(flow);
        const says = `enheten ${flow.unit} skiller mer enn ${percentMoved(flows)} % i areal mellom utgavene; endring er ikke vist for den`;
        return finding("GRENSE_FLYTTET", "warning", layer, Math.abs(sumOf(closing) - sumOf(opening)), says);
      }),
  );
}

/** Ground of A under B and of B under A differ only where an edition lies on itself. */
function overlaps({ facts, rules }: Flows): Finding[] {
  const { acrossA, acrossB } = facts.control;
  const shown = facts.measure === "kartplan" ? "planM2" : "trueM2";
  const apartM2 = acrossA[shown] - acrossB[shown];
  if (Math.abs(apartM2) <= identityTolerance(rules.accounting.tolerances, acrossA[shown])) return [];
  const which = apartM2 > 0 ? facts.inputs[0] : facts.inputs[1];
  const says =
    "utgaven ligger på seg selv; matrisa teller grunnen som flatene i A ligger, og flere klasser i B står sammen";
  return [finding("GRUNN_OVERLAPP", "warning", which.name, Math.abs(apartM2), says)];
}

function strips({ facts, layers }: Flows): Finding[] {
  const areaM2 = sumOf(layers.get("")![0].stripM2.map(sumOf));
  if (areaM2 === 0) return [];
  const says =
    "endring i smale striper, trolig samme grense tegnet to ganger; de er med i tallene og vist for seg";
  return [finding("SMALE_STRIPER", "note", facts.inputs[1].name, areaM2, says)];
}

/** KODE_UKJENT, told of the edition that has it, the first where both do; and KODELISTE_MANGLER. */
function unknown({ facts, classes, list, layers }: Flows): Finding[] {
  if (list === undefined) {
    const says = `${facts.field} har ingen kodeliste i rules/; verdiene står som de er`;
    return [finding("KODELISTE_MANGLER", "note", facts.inputs[0].name, 0, says)];
  }
  const { opening, closing } = postingsOf(layers.get("")![0]);
  return classes.flatMap(({ kode }, c) => {
    if (kode === "" || kode.split("|").every((one) => list.nameOf.has(one))) return [];
    const [name, areaM2] =
      opening[c] > 0 ? [facts.inputs[0].name, opening[c]] : [facts.inputs[1].name, closing[c]];
    const says = `${facts.field} «${kode}» er ikke i rules/${list.list.id}.json, versjon ${list.list.version}`;
    return [finding("KODE_UKJENT", "error", name, areaM2, says)];
  });
}
