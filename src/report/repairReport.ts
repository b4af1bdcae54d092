import type { Ledger, LedgerKind, LedgerLine } from "../repair/ledger.js";
import { csvText } from "./csv.js";
import { formatNumber } from "./numbers.js";

const number = (value: number): string => (Number.isFinite(value) ? String(value) : "");

/** One row a line of the ledger, areas unrounded, places in the layer's CRS. RFC 4180. */
export function* ledgerCsv({ lines }: Ledger, idOf: (feature: number) => string): Generator<string> {
  yield "type,flater,x,y,forM2,etterM2,fra,til,regel,breddeM,terskelM\n";
  for (const { kind, features, x, y, beforeM2, afterM2, from, to, rule, widthM, thresholdM } of lines) {
    const cells = [
      kind,
      csvText(features.map(idOf).join(" ")),
      number(x),
      number(y),
      number(beforeM2),
      number(afterM2),
      csvText(idOf(from)),
      csvText(idOf(to)),
      rule,
      number(widthM),
      number(thresholdM),
    ];
    yield `${cells.join(",")}\n`;
  }
}

const WORDS: Readonly<Record<LedgerKind, string>> = {
  polygon: "ugyldige flater lest etter strukturregelen",
  overlap: "overlapp, gitt til én",
  rounding: "hull som bare er avrunding, fylt",
  gap: "små hull, fylt",
  "open gap": "hull som står (Hull i grunnkartet)",
  vertex: "punkter satt inn i naboens grense",
  moved: "flater med avrundede punkter",
  refused: "ikke reparert, står som de var",
};

/** The ledger on the terminal: a line a kind, then the equation. */
export function* repairSummary(ledger: Ledger, overlapM: number): Generator<string> {
  const byKind = new Map<LedgerKind, LedgerLine[]>();
  for (const line of ledger.lines) byKind.set(line.kind, [...(byKind.get(line.kind) ?? []), line]);
  for (const kind of Object.keys(WORDS) as LedgerKind[]) {
    const lines = byKind.get(kind);
    if (lines === undefined) continue;
    const m2 = lines.reduce((sum, { beforeM2, afterM2 }) => sum + ((afterM2 || 0) - (beforeM2 || 0)), 0);
    yield `  ${String(lines.length).padStart(7)}  ${formatNumber(m2, 4).padStart(18)} m²  ${WORDS[kind]}`;
  }
  const wide = ledger.lines.filter(({ kind, widthM }) => kind === "overlap" && widthM > overlapM);
  if (wide.length > 0)
    yield `  ${wide.length} overlapp er bredere enn ${formatNumber(overlapM, 2)} m: feil i dataene`;
  const { inM2, mendedM2, overlapM2, filledM2, movedM2, outM2 } = ledger;
  const terms = [inM2, mendedM2, 0 - overlapM2, filledM2, movedM2].map((m2) => formatNumber(m2, 4));
  yield `Regnskap: ${terms[0]} inn, ${terms[1]} lest om, ${terms[2]} overlapp, ${terms[3]} fylt, ${terms[4]} avrundet = ${formatNumber(outM2, 4)} m² ut`;
}
