/**
 * Edits of a plan, one by one, on a generated kommune held in memory: what each costs, and what a full run would.
 * Before anything is timed, some edits laid one by one are held to one index of all zones and one pass over all ground,
 * cell by cell and bit by bit; after it, all of them are.
 *
 *   npm run build && node bench/scenario.mjs [--polygons 50000] [--plan-areas 500] [--edits 1000]
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const PROJECT = fileURLToPath(new URL("..", import.meta.url));
const { values: options } = parseArgs({
  options: {
    polygons: { type: "string", default: "50000" },
    "plan-areas": { type: "string", default: "500" },
    edits: { type: "string", default: "1000" },
    dist: { type: "string", default: join(PROJECT, "dist") },
  },
});
const load = (path) => import(pathToFileURL(join(options.dist, path)).href);
const { LayerBuilder, bboxOf, featureCount, termOf } = await load("core/layer.js");
const { subsetOf } = await load("core/subset.js");
const { generate } = await load("generate/generate.js");
const { parseGenerateValues } = await load("generate/values.js");
const { measureFor } = await load("overlay/measure.js");
const { indexZones } = await load("overlay/zones.js");
const { CoverKernel } = await load("overlay/kernel.js");
const { Tally } = await load("aggregate/tally.js");
const { mergeShares, shareOf } = await load("aggregate/merge.js");
const { EditedGround } = await load("scenario/editedGround.js");

const FIELDS = ["arealdekkeniva1", "okosystemtype1"];
const CHECKED_FIRST = 20;
const SEED = 11;

const values = parseGenerateValues(readFileSync(join(PROJECT, "rules/generate.json"), "utf8"));
const made = generate({
  seed: 3,
  values,
  polygons: Number(options.polygons),
  planAreas: Number(options["plan-areas"]),
});
const measure = measureFor(made.grunnkart.epsg);
const fields = FIELDS.filter((name) => made.grunnkart.fields.some((field) => field.name === name));
const ground = whole(made.grunnkart, fields);
const zones = [keyed(made.kommune, "kommunenummer"), keyed(made.plan, "lokalId")];
const base = { ground, fields, zones, measure, toleranceOf: (m2) => Math.max(1e-6, 1e-9 * Math.abs(m2)) };
const edits = draw(Number(options.edits));

const loaded = timed(() => new EditedGround(base));
const edited = loaded.value;
edited.lay(edits.slice(0, 1));
for (const edit of edits.slice(1, CHECKED_FIRST)) edited.lay([edit]);
same(edited.merged(), fullRun(edits.slice(0, CHECKED_FIRST)).value, "the first edits");
edited.clear();

const ms = [];
let touched = 0;
for (const edit of edits) {
  const laid = timed(() => edited.lay([edit]));
  ms.push(laid.ms);
  touched += laid.value;
}
const merged = timed(() => edited.merged());
const full = fullRun(edits);
same(merged.value, full.value, "all edits");

ms.sort((a, b) => a - b);
const at = (share) => ms[Math.min(ms.length - 1, Math.floor(share * ms.length))];
const mean = ms.reduce((sum, one) => sum + one, 0) / ms.length;
console.log(
  `${featureCount(ground)} polygons, ${zones.map(({ keys }) => keys.length).join(" + ")} zones, in memory after ${loaded.ms.toFixed(0)} ms; ${edits.length} edits\n` +
    `an edit: ${mean.toFixed(1)} ms in the mean, half below ${at(0.5).toFixed(1)}, 99 % below ${at(0.99).toFixed(1)}, worst ${at(1).toFixed(1)} ms; ${(touched / edits.length).toFixed(1)} polygons touched\n` +
    `a full run of the same: ${full.ms.toFixed(0)} ms, ${(full.ms / mean).toFixed(0)} times as long; the cells written out: ${merged.ms.toFixed(0)} ms\n` +
    `${merged.value.cells.rowCount} cells, equal bit for bit`,
);

/** One index of everything and one pass, as `account` does it. */
function fullRun(laid) {
  return timed(() => {
    const kernel = new CoverKernel(
      indexZones([...zones.map(({ layer }) => layer), ...laid], measure),
      measure,
    );
    const { pieces, ownPlanM2, ownTrueM2, foldedM2 } = kernel.overlay(ground);
    const tally = new Tally(fields);
    tally.add(pieces, ground.columns, ownPlanM2, ownTrueM2, foldedM2);
    return mergeShares([shareOf(tally.toColumns(), (set) => kernel.members(set))], fields, edited.zoneKeys());
  });
}

function same(a, b, what) {
  const text = ({ cells, own, posted, foldedM2 }) =>
    JSON.stringify([own, posted, foldedM2, [...cells.planM2], [...cells.trueM2], [...cells.classes, ...cells.zones].map(([name, { codes, terms }]) => [name, Array.from(codes, (code) => terms[code])])]); // prettier-ignore
  assert.ok(text(a) === text(b), `${what}: edited and full run differ`);
}

/** Rough circles of 5 to 40 dekar all over the kommune, as a planner draws them. */
function draw(count) {
  const [minX, minY, maxX, maxY] = bboxOf(ground.xy, 0, ground.xy.length / 2);
  const random = seeded(SEED);
  return Array.from({ length: count }, () => {
    const x = minX + random() * (maxX - minX);
    const y = minY + random() * (maxY - minY);
    const corners = 6 + Math.floor(18 * random());
    const radius = 40 + 70 * random();
    const xy = Array.from({ length: corners }, (_, i) => {
      const angle = (2 * Math.PI * i) / corners;
      const reach = radius * (0.7 + 0.6 * random());
      return [x + reach * Math.cos(angle), y + reach * Math.sin(angle)];
    }).flat();
    const builder = new LayerBuilder("edit", ground.epsg, []);
    builder.ring([...xy, xy[0], xy[1]]);
    builder.endPart();
    builder.endFeature([]);
    return builder.build();
  });
}

function seeded(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function keyed(layer, field) {
  const all = whole(layer, [field]);
  const column = all.columns.get(field);
  return {
    name: layer.name,
    layer: all,
    keys: Array.from({ length: featureCount(all) }, (_, f) => termOf(column, f)),
  };
}

/** A generated layer in one piece. */
function whole(layer, names) {
  const builder = new LayerBuilder(layer.name, layer.epsg, names);
  for (const batch of layer.batches()) {
    for (let f = 0; f < featureCount(batch); f++) {
      const one = subsetOf(batch, [f]);
      for (let part = 0; part + 1 < one.partRing.length; part++) {
        for (let ring = one.partRing[part]; ring < one.partRing[part + 1]; ring++)
          builder.ring(one.xy.subarray(2 * one.ringVertex[ring], 2 * one.ringVertex[ring + 1]));
        builder.endPart();
      }
      builder.endFeature(names.map((name) => termOf(batch.columns.get(name), f)));
    }
  }
  return builder.build();
}

function timed(work) {
  const begin = performance.now();
  const value = work();
  return { value, ms: performance.now() - begin };
}
