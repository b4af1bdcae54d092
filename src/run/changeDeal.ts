import type { Bbox } from "../core/layer.js";
import { byPosition, oncePerField, type Finding } from "../core/trouble.js";
import type { Pool } from "../pool/pool.js";
import type { ChangeResult, ChangeTask } from "./changeBlock.js";
import type { AccountHooks } from "./hooks.js";

/** About `count` blocks, as square as can be. They depend on the files alone, never on threads. */
export function gridOf([minX, minY, maxX, maxY]: Bbox, count: number): Bbox[] {
  const columns = Math.max(1, Math.round(Math.sqrt((count * (maxX - minX)) / (maxY - minY))));
  const rows = Math.max(1, Math.ceil(count / columns));
  const x = (c: number): number => (c === columns ? maxX : minX + ((maxX - minX) * c) / columns);
  const y = (r: number): number => (r === rows ? maxY : minY + ((maxY - minY) * r) / rows);
  return Array.from({ length: columns * rows }, (_, i) => {
    const [c, r] = [i % columns, Math.floor(i / columns)];
    return [x(c), y(r), x(c + 1), y(r + 1)];
  });
}

export type Dealt = { readonly findings: readonly Finding[]; readonly blocks: number };

/** Deals blocks to all threads, two each at a time; a block that is too full comes back and is dealt as four. */
export async function deal(
  pool: Pool<ChangeTask, ChangeResult>,
  grid: readonly Bbox[],
  hooks: AccountHooks,
): Promise<Dealt> {
  const waiting = [...grid].reverse();
  const findings = new Map<string, Finding>();
  let blocks = 0;
  let done = 0;
  const lane = async (): Promise<void> => {
    for (let box = waiting.pop(); box !== undefined; box = waiting.pop()) {
      hooks.signal?.throwIfAborted();
      const result = await pool.run({ kind: "block", box });
      if (result.kind !== "block") continue;
      if (result.divide) {
        waiting.push(...quarters(box));
        continue;
      }
      blocks++;
      done += boxArea(box);
      for (const finding of result.findings) findings.set(JSON.stringify(finding), finding);
      hooks.onProgress?.({
        stage: "sammenligner",
        done,
        total: grid.reduce((sum, one) => sum + boxArea(one), 0),
      });
    }
  };
  await Promise.all(Array.from({ length: 2 * pool.lanes }, lane));
  return { blocks, findings: [...findings.values()].sort(byPosition).filter(oncePerField()) };
}

const boxArea = ([minX, minY, maxX, maxY]: Bbox): number => (maxX - minX) * (maxY - minY);

function quarters([minX, minY, maxX, maxY]: Bbox): Bbox[] {
  const x = (minX + maxX) / 2;
  const y = (minY + maxY) / 2;
  return [
    [minX, minY, x, y],
    [x, minY, maxX, y],
    [minX, y, x, maxY],
    [x, y, maxX, maxY],
  ];
}
