import type { SosiElements } from "./sosiElements.js";

/**
 * The field an element fills, nested elements by their path with dots: ..KVALITET and ...NØYAKTIGHET under it are
 * "KVALITET" and "KVALITET.NØYAKTIGHET". In bytes as Latin-1 letters.
 *
 * @param path names of the elements around it; moved on by each call, elements in their order, a new array an object
 */
export function pathOf(path: string[], elements: SosiElements, element: number): string {
  path.length = Math.min(path.length, elements.level(element) - 2);
  path.push(elements.nameKey(element));
  return path.length === 1 ? path[0] : path.join(".");
}
