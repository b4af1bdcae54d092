/** What stands behind a figure, on the terminal: the formula, the pieces, and what a repair moved. */
import type { LedgerKind } from "../repair/ledger.js";
import { formatNumber } from "./numbers.js";

/** A term of the formula, in m². */
export type TermLine = { readonly sign: 1 | -1; readonly navn: string; readonly m2: number };

/** A figure and how it is made; `share` where it is one amount over another. */
export type FigureLines = {
  readonly title: string;
  readonly m2: number;
  readonly terms: readonly TermLine[];
  readonly share?: { readonly value: number; readonly ofM2: number; readonly ofTerms: readonly TermLine[] };
};

export type PieceLine = {
  /** Zero-based place in its file. */
  readonly feature: number;
  /** "" where the ground is one file. */
  readonly file: string;
  readonly id: string;
  readonly sign: 1 | -1;
  readonly m2: number;
  /** Class, units, plan area, in words as they come; "" is left out. */
  readonly where: readonly string[];
};

export type MoveLine = {
  readonly kind: LedgerKind;
  readonly feature: string;
  readonly other: string;
  readonly hereM2?: number;
  readonly planM2: number;
};

const SHOWN = 20;

const m2 = (value: number): string => `${formatNumber(value, 1)} m²`;

export function* figureLines({ title, m2: amount, terms, share }: FigureLines): Generator<string> {
  yield title;
  yield `= ${m2(amount)}`;
  yield* termLines(terms);
  if (share === undefined) return;
  yield `av ${m2(share.ofM2)}, det er ${formatNumber(100 * share.value, 2)} %`;
  yield* termLines(share.ofTerms);
}

/** A formula is worth showing where there is more than one term to it. */
function* termLines(terms: readonly TermLine[]): Generator<string> {
  const shown = terms.filter((term) => term.m2 !== 0);
  if (terms.length < 2) return;
  for (const { sign, navn, m2: amount } of shown) yield `  ${sign < 0 ? "−" : "+"} ${m2(amount)} ${navn}`;
  if (shown.length === 0) yield "  alle ledd er 0";
}

/** The largest pieces, how many more there are, and their sum. */
export function* pieceLines(pieces: readonly PieceLine[], fixedM2: number): Generator<string> {
  if (pieces.length === 0) yield "Ingen flater: leddene er tomme, eller går opp i opp";
  const largest = [...pieces].sort((a, b) => b.m2 - a.m2 || a.feature - b.feature);
  for (const { feature, file, id, sign, m2: amount, where } of largest.slice(0, SHOWN)) {
    const own = id === "" || id === String(feature) ? "" : ` ${id}`;
    const name = file === "" ? own : `${own} i ${file}`;
    yield `  flate ${feature}${name}: ${sign < 0 ? "−" : ""}${m2(amount)} (${where.filter((one) => one !== "").join(", ")})`;
  }
  if (pieces.length > SHOWN) yield `  … og ${pieces.length - SHOWN} til`;
  const features = new Set(pieces.map(({ file, feature }) => `${file}\t${feature}`)).size;
  const sum = pieces.reduce((total, { sign, m2: amount }) => total + sign * amount, 0);
  const outside = fixedM2 === 0 ? "" : `, og ${m2(fixedM2)} som ikke er flater i grunnkartet`;
  yield `Sum ${m2(sum)} i ${pieces.length} deler av ${features} flater${outside}`;
}

const LOST: Partial<Readonly<Record<LedgerKind, string>>> = {
  overlap: "overlapp",
  gap: "lite hull fylt",
  rounding: "hull som er avrunding, fylt",
  polygon: "ugyldig flate lest om",
  moved: "punkter avrundet",
};

/** What the repair moved in the figure; nothing where it moved nothing there. */
export function* moveLines(moves: readonly MoveLine[]): Generator<string> {
  if (moves.length === 0) return;
  const here = moves.reduce((sum, { hereM2 = 0 }) => sum + hereM2, 0);
  yield `Reparasjonen av grunnkartet flyttet ${formatNumber(here, 3)} m² her (${moves.length} linjer i ledger.csv):`;
  const size = (move: MoveLine): number => Math.abs(move.hereM2 ?? move.planM2);
  const largest = [...moves].sort((a, b) => size(b) - size(a));
  for (const { kind, feature, other, hereM2, planM2 } of largest.slice(0, SHOWN)) {
    const amount =
      hereM2 === undefined
        ? `${formatNumber(planM2, 3)} m² for hele flaten`
        : `${formatNumber(hereM2, 3)} m²`;
    const to = kind === "overlap" && other !== "" ? `, gitt til ${other}` : "";
    yield `  flate ${feature}: ${amount} (${LOST[kind] ?? kind}${to})`;
  }
  if (moves.length > SHOWN) yield `  … og ${moves.length - SHOWN} til`;
}
