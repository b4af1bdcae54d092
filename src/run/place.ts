/**
 * Whether features lie in the kommune they say they are of. In EPSG:3035 swapped axes give another place in Norway
 * (Oslo becomes the coast of Møre), so the numbers alone cannot tell; the kommunenummer can. Places where both readings
 * lie in the fylke (around 62.3° N 10.6° E) say nothing.
 */
import { type Bbox, featureCount, type Layer } from "../core/layer.js";
import { featureBox } from "../core/subset.js";
import { InputError } from "../core/trouble.js";
import { type Diagnosis, lonLatIn, lonLatText } from "../read/crs/crs.js";
import { makeDecoder } from "../read/decoder.js";
import type { Source } from "../read/source.js";
import { canonicalField } from "../rules/fields.js";
import { fylkeBoxOf, type FylkeBox } from "../rules/kommunenummer.js";
import type { Rules } from "../rules/rules.js";

/** The system whose axes are swapped in files that are seen (deegree), and where a swap stays in Norway. */
const LAEA = 3035;

const CUT_BYTES = 1 << 20;

/** The field with the kommunenummer by its name in either family: a plan has one too. */
export const kommuneFieldOf = (rules: Rules, fields: readonly string[]): string | undefined =>
  fields.find(
    (field) =>
      canonicalField(rules, field) === "kommunenummer" ||
      canonicalField(rules, field, "plan") === "kommunenummer",
  );

/** Counts features that lie in their fylke as they stand, and those that lie there with their axes swapped. */
export class PlaceCount {
  private readonly boxes = new Map<string, FylkeBox | undefined>();
  private asItStands = 0;
  private swapped = 0;
  private example: { kommune: string; navn: string; x: number; y: number } | undefined;

  constructor(
    private readonly rules: Rules,
    private readonly kommuneField: string,
  ) {}

  /** @param layer in EPSG:3035, with the column of the field; others are not looked at */
  add(layer: Layer): void {
    const column = layer.columns.get(this.kommuneField);
    if (layer.epsg !== LAEA || column === undefined) return;
    const { featurePart } = layer;
    const boxOfCode = column.terms.map((term) => this.boxOf(term));
    for (let f = 0; f < featureCount(layer); f++) {
      const box = boxOfCode[column.codes[f]];
      if (box === undefined || featurePart[f] === featurePart[f + 1]) continue;
      const [minX, minY, maxX, maxY] = featureBox(layer, f);
      this.count(column.terms[column.codes[f]], box, (minX + maxX) / 2, (minY + maxY) / 2);
    }
  }

  /** What is wrong, where more features lie in their fylke with axes swapped than as they stand. */
  trouble(): Diagnosis | undefined {
    if (this.example === undefined || this.swapped <= this.asItStands) return undefined;
    const { kommune, navn, x, y } = this.example;
    return {
      kind: "axis-order",
      came: `a feature of kommune ${kommune} at ${Math.round(x)} ${Math.round(y)} in EPSG:${LAEA}`,
      wanted: `easting first, and a place in ${navn}. Read as it stands this is ${lonLatText(lonLatIn(LAEA, x, y))}, read the other way ${lonLatText(lonLatIn(LAEA, y, x))}`,
      todo: "Swap the axes of the file so that it is easting, northing",
    };
  }

  private boxOf(kommune: string): FylkeBox | undefined {
    if (!this.boxes.has(kommune)) this.boxes.set(kommune, fylkeBoxOf(this.rules, kommune));
    return this.boxes.get(kommune);
  }

  private count(kommune: string, { navn, bbox }: FylkeBox, x: number, y: number): void {
    const stands = holds(bbox, lonLatIn(LAEA, x, y));
    if (stands === holds(bbox, lonLatIn(LAEA, y, x))) return;
    if (stands) this.asItStands++;
    else {
      this.swapped++;
      this.example ??= { kommune, navn, x, y };
    }
  }
}

const holds = ([west, south, east, north]: Bbox, [x, y]: readonly [number, number]): boolean =>
  x >= west && x <= east && y >= south && y <= north;

/**
 * Looks at the first features of a layer in EPSG:3035 that has a kommunenummer; other layers are not read.
 *
 * @param reopen opens the layer once more, because its cuts are read once
 * @throws InputError naming both readings, when the axes are swapped
 */
export async function checkPlace(source: Source, rules: Rules, reopen: () => Promise<Source>): Promise<void> {
  const field = kommuneFieldOf(
    rules,
    source.fields.map(({ name }) => name),
  );
  if (source.epsg !== LAEA || field === undefined) return;
  const again = await reopen();
  const decode = makeDecoder(again.decoder, [field]);
  const count = new PlaceCount(rules, field);
  for await (const cut of again.cuts({ cutBytes: CUT_BYTES })) {
    count.add(decode(cut).layer);
    break;
  }
  refuseSwapped(source, count);
}

/** The same for a layer that is in memory already. */
export function checkPlaceOf(source: Source, layer: Layer, rules: Rules): void {
  const field = kommuneFieldOf(rules, [...layer.columns.keys()]);
  if (field === undefined) return;
  const count = new PlaceCount(rules, field);
  count.add(layer);
  refuseSwapped(source, count);
}

function refuseSwapped({ path }: Source, count: PlaceCount): void {
  const trouble = count.trouble();
  if (trouble !== undefined) throw new InputError({ layer: path }, trouble);
}
