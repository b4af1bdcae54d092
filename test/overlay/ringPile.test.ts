import { expect, test } from "vitest";
import { type Layer, LayerBuilder } from "../../src/core/layer.js";
import { CoverKernel } from "../../src/overlay/kernel.js";
import { measureFor } from "../../src/overlay/measure.js";
import { pairArea } from "../../src/overlay/pairForm.js";
import { gatherRings, pileRings } from "../../src/overlay/ringPile.js";
import { NO_LOW } from "../../src/overlay/stretch.js";
import { indexZones } from "../../src/overlay/zones.js";

const UTM33 = 25833;
const [X, Y] = [300_000, 6_700_000];

/** A zone 90 km wide whose eastern border has teeth of uneven size, and beside it one of 300 m. */
function zones(): Layer {
  const builder = new LayerBuilder("soner", UTM33, []);
  const teeth: number[] = [];
  const count = 3000;
  for (let i = 0; i <= count; i++) {
    const y = Y + (30_000 * i) / count;
    teeth.push(X + 90_000 + 40 * Math.sin(1.7 * i) + 13 * Math.cos(0.31 * i), y);
  }
  builder.ring([X, Y, ...teeth, X, Y + 30_000, X, Y]);
  builder.endPart();
  builder.endFeature([]);
  const [x, y] = [X + 95_000.1, Y + 1_000.7];
  builder.ring([x, y, x + 300.3, y, x + 300.3, y + 300.3, x, y + 300.3, x, y]);
  builder.endPart();
  builder.endFeature([]);
  return builder.build();
}

/** Squares of 7.3 m with a whole tooth or more inside, all along the border. */
function alongBorder(): Layer {
  const builder = new LayerBuilder("grunn", UTM33, []);
  for (let i = 0; i < 200; i++) {
    const [x, y, side] = [X + 89_930.2, Y + 100.3 + 145.9 * i, 133.7];
    builder.ring([x, y, x + side, y, x + side, y + side, x, y + side, x, y]);
    builder.endPart();
    builder.endFeature([]);
  }
  return builder.build();
}

test("low parts of running sums stand for rings that need them, and only for them", () => {
  const { lowStart, planLo, trueLo, xy } = pileRings(gatherRings([zones()]), measureFor(UTM33));
  expect(Array.from(lowStart, (start) => start === NO_LOW)).toEqual([false, true]);
  const largest = xy.length / 2 - 5;
  expect([planLo.length, trueLo.length]).toEqual([largest, largest]);
  expect(planLo.some((low) => Math.abs(low) > 1e-8)).toBe(true); // else the next test would show nothing
});

test("along a border whose sums reach 1e9 m2, pieces are right to 1e-8 m2", () => {
  const [zoneLayer, ground] = [zones(), alongBorder()];
  const measure = measureFor(UTM33);
  const kernel = new CoverKernel(indexZones([zoneLayer], measure), measure);
  const { pieces } = kernel.overlay(ground);
  let met = 0;
  let worst = 0;
  pieces.ground.forEach((feature, i) => {
    if (!kernel.members(pieces.cover[i]).includes(0)) return;
    met++;
    worst = Math.max(worst, Math.abs(pieces.planM2[i] - pairArea(ground, feature, zoneLayer, 0)));
  });
  expect(met).toBe(200);
  expect(worst).toBeLessThan(1e-8);
});
