import type { CodeColumn } from "../core/layer.js";
import type { Lines } from "../core/lines.js";
import { roomFor } from "../core/grown.js";
import type { Finding } from "../core/trouble.js";
import type { Epsg } from "../core/units.js";

/** A field: its dictionary, and one code per line so far. */
type Column = { readonly codeOf: Map<string, number>; readonly codes: number[] };

/**
 * Where readers put lines: the columns of `Lines`, growing. Per feature any number of `value`; per line `begin`, its
 * `point`s and `end`; then `endFeature`. A vertex that repeats the last one is left out, and a line of fewer than two
 * vertices, which is counted.
 */
export class LineColumns {
  readonly findings: Finding[] = [];
  feature = 0;
  private xy = new Float64Array(1 << 14);
  private vertexCount = 0;
  private readonly lineVertex: number[] = [0];
  private readonly lineFeature: number[] = [];
  private readonly lowZ: number[] = [];
  private readonly highZ: number[] = [];
  private low = Infinity;
  private high = -Infinity;
  private readonly columns = new Map<string, Column>();
  private readonly values = new Map<string, string>();
  private shortLines = 0;

  get lineCount(): number {
    return this.lineFeature.length;
  }

  value(field: string, text: string): void {
    if (text !== "") this.values.set(field, text);
  }

  /** @param z height, NaN where there is none */
  point(x: number, y: number, z = NaN): void {
    const at = 2 * this.vertexCount;
    if (z < this.low) this.low = z;
    if (z > this.high) this.high = z;
    const isFirst = this.vertexCount === this.lineVertex[this.lineVertex.length - 1];
    if (!isFirst && this.xy[at - 2] === x && this.xy[at - 1] === y) return;
    if (at + 2 > this.xy.length) this.xy = roomFor(this.xy, at + 2);
    this.xy[at] = x;
    this.xy[at + 1] = y;
    this.vertexCount++;
  }

  endLine(): void {
    const from = this.lineVertex[this.lineVertex.length - 1];
    if (this.vertexCount - from < 2) {
      this.vertexCount = from;
      this.shortLines++;
    } else {
      this.lineVertex.push(this.vertexCount);
      this.lineFeature.push(this.feature);
      this.lowZ.push(this.low <= this.high ? this.low : NaN);
      this.highZ.push(this.low <= this.high ? this.high : NaN);
    }
    this.low = Infinity;
    this.high = -Infinity;
  }

  /** Gives the values since the last feature to the lines since then. */
  endFeature(): void {
    for (const [field, text] of this.values) {
      const column = this.columnOf(field);
      let code = column.codeOf.get(text);
      if (code === undefined) column.codeOf.set(text, (code = column.codeOf.size));
      for (let line = this.lineCount - 1; line >= 0 && this.lineFeature[line] === this.feature; line--)
        column.codes[line] = code;
    }
    this.values.clear();
    this.feature++;
  }

  private columnOf(field: string): Column {
    let column = this.columns.get(field);
    if (column === undefined) this.columns.set(field, (column = { codeOf: new Map([["", 0]]), codes: [] }));
    return column;
  }

  lines(name: string, epsg: Epsg): Lines {
    if (this.shortLines > 0) {
      const says = `${this.shortLines} linje(r) med færre enn to ulike punkter ble utelatt`;
      this.findings.push({
        code: "LINJE_FOR_KORT",
        severity: "note",
        layer: name,
        feature: -1,
        areaM2: 0,
        did: "dropped",
        says,
      });
    }
    const columns = Array.from(this.columns, ([field, { codeOf, codes }]): [string, CodeColumn] => [
      field,
      {
        codes: Uint32Array.from({ length: this.lineCount }, (_, line) => codes[line] ?? 0),
        terms: [...codeOf.keys()],
      },
    ]);
    return {
      name,
      epsg,
      xy: this.xy.slice(0, 2 * this.vertexCount),
      lineVertex: Uint32Array.from(this.lineVertex),
      lineFeature: Uint32Array.from(this.lineFeature),
      lowZ: Float64Array.from(this.lowZ),
      highZ: Float64Array.from(this.highZ),
      columns: new Map(columns),
    };
  }
}
