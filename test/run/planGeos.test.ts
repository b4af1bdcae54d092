/** T4 of a generated kommune against GEOS, which cuts overlapping plan areas away from each other one by one. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import initGeos from "geos-wasm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bboxOf, featureCount, termOf, type Bbox, type Layer } from "../../src/core/layer.js";
import { generate } from "../../src/generate/generate.js";
import { openSource } from "../../src/read/open.js";
import { readLayer } from "../../src/read/readLayer.js";
import { writeFlatGeobuf } from "../../src/write/flatgeobuf.js";
import { values } from "../generate/values.js";
import { accounted, rules } from "./accounted.js";

type Pointer = number;
/** What is used of geos-wasm, whose own types are those of a C library. */
type Geos = {
  readonly Module: {
    _malloc(bytes: number): Pointer;
    _free(at: Pointer): void;
    readonly HEAPF64: Float64Array;
    readonly HEAPU32: Uint32Array;
  };
  GEOSArea(geometry: Pointer, area: Pointer): number;
  GEOSIntersection(a: Pointer, b: Pointer): Pointer;
  GEOSDifference(a: Pointer, b: Pointer): Pointer;
  GEOSGeom_destroy(geometry: Pointer): void;
  GEOSCoordSeq_copyFromBuffer(buffer: Pointer, count: number, z: number, m: number): Pointer;
  GEOSGeom_createLinearRing(sequence: Pointer): Pointer;
  GEOSGeom_createPolygon(shell: Pointer, holes: Pointer, count: number): Pointer;
  GEOSGeom_createCollection(type: number, parts: Pointer, count: number): Pointer;
};

const MULTIPOLYGON = 6;
const FIELD = "arealdekkeNiva1";
const METHOD = "serie-1-2";

let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "plan-geos-"));
  const made = generate({ seed: 7, values, polygons: 3000, planAreas: 200 });
  for (const layer of [made.grunnkart, made.kommune, made.plan]) {
    await writeFlatGeobuf(at(`${layer.name}.fgb`), layer, layer.batches());
  }
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

test("reserve, built and water by purpose and class equal those of GEOS to 1e-9", async () => {
  const { tables, checks, findings } = await accounted({
    grunnkart: { path: at("grunnkart.fgb") },
    classes: [FIELD, "okosystemtype1"],
    units: [],
    plan: {
      files: [{ path: at("plan.fgb"), role: "gjeldende" }],
      themes: [],
      methods: [METHOD],
      mode: "kp",
      withoutStatus: "uten",
      vertikalnivaer: ["2"],
      newScope: "innenfor",
    },
  });
  expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  expect(findings.map(({ code }) => code)).toEqual(expect.arrayContaining(["PLAN_OVERLAPP", "PLAN_UTENFOR"]));
  const table = tables.find(({ id }) => id === `T4-${METHOD}-${FIELD}`)!;
  const head = table.columns.map(({ id }) => id);
  const found = new Map<string, number>();
  for (const row of table.rows.filter((one) => one[head.indexOf("rad")] === "formal")) {
    const kode = String(row[head.indexOf("kode")]);
    for (const name of ["planlagt", "bebygd", "vann", ...head.slice(head.indexOf("detaljering") + 1)]) {
      found.set(`${kode} ${name}`, 1000 * Number(row[head.indexOf(name)]));
    }
  }
  const expected = await byGeos();
  expect(expected.size).toBeGreaterThan(10);
  const total = [...expected].reduce((sum, [key, m2]) => (key.endsWith("planlagt") ? sum + m2 : sum), 0);
  let worst = 0;
  for (const key of new Set([...found.keys(), ...expected.keys()])) {
    worst = Math.max(worst, Math.abs((found.get(key) ?? 0) - (expected.get(key) ?? 0)));
  }
  expect(worst / total).toBeLessThan(1e-9);
}, 120_000);

