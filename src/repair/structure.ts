import type { Layer } from "../core/layer.js";
import type { M2 } from "../core/units.js";
import { type Arrangement, arrange, halvesByFace } from "./arrangement.js";
import { type Noded, nodeFeature } from "./noding.js";
import { outlines, type Parts } from "./outlines.js";

/** A feature as the structure rule has it. */
export type Structured = {
  readonly parts: Parts;
  /** Of the faces taken, in the map plane. */
  readonly areaM2: M2;
  /** Two other readings that people use: even-odd, and "linework" (MakeValid of GEOS, PostGIS and QGIS). */
  readonly evenOddM2: M2;
  readonly lineworkM2: M2;
  /** Faces times how often rings wind round them: the signed areas of the rings, or a face is missing. */
  readonly woundM2: M2;
};

/**
 * Mends one feature by its structure (design 3.3; the rule of JTS GeometryFixer): each ring encloses what it winds round
 * at all, a part is its shell less its holes, and the parts are united. A hole that meets its shell nowhere, inside or on
 * its border, becomes a part. A shell that encloses nothing is dropped, with its holes.
 *
 * The faces between all its borders are found exactly, and taken or left whole; so no vertex moves, and the new ones stand
 * where borders cross. Rings begin at their lowest leftmost vertex and parts are in order of it: the result does not hang
 * on where rings began, or which way they ran.
 *
 * @returns undefined when its borders cannot be noded (`nodeFeature`)
 */
export function structureOf(layer: Layer, feature: number): Structured | undefined {
  const noded = nodeFeature(layer, feature);
  if (noded === undefined) return undefined;
  if (noded.from.length === 0) return { parts: [], areaM2: 0, evenOddM2: 0, lineworkM2: 0, woundM2: 0 };
  const faces = arrange(noded);
  const labels = labelFaces(noded, faces);
  const taken = facesTaken(layer, feature, noded, labels);
  const sum = (takes: (label: Label, face: number) => boolean): M2 =>
    faces.areaM2.reduce((all, m2, face) => (takes(labels[face], face) ? all + m2 : all), 0);
  return {
    parts: outlines(
      noded,
      faces,
      taken.map((takes) => takes - 1),
      1,
    )[0],
    areaM2: sum((_, face) => taken[face] === 1),
    evenOddM2: sum(({ odd }) => odd),
    lineworkM2: sum(({ oddLines }) => oddLines),
    woundM2: faces.areaM2.reduce((all, m2, face) => all + m2 * timesWound(labels[face]), 0),
  };
}

/** What a face is to the rings: those that wind round it, and whether borders, and lines, lie about it in odd number. */
type Label = {
  readonly winds: ReadonlyMap<number, number>;
  readonly odd: boolean;
  /** As `odd`, but what several borders have in common counts once. */
  readonly oddLines: boolean;
};

function timesWound({ winds }: Label): number {
  let times = 0;
  for (const winding of winds.values()) times += winding;
  return times;
}

/** Per face: 1 where the structure rule takes it. */
function facesTaken(layer: Layer, feature: number, noded: Noded, labels: readonly Label[]): Int32Array {
  const shellOf = shellsOf(layer, feature);
  const isShell = (ring: number) => shellOf[ring] === ring;
  const covers = new Uint8Array(shellOf.length);
  for (const { winds } of labels) for (const ring of winds.keys()) covers[ring] = 1;
  const meetsShell = holesThatMeet(shellOf, noded, labels);
  return Int32Array.from(labels, ({ winds }) => {
    const rings = [...winds.keys()];
    const holes = rings.filter((ring) => !isShell(ring));
    const cut = holes.filter((hole) => meetsShell[hole] === 1).map((hole) => shellOf[hole]);
    const isPart = (ring: number) =>
      isShell(ring) ? !cut.includes(ring) : meetsShell[ring] === 0 && covers[shellOf[ring]] === 1;
    return rings.some(isPart) ? 1 : 0;
  });
}

/** Per ring of a feature the shell of its part, itself for a shell. */
function shellsOf({ featurePart, partRing }: Layer, feature: number): Uint32Array {
  const firstPart = featurePart[feature];
  const firstRing = partRing[firstPart];
  const shellOf = new Uint32Array(partRing[featurePart[feature + 1]] - firstRing);
  for (let p = firstPart; p < featurePart[feature + 1]; p++) {
    shellOf.fill(partRing[p] - firstRing, partRing[p] - firstRing, partRing[p + 1] - firstRing);
  }
  return shellOf;
}

/** Per ring: 1 for a hole that has ground, or a point of its border, in common with its shell. */
function holesThatMeet(shellOf: Uint32Array, noded: Noded, labels: readonly Label[]): Uint8Array {
  const meets = new Uint8Array(shellOf.length);
  for (const { winds } of labels) {
    for (const ring of winds.keys()) if (shellOf[ring] !== ring && winds.has(shellOf[ring])) meets[ring] = 1;
  }
  const shellsAt = new Map<number, number[]>();
  const { from, to, runs } = noded;
  const eachEnd = (told: (point: number, ring: number) => void) => {
    for (let s = 0; s < from.length; s++) {
      for (let run = runs.start[s]; run < runs.start[s + 1]; run++) {
        told(from[s], runs.ring[run]);
        told(to[s], runs.ring[run]);
      }
    }
  };
  eachEnd((point, ring) => {
    if (shellOf[ring] !== ring) return;
    const known = shellsAt.get(point);
    if (known === undefined) shellsAt.set(point, [ring]);
    else if (!known.includes(ring)) known.push(ring);
  });
  eachEnd((point, ring) => {
    if (shellOf[ring] !== ring && shellsAt.get(point)?.includes(shellOf[ring]) === true) meets[ring] = 1;
  });
  return meets;
}

/** From the face without end, which nothing winds round, face by face over the segments between them. */
function labelFaces(noded: Noded, faces: Arrangement): Label[] {
  const { faceOf, faceCount } = faces;
  const { start, halfOf } = halvesByFace(faces);
  const labels = new Array<Label | undefined>(faceCount).fill(undefined);
  let label: Label = { winds: new Map(), odd: false, oddLines: false };
  labels[0] = label;
  const queue = [0];
  for (let face = queue.pop(); face !== undefined; face = queue.pop()) {
    label = labels[face] as Label;
    for (let k = start[face]; k < start[face + 1]; k++) {
      const beyond = faceOf[halfOf[k] ^ 1];
      if (labels[beyond] !== undefined) continue;
      labels[beyond] = across(noded, halfOf[k], label);
      queue.push(beyond);
    }
  }
  return labels as Label[];
}

/** From the face on the left of a half-edge to the one on its right. */
function across({ runs }: Noded, half: number, left: Label): Label {
  const winds = new Map(left.winds);
  let { odd } = left;
  for (let run = runs.start[half >> 1]; run < runs.start[(half >> 1) + 1]; run++) {
    const ring = runs.ring[run];
    const now = (winds.get(ring) ?? 0) + (half % 2 === 0 ? -runs.times[run] : runs.times[run]);
    if (now === 0) winds.delete(ring);
    else winds.set(ring, now);
    if (runs.odd[run] === 1) odd = !odd;
  }
  return { winds, odd, oddLines: !left.oddLines };
}
