/** The beginning of the ground is looked at before the units are there: what is found is what the account would have found. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { generate } from "../../src/generate/generate.js";
import { ERROR_KINDS } from "../../src/generate/plant.js";
import { parseGenerateValues } from "../../src/generate/values.js";
import { makeDecoder } from "../../src/read/decoder.js";
import { openSource } from "../../src/read/open.js";
import { PolygonChecker } from "../../src/repair/validity.js";
import { checkAhead } from "../../src/run/checkAhead.js";
import { checkGround, type CheckedGround, GroundCheck } from "../../src/run/groundCheck.js";
import { writeFlatGeobuf } from "../../src/write/flatgeobuf.js";

const CUT_BYTES = 1 << 16;
const TOLERANCE = { absoluteM2: 1e-6, relative: 1e-9 };

let folder: string;
let path: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "forut-"));
  path = join(folder, "grunn.fgb");
  const text = readFileSync(new URL("../../rules/generate.json", import.meta.url), "utf8");
  const plantErrors = { kinds: ERROR_KINDS, count: 3 };
  const { grunnkart } = generate({ seed: 5, values: parseGenerateValues(text), polygons: 1500, planAreas: 0, plantErrors }); // prettier-ignore
  await writeFlatGeobuf(path, grunnkart, grunnkart.batches());
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What one cut after another is found to be. */
async function cutsOf(): Promise<{ featureCount: number; checked: CheckedGround }[]> {
  const source = await openSource(path, {});
  const decode = makeDecoder(source.decoder, []);
  const checker = new PolygonChecker();
  const all: { featureCount: number; checked: CheckedGround }[] = [];
  for await (const cut of source.cuts({ cutBytes: CUT_BYTES })) {
    const checked = checkGround(decode(cut).layer, TOLERANCE, checker);
    all.push({ featureCount: cut.featureCount, checked });
  }
  return all;
}

test.each([1, 3, Infinity])("stopped after %s cuts, it leaves the rest to the account", async (most) => {
  const source = await openSource(path, {});
  const decode = makeDecoder(source.decoder, []);
  const checker = new PolygonChecker();
  const stop = new Int32Array(new SharedArrayBuffer(4));
  let looked = 0;
  const ahead = await checkAhead({ path, cutBytes: CUT_BYTES, stop }, (cut) => {
    if (++looked === most) Atomics.store(stop, 0, 1);
    return Promise.resolve(checkGround(decode(cut).layer, TOLERANCE, checker));
  });

  const cuts = await cutsOf();
  expect(cuts.length).toBeGreaterThan(5);
  expect(looked).toBe(Math.min(most, cuts.length));
  const seen = cuts.slice(0, looked);
  expect(ahead.featureCount).toBe(seen.reduce((sum, cut) => sum + cut.featureCount, 0));

  const whole = new GroundCheck();
  for (const { checked } of cuts) whole.add(checked);
  const joined = new GroundCheck();
  joined.add(ahead.checked);
  for (const { checked } of cuts.slice(looked)) joined.add(checked);
  expect(whole.doubtfulCount).toBeGreaterThan(0);
  expect(joined.doubtfulCount).toBe(whole.doubtfulCount);
  const cover = whole.cover("grunn", 25833);
  expect(cover?.wrong.length).toBeGreaterThan(0);
  expect(joined.cover("grunn", 25833)).toEqual(cover);
});
