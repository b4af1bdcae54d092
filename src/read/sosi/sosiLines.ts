import type { Epsg } from "../../core/units.js";
import { putArc, SAGITTA_M } from "../arcs.js";
import { crsOf } from "../crs/crs.js";
import type { InputFile } from "../inputFile.js";
import type { LineColumns } from "../lineColumns.js";
import { SosiElements } from "./sosiElements.js";
import { crsOfHeader, type SosiScale } from "./sosiHeader.js";
import { eachObject } from "./sosiObjects.js";
import { pathOf } from "./sosiPath.js";
import { surveySosi } from "./sosiSurvey.js";
import { latin1, plainText } from "./sosiText.js";

const LINE_KINDS: ReadonlySet<string> = new Set(["KURVE", "LINJE", "BUEP"]);
const BENT_KINDS: ReadonlySet<string> = new Set("BUE SIRKELP SIRKEL KLOTOIDE SPLINE BEZIER TRASE".split(" "));
const METRES_PER_DEGREE = 111_320;

/**
 * Adds the curves of a SOSI file with all their elements, whether faces use them or not. A feature is an object of that
 * kind, in file order. Curves given by more than their points are told of and left out.
 */
export async function readSosiLines(
  file: InputFile,
  options: { readonly epsg?: Epsg },
  into: LineColumns,
): Promise<{ name: string; epsg: Epsg }> {
  const { header, characterSet } = await surveySosi(file);
  const { epsg } = crsOfHeader(file.path, header, options.epsg);
  const name = file.name.replace(/\.[^.]*$/, "");
  const elements = new SosiElements(file.path);
  const text = new TextDecoder(characterSet);
  const decoded = new Map<string, string>();
  const spelled = (key: string): string => {
    let known = decoded.get(key);
    if (known === undefined) decoded.set(key, (known = text.decode(Buffer.from(key, "latin1"))));
    return known;
  };
  const sagitta = crsOf(file.path, epsg).unit === "degree" ? SAGITTA_M / METRES_PER_DEGREE : SAGITTA_M;
  await eachObject(file, (bytes, from, to, line) => {
    elements.read(bytes, from, to, line, "names");
    const isBent = BENT_KINDS.has(elements.kind);
    if (!isBent && !LINE_KINDS.has(elements.kind)) return;
    elements.read(bytes, from, to, line);
    if (isBent || elements.bentStretch !== "") into.findings.push(bent(name, into.feature, elements));
    else {
      addPoints(elements, header.scale, sagitta, into);
      const path: string[] = [];
      for (let i = 0; i < elements.elementCount; i++) {
        const value = plainText(latin1(bytes, elements.valueFrom(i), elements.valueTo(i)));
        into.value(spelled(pathOf(path, elements, i)), spelled(value));
      }
    }
    into.endFeature();
  });
  return { name, epsg };
}

function addPoints(
  { northEast, pointCount, kind }: SosiElements,
  { unit, perUnit, origin }: SosiScale,
  sagitta: number,
  into: LineColumns,
): void {
  const [north, east] = origin;
  const xOf = (i: number): number => placed(northEast[2 * i + 1], east, unit, perUnit);
  const yOf = (i: number): number => placed(northEast[2 * i], north, unit, perUnit);
  if (kind === "BUEP" && pointCount === 3) {
    into.point(xOf(0), yOf(0));
    putArc(xOf(0), yOf(0), xOf(1), yOf(1), xOf(2), yOf(2), sagitta, (x, y) => into.point(x, y));
  } else for (let i = 0; i < pointCount; i++) into.point(xOf(i), yOf(i));
  into.endLine();
}

/** A number of the file as a coordinate (see `SosiScale`). */
function placed(ordinate: number, origin: number, unit: number, perUnit: number): number {
  return perUnit > 0 ? (ordinate + origin) / perUnit : ordinate * unit + origin;
}

function bent(layer: string, feature: number, { kind, serial, bentStretch }: SosiElements) {
  return {
    code: "KURVE_BUET",
    severity: "warning",
    layer,
    feature,
    areaM2: 0,
    did: "dropped",
    says: `${kind} ${serial}${bentStretch === "" ? "" : ` med ${bentStretch}`} er ikke gitt ved punktene sine alene, og ble utelatt`,
  } as const;
}
