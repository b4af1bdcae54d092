import { grown } from "../core/grown.js";

/** Square cells, the one that reaches furthest first (a binary heap: Williams, CACM 7, 1964). Makes no object per cell. */
export class CellHeap {
  /** Per cell its middle, half its side, and how far it reaches; cells taken out keep their place. */
  private cells = new Float64Array(4 << 6);
  private cellCount = 0;
  private heap = new Uint32Array(1 << 6);
  private size = 0;
  /** The cell taken last. */
  x = 0;
  y = 0;
  half = 0;
  reach = 0;

  clear(): void {
    this.cellCount = 0;
    this.size = 0;
  }

  push(x: number, y: number, half: number, reach: number): void {
    const cell = this.cellCount++;
    if (4 * cell === this.cells.length) {
      this.cells = grown(this.cells, 8 * cell);
      this.heap = grown(this.heap, 2 * cell);
    }
    const { cells, heap } = this;
    cells[4 * cell] = x;
    cells[4 * cell + 1] = y;
    cells[4 * cell + 2] = half;
    cells[4 * cell + 3] = reach;
    let at = this.size++;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (cells[4 * heap[above] + 3] >= reach) break;
      heap[at] = heap[above];
      at = above;
    }
    heap[at] = cell;
  }

  /** Takes out the cell that reaches furthest. @returns false where none is left */
  pop(): boolean {
    if (this.size === 0) return false;
    const { cells, heap } = this;
    const top = 4 * heap[0];
    this.x = cells[top];
    this.y = cells[top + 1];
    this.half = cells[top + 2];
    this.reach = cells[top + 3];
    const last = heap[--this.size];
    const { size } = this;
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && cells[4 * heap[child + 1] + 3] > cells[4 * heap[child] + 3]) child++;
      if (cells[4 * heap[child] + 3] <= cells[4 * last + 3]) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return true;
  }
}
