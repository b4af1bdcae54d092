import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Progress } from "../../src/cli/progress.js";

beforeEach(() => void vi.useFakeTimers({ now: 0, toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

/** What a run of ten seconds writes, told of its progress every tenth of a second. */
function written(isTTY: boolean, quiet = false): string[] {
  const texts: string[] = [];
  const out = { isTTY, write: (text: string) => texts.push(text) };
  vi.setSystemTime(0);
  const progress = new Progress(quiet, out as unknown as NodeJS.WriteStream);
  for (let ms = 0; ms <= 10_000; ms += 100) {
    vi.setSystemTime(ms);
    progress.show({ stage: "regner", done: ms, total: 10_000 });
  }
  expect(progress.end()).toBe(10);
  return texts;
}

test("in a pipe: one plain line per tenth, none in the first second", () => {
  expect(written(false)).toEqual(Array.from({ length: 10 }, (_, i) => `regner ${10 * (i + 1)} %\n`));
});

test("on a terminal: one moving line with the time left, cleared at the end", () => {
  const texts = written(true);
  expect(texts.every((text) => text.startsWith("\r\u001b[K") && !text.includes("\n"))).toBe(true);
  expect(texts).toContain("\r\u001b[Kregner 50 %, ca. 5 s igjen");
  expect(texts.at(-1)).toBe("\r\u001b[K");
});

test("quiet: nothing, wherever it goes", () => {
  expect([...written(false, true), ...written(true, true)]).toEqual([]);
});
