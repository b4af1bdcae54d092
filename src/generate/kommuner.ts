import { growRegions, outlineOf } from "./blockRegions.js";
import { hash, purpose } from "./hash.js";
import type { Lattice } from "./lattice.js";
import type { Polygon } from "./polygon.js";
import type { GenerateValues } from "./values.js";

/** Blocks in an average grunnkrets. */
const BLOCKS_PER_GRUNNKRETS = 4;
/** Grunnkretser in a delområde. */
const PER_DELOMRADE = 15;

/** Which kommune and which grunnkrets each block lies in. Both are made of whole blocks. */
export type Division = {
  readonly kommuneOf: Int32Array; // per block: 0 .. kommuner - 1
  readonly grunnkretsOf: Int32Array; // per block: 0 .. grunnkretsnummer.length - 1
  readonly kommunenummer: readonly string[];
  readonly grunnkretsnummer: readonly string[];
};

export function divide(lattice: Lattice, kommuner: number): Division {
  const all = Array.from({ length: lattice.rows * lattice.cols }, (_, block) => block);
  const kommuneOf = growRegions(lattice, all, kommuner, hash(lattice.seed, purpose.kommune));
  const kommunenummer = Array.from({ length: kommuner }, (_, i) => String(9901 + i));
  const grunnkretsOf = new Int32Array(all.length);
  const grunnkretsnummer: string[] = [];
  for (let kommune = 0; kommune < kommuner; kommune++) {
    const members = all.filter((block) => kommuneOf[block] === kommune);
    const count = Math.ceil(members.length / BLOCKS_PER_GRUNNKRETS);
    const within = growRegions(lattice, members, count, hash(lattice.seed, purpose.grunnkrets, kommune));
    for (const block of members) grunnkretsOf[block] = grunnkretsnummer.length + within[block];
    for (let i = 0; i < count; i++) grunnkretsnummer.push(kommunenummer[kommune] + grunnkretsSuffix(i));
  }
  return { kommuneOf, grunnkretsOf, kommunenummer, grunnkretsnummer };
}

/** Delområde and grunnkrets, two digits each; 00 in the end would mean a whole delområde. */
function grunnkretsSuffix(i: number): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  return two(1 + Math.floor(i / PER_DELOMRADE)) + two(1 + (i % PER_DELOMRADE));
}

/** kommunenummer, kommunenavn. */
export function* kommunePolygons(
  lattice: Lattice,
  division: Division,
  values: GenerateValues,
): Generator<Polygon> {
  for (const [i, kommunenummer] of division.kommunenummer.entries()) {
    const parts = outlineOf(lattice, (block) => division.kommuneOf[block] === i);
    yield {
      parts,
      values: [kommunenummer, values.names.kommuner[i] ?? `${values.names.kommuner[0]} ${i + 1}`],
    };
  }
}

/** grunnkretsnummer, grunnkretsnavn, kommunenummer. */
export function* grunnkretsPolygons(
  lattice: Lattice,
  division: Division,
  values: GenerateValues,
): Generator<Polygon> {
  for (const [i, grunnkretsnummer] of division.grunnkretsnummer.entries()) {
    const parts = outlineOf(lattice, (block) => division.grunnkretsOf[block] === i);
    const name = placeName(values, hash(lattice.seed, purpose.grunnkrets, i, 1));
    yield { parts, values: [grunnkretsnummer, name, grunnkretsnummer.slice(0, 4)] };
  }
}

export function placeName(values: GenerateValues, bits: number): string {
  const { first, last } = values.names;
  return first[bits % first.length] + last[(bits >>> 8) % last.length];
}
