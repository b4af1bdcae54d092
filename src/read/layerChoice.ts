import { InputError } from "../core/trouble.js";

type Choice = { readonly name: string; readonly holdsPolygons: boolean };

/**
 * The layer the user names, else the only one that holds polygons, else the only one.
 *
 * @throws InputError with the list, when there is none of that name or several would do
 */
export function chooseLayer<T extends Choice>(
  path: string,
  layers: readonly T[],
  wanted: string | undefined,
  todo = (name: string) => `Name the layer after a #, as in #${name}`,
): T {
  const suits = layers.filter((one) => (wanted === undefined ? one.holdsPolygons : one.name === wanted));
  if (suits.length === 1) return suits[0];
  if (wanted === undefined && layers.length === 1) return layers[0];
  const list = layers.map((one) => `${one.name}${one.holdsPolygons ? "" : " (no polygons)"}`);
  throw new InputError(
    { layer: path },
    {
      came: wanted === undefined ? `${suits.length} layers with polygons` : `no layer called ${wanted}`,
      wanted: `one of ${list.join(", ") || "no layer at all: there is none with geometry"}`,
      todo: todo(layers[0]?.name ?? "layer"),
    },
  );
}
