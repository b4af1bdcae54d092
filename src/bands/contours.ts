import { lineCount, type Lines } from "../core/lines.js";
import type { CodeColumn } from "../core/layer.js";
import { InputError, type Finding } from "../core/trouble.js";
import type { ContourNames } from "../rules/contourNames.js";

/** What a line is. */
export const LINE_KIND = { passedOver: 0, contour: 1, depression: 2, frame: 3 } as const;

export type Contours = {
  readonly kind: Uint8Array; // one per line, of LINE_KIND
  readonly height: Float64Array; // NaN where it is no contour
  readonly findings: readonly Finding[];
};

/**
 * Tells contours and the frame from other lines. A line is a contour by its type, or, where the file has no types, by
 * having a height. The height is the attribute's, else the line's own Z where that is the same along it.
 *
 * @param field the user's word for the field of heights
 * @throws InputError when no line has a height
 */
export function contoursOf(lines: Lines, names: ContourNames, field?: string): Contours {
  const count = lineCount(lines);
  const typeOf = column(lines, names.typeFields);
  const heightOf = heightColumn(lines, names, field);
  const kind = new Uint8Array(count);
  const height = new Float64Array(count).fill(NaN);
  const findings: Finding[] = [];
  const others = new Map<string, number>();
  for (let line = 0; line < count; line++) {
    const type = typeOf?.terms[typeOf.codes[line]] ?? "";
    const text = heightOf?.terms[heightOf.codes[line]] ?? "";
    const isContour = names.contours.includes(type) || (typeOf === undefined && !names.frame.includes(type));
    if (names.frame.includes(type)) kind[line] = LINE_KIND.frame;
    else if (!isContour) others.set(type, (others.get(type) ?? 0) + 1);
    else {
      height[line] = heightFrom(text, lines.lowZ[line], lines.highZ[line]);
      if (Number.isNaN(height[line])) findings.push(withoutHeight(lines, line, text));
      else kind[line] = names.depressions.includes(type) ? LINE_KIND.depression : LINE_KIND.contour;
    }
  }
  for (const [type, times] of [...others].sort()) findings.push(passedOver(lines, type, times));
  if (!kind.some((one) => one === LINE_KIND.contour || one === LINE_KIND.depression))
    throw noContours(lines, names, heightOf !== undefined);
  return { kind, height, findings };
}

function column(lines: Lines, names: readonly string[]): CodeColumn | undefined {
  const found = names.find((name) => lines.columns.has(name));
  return found === undefined ? undefined : lines.columns.get(found);
}

function heightColumn(lines: Lines, names: ContourNames, field: string | undefined): CodeColumn | undefined {
  if (field === undefined) return column(lines, names.heightFields);
  const found = lines.columns.get(field);
  if (found !== undefined) return found;
  throw new InputError(
    { layer: lines.name },
    {
      came: `no field ${field}`,
      wanted: `one of ${[...lines.columns.keys()].join(", ") || "(it has none)"}`,
      todo: "Name the field of heights with --felt FIELD",
    },
  );
}

/** A decimal number; Norwegian files may have a comma in it. Not a number where there is none. */
function heightFrom(text: string, lowZ: number, highZ: number): number {
  const plain = text.trim().replace(",", ".");
  if (plain === "") return lowZ === highZ ? lowZ : NaN;
  return /^[-+]?\d+(\.\d*)?$/.test(plain) ? Number(plain) : NaN;
}

/** A point as a user can look it up. */
export function pointText(x: number, y: number): string {
  const digits = Math.abs(x) <= 180 && Math.abs(y) <= 180 ? 7 : 2;
  return `(${x.toFixed(digits)} ${y.toFixed(digits)})`;
}

function withoutHeight(lines: Lines, line: number, text: string): Finding {
  const v = lines.lineVertex[line];
  const where = pointText(lines.xy[2 * v], lines.xy[2 * v + 1]);
  return {
    code: "HOYDE_MANGLER",
    severity: "warning",
    layer: lines.name,
    feature: lines.lineFeature[line],
    areaM2: 0,
    did: "dropped",
    says: `kurven fra ${where} har ${text === "" ? "ingen høyde" : `høyden «${text}»`} og ble utelatt`,
  };
}

function passedOver(lines: Lines, type: string, times: number): Finding {
  return {
    code: "ANDRE_LINJER",
    severity: "note",
    layer: lines.name,
    feature: -1,
    areaM2: 0,
    did: "dropped",
    says: `${times} linje(r) av typen «${type}» er ikke høydekurver og ble utelatt`,
  };
}

function noContours(lines: Lines, names: ContourNames, hasField: boolean): InputError {
  return new InputError(
    { layer: lines.name },
    {
      came: hasField ? "no line that is a contour with a height" : "lines without a field of heights",
      wanted: `contours (${names.contours.join(", ")}) with a height in ${names.heightFields.join(" or ")}, or in Z`,
      todo: "Check that the file holds contours, or name the field of heights with --felt FIELD",
    },
  );
}
