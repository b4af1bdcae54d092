import { InputError } from "../core/trouble.js";

/** How bands are cut: limits given one by one, or every so many metres. */
export type BandRequest = { readonly limits: readonly number[] } | { readonly step: number };

export type BandLimits = {
  /** Limits that contours have, rising: between them lie `inner.length + 1` bands, the lowest first. */
  readonly inner: readonly number[];
  /** For each band its limits; undefined where it is open that way. */
  readonly bands: readonly { readonly low: number | undefined; readonly high: number | undefined }[];
};

/** A step would make more bands than any map has. */
const MOST_BANDS = 1000;

/**
 * Fits the limits asked for to the heights that contours have. A limit above or below them all parts nothing, but says
 * where the outermost bands end. One among them that no contour has cannot be drawn.
 *
 * @param heights of the contours, any order, at least one
 * @throws InputError naming the heights there are
 */
export function limitsFor(name: string, heights: readonly number[], request: BandRequest): BandLimits {
  const known = [...new Set(heights)].sort((p, q) => p - q);
  const [lowest, highest] = [known[0], known[known.length - 1]];
  const asked = "step" in request ? steps(name, lowest, highest, request.step) : sorted(name, request.limits);
  const inner = asked.filter((limit) => limit >= lowest && limit <= highest);
  const missing = inner.find((limit) => !known.includes(limit));
  if (missing !== undefined) throw noSuchContour(name, missing, known);
  const below = asked.filter((limit) => limit < lowest).at(-1);
  const above = asked.find((limit) => limit > highest);
  const all = [below, ...inner, above];
  return { inner, bands: all.slice(1).map((high, i) => ({ low: all[i], high })) };
}

function steps(name: string, lowest: number, highest: number, step: number): number[] {
  const [from, to] = [Math.ceil(lowest / step) - 1, Math.floor(highest / step) + 1];
  if (!(step > 0) || to - from > MOST_BANDS) {
    throw new InputError(
      { layer: name },
      {
        came: `a step of ${step} m for contours from ${lowest} to ${highest} m`,
        wanted: `a step above 0 that makes no more than ${MOST_BANDS} bands`,
        todo: "Give a longer --ekvidistanse, or --grenser",
      },
    );
  }
  return Array.from({ length: to - from + 1 }, (_, i) => (from + i) * step);
}

function sorted(name: string, limits: readonly number[]): number[] {
  if (limits.length > 0 && limits.every(Number.isFinite)) return [...new Set(limits)].sort((p, q) => p - q);
  throw new InputError(
    { layer: name },
    {
      came: limits.length === 0 ? "no limits" : `the limits ${limits.join(", ")}`,
      wanted: "heights in metres",
      todo: "Give --grenser 0,200,400, or --ekvidistanse",
    },
  );
}

function noSuchContour(name: string, limit: number, known: readonly number[]): InputError {
  const list = known.length <= 30 ? known : [...known.slice(0, 15), "...", ...known.slice(-15)];
  return new InputError(
    { layer: name },
    {
      came: `a limit at ${limit} m, where no contour runs`,
      wanted: `limits at heights that contours have: ${list.join(", ")}`,
      todo: "Choose among these; heights between contours are not guessed at",
    },
  );
}
