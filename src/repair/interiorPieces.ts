/** Two rings of one part, and the point whose touch closes a chain of rings. */
export type Cut = {
  readonly ring: number;
  readonly otherRing: number;
  readonly x: number;
  readonly y: number;
};

/**
 * Whether rings of one part that touch in points cut its interior in pieces.
 *
 * Take a graph of rings and of the points they touch in. The interior is in one piece when the graph has no cycle: a hole
 * that touches the shell twice, or three holes each touching the next, encloses ground (as JTS PolygonTopologyAnalyzer
 * has it). Several rings that meet in one point are no cycle.
 */
export class InteriorPieces {
  private touches: (Cut & { readonly point: string })[] = [];

  clear(): void {
    if (this.touches.length > 0) this.touches = [];
  }

  touch(ring: number, otherRing: number, x: number, y: number): void {
    this.touches.push({ ring, otherRing, x, y, point: `${x} ${y}` });
  }

  /** One cut for each touch that closes a chain. */
  cuts(partOf: (ring: number) => number): Cut[] {
    const found: Cut[] = [];
    const above = new Map<string, string>();
    const known = new Set<string>();
    const rootOf = (node: string): string => {
      let root = node;
      for (let next = above.get(root); next !== undefined; next = above.get(root)) root = next;
      if (root !== node) above.set(node, root);
      return root;
    };
    for (const { ring, otherRing, x, y, point } of this.touches) {
      const part = partOf(ring);
      if (part !== partOf(otherRing)) continue;
      for (const r of [ring, otherRing]) {
        const incidence = `${r} ${point}`;
        if (known.has(incidence)) continue;
        known.add(incidence);
        const a = rootOf(`ring ${r}`);
        const b = rootOf(`${part} ${point}`);
        if (a === b) found.push({ ring, otherRing, x, y });
        else above.set(a, b);
      }
    }
    return found;
  }
}
