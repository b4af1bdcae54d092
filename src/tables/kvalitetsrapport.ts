/** T14 Kvalitetsrapport: everything the run knows about itself, one fact a row. Always written. */
import { escape, op, table as frame } from "arquero";
import type { Finding } from "../core/trouble.js";
import type { M2 } from "../core/units.js";
import type { Rules } from "../rules/rules.js";
import type { Check } from "./checks.js";
import type { AccountFacts, Both, ZoneLayerFacts } from "./facts.js";
import { divisionYears } from "./kommuneinndeling.js";
import { repairRows } from "./reparasjon.js";
import { definitionOf, metaOf, type Table, type Value } from "./table.js";
import { wrongByUnit, type Wrong } from "./wrongGround.js";

type Fact = readonly [tema: string, nokkel: string, verdi: Value, enhet: string];

/** @param findings all of the run, those of `accountFindings` included */
export function qualityReport(
  facts: AccountFacts,
  rules: Rules,
  checks: readonly Check[],
  findings: readonly Finding[],
  leftOut: readonly string[] = [],
): Table {
  const definition = definitionOf(rules, "T14");
  return {
    id: "T14",
    title: `T14 ${definition.title}`,
    columns: definition.columns,
    rows: [
      ...inputFacts(facts),
      ...measureFacts(facts),
      ...groundFacts(facts),
      ...zoneFacts(facts, rules),
      ...repairRows(facts),
      ...pieceFacts(facts),
      ...checks.map(checkFact).flat(),
      ...findingFacts(findings),
      ...leftOut.map((says): Fact => ["Utelatt", "tabeller", says, ""]),
      ...facts.ruleSets.map(({ id, version, sha256 }): Fact => ["Regelsett", id, `${version} ${sha256}`, ""]),
    ],
    footnotes: definition.footnotes,
    print: { ...definition.print, rounding: rules.accounting.rounding },
    meta: metaOf(facts),
  };
}

function inputFacts({ inputs }: AccountFacts): Fact[] {
  return inputs.flatMap((input): Fact[] => {
    const tema = `Inndata ${input.name}`;
    return [
      [tema, "rolle", input.role, ""],
      [tema, "fil", input.file, ""],
      [tema, "format", input.format, ""],
      [tema, "sha256", input.sha256, ""],
      [tema, "byte", input.byteLength, "B"],
      [tema, "flater", input.featureCount, "antall"],
      [tema, "epsg", String(input.epsg), ""],
      [tema, "epsgFra", input.epsgFrom, ""],
      ...(input.reprojectedFrom === undefined
        ? []
        : [[tema, "omregnetFra", String(input.reprojectedFrom), ""] as const]),
      ...(input.role === "grunnkart"
        ? [[tema, "utgave", input.edition ?? "ukjent utgave", ""] as const]
        : []),
    ];
  });
}

function measureFacts({ measure, measureId, ground: { own } }: AccountFacts): Fact[] {
  const tema = "Arealmål";
  return [
    [tema, "brukt", measure, ""],
    [tema, "ellipsoideMetode", measureId, ""],
    [tema, "kartplan", own.planM2, "m2"],
    [tema, "ellipsoide", own.trueM2, "m2"],
    [tema, "kartplanMinusEllipsoide", own.planM2 - own.trueM2, "m2"],
    [tema, "kartplanMinusEllipsoide", own.trueM2 > 0 ? (own.planM2 / own.trueM2 - 1) * 1e6 : null, "ppm"],
  ];
}

function groundFacts({ ground, cells }: AccountFacts): Fact[] {
  const tema = "Grunnkart";
  return [
    [tema, "flater", ground.featureCount, "antall"],
    [tema, "punkter", ground.vertexCount, "antall"],
    [tema, "celler", cells.rowCount, "antall"],
    ...both(tema, "egenareal", ground.own),
    ...both(tema, "postert", ground.posted),
    ...both(tema, "postertMinusEgenareal", minus(ground.posted, ground.own)),
    [tema, "storsteAvvikEnFlate", ground.worstResidualM2, "m2"],
    [tema, "strimlerPostertPaStorsteDel", ground.foldedM2, "m2"],
  ];
}

