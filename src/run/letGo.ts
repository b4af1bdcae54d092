import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Below this, what a step has left behind is worth less than a collection costs: it also forgets what was learned of the code. */
const LARGE_BYTES = 64 << 20;

/** V8's own collector, as a function; made when it is first needed. */
let collect: (() => void) | undefined;

/**
 * Gives back now what a step of a run has left behind. V8 does not count columns as its own: it lets go of them when its
 * small objects happen to need room, and until then a run would hold the units, what was made of them, and what that took.
 * @param leftBytes about what the step has left
 */
export function letGo(leftBytes: number): void {
  if (leftBytes < LARGE_BYTES) return;
  collect ??= collector();
  collect();
}

function collector(): () => void {
  setFlagsFromString("--expose-gc"); // for contexts made from here on
  return runInNewContext("gc") as () => void;
}
