import type { Colours, Paint } from "../rules/schema.js";
import type { BasisField } from "./basis.js";

/** Colour and hatch of a class; the same class has the same in every drawing of a report. */
export type Painter = (kode: string) => Paint;

const PLAIN: Paint = { colour: "#c6c6c6", pattern: "ingen" };

/**
 * Finds paints by the rules: the code itself in the lists of the run's fields, then the longest beginning of it, then
 * a spare one in the order classes are met. Without rules every class is grey.
 */
export function painterOf(colours: Colours | undefined, fields: readonly BasisField[]): Painter {
  if (colours === undefined) return () => PLAIN;
  const lists = fields.flatMap(({ list }) => (list === undefined ? [] : [list]));
  const candidates = [...lists, ...colours.values.map(({ list }) => list)];
  const known = new Map<string, Paint>();
  let spares = 0;
  return (kode) => {
    let paint = known.get(kode);
    if (paint === undefined) {
      paint = kode === "" || kode === "utenVerdi" ? colours.noValue : fromLists(colours, candidates, kode);
      paint ??= colours.spare[spares++ % colours.spare.length];
      known.set(kode, paint);
    }
    return paint;
  };
}

function fromLists({ values }: Colours, lists: readonly string[], kode: string): Paint | undefined {
  for (const list of new Set(lists)) {
    const ofList = values.filter((value) => value.list === list);
    const exact = ofList.find((value) => value.kode === kode);
    if (exact !== undefined) return exact;
  }
  return values
    .filter(({ prefix }) => prefix !== undefined && /^\d{4}/.test(kode) && kode.startsWith(prefix))
    .sort((a, b) => b.prefix!.length - a.prefix!.length)[0];
}
