import { sankey, sankeyLinkHorizontal } from "d3-sankey";
import { type ChartHead, CHART_WIDTH, finish } from "./chart.js";
import type { Matrix } from "./flowMatrix.js";
import type { Painter } from "./painter.js";
import { box, clip, clipMiddle, coordinate, escapeMarkup, Fills, label, softLabel } from "./svg.js";

type Node = { readonly side: "left" | "right"; readonly kode: string; readonly name: string };
type Link = {
  readonly source: number;
  readonly target: number;
  readonly value: number;
  readonly text: string;
};

/** What has room beside the flows at size 12. */
const NAME_CHARACTERS = 29;

/**
 * Flows from classes on the left to classes on the right, as wide as they are large. What stays where it is, is drawn
 * too, unless `changesOnly`.
 * @param codes of rows and columns, for their paints
 * @param text writes what flows from or to a class, beside its name
 * @returns "" when nothing flows
 */
export function sankeyFlow(
  head: ChartHead,
  matrix: Matrix,
  codes: { readonly rows: readonly string[]; readonly columns: readonly string[] },
  paint: Painter,
  changesOnly: boolean,
  text: (value: number) => string,
): string {
  const fills = new Fills(head.id);
  const links: Link[] = [];
  const nodes: Node[] = [];
  const numbers = new Map<string, number>();
  const nodeAt = (side: Node["side"], kode: string, name: string): number => {
    const key = `${side} ${kode}`;
    const found = numbers.get(key);
    if (found !== undefined) return found;
    numbers.set(key, nodes.length);
    return nodes.push({ side, kode, name }) - 1;
  };
  matrix.cells.forEach((row, r) =>
    row.forEach((value, c) => {
      if (!(value > 0) || (changesOnly && codes.rows[r] === codes.columns[c])) return;
      links.push({
        source: nodeAt("left", codes.rows[r], matrix.rows[r]),
        target: nodeAt("right", codes.columns[c], matrix.columns[c]),
        value,
        text: matrix.texts[r][c],
      });
    }),
  );
  if (links.length === 0) return "";
  const sides = Math.max(
    ...(["left", "right"] as const).map((side) => nodes.filter((n) => n.side === side).length),
  );
  const height = Math.max(220, sides * 48);
  const margin = 236;
  const graph = sankey<Node, Link>()
    .nodeWidth(16)
    .nodePadding(26)
    .extent([
      [margin, 8],
      [CHART_WIDTH - margin, height - 8],
    ])
    .nodeSort(null)
    .linkSort(null)({ nodes: nodes.map((node) => ({ ...node })), links: links.map((link) => ({ ...link })) });
  const path = sankeyLinkHorizontal<Node, Link>();
  let body = "";
  for (const link of graph.links) {
    const [from, to] = [link.source as Node, link.target as Node];
    const line = (path(link) ?? "").replace(/-?\d+\.\d+/g, (digits) => coordinate(Number(digits)));
    const hover = `${clip(from.name, 60)} → ${clip(to.name, 60)}: ${link.text}`;
    body +=
      `<path d="${line}" fill="none" stroke="${paint(from.kode).colour}" stroke-opacity="0.75" ` +
      `stroke-width="${coordinate(Math.max(0.75, link.width ?? 0))}"><title>${escapeMarkup(hover)}</title></path>`;
  }
  for (const node of graph.nodes) {
    const { x0 = 0, x1 = 0, y0 = 0, y1 = 0 } = node;
    body += box(x0, y0, x1 - x0, Math.max(1, y1 - y0), fills.of(paint(node.kode)), node.name);
    const left = node.side === "left";
    const [x, y] = [left ? x0 - 8 : x1 + 8, (y0 + y1) / 2];
    const anchor = left ? "end" : "start";
    body += label(x, y - 2, clipMiddle(node.name, NAME_CHARACTERS), { anchor, size: 12 });
    body += softLabel(x, y + 12, text(node.value ?? 0), { anchor, size: 11 });
  }
  return finish(head, height, fills, body);
}
