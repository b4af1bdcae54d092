/**
 * What one vertex costs: u, u with the bend of every edge, and the plane's own trapezia through the same loop.
 *
 *   npm run build && node bench/measure.mjs
 */
import assert from "node:assert/strict";
import { PLANE } from "../dist/core/measure.js";
import { measureFor } from "../dist/overlay/measure.js";

const VERTICES = 200_000;
const xy = wavyRing(VERTICES, 350_000, 7_000_000, 100_000);

const straight = timed((measure) => ringArea(measure, xy), measureFor(25833));
const bent = timed((measure) => bentRingArea(measure, xy), measureFor(25833));
// Last: a loop that has met two kinds of measure no longer inlines either, and a run meets one.
const plane = timed((measure) => ringArea(measure, xy), PLANE);

// Edges of a few metres: the bends together are nothing, and the ellipsoid is within 0.1 % of the map.
assert.ok(Math.abs(straight.m2 / bent.m2 - 1) < 1e-9);
assert.ok(Math.abs(straight.m2 / plane.m2 - 1) < 1e-3 && straight.m2 !== plane.m2);

console.log(
  `plane ${plane.ns.toFixed(1)} ns a vertex, u ${straight.ns.toFixed(1)}, u and bend ${bent.ns.toFixed(1)}`,
);

function ringArea(measure, ring) {
  let sum = 0;
  let u1 = measure.u(ring[0], ring[1]);
  for (let i = 2; i < ring.length; i += 2) {
    const u2 = measure.u(ring[i], ring[i + 1]);
    sum += (ring[i + 1] - ring[i - 1]) * (u1 + u2);
    u1 = u2;
  }
  return sum / 2;
}

function bentRingArea(measure, ring) {
  let sum = ringArea(measure, ring);
  for (let i = 2; i < ring.length; i += 2)
    sum += measure.bend(ring[i - 2], ring[i - 1], ring[i], ring[i + 1]);
  return sum;
}

/** A circle with waves, closed. */
function wavyRing(vertices, x, y, radius) {
  const ring = new Float64Array(2 * vertices);
  for (let i = 0; i < vertices; i++) {
    const turn = (2 * Math.PI * (i % (vertices - 1))) / (vertices - 1);
    const r = radius * (1 + 0.1 * Math.sin(37 * turn));
    ring[2 * i] = x + r * Math.cos(turn);
    ring[2 * i + 1] = y + r * Math.sin(turn);
  }
  return ring;
}

/** The best of thirty runs, after five to warm up. */
function timed(run, measure) {
  let m2 = 0;
  let best = Infinity;
  for (let round = -5; round < 30; round++) {
    const start = performance.now();
    m2 = run(measure);
    if (round >= 0) best = Math.min(best, performance.now() - start);
  }
  return { m2, ns: (best * 1e6) / VERTICES };
}
