import { shared } from "../core/layer.js";
import type { EdgeGrid } from "../index/edgeGrid.js";
import { NO_TWIN } from "./crosser.js";
import { FILTER } from "./perturb.js";

/**
 * Which zone edges may meet another one in more than the vertex that two neighbours on a ring share. Most meet none, and
 * then nothing is to be found on them: no node, no contact, no self-crossing. Two edges that meet share a cell of the
 * grid, so the cells are gone through once, in the order they lie in memory, and each pair is looked at from one side.
 *
 * @returns per edge 1 or 0; an edge and its twin alike
 */
export function edgesThatMeet(
  xy: Float64Array,
  { cellStart, cellEdge }: EdgeGrid,
  twin: Uint32Array,
): Uint8Array {
  const meets = shared(Uint8Array, xy.length / 2);
  for (let cell = 0; cell + 1 < cellStart.length; cell++) {
    const end = cellStart[cell + 1];
    for (let i = cellStart[cell]; i + 1 < end; i++) {
      const e = cellEdge[i];
      const px = xy[2 * e];
      const py = xy[2 * e + 1];
      const qx = xy[2 * e + 2];
      const qy = xy[2 * e + 3];
      const minX = px < qx ? px : qx;
      const maxX = px < qx ? qx : px;
      const minY = py < qy ? py : qy;
      const maxY = py < qy ? qy : py;
      const dx = qx - px;
      const dy = qy - py;
      for (let j = i + 1; j < end; j++) {
        const f = cellEdge[j];
        const ux = xy[2 * f];
        const vx = xy[2 * f + 2];
        if ((ux < minX && vx < minX) || (ux > maxX && vx > maxX)) continue;
        const uy = xy[2 * f + 1];
        const vy = xy[2 * f + 3];
        if ((uy < minY && vy < minY) || (uy > maxY && vy > maxY)) continue;
        if (followEachOther(twin, e, f) || (meets[e] === 1 && meets[f] === 1)) continue;
        // Shewchuk's filter, as in the walk (`crosser.ts`): sure to lie on one side of the other, they do not meet.
        const au = dx * (uy - py);
        const bu = dy * (ux - px);
        const av = dx * (vy - py);
        const bv = dy * (vx - px);
        const u = au - bu;
        const v = av - bv;
        const uSure = FILTER * (Math.abs(au) + Math.abs(bu));
        const vSure = FILTER * (Math.abs(av) + Math.abs(bv));
        if ((u > uSure && v > vSure) || (u < -uSure && v < -vSure)) continue;
        const ex = vx - ux;
        const ey = vy - uy;
        const ap = ex * (py - uy);
        const bp = ey * (px - ux);
        const aq = ex * (qy - uy);
        const bq = ey * (qx - ux);
        const p = ap - bp;
        const q = aq - bq;
        const pSure = FILTER * (Math.abs(ap) + Math.abs(bp));
        const qSure = FILTER * (Math.abs(aq) + Math.abs(bq));
        if ((p > pSure && q > qSure) || (p < -pSure && q < -qSure)) continue;
        mark(meets, twin, e);
        mark(meets, twin, f);
      }
    }
  }
  return meets;
}

/**
 * Do two edges follow each other on a ring, with no border on them or with the same two neighbours on both? (Edges
 * numbered one after the other are of one ring: the vertex that closes a ring begins none.)
 */
function followEachOther(twin: Uint32Array, e: number, f: number): boolean {
  if (f !== e + 1 && e !== f + 1) return false;
  const s = twin[e];
  const t = twin[f];
  return s === NO_TWIN || t === NO_TWIN ? s === t : s === t + 1 || t === s + 1;
}

function mark(meets: Uint8Array, twin: Uint32Array, e: number): void {
  meets[e] = 1;
  if (twin[e] !== NO_TWIN) meets[twin[e]] = 1;
}
