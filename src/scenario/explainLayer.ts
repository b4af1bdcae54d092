/** The pieces behind a figure as polygons, each held to the area the account has for it. */
import { type CodeColumn, type Layer, shared } from "../core/layer.js";
import type { Pieces } from "../core/pieces.js";
import { subsetOf } from "../core/subset.js";
import { PieceBuilder } from "../pieces/buildPieces.js";
import { piecesAsPolygons } from "../pieces/pieceBatch.js";
import { MAKING } from "../run/pieceFile.js";
import { freeName } from "../write/freeName.js";
import type { LayerOut, OutField } from "../write/layerOut.js";
import type { PartOf, Scene } from "./explain.js";
import { isOneFile } from "./readBase.js";

/** Features whose pieces are built at a time: memory holds these and no more. */
const AT_A_TIME = 500;

/** Counts of what became of the pieces, filled while `layersOfParts` is read. */
export type Drawn = { drawn: number; readonly notDrawn: string[] };

/** The layer as a file has it: fields in their order, none twice. */
export function partsOut({ base, cells, frame }: Scene): LayerOut {
  const own = [...cells.classes.keys(), ...cells.zones.keys()];
  const text = (name: string): OutField => ({ name, type: "string" });
  const free = (name: string, type: OutField["type"]): OutField => ({ name: freeName(name, own), type });
  const fields = [
    ...(isOneFile(base) ? [] : [free("fil", "string")]),
    free("flate", "int"),
    free("id", "string"),
    free("fortegn", "int"),
    ...own.map(text),
    ...(frame === undefined ? [] : [free("planomrade", "string")]),
    ...(frame?.ny === undefined ? [] : [free("planomradeNy", "string")]),
    free("kartplanM2", "double"),
    free("ellipsoideM2", "double"),
    free("laget", "string"),
  ];
  return { name: "forklaring", epsg: base.ground.ground.epsg, fields };
}

function valuesOf({ frame }: Scene, part: PartOf, made: string): string[] {
  return [
    ...(part.file === "" ? [] : [part.file]),
    String(part.inFile),
    part.id,
    String(part.sign),
    ...part.classes,
    ...part.zones,
    ...(frame === undefined ? [] : [part.planArea]),
    ...(frame?.ny === undefined ? [] : [part.newPlanArea]),
    String(part.planM2),
    String(part.trueM2),
    made,
  ];
}

/**
 * The pieces in order of the ground. A feature under one set of zones is its own piece and is copied; of others the pieces
 * are built and held to the kernel's area (`PieceBuilder`). One that cannot be built is there without geometry, so that the
 * areas of the file still sum to the figure; `laget` says why.
 *
 * @param parts in order of feature
 */
export function* layersOfParts(scene: Scene, parts: readonly PartOf[], drawn: Drawn): Generator<Layer> {
  const builder = new PieceBuilder(scene.ground.zoneIndex());
  for (let from = 0, to = 0; from < parts.length; from = to) {
    const features: number[] = [];
    for (; to < parts.length; to++) {
      const { feature } = parts[to];
      if (features.at(-1) === feature) continue;
      if (features.length === AT_A_TIME) break;
      features.push(feature);
    }
    yield layerOf(scene, parts.slice(from, to), features, builder, drawn);
  }
}

function layerOf(
  scene: Scene,
  parts: readonly PartOf[],
  features: readonly number[],
  builder: PieceBuilder,
  drawn: Drawn,
): Layer {
  const { pieces, sets } = piecesIn(scene, features);
  const ground = subsetOf(scene.base.ground.ground, features);
  const batch = piecesAsPolygons(ground, pieces, (set) => sets[set], builder);
  const nameOf = (local: number, members: readonly number[]): string => `${local}:${members.join()}`;
  const placeOf = new Map<string, number>();
  batch.how.forEach((_, i) => placeOf.set(nameOf(batch.ground[i], batch.members[batch.cover[i]]), i));
  const whyNot = new Map(
    batch.notBuilt.map(({ ground: local, cover, why }) => [nameOf(local, batch.members[cover]), why]),
  );
  const none = batch.how.length; // a feature more, that owns no parts
  const { featurePart } = batch.geometry;
  const geometry = { ...batch.geometry, featurePart: Uint32Array.of(...featurePart, featurePart[none]) };
  const localOf = new Map(features.map((feature, local) => [feature, local]));
  const places: number[] = [];
  const values = parts.map((part) => {
    const name = nameOf(localOf.get(part.feature)!, part.members);
    const place = placeOf.get(name) ?? none;
    places.push(place);
    if (place < none) {
      drawn.drawn++;
      return valuesOf(scene, part, MAKING[batch.how[place]]);
    }
    const why = whyNot.get(name) || "smalere enn avrundingen av koordinatene";
    drawn.notDrawn.push(`flate ${part.inFile}${part.file === "" ? "" : ` i ${part.file}`}: ${why}`);
    return valuesOf(scene, part, `ikke bygd: ${why}`);
  });
  const out = partsOut(scene);
  const polygons = subsetOf({ ...ground, ...geometry }, places);
  const columns = out.fields.map(({ name }, c) => [name, column(values.map((row) => row[c]))] as const);
  return { ...polygons, name: out.name, epsg: out.epsg, columns: new Map(columns) };
}

/** All pieces of some features, those that are not in the figure too: a piece is what its neighbours leave. */
function piecesIn({ ground }: Scene, features: readonly number[]) {
  const rows = features.flatMap((feature, local) =>
    ground.piecesOf(feature).map((piece) => ({ local, ...piece })),
  );
  const sets: (readonly number[])[] = [];
  const numberOf = new Map<string, number>();
  const cover = rows.map(({ zones }) => {
    const name = zones.join();
    let set = numberOf.get(name);
    if (set === undefined) numberOf.set(name, (set = sets.push(zones) - 1));
    return set;
  });
  const pieces: Pieces = {
    ground: Uint32Array.from(rows, ({ local }) => local),
    cover: Uint32Array.from(cover),
    planM2: Float64Array.from(rows, ({ planM2 }) => planM2),
    trueM2: Float64Array.from(rows, ({ trueM2 }) => trueM2),
  };
  return { pieces, sets };
}

function column(values: readonly string[]): CodeColumn {
  const terms = [...new Set(["", ...values])];
  const codeOf = new Map(terms.map((term, code) => [term, code]));
  const codes = values.map((value) => codeOf.get(value)!);
  return { codes: shared(Uint32Array, codes), terms };
}
