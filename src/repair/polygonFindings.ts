import type { Finding, Severity } from "../core/trouble.js";
import type { Defect, DefectKind } from "./defect.js";

/** A Finding with its place in the layer's CRS (NaN: none) and the feature's own id ("" where there is none). */
export type PlacedFinding = Finding & {
  readonly x: number;
  readonly y: number;
  readonly id: string;
  /** The ground it is about, where that is no polygon of the layer: closed rings, the ground on their left. */
  readonly ground?: readonly Float64Array[];
};

/** Which feature is spoken of. */
export type Named = { readonly layer: string; readonly feature: number; readonly id: string };

/**
 * How each defect is told. An error leaves doubt of what lies inside; a warning is invalid by OGC but has one area only;
 * a note is untidy.
 */
const WORDS: Readonly<Record<DefectKind, readonly [code: string, severity: Severity, says: string]>> = {
  "repeated-point": ["PUNKT_GJENTATT", "note", "samme punkt flere ganger på rad"],
  "unclosed-ring": ["RING_APEN", "note", "ringen slutter ikke der den begynner"],
  "not-finite": ["KOORDINAT_UGYLDIG", "error", "en koordinat er ikke et tall"],
  "too-few-points": [
    "RING_FOR_KORT",
    "warning",
    "ringen har færre enn tre ulike punkter og omslutter ingenting",
  ],
  "ring-crosses-itself": ["RING_KRYSSER_SEG", "error", "grensen krysser seg selv"],
  "ring-crosses-at-vertex": [
    "RING_KRYSSER_SEG",
    "error",
    "grensen krysser seg selv i et av sine egne punkter",
  ],
  "ring-touches-itself": ["RING_BERORER_SEG", "warning", "grensen går gjennom et punkt på seg selv"],
  "ring-doubles-back": ["PIGG", "warning", "grensen går ut og rett tilbake i samme linje"],
  "ring-on-itself": ["RING_PA_SEG", "error", "grensen følger seg selv"],
  "rings-cross": ["RINGER_KRYSSER", "error", "ytre ring og hull, eller to hull, krysser hverandre"],
  "hole-on-edge": ["HULL_DELER_KANT", "warning", "to ringer i samme del har en kant felles"],
  "rings-equal": ["RING_DOBBELT", "error", "samme ring står to ganger"],
  "hole-outside-shell": ["HULL_UTENFOR", "error", "hullet ligger utenfor sin ytre ring"],
  "nested-holes": ["HULL_I_HULL", "error", "hullet ligger i et annet hull"],
  "interior-in-pieces": [
    "INDRE_DELT",
    "warning",
    "hull som berører hverandre eller kanten deler flaten i biter",
  ],
  "parts-cross": ["DELER_OVERLAPPER", "error", "to deler av flaten overlapper"],
  "parts-share-edge": ["DELER_DELER_KANT", "warning", "to deler av flaten har en kant felles"],
  "nested-parts": ["DEL_I_DEL", "error", "en del av flaten ligger inne i en annen"],
};

/** What `check` says of one defect. Where two rings are at odds both are named, counted from 0 within the feature. */
export function defectFinding(named: Named, { kind, ring, otherRing, x, y, count }: Defect): PlacedFinding {
  const [code, severity, says] = WORDS[kind];
  const rings = otherRing === undefined ? `ring ${ring}` : `ring ${ring} og ${otherRing}`;
  const times = count > 1 ? `, ${count} ganger` : "";
  return { ...named, code, severity, areaM2: 0, did: "kept", says: `${says} (${rings}${times})`, x, y };
}

/** Readings of a broken polygon that are too far apart to choose between (`DecisionRule`), with the m² between them. */
export function decisionFinding(
  named: Named,
  readingsM2: readonly number[],
  { x, y }: Pick<Defect, "x" | "y">,
): PlacedFinding {
  const known = readingsM2.filter((m2) => Number.isFinite(m2));
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const says =
    known.length < 2
      ? "flaten kan ikke leses på noen entydig måte; den må rettes i kilden"
      : `flaten kan leses som ${least.toFixed(1)} til ${most.toFixed(1)} m²; eieren må si hva som er ment`;
  const areaM2 = known.length < 2 ? 0 : most - least;
  return { ...named, code: "TRENGER_AVGJORELSE", severity: "error", areaM2, did: "kept", says, x, y };
}
