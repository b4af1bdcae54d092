/** Laws of coverage repair, on random partitions with errors put in. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { featureCount, type Layer, LayerBuilder } from "../../src/core/layer.js";
import { checkCoverage } from "../../src/repair/closeLook.js";
import { repairCoverage } from "../../src/repair/coverage.js";
import { ringsFromLowest } from "../../src/repair/coverFaces.js";
import { ledgerOf } from "../../src/repair/ledger.js";
import { repairPolygons } from "../../src/repair/polygons.js";
import { areasOf } from "../../src/repair/rings.js";
import { LIMITS, SETTINGS, totalArea } from "./coverCases.js";
import { geosOpinion } from "./geos.js";

type Shape = { readonly id: string; readonly ring: readonly (readonly [number, number])[] };

/** A square cut into columns, each into cells of its own heights: neighbours share borders, with vertices at every corner. */
const partition = fc
  .record({
    columns: fc.integer({ min: 1, max: 4 }),
    rows: fc.integer({ min: 1, max: 4 }),
    bends: fc.array(fc.integer({ min: -300, max: 300 }), { minLength: 50, maxLength: 50 }),
  })
  .map(({ columns, rows, bends }): Shape[] => {
    const at = (i: number, j: number): [number, number] => {
      const bend = (k: number) => (bends[(7 * i + 13 * j + k) % bends.length] ?? 0) / 100;
      return [500_000 + 20 * i + bend(0), 6_600_000 + 20 * j + bend(25)];
    };
    const shapes: Shape[] = [];
    for (let i = 0; i < columns; i++) {
      for (let j = 0; j < rows; j++) {
        shapes.push({ id: `f${i}-${j}`, ring: [at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)] });
      }
    }
    return shapes;
  });

type Error = {
  readonly which: number;
  readonly corner: number;
  readonly dx: number;
  readonly dy: number;
  readonly kind: number;
};

const errors = fc.array(
  fc.record({
    which: fc.nat(15),
    corner: fc.nat(3),
    dx: fc.integer({ min: -600, max: 600 }),
    dy: fc.integer({ min: -600, max: 600 }),
    kind: fc.nat(3),
  }),
  { maxLength: 6 },
);

/** 0, 1: a corner of one polygon moved, by up to 6 m or 6 mm; 2: the polygon again; 3: it is missing. */
function spoilt(shapes: readonly Shape[], some: readonly Error[]): Shape[] {
  const result = [...shapes];
  some.forEach(({ which, corner, dx, dy, kind }, n) => {
    const i = which % result.length;
    const { id, ring } = result[i];
    if (kind === 2) result.push({ id: `${id}-${n}`, ring });
    else if (kind === 3 && result.length > 1) result.splice(i, 1);
    else {
      const unit = kind === 0 ? 100 : 100_000;
      const moved = ring.map(([x, y], k): readonly [number, number] =>
        k === corner ? [x + dx / unit, y + dy / unit] : [x, y],
      );
      result[i] = { id, ring: moved };
    }
  });
  return result;
}

function layerFrom(shapes: readonly Shape[]): Layer {
  const builder = new LayerBuilder("random", 25833, ["id"]);
  for (const { id, ring } of shapes) {
    builder.ring([...ring, ring[0]].flat());
    builder.endPart();
    builder.endFeature([id]);
  }
  return builder.build();
}

const settingsFor = (layer: Layer) => {
  const { codes, terms } = layer.columns.get("id")!;
  return { ...SETTINGS, nameOf: (f: number) => terms[codes[f]] };
};

function repair(shapes: readonly Shape[]) {
  const mended = repairPolygons(layerFrom(shapes));
  const settings = settingsFor(mended.layer);
  const repaired = repairCoverage(mended.layer, settings);
  return { mended, settings, repaired, ledger: ledgerOf(mended, repaired, LIMITS) };
}

/** Polygons by id, rings from their lowest vertex. */
function byId(layer: Layer): Map<string, string> {
  const { codes, terms } = layer.columns.get("id")!;
  return new Map(
    Array.from({ length: featureCount(layer) }, (_, f) => [
      terms[codes[f]],
      ringsFromLowest(layer, f)
        .map((ring) => ring.join(" "))
        .join(" | "),
    ]),
  );
}