function zoneFacts(facts: AccountFacts, rules: Rules): Fact[] {
  const years = divisionYears(facts, rules);
  return facts.zoneLayers.flatMap((layer): Fact[] => {
    const tema = `Lag ${layer.name}`;
    const union = layer.units.reduce((sum, unit) => plus(sum, unit.union), NONE);
    const unitsCovered = layer.units.reduce((sum, unit) => plus(sum, unit.covered), NONE);
    const { gap, doubled } = wrongInUnits(facts, layer);
    return [
      [tema, "nokkelfelt", layer.keyField, ""],
      ...(years.has(layer.name) ? [[tema, "kommuneinndeling", years.get(layer.name)!, ""] as const] : []),
      [tema, "flater", layer.polygonCount, "antall"],
      [tema, "flaterUtenforGrunnkartet", layer.outsideCount, "antall"],
      [tema, "enheter", layer.units.length, "antall"],
      ...both(tema, "egenareal", layer.own),
      ...both(tema, "overlappILaget", layer.overlap),
      ...both(tema, "dekket", layer.covered),
      ...both(tema, "sumEnheter", union),
      ...both(tema, "udekket", minus(plus(minus(union, unitsCovered), doubled), gap)),
      ...(gap.planM2 === 0 ? [] : both(tema, "hull i grunnkartet", gap)),
      ...(doubled.planM2 === 0 ? [] : both(tema, "dobbeltdekning", doubled)),
    ];
  });
}

/** In both measures; what lies in several units counts in each, as `covered` does. */
function wrongInUnits(facts: AccountFacts, layer: ZoneLayerFacts): { gap: Both; doubled: Both } {
  const [plan, real] = (["kartplan", "ellipsoide"] as const).map((measure) => {
    const of = wrongByUnit({ ...facts, measure }, layer);
    return layer.units.map(({ key }) => of(key));
  });
  const sum = (all: readonly Wrong[], kind: keyof Wrong): M2 =>
    all.reduce((total: number, wrong) => total + wrong[kind], 0);
  return {
    gap: { planM2: sum(plan, "gapM2"), trueM2: sum(real, "gapM2") },
    doubled: { planM2: sum(plan, "doubledM2"), trueM2: sum(real, "doubledM2") },
  };
}

function pieceFacts({ pieces }: AccountFacts): Fact[] {
  if (pieces === undefined) return [];
  const tema = "Flatefil";
  return [
    [tema, "kopiert", pieces.copiedCount, "antall"],
    [tema, "bygd", pieces.builtCount, "antall"],
    [tema, "bygdAvrundet", pieces.roundedCount, "antall"],
    [tema, "forSmale", pieces.thinCount, "antall"],
    [tema, "ikkeBygd", pieces.failedCount, "antall"],
    ...both(tema, "skrevet", pieces.written),
    ...both(tema, "ikkeTegnet", pieces.notBuilt),
    [tema, "tegnetMinusSkrevet kartplan", pieces.drawnM2 - pieces.written.planM2, "m2"],
  ];
}

function checkFact(check: Check): Fact[] {
  const tema = "Går det opp?";
  const nokkel = check.name === "" ? check.id : `${check.id} ${check.name}`;
  return [
    [tema, nokkel, check.ok ? "ja" : "nei", ""],
    [tema, nokkel, check.residualM2, "m2"],
    [tema, nokkel, check.toleranceM2, "m2 toleranse"],
  ];
}

/** Findings counted by severity, code and layer, the worst severity first. */
function findingFacts(findings: readonly Finding[]): Fact[] {
  if (findings.length === 0) return [["Funn", "ingen", 0, "antall"]];
  const severities = ["error", "warning", "note"];
  const counted = frame({
    rank: findings.map(({ severity }) => severities.indexOf(severity)),
    key: findings.map(({ code, layer, did }) => `${code} ${layer} (${did})`),
    m2: findings.map(({ areaM2 }) => areaM2 as number),
  })
    .groupby("rank", "key")
    .rollup({ count: op.count(), m2: op.sum("m2") })
    .derive({ severity: escape((row: { rank: number }) => severities[row.rank]) })
    .orderby("rank", "key");
  type Row = { severity: string; key: string; count: number; m2: number };
  return (counted.objects({ limit: Infinity }) as Row[]).flatMap(({ severity, key, count, m2 }): Fact[] => [
    [`Funn ${severity}`, key, count, "antall"],
    [`Funn ${severity}`, key, m2, "m2"],
  ]);
}

const NONE: Both = { planM2: 0, trueM2: 0 };

const plus = (a: Both, b: Both): Both => ({ planM2: a.planM2 + b.planM2, trueM2: a.trueM2 + b.trueM2 });
const minus = (a: Both, b: Both): Both => ({ planM2: a.planM2 - b.planM2, trueM2: a.trueM2 - b.trueM2 });

function both(tema: string, nokkel: string, { planM2, trueM2 }: Both): Fact[] {
  return [
    [tema, `${nokkel} kartplan`, planM2, "m2"],
    [tema, `${nokkel} ellipsoide`, trueM2, "m2"],
  ];
}
