/**
 * What a plan builds on, by GEOS 3.13 (OverlayNG, as WebAssembly): overlapping plan areas are cut away from each other one
 * by one, in the order of precedence, and each that is planned is intersected with the ground. Shares no code with the engine.
 */
import initGeos from "geos-wasm";

const MULTIPOLYGON = 6;

/**
 * Plane m2 by "purpose column": planlagt, bebygd, vann, and the class of the ground where it is neither ("utenVerdi" for none).
 *
 * @param plan with the fields arealformal, arealbruksstatus, a plan id and lokalId; the same date for all
 * @param bebygd values of the ecosystem field that are built; `vann` those that are water
 */
export async function plannedByGeos({ plan, ground, bebygd, vann }) {
  const geos = await initGeos();
  const m2 = geos.Module._malloc(8);
  const areaOf = (geometry) => (geos.GEOSArea(geometry, m2), geos.Module.HEAPF64[m2 >> 3]);
  const groundParts = features(ground).map((f) => ({
    geometry: geometryOf(geos, ground, f),
    box: boxOf(ground, f),
    kode: valueOf(ground, f, /^arealdekkeniva1$/i),
    okosystem: valueOf(ground, f, /^okosystemtype(niva)?1$/i),
  }));
  const keyOf = (f) => `${valueOf(plan, f, /^planid/)}\t${valueOf(plan, f, /^lokalId$/)}`;
  const order = features(plan).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const sums = new Map();
  const add = (key, area) => sums.set(key, (sums.get(key) ?? 0) + area);
  const placed = [];
  for (const f of order) {
    const box = boxOf(plan, f);
    const whole = geometryOf(geos, plan, f);
    let left = whole;
    for (const before of placed) {
      if (!meets(before.box, box)) continue;
      const rest = geos.GEOSDifference(left, before.geometry);
      if (left !== whole) geos.GEOSGeom_destroy(left);
      left = rest;
    }
    placed.push({ geometry: whole, box });
    const kode = valueOf(plan, f, /^arealformal$/);
    if (!/^[12]/.test(kode) || valueOf(plan, f, /^arealbruksstatus$/) !== "2") continue;
    for (const part of groundParts) {
      if (!meets(part.box, box)) continue;
      const common = geos.GEOSIntersection(left, part.geometry);
      const area = areaOf(common);
      geos.GEOSGeom_destroy(common);
      if (area === 0) continue;
      add(`${kode} planlagt`, area);
      if (bebygd.includes(part.okosystem)) add(`${kode} bebygd`, area);
      else if (vann.includes(part.okosystem)) add(`${kode} vann`, area);
      else add(`${kode} ${part.kode === "" ? "utenVerdi" : part.kode}`, area);
    }
  }
  return sums;
}

/** The same figures as a table T4 has them. */
export function plannedOfTable({ columns, rows }) {
  const head = columns.map(({ id }) => id);
  const names = ["planlagt", "bebygd", "vann", ...head.slice(head.indexOf("striper") + 1)];
  return new Map(
    rows
      .filter((row) => row[head.indexOf("rad")] === "formal")
      .flatMap((row) =>
        names.map((name) => [`${row[head.indexOf("kode")]} ${name}`, 1000 * Number(row[head.indexOf(name)])]),
      ),
  );
}

/** How far two sets of figures are apart: m2, as a share of all that is planned, and of the figure itself at the most. */
export function apart(found, expected) {
  let m2 = 0;
  let ofItself = 0;
  let plannedM2 = 0;
  for (const key of new Set([...found.keys(), ...expected.keys()])) {
    const [a, b] = [found.get(key) ?? 0, expected.get(key) ?? 0];
    if (key.endsWith(" planlagt")) plannedM2 += b;
    m2 = Math.max(m2, Math.abs(a - b));
    if (a !== b) ofItself = Math.max(ofItself, Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b)));
  }
  return { m2, ofAll: m2 / plannedM2, ofItself };
}

const features = ({ featurePart }) => Array.from({ length: featurePart.length - 1 }, (_, f) => f);

function valueOf({ columns }, feature, field) {
  const { codes, terms } = columns.get([...columns.keys()].find((name) => field.test(name)));
  return terms[codes[feature]];
}

function boxOf({ xy, ringVertex, partRing, featurePart }, feature) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const end = ringVertex[partRing[featurePart[feature + 1]]];
  for (let v = ringVertex[partRing[featurePart[feature]]]; v < end; v++) {
    box[0] = Math.min(box[0], xy[2 * v]);
    box[1] = Math.min(box[1], xy[2 * v + 1]);
    box[2] = Math.max(box[2], xy[2 * v]);
    box[3] = Math.max(box[3], xy[2 * v + 1]);
  }
  return box;
}

const meets = (a, b) => a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1];

function geometryOf(geos, { xy, ringVertex, partRing, featurePart }, feature) {
  const parts = [];
  for (let part = featurePart[feature]; part < featurePart[feature + 1]; part++) {
    const rings = [];
    for (let ring = partRing[part]; ring < partRing[part + 1]; ring++) {
      const points = xy.subarray(2 * ringVertex[ring], 2 * ringVertex[ring + 1]);
      const buffer = geos.Module._malloc(8 * points.length);
      geos.Module.HEAPF64.set(points, buffer >> 3);
      const sequence = geos.GEOSCoordSeq_copyFromBuffer(buffer, points.length / 2, 0, 0);
      geos.Module._free(buffer);
      rings.push(geos.GEOSGeom_createLinearRing(sequence));
    }
    const [shell, ...holes] = rings;
    parts.push(withPointers(geos, holes, (list) => geos.GEOSGeom_createPolygon(shell, list, holes.length)));
  }
  return withPointers(geos, parts, (list) =>
    geos.GEOSGeom_createCollection(MULTIPOLYGON, list, parts.length),
  );
}

function withPointers(geos, pointers, use) {
  const list = geos.Module._malloc(4 * Math.max(1, pointers.length));
  geos.Module.HEAPU32.set(pointers, list >> 2);
  const made = use(list);
  geos.Module._free(list);
  return made;
}
