import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSource } from "../../src/read/open.js";
import { readBatches } from "../../src/read/readLayer.js";
import { outFormatOf } from "../../src/write/writeLayer.js";
import { type Feature, features, featuresOf, FIELDS, oneByOne } from "../write/layers.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "utvalg-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function read(path: string, isWanted?: (feature: number) => boolean): Promise<Feature[]> {
  const batches = readBatches(await openSource(path), FIELDS, isWanted === undefined ? {} : { isWanted });
  const found: Feature[] = [];
  for await (const { layer } of batches) found.push(...featuresOf(layer));
  return found;
}

// FlatGeobuf and records (GeoPackage) leave out what is not wanted unread; the others read it and leave it out.
test.each(["fgb", "gpkg", "geojson"])(
  "%s: the features that are wanted, as they stand when all are read, and no others",
  async (ending) => {
    const path = join(folder, `a.${ending}`);
    const fields = FIELDS.map((name) => ({ name, type: "string" as const }));
    await fc.assert(
      fc.asyncProperty(features, fc.infiniteStream(fc.boolean()), async (all, wanted) => {
        fc.pre(all.length > 0); // GeoJSON without features has no fields either
        const write = await outFormatOf(path).load();
        await write(path, { name: "prøve", epsg: 25833, fields }, oneByOne(all, 25833));
        const isWanted = all.map(() => wanted.next().value === true);
        const whole = await read(path);
        const some = await read(path, (feature) => isWanted[feature]);
        expect(some).toEqual(whole.filter((_, feature) => isWanted[feature]));
      }),
      { numRuns: 25 },
    );
  },
);
