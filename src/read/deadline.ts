import { scheduler } from "node:timers/promises";

/**
 * What `work` comes to, or `late` after so many milliseconds. The work itself goes on: whoever asks must stop it.
 * Networks and foreign code may stand still; nothing that is computed depends on this.
 */
export async function within<T, L>(work: Promise<T>, ms: number, late: () => L): Promise<T | L> {
  const stop = new AbortController();
  const clock = scheduler.wait(ms, { signal: stop.signal }).then(late);
  clock.catch(() => undefined); // stopped, since the work was done in time
  try {
    return await Promise.race([work, clock]);
  } finally {
    stop.abort();
  }
}

/** A pause. */
export const pause = (ms: number): Promise<void> => scheduler.wait(ms);
