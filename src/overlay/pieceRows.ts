import { grown } from "../core/grown.js";
import type { Pieces } from "../core/pieces.js";

/** Pieces, growing row by row. */
export class PieceRows {
  private count = 0;
  private ground: Uint32Array;
  private cover: Uint32Array;
  private planM2: Float64Array;
  private trueM2: Float64Array;

  constructor(expected: number) {
    const length = Math.max(16, Math.ceil(1.5 * expected));
    this.ground = new Uint32Array(length);
    this.cover = new Uint32Array(length);
    this.planM2 = new Float64Array(length);
    this.trueM2 = new Float64Array(length);
  }

  add(ground: number, cover: number, planM2: number, trueM2: number): void {
    const i = this.count++;
    if (this.count > this.ground.length) this.grow();
    this.ground[i] = ground;
    this.cover[i] = cover;
    this.planM2[i] = planM2;
    this.trueM2[i] = trueM2;
  }

  finish(): Pieces {
    return {
      ground: this.ground.subarray(0, this.count),
      cover: this.cover.subarray(0, this.count),
      planM2: this.planM2.subarray(0, this.count),
      trueM2: this.trueM2.subarray(0, this.count),
    };
  }

  private grow(): void {
    const length = 2 * this.ground.length;
    this.ground = grown(this.ground, length);
    this.cover = grown(this.cover, length);
    this.planM2 = grown(this.planM2, length);
    this.trueM2 = grown(this.trueM2, length);
  }
}
