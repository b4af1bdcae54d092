import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { featureCount, LayerBuilder, type Layer, termOf } from "../../src/core/layer.js";
import { InputError } from "../../src/core/trouble.js";
import { openSource } from "../../src/read/open.js";
import { readLayer } from "../../src/read/readLayer.js";
import { reproject } from "../../src/read/crs/reproject.js";
import { fylkeBoxOf } from "../../src/rules/kommunenummer.js";
import { inspectSource } from "../../src/run/inspect.js";
import { PlaceCount } from "../../src/run/place.js";
import { haveOutsideData, outside } from "../read/outsideData.js";
import { accounted, rules } from "./accounted.js";
import { GROUND, type Flate, layerOfFlater, writeFgb } from "./scene.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sted-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const inOslo = (kommunenummer: string): Flate[] =>
  GROUND.map(({ ring, values }) => ({ ring, values: { ...values, kommunenummer } }));
const laea = (flater: readonly Flate[]): Layer => reproject(layerOfFlater("flater", flater), 3035);

/** Northing first, as a file says that took the order of the axes from elsewhere; rings turn round with it. */
function swapped(layer: Layer): Layer {
  const xy = layer.xy.slice();
  for (let i = 0; i < xy.length; i += 2) [xy[i], xy[i + 1]] = [layer.xy[i + 1], layer.xy[i]];
  return { ...layer, xy };
}

let number = 0;
const write = (layer: Layer): Promise<string> => writeFgb(join(folder, `${number++}.fgb`), layer);
const BOTH =
  /kommune 0301 .*a place in Oslo\. Read as it stands this is 62\.\d+° N 5\.\d+° E, read the other way 59\.\d+° N 10\.\d+° E/;

describe("Oslo in EPSG:3035 with its axes swapped", () => {
  test("is refused as ground, with both readings", async () => {
    const path = await write(swapped(laea(inOslo("0301"))));
    const error: unknown = await accounted({ grunnkart: { path } }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).message).toMatch(BOTH);
  });

  test("is refused as units", async () => {
    const ground = await write(layerOfFlater("ground", GROUND));
    const path = await write(swapped(laea(inOslo("0301"))));
    const units = [{ name: "kommune", path, key: "kommunenummer" }];
    await expect(accounted({ grunnkart: { path: ground }, units })).rejects.toThrow(BOTH);
  });

  test("is told by a look at it", async () => {
    const { crsByValues } = await inspectSource(
      await openSource(await write(swapped(laea(inOslo("0301"))))),
      rules,
    );
    expect(crsByValues.fits).toBe(false);
    expect(crsByValues.says).toMatch(BOTH);
  });

  test("cannot be told without a kommunenummer", async () => {
    const { crsByValues } = await inspectSource(await openSource(await write(swapped(laea(GROUND)))), rules);
    expect(crsByValues.fits).toBe(true);
  });
});

test.each(["0301", "301", "9901", "", "2100", "1149"])(
  "the right way round, with kommunenummer «%s», it is counted",
  async (kode) => {
    const path = await write(laea(inOslo(kode)));
    const { facts } = await accounted({ grunnkart: { path } });
    expect(facts.ground.own.trueM2 / 16e6).toBeCloseTo(1, 2);
    expect((await inspectSource(await openSource(path), rules)).crsByValues.fits).toBe(true);
  },
);

describe("the fylke of a kommunenummer", () => {
  test("today's, one of the past, one that lost its zero", () => {
    expect(fylkeBoxOf(rules, "0301")?.navn).toBe("Oslo");
    expect(fylkeBoxOf(rules, "301")?.navn).toBe("Oslo");
    expect(fylkeBoxOf(rules, "0220")?.navn).toBe("Akershus");
    expect(fylkeBoxOf(rules, "5403")?.navn).toBe("Finnmark");
  });

  test.each(["", "9901", "2100", "abc", "03011"])("«%s» has none", (kode) => {
    expect(fylkeBoxOf(rules, kode)).toBeUndefined();
  });
});

describe.skipIf(!haveOutsideData)("all kommuner of Norway", () => {
  const kommuner = async (): Promise<Layer> => {
    const source = await openSource(outside("data/admin/n1000_kommune_25833.fgb"));
    return reproject((await readLayer(source, ["kommunenummer"])).layer, 3035);
  };

  test("lie in the box of their fylke; swapped, it is seen for all of them together and for most alone", async () => {
    const layer = await kommuner();
    const whole = new PlaceCount(rules, "kommunenummer");
    whole.add(layer);
    expect(whole.trouble()).toBeUndefined();
    const wrong = new PlaceCount(rules, "kommunenummer");
    wrong.add(swapped(layer));
    expect(wrong.trouble()?.kind).toBe("axis-order");
    let seen = 0;
    for (let f = 0; f < featureCount(layer); f++) {
      const alone = new PlaceCount(rules, "kommunenummer");
      alone.add(swapped(only(layer, f)));
      if (alone.trouble() !== undefined) seen++;
      const right = new PlaceCount(rules, "kommunenummer");
      right.add(only(layer, f));
      expect(right.trouble()).toBeUndefined();
    }
    expect(seen / featureCount(layer)).toBeGreaterThan(0.75); // the others lie in their fylke both ways, or in neither;
  });
});

function only(layer: Layer, f: number): Layer {
  const builder = new LayerBuilder(layer.name, layer.epsg, ["kommunenummer"]);
  for (let p = layer.featurePart[f]; p < layer.featurePart[f + 1]; p++) {
    for (let r = layer.partRing[p]; r < layer.partRing[p + 1]; r++)
      builder.ring(layer.xy.subarray(2 * layer.ringVertex[r], 2 * layer.ringVertex[r + 1]));
    builder.endPart();
  }
  builder.endFeature([termOf(layer.columns.get("kommunenummer")!, f)]);
  return builder.build();
}
