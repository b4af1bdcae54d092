import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SaxesParser } from "saxes";
import { afterAll, beforeAll, expect, test } from "vitest";
import { featureCount, LayerBuilder, termOf, type Layer } from "../../src/core/layer.js";
import { generate } from "../../src/generate/generate.js";
import { openSource } from "../../src/read/open.js";
import { readLayer } from "../../src/read/readLayer.js";
import { writeGml } from "../../src/write/gml.js";
import { values } from "../generate/values.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gml-ut-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const text = (name: string) => ({ name, type: "string" as const });
const wellFormed = (path: string) => {
  const parser = new SaxesParser({ xmlns: true });
  parser.on("error", (error) => {
    throw error;
  });
  parser.write(readFileSync(path, "utf8")).close();
};

const arraysOf = ({ xy, ringVertex, partRing, featurePart }: Layer) => ({
  xy: Array.from(xy),
  ringVertex: Array.from(ringVertex),
  partRing: Array.from(partRing),
  featurePart: Array.from(featurePart),
});

test("a generated ground is read back as it was, attribute by attribute", async () => {
  const { grunnkart } = generate({ seed: 3, polygons: 300, planAreas: 0, values });
  const path = join(folder, "grunnkart.gml");
  const written = await writeGml(path, { ...grunnkart, name: "GrunnkartFlate" }, grunnkart.batches());
  expect(written).toEqual({ featureCount: 300, byteLength: readFileSync(path).length });
  wellFormed(path);

  const source = await openSource(path);
  expect(source).toMatchObject({ format: "GML", name: "GrunnkartFlate", epsg: 25833, featureCount: 300 });
  const inGml = new Map([["lokalid", "identifikasjon.lokalId"], ["navnerom", "identifikasjon.navnerom"], ["versjonid", "identifikasjon.versjonId"]]); // prettier-ignore
  const [original] = [...grunnkart.batches()];
  const given = grunnkart.fields.map(({ name }) => name).filter((name) => original.columns.get(name)!.codes.some((code) => code > 0)); // prettier-ignore
  const { layer, findings } = await readLayer(source, given.map((name) => inGml.get(name) ?? name)); // prettier-ignore
  expect(findings).toEqual([]);
  expect(arraysOf(layer)).toEqual(arraysOf(original));
  for (const name of given) {
    const [here, there] = [original.columns.get(name)!, layer.columns.get(inGml.get(name) ?? name)!];
    for (let f = 0; f < featureCount(layer); f++) expect(termOf(there, f), name).toBe(termOf(here, f));
  }
});

test("several parts, none at all, signs of XML, and degrees with latitude first", async () => {
  const builder = new LayerBuilder("lag", 4258, ["navn", "1 & to"]);
  for (const x of [10, 11]) {
    builder.ring([x, 60, x + 0.1, 60, x + 0.1, 60.1, x, 60]);
    builder.endPart();
  }
  builder.endFeature(['<Čáhcesuolu> & "æøå"', "a"]);
  builder.endFeature(["", ""]);
  const path = join(folder, "grader.gml");
  const layer = builder.build();
  await writeGml(path, { name: "to ord", epsg: 4258, fields: [text("navn"), text("1 & to")] }, [layer]);
  wellFormed(path);
  expect(readFileSync(path, "utf8")).toContain("<gml:posList>60 10 60 10.1 ");

  const source = await openSource(`${path}#to_ord`);
  const read = await readLayer(source, ["navn", "_1___to"]);
  expect(arraysOf(read.layer)).toEqual(arraysOf(layer));
  expect(termOf(read.layer.columns.get("navn")!, 0)).toBe('<Čáhcesuolu> & "æøå"');
  expect(read.findings.map(({ code, feature }) => [code, feature])).toEqual([["NULL_GEOMETRI", 1]]);
});

test("NTM stands north first under a URL, as the register has it", async () => {
  const builder = new LayerBuilder("lag", 5110, ["navn"]);
  builder.ring([113000, 1215000, 113100, 1215000, 113100, 1215100, 113000, 1215000]);
  builder.endPart();
  builder.endFeature(["a"]);
  const path = join(folder, "ntm.gml");
  const layer = builder.build();
  await writeGml(path, { name: "lag", epsg: 5110, fields: [text("navn")] }, [layer]);
  expect(readFileSync(path, "utf8")).toContain("<gml:posList>1215000 113000 1215000 113100 ");
  expect(arraysOf((await readLayer(await openSource(path), [])).layer)).toEqual(arraysOf(layer));
});
