import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InputError } from "../../src/core/trouble.js";
import { openSource } from "../../src/read/open.js";
import { toldBy } from "../../src/read/flatgeobuf/prepared.js";
import { readLayer } from "../../src/read/readLayer.js";
import { openerFor, PREPARED_FOLDER } from "../../src/run/prepared.js";
import { haveOutsideData, outside } from "../read/outsideData.js";
import { accounted } from "./accounted.js";
import { GROUND_FORMS } from "./groundFiles.js";
import { GROUND, KOMMUNER, writeGeoJson } from "./scene.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mellomlager-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

let number = 0;
const newFolder = (): string => {
  const path = join(folder, String(number++));
  mkdirSync(path);
  return path;
};
const place = { version: "1" };

/** Names of what is kept beside a file. */
const kept = (path: string): string[] =>
  existsSync(join(path, PREPARED_FOLDER)) ? readdirSync(join(path, PREPARED_FOLDER)).sort() : [];

describe.each(Object.keys(GROUND_FORMS))("%s", (form) => {
  test("the same account without, when it is prepared, and from the prepared file", async () => {
    const at = newFolder();
    const grunnkart = { path: await GROUND_FORMS[form](at, GROUND) };
    const units = [{ name: "kommune", path: writeGeoJson(join(at, "kommuner.geojson"), KOMMUNER) }];
    const request = { grunnkart, units, cutBytes: 2 << 10, classes: ["OBJTYPE"] };
    const plain = await accounted(request);
    expect(kept(at)).toEqual([]);
    expect(await accounted({ ...request, prepared: place })).toEqual(plain);
    const files = kept(at);
    const isSlow = form !== "ground.fgb";
    expect(files.filter((name) => name.startsWith(form)).length).toBe(isSlow ? 2 : 0);
    expect(files.filter((name) => name.startsWith("kommuner")).length).toBe(2);
    expect(await accounted({ ...request, prepared: place })).toEqual(plain);
    expect(kept(at)).toEqual(files);
  });
});

