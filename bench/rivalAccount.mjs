/**
 * The account of account.mjs as one writes it on a library that builds polygons: streams the ground, asks a packed R-tree which
 * zones each polygon may meet, intersects, and adds up. Asked for less than the command: each zone layer by itself, one measure
 * of area, no control.
 *
 *   node bench/rivalAccount.mjs geos|jsts|turf GROUND.fgb CLASS KOMMUNE.fgb KEY PLAN.fgb KEY
 *
 * Prints { name, failures, sums } as JSON; a sum's key is class, layer and the zone's key, m2 in the map plane.
 */
import { openAsBlob } from "node:fs";
import { argv } from "node:process";
import { deserialize } from "flatgeobuf/lib/mjs/geojson.js";
import Flatbush from "flatbush";
import { boxesOf } from "./n1000.mjs";
import { geosRival, jstsRival, turfRival } from "./rivals.mjs";

const RIVALS = { geos: geosRival, jsts: jstsRival, turf: turfRival };
const [rivalName, ground, classField, ...zoneArguments] = argv.slice(2);

const zones = [];
for (const [i, path] of zoneArguments.entries()) {
  if (i % 2 === 1) continue;
  const key = zoneArguments[i + 1];
  for await (const { geometry, properties } of features(path))
    zones.push({ geometry, name: `${i / 2} ${properties[key]}` });
}
const geometries = zones.map(({ geometry }) => geometry);
const tree = new Flatbush(zones.length);
for (const box of boxesOf(geometries)) tree.add(...box);
tree.finish();

const rival = await RIVALS[rivalName](geometries);
const sums = {};
let failures = 0;
for await (const { geometry, properties } of features(ground)) {
  const taken = rival.take(geometry);
  for (const z of tree.search(...boxesOf([geometry])[0])) {
    const m2 = rival.commonM2(taken, z);
    const key = `${properties[classField] ?? ""} ${zones[z].name}`;
    if (Number.isNaN(m2)) failures++;
    else if (m2 > 0) sums[key] = (sums[key] ?? 0) + m2;
  }
  rival.letGo(taken);
}
console.log(JSON.stringify({ name: rival.name, failures, sums }));

async function* features(path) {
  const blob = await openAsBlob(path);
  yield* deserialize(blob.stream());
}
