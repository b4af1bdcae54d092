import { SaxesParser } from "saxes";

type Node = {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: (Node | string)[];
};

const local = (name: string): string => name.slice(name.lastIndexOf(":") + 1);
const elements = (node: Node): Node[] => node.children.filter((child) => typeof child !== "string");
const textOf = (node: Node): string => node.children.filter((child) => typeof child === "string").join("");
const trimmed = (text: string): string => text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
const attribute = (node: Node, name: string): string | undefined =>
  Object.entries(node.attributes).find(([key]) => local(key) === name)?.[1];

/** The document as a tree, by another parser than ours. @throws Error where it is not well-formed */
export function treeOf(text: string): Node {
  const parser = new SaxesParser();
  const top: Node = { name: "", attributes: {}, children: [] };
  const open = [top];
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const node: Node = { name: local(name), attributes, children: [] };
    open[open.length - 1].children.push(node);
    open.push(node);
  });
  parser.on("closetag", () => open.pop());
  parser.on("text", (piece) => void (open.length > 1 && open[open.length - 1].children.push(piece)));
  parser.on("cdata", (piece) => open[open.length - 1].children.push(piece));
  parser.write(text).close();
  return elements(top)[0];
}

export type OracleFeature = {
  readonly type: string;
  readonly values: Record<string, string>;
  readonly parts: number[][][];
};

const WRAPPERS = ["featuremember", "featuremembers", "member", "members"];

/** Features of Polygons of posLists in two dimensions, as plainly as can be. */
export function featuresOf(root: Node): OracleFeature[] {
  return elements(root)
    .filter((wrapper) => WRAPPERS.includes(wrapper.name.toLowerCase()))
    .flatMap(elements)
    .map((feature) => {
      const values: Record<string, string> = {};
      const parts: number[][][] = [];
      const put = (path: string, value: string) => {
        if (value !== "") values[path] = path in values ? `${values[path]};${value}` : value;
      };
      put("gml_id", trimmed(attribute(feature, "id") ?? ""));
      for (const property of elements(feature))
        if (property.name !== "boundedBy") walk(property, property.name);
      return { type: feature.name, values, parts };

      function walk(property: Node, path: string): void {
        const inside = elements(property);
        if (inside.length === 0)
          put(path, trimmed(textOf(property)) || trimmed(attribute(property, "href") ?? ""));
        for (const child of inside) {
          if (child.name === "Polygon") parts.push(elements(child).map(ringOf));
          else if (!/^\p{Lu}/u.test(child.name)) walk(child, `${path}.${child.name}`);
          else if (elements(child).length === 0) put(path, trimmed(textOf(child)));
          else for (const one of elements(child)) walk(one, `${path}.${one.name}`);
        }
      }
    });
}

function ringOf(role: Node): number[] {
  const list = elements(elements(role)[0])[0];
  return trimmed(textOf(list))
    .split(/[ \t\r\n]+/)
    .map(Number);
}
