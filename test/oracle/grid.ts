import type { Layer } from "../../src/core/layer.js";

/**
 * Doubles as integers, exactly. Every double is an integer times a power of two, so all the ordinates of a case are
 * integers on one grid. The grid is made GUARD_BITS finer than the finest bit that occurs: the few values that are
 * not on it (crossing points, heights on a slanted edge) are cut off 2^-128 below the last bit of the input, which
 * cannot reach the last bit of any area.
 */
export type Grid = {
  /** A grid step is 2^exponent. */
  readonly exponent: number;
  onGrid(value: number): bigint;
};

const GUARD_BITS = 128;

export function gridFor(layers: readonly Layer[]): Grid {
  let finest = 1024;
  for (const { xy } of layers)
    for (const value of xy) if (value !== 0) finest = Math.min(finest, lowestBit(value));
  const exponent = finest - GUARD_BITS;
  return {
    exponent,
    onGrid: (value) => {
      if (value === 0) return 0n;
      const bit = lowestBit(value);
      return scaled(value, bit) << BigInt(bit - exponent);
    },
  };
}

/** A number of half grid cells as square units, rounded once. */
export function areaOf(halfCells: bigint, grid: Grid): number {
  const magnitude = halfCells < 0n ? -halfCells : halfCells;
  const spare = BigInt(Math.max(0, magnitude.toString(2).length - 120));
  const area = timesPowerOfTwo(Number(magnitude >> spare), 2 * grid.exponent - 1 + Number(spare));
  return halfCells < 0n ? -area : area;
}

/** value / 2^bit, where `bit` is the lowest bit set in value. */
function scaled(value: number, bit: number): bigint {
  return BigInt(timesPowerOfTwo(value, -bit));
}

/** Exponent of the lowest bit set in a double other than 0. */
function lowestBit(value: number): number {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const word = bits.getBigUint64(0);
  const biased = Number((word >> 52n) & 0x7ffn);
  let mantissa = word & 0xfffffffffffffn;
  if (biased !== 0) mantissa |= 1n << 52n;
  let exponent = Math.max(biased, 1) - 1075;
  for (; (mantissa & 1n) === 0n; mantissa >>= 1n) exponent++;
  return exponent;
}

/** In two steps: 2^exponent alone may be out of range where the product is not. */
function timesPowerOfTwo(value: number, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return value * 2 ** half * 2 ** (exponent - half);
}
