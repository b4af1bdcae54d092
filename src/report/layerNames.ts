/** What the layers of a run are called in a report: a plan is a plan, and its areas are no units of the account. */
import type { ReportBasis } from "./basis.js";
import type { Texts } from "./textsShape.js";

type Layers = Pick<ReportBasis, "layers" | "inputs">;
export type BasisLayer = ReportBasis["layers"][number];

/** `keyField` of layers whose polygons are plan areas. */
const PLAN_KEY = "planområde";

const isPlan = ({ keyField }: BasisLayer): boolean => keyField === PLAN_KEY;

export const planLayers = ({ layers }: Layers): readonly BasisLayer[] => layers.filter(isPlan);

/** Layers the account is divided by: neither plans nor themes. */
export function unitLayers({ layers, inputs }: Layers): readonly BasisLayer[] {
  const themes = new Set(inputs.filter(({ role }) => role === "tema").map(({ name }) => name));
  return layers.filter((layer) => !isPlan(layer) && !themes.has(layer.name));
}

/** A layer's name for readers: "gjeldende plan" for the plan in force, and with a number for its second file. */
export function layerText(basis: Layers, texts: Texts, name: string): string {
  if (!planLayers(basis).some((layer) => layer.name === name)) return name;
  const found = /^(gjeldende|ny)(\d*)$/.exec(name);
  if (found === null) return name;
  const [, role, number] = found;
  return texts.report.plans[role as "gjeldende" | "ny"] + (number === "" ? "" : ` ${number}`);
}

/** What a check is about, "gjeldende 9901", with the layer it begins with named for readers. */
export function aboutText(basis: Layers, texts: Texts, about: string): string {
  const [first] = about.split(" ", 1);
  return layerText(basis, texts, first) + about.slice(first.length);
}