describe("what is kept", () => {
  test("is read in the original's place, which says of itself what it said", async () => {
    const path = await GROUND_FORMS["ground.gml.zip"](newFolder(), GROUND);
    const asked: string[] = [];
    const open = openerFor(place, { onPreparing: (one) => asked.push(one) });
    const first = await open(path, {});
    expect(asked).toEqual([path]);
    const again = await open(path, {});
    expect(asked).toEqual([path]);
    expect(again.decoder.cutForm).toBe("prepared");
    const original = await openSource(path);
    for (const one of [first, again]) {
      expect(toldBy(one)).toEqual(toldBy(original));
      expect(one.path).toBe(original.path);
    }
  });

  test("holds every feature in the order of the file, and every finding", async () => {
    const at = newFolder();
    const path = join(at, "skjev.geojson");
    const squares: unknown[] = GROUND.slice(0, 4).map(({ ring, values }) => ({
      type: "Feature",
      properties: values,
      geometry: { type: "Polygon", coordinates: [ring] },
    }));
    const none = (geometry: unknown) => ({ type: "Feature", properties: { objtype: "Myr" }, geometry });
    const crs = { type: "name", properties: { name: "EPSG:25833" } };
    const features = [
      none(null),
      ...squares.slice(0, 2),
      none({ type: "Point", coordinates: [260_000, 6_650_000] }),
      ...squares.slice(2),
    ];
    writeFileSync(path, JSON.stringify({ type: "FeatureCollection", crs, features }));
    const open = openerFor(place);
    const original = await readLayer(await openSource(path), ["objtype"]);
    expect(original.findings.map(({ code, feature }) => [code, feature])).toEqual([
      ["NULL_GEOMETRI", 0],
      ["ANNEN_GEOMETRI", 3],
    ]);
    expect(await readLayer(await open(path, {}), ["objtype"])).toEqual(original);
    expect(await readLayer(await open(path, {}), ["objtype"])).toEqual(original);
    const request = { grunnkart: { path }, cutBytes: 300 };
    expect(await accounted({ ...request, prepared: place })).toEqual(await accounted(request));
  });

  test("goes by what is in the file, not by its date; a changed file takes the old one's place", async () => {
    const at = newFolder();
    const path = writeGeoJson(join(at, "grunn.geojson"), GROUND);
    const prepared: string[] = [];
    const open = openerFor(place, { onPreparing: (one) => prepared.push(one) });
    await open(path, {});
    const files = kept(at);
    utimesSync(path, 0, 0);
    await open(path, {});
    expect(prepared).toHaveLength(1);
    const { mtime } = statSync(path);
    writeGeoJson(path, GROUND.slice(0, 5));
    utimesSync(path, mtime, mtime);
    expect((await readLayer(await open(path, {}), [])).featureCount).toBe(5);
    expect(prepared).toHaveLength(2);
    expect(kept(at)).toEqual(files);
  });

  test("is by layer, system and version of the program", async () => {
    const all = await GROUND_FORMS["ground.sos"](newFolder(), GROUND);
    const prepared: string[] = [];
    const hooks = { onPreparing: (one: string) => prepared.push(one) };
    const open = openerFor(place, hooks);
    for (let round = 0; round < 2; round++) {
      expect((await open(all, {})).epsg).toBe(25833);
      expect((await open(all, { epsg: 25832 })).epsg).toBe(25832);
      expect((await readLayer(await open(all.replace("#ground", "#Myr"), {}), [])).featureCount).toBe(3);
    }
    expect(prepared).toHaveLength(3);
    await openerFor({ version: "2" }, hooks)(all, {});
    expect(prepared).toHaveLength(4);
  });

  test("is in one folder where the user names one; files of one name do not meet there", async () => {
    const common = join(newFolder(), "felles", "mappe");
    const [one, two] = [newFolder(), newFolder()];
    const open = openerFor({ ...place, folder: common });
    const a = writeGeoJson(join(one, "grunn.geojson"), GROUND);
    const b = writeGeoJson(join(two, "grunn.geojson"), GROUND.slice(1));
    for (const path of [a, b, a, b])
      expect((await readLayer(await open(path, {}), [])).featureCount).toBe(path === a ? 16 : 15);
    expect(readdirSync(common)).toHaveLength(4);
    expect([...kept(one), ...kept(two)]).toEqual([]);
  });

  test("moves with its folder", async () => {
    const at = newFolder();
    await openerFor(place)(writeGeoJson(join(at, "grunn.geojson"), GROUND), {});
    const moved = join(folder, "flyttet");
    cpSync(at, moved, { recursive: true });
    const prepared: string[] = [];
    const source = await openerFor(place, { onPreparing: (one) => prepared.push(one) })(
      join(moved, "grunn.geojson"),
      {},
    );
    expect(prepared).toEqual([]);
    expect(source.path).toBe(join(moved, "grunn.geojson"));
  });
});

/** What may have happened to the two files since. */
const BROKEN: Readonly<Record<string, (file: string) => void>> = {
  "a flipped bit": (file) => {
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1] ^= 1;
    writeFileSync(file, bytes);
  },
  "half of it": (file) => writeFileSync(file, readFileSync(file).subarray(0, 500)),
  "nothing in it": (file) => writeFileSync(file, ""),
  "something behind it": (file) => appendFileSync(file, "x"),
  "it is gone": (file) => rmSync(file),
  "another file in its place": (file) => writeFileSync(file, '{"key":1}'),
  "no object in it": (file) => writeFileSync(file, "null"),
};