async function byGeos(): Promise<Map<string, number>> {
  const geos = (await initGeos()) as unknown as Geos;
  const m2 = geos.Module._malloc(8);
  const areaOf = (geometry: Pointer): number => {
    geos.GEOSArea(geometry, m2);
    return geos.Module.HEAPF64[m2 >> 3];
  };
  const plan = await layerAt("plan.fgb", [
    "arealformal",
    "arealbruksstatus",
    "planidentifikasjon",
    "lokalId",
  ]);
  const ground = await layerAt("grunnkart.fgb", await fieldsOf("grunnkart.fgb"));
  const groundParts = Array.from({ length: featureCount(ground) }, (_, f) => ({
    geometry: geometryOf(geos, ground, f),
    box: boxOf(ground, f),
    kode: valueOf(ground, f, /^arealdekkeniva1$/i),
    okosystem: valueOf(ground, f, /^okosystemtype(niva)?1$/i),
  }));
  const order = Array.from({ length: featureCount(plan) }, (_, f) => f).sort((a, b) => {
    const key = (f: number): string => `${valueOf(plan, f, /^planid/)}\t${valueOf(plan, f, /^lokalId$/)}`;
    return key(a) < key(b) ? -1 : 1;
  });
  const { bebygd, vann } = rules.planAccounting.grunn["okosystem"]["okosystemtype1"];
  const sums = new Map<string, number>();
  const add = (key: string, area: number): void => void sums.set(key, (sums.get(key) ?? 0) + area);
  const placed: { geometry: Pointer; box: Bbox }[] = [];
  for (const f of order) {
    const box = boxOf(plan, f);
    let left = geometryOf(geos, plan, f);
    for (const before of placed)
      if (meets(before.box, box)) left = geos.GEOSDifference(left, before.geometry);
    placed.push({ geometry: geometryOf(geos, plan, f), box });
    const kode = valueOf(plan, f, /^arealformal$/);
    if (!/^[12]/.test(kode) || valueOf(plan, f, /^arealbruksstatus$/) !== "2") continue;
    for (const part of groundParts) {
      if (!meets(part.box, box)) continue;
      const common = geos.GEOSIntersection(left, part.geometry);
      const area = areaOf(common);
      geos.GEOSGeom_destroy(common);
      if (area === 0) continue;
      add(`${kode} planlagt`, area);
      if (bebygd.includes(part.okosystem)) add(`${kode} bebygd`, area);
      else if (vann.includes(part.okosystem)) add(`${kode} vann`, area);
      else add(`${kode} ${part.kode === "" ? "utenVerdi" : part.kode}`, area);
    }
  }
  return sums;
}

const fieldsOf = async (name: string): Promise<string[]> =>
  (await openSource(at(name))).fields.map((field) => field.name);

async function layerAt(name: string, fields: readonly string[]): Promise<Layer> {
  return (await readLayer(await openSource(at(name)), fields)).layer;
}

function valueOf(layer: Layer, feature: number, field: RegExp): string {
  const name = [...layer.columns.keys()].find((one) => field.test(one))!;
  return termOf(layer.columns.get(name)!, feature);
}

function boxOf({ xy, ringVertex, partRing, featurePart }: Layer, feature: number): Bbox {
  return bboxOf(
    xy,
    ringVertex[partRing[featurePart[feature]]],
    ringVertex[partRing[featurePart[feature + 1]]],
  );
}

const meets = (a: Bbox, b: Bbox): boolean => a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1];

function geometryOf(geos: Geos, layer: Layer, feature: number): Pointer {
  const { xy, ringVertex, partRing, featurePart } = layer;
  const parts: Pointer[] = [];
  for (let part = featurePart[feature]; part < featurePart[feature + 1]; part++) {
    const rings: Pointer[] = [];
    for (let ring = partRing[part]; ring < partRing[part + 1]; ring++) {
      const points = xy.subarray(2 * ringVertex[ring], 2 * ringVertex[ring + 1]);
      const buffer = geos.Module._malloc(8 * points.length);
      geos.Module.HEAPF64.set(points, buffer >> 3);
      const sequence = geos.GEOSCoordSeq_copyFromBuffer(buffer, points.length / 2, 0, 0);
      geos.Module._free(buffer);
      rings.push(geos.GEOSGeom_createLinearRing(sequence));
    }
    const [shell, ...holes] = rings;
    parts.push(withPointers(geos, holes, (list) => geos.GEOSGeom_createPolygon(shell, list, holes.length)));
  }
  return withPointers(geos, parts, (list) =>
    geos.GEOSGeom_createCollection(MULTIPOLYGON, list, parts.length),
  );
}

function withPointers(geos: Geos, pointers: readonly Pointer[], use: (list: Pointer) => Pointer): Pointer {
  const list = geos.Module._malloc(4 * Math.max(1, pointers.length));
  geos.Module.HEAPU32.set(pointers, list >> 2);
  const made = use(list);
  geos.Module._free(list);
  return made;
}