test("a clean partition has nothing to find, and comes back as it is", () => {
  fc.assert(
    fc.property(partition, (shapes) => {
      const { mended, settings, repaired, ledger } = repair(shapes);
      const found = checkCoverage(mended.layer, settings);
      expect([found.decisions, found.openGaps, found.vertices, found.refused]).toEqual([[], [], [], []]);
      expect(repaired.layer).toBe(mended.layer);
      expect(ledger.lines).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test("what is spoilt is mended: no ground twice, the ledger closes, and twice is once", () => {
  fc.assert(
    fc.property(partition, errors, (shapes, some) => {
      const { mended, settings, repaired, ledger } = repair(spoilt(shapes, some));
      expect(repaired.refused).toEqual([]);
      const after = checkCoverage(repaired.layer, settings);
      expect(after.decisions.filter(({ to }) => to >= 0)).toEqual([]);
      expect(after.vertices).toEqual([]);
      expect(repairPolygons(repaired.layer).polygons).toEqual([]);
      expect(repairCoverage(repaired.layer, settings).layer).toBe(repaired.layer);
      expect(totalArea(areasOf(mended.layer)) - ledger.overlapM2 + ledger.filledM2).toBeCloseTo(
        ledger.outM2,
        5,
      );
    }),
    { numRuns: 150 },
  );
});

test("the ground that is covered at all is what it was, and the gaps that were filled, to GEOS", async () => {
  const property = fc.asyncProperty(partition, errors, async (shapes, some) => {
    const { mended, repaired, ledger } = repair(spoilt(shapes, some));
    const before = await geosOpinion(mended.layer);
    const after = await geosOpinion(repaired.layer);
    expect(after.unionM2).toBeCloseTo(before.unionM2 + ledger.filledM2, 5);
    expect(after.sumM2).toBeCloseTo(after.unionM2, 5);
  });
  await fc.assert(property, { numRuns: 40 });
});

test("order of features, start and direction of rings change no coordinate", () => {
  const turned = ({ id, ring }: Shape, by: number): Shape => {
    const from = by % ring.length;
    const begun = [...ring.slice(from), ...ring.slice(0, from)];
    return { id, ring: by % 2 === 0 ? begun : begun.reverse() };
  };
  fc.assert(
    fc.property(
      partition,
      errors,
      fc.array(fc.nat(1000), { minLength: 25, maxLength: 25 }),
      (shapes, some, mix) => {
        const wrong = spoilt(shapes, some);
        const mixed = wrong
          .map((shape, i) => ({ shape: turned(shape, mix[i]), place: mix[i] }))
          .sort((a, b) => a.place - b.place)
          .map(({ shape }) => shape);
        const one = byId(repair(wrong).repaired.layer);
        const other = byId(repair(mixed).repaired.layer);
        for (const [id, rings] of one) expect(other.get(id)).toBe(rings);
      },
    ),
    { numRuns: 80 },
  );
});

/** A crossing as near a vertex as 2e-8 m is that vertex: of a triangle of a square metre that is more than its 1e-9. */
test("little ground: the ledger closes but for the rounding of new points", () => {
  const shapes: Shape[] = [
    {
      id: "a",
      ring: [
        [500_000.6731981237, 6_600_001.614632345],
        [500_001.8867385477, 6_600_002.186280505],
        [500_001.9939049767, 6_600_002.862071992],
      ],
    },
    {
      id: "b",
      ring: [
        [499_999.91314449057, 6_599_999.985365148],
        [500_001.8867386477, 6_600_002.186280538],
        [500_000.2394126245, 6_600_001.877538423],
      ],
    },
  ];
  const { mended, repaired, ledger } = repair(shapes);
  const left = totalArea(areasOf(mended.layer)) - ledger.overlapM2 - totalArea(areasOf(repaired.layer));
  expect(ledger.lines).toMatchObject([{ kind: "overlap", features: [0, 1] }]);
  expect(Math.abs(left)).toBeLessThan(1e-8);
});