describe.each([".fgb", ".json"])("a broken prepared file (%s)", (ending) => {
  test.each(Object.keys(BROKEN))("%s: it is made anew", async (how) => {
    const at = newFolder();
    const path = writeGeoJson(join(at, "grunn.geojson"), GROUND);
    await openerFor(place)(path, {});
    const [name] = kept(at).filter((one) => one.endsWith(ending));
    const before = readFileSync(join(at, PREPARED_FOLDER, name));
    BROKEN[how](join(at, PREPARED_FOLDER, name));
    const original = await readLayer(await openSource(path), ["objtype"]);
    expect(await readLayer(await openerFor(place)(path, {}), ["objtype"])).toEqual(original);
    expect(readFileSync(join(at, PREPARED_FOLDER, name))).toEqual(before);
  });
});

describe("whole or not at all", () => {
  test("a file that is wrong is refused as without, and nothing is kept of it", async () => {
    const at = newFolder();
    const path = join(at, "grunn.geojson");
    writeFileSync(
      path,
      readFileSync(writeGeoJson(path, GROUND), "utf8").replace(/\]\]\]\}\}\]\}$/, "]]]}},"),
    );
    const refusal = async (prepared: typeof place | undefined): Promise<unknown> =>
      accounted({ grunnkart: { path }, ...(prepared && { prepared }) }).catch((error: unknown) => error);
    const plain = await refusal(undefined);
    expect(plain).toBeInstanceOf(InputError);
    expect(await refusal(place)).toEqual(plain);
    expect(kept(at)).toEqual([]);
  });

  test("a run that is stopped while it prepares leaves nothing", async () => {
    const at = newFolder();
    const path = writeGeoJson(join(at, "grunn.geojson"), GROUND);
    const stop = new AbortController();
    const opening = openerFor(place, { signal: stop.signal, onPreparing: () => stop.abort() })(path, {});
    await expect(opening).rejects.toThrow(/abort/i);
    expect(kept(at)).toEqual([]);
  });

  test("a place that is no folder is refused with what to do", async () => {
    const at = newFolder();
    const path = writeGeoJson(join(at, "grunn.geojson"), GROUND);
    const opening = openerFor({ ...place, folder: join(path, "under") })(path, {});
    await expect(opening).rejects.toThrow(/could not be made .*--mellomlager FOLDER/);
  });
});

test("a file that is not there is told of as without", async () => {
  const path = join(folder, "mangler.gml");
  await expect(openerFor(place)(path, {})).rejects.toThrow(/no such file/);
});

test("findings of a whole layer come once, however it is cut", async () => {
  const path = await GROUND_FORMS["ground.sos"](newFolder(), GROUND);
  appendPoint(path.replace("#ground", ""));
  const original = await accounted({ grunnkart: { path }, classes: ["OBJTYPE"], cutBytes: 400 });
  expect(original.facts.findings.length).toBeGreaterThan(0);
  for (const cutBytes of [400, 1 << 20]) {
    const request = { grunnkart: { path }, classes: ["OBJTYPE"], cutBytes, prepared: place };
    expect(await accounted(request)).toEqual(original);
  }
});

/** A point among the faces is not read, and told of. */
function appendPoint(path: string): void {
  const text = readFileSync(path, "utf8");
  writeFileSync(path, text.replace(".SLUTT", ".PUNKT 900:\n..OBJTYPE Skog\n..NØ\n10 10\n.SLUTT"));
}

describe.skipIf(!haveOutsideData)("a real layer", () => {
  test.each(["gml.zip", "gpkg", "shp.zip", "gdb.zip", "geojson"])(
    "%s: the same account",
    async (ending) => {
      const common = newFolder();
      const path = outside(`data/formater/kristiansand_arealdekke_25832.${ending}`);
      const source = await openSource(path);
      const field = source.fields.find(({ name }) => /^objekttype|^objekttyp/i.test(name))!.name;
      const request = { grunnkart: { path }, classes: [field] };
      const plain = await accounted(request);
      const prepared = { ...place, folder: common };
      expect(await accounted({ ...request, prepared })).toEqual(plain);
      expect(await accounted({ ...request, prepared })).toEqual(plain);
      expect(readdirSync(common)).toHaveLength(2);
    },
    60_000,
  );
});
