import { InputError } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";
import { Ground } from "./ground.js";
import { divide, grunnkretsPolygons, kommunePolygons } from "./kommuner.js";
import { PLAN_FIELDS, planCounts, planPolygons, type PlanCounts } from "./plan.js";
import { choosePlanting, countChange, plantInBlock, type PlantedError, type PlantRequest } from "./plant.js";
import { inBatches, textFields, type GeneratedLayer, type Polygon } from "./polygon.js";
import type { Edition, GenerateValues } from "./values.js";

export type GenerateOptions = {
  /** 0 .. 2^32 - 1. */
  readonly seed: number;
  /** Code values and names: rules/generate.json, read with `parseGenerateValues`. */
  readonly values: GenerateValues;
  /** Ground polygons, met exactly (before errors are planted). */
  readonly polygons?: number;
  /** Plan areas, met exactly; 0 for none. */
  readonly planAreas?: number;
  readonly kommuner?: number;
  readonly edition?: Edition;
  /** A UTM zone of Norway: 25832, 25833 or 25835. */
  readonly epsg?: Epsg;
  /** Average over the ground's polygons, holes and closing vertices counted; met within a few per cent. */
  readonly verticesPerPolygon?: number;
  /** Errors to plant in the otherwise clean ground. */
  readonly plantErrors?: PlantRequest;
};

/** Ground polygons that make room for a kommune's blocks. */
const FEWEST_PER_KOMMUNE = 20;

/** A synthetic kommune, or several. Nothing is made before a layer's batches are read. */
export type Generated = {
  readonly grunnkart: GeneratedLayer;
  readonly kommune: GeneratedLayer;
  readonly grunnkretser: GeneratedLayer;
  readonly plan: GeneratedLayer & { readonly counts: PlanCounts };
  readonly plantedErrors: readonly PlantedError[];
};

/**
 * Makes a synthetic kommune: a ground layer shaped like GrunnkartFlate, and kommuner, grunnkretser and plan areas to
 * cross it with. The same options give the same bytes.
 *
 * The ground is a partition without gap or overlap: each border is the same vertices, in whole centimetres, on both
 * sides. Kommuner and grunnkretser follow borders of the ground exactly. Plan areas have borders of their own, leave
 * some ground uncovered and reach outside on the other side; `plan.counts` tells how many lie on top of others.
 *
 * @throws InputError for a number or a CRS out of range
 */
export function generate(options: GenerateOptions): Generated {
  const { values, edition = "arsversjon2025", epsg = 25833 } = options;
  const { polygons = 5000, planAreas = 500, kommuner = 1, verticesPerPolygon = 70 } = options;
  wantWhole("seed", options.seed, 0, 2 ** 32 - 1);
  wantWhole("kommuner", kommuner, 1, 99);
  wantWhole("polygons", polygons, FEWEST_PER_KOMMUNE * kommuner, 20_000_000);
  wantWhole("planAreas", planAreas, 0, 5_000_000);
  wantOneOf("epsg", epsg, [25832, 25833, 25835]);

  const ground = new Ground({ seed: options.seed, polygons, kommuner, edition, verticesPerPolygon, values });
  const { mosaic, fieldNames } = ground;
  const division = divide(mosaic.lattice, kommuner);
  const fieldPlaces = {
    landCover: fieldNames.indexOf(values.landCoverField[edition]),
    kommunenummer: fieldNames.indexOf("kommunenummer"),
    lokalId: fieldNames.indexOf("lokalid"),
  };
  const planting = choosePlanting(
    options.plantErrors ?? { kinds: [], count: 0 },
    options.seed,
    mosaic.blockCount,
    (block) => ground.polygons(block, division),
    fieldPlaces,
  );
  function* groundPolygons(): Generator<Polygon> {
    for (let block = 0; block < mosaic.blockCount; block++) {
      const clean = ground.polygons(block, division);
      yield* plantInBlock(clean, planting.edits.get(block) ?? [], fieldPlaces);
    }
  }

  const layer = (
    name: string,
    names: readonly string[],
    featureCount: number,
    make: () => Iterable<Polygon>,
  ): GeneratedLayer => {
    const fields = textFields(names);
    return { name, epsg, fields, featureCount, batches: () => inBatches(name, epsg, fields, make()) };
  };
  const counts = planCounts(planAreas);
  const kommuneFields = ["kommunenummer", "kommunenavn"];
  const grunnkretsFields = ["grunnkretsnummer", "grunnkretsnavn", "kommunenummer"];
  return {
    grunnkart: layer("grunnkart", fieldNames, polygons + countChange(planting.errors), groundPolygons),
    kommune: layer("kommune", kommuneFields, kommuner, () =>
      kommunePolygons(mosaic.lattice, division, values),
    ),
    grunnkretser: layer("grunnkretser", grunnkretsFields, division.grunnkretsnummer.length, () =>
      grunnkretsPolygons(mosaic.lattice, division, values),
    ),
    plan: {
      ...layer("plan", PLAN_FIELDS, planAreas, () => planPolygons(ground, division, counts, values)),
      counts,
    },
    plantedErrors: planting.errors,
  };
}

function wantWhole(name: string, value: number, from: number, to: number): void {
  if (Number.isInteger(value) && value >= from && value <= to) return;
  throw new InputError(
    { layer: "generate" },
    { came: `${name} ${value}`, wanted: `a whole number from ${from} to ${to}`, todo: `Change ${name}.` },
  );
}

function wantOneOf(name: string, value: number, choices: readonly number[]): void {
  if (choices.includes(value)) return;
  throw new InputError(
    { layer: "generate" },
    { came: `${name} ${value}`, wanted: `one of ${choices.join(", ")}`, todo: `Change ${name}.` },
  );
}
