import { optional } from "./flags.js";

/** How a plan file is given: its objects' type goes first where neither its layers nor a field tell it. */
export const PLAN_FORM = "<[type=]file>";

/** Plan files of a run from `--plan` and `--plan-ny`. */
export const plansOf = ({ plan, planNy }: { readonly plan: string[]; readonly planNy: string[] }) => [
  ...plan.map((text) => ({ ...planFile(text), rolle: "gjeldende" })),
  ...planNy.map((text) => ({ ...planFile(text), rolle: "ny" })),
];

/** A type is a word; "=" further on belongs to the file, as in an address that asks for something. */
function planFile(text: string): { readonly fil: string; readonly type?: string } {
  const [, type, fil] = /^(\p{L}+)=(.+)$/su.exec(text) ?? [];
  return { fil: fil ?? text, ...optional("type", type) };
}
