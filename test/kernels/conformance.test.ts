import { describe, expect, test } from "vitest";
import { casesAreHere, layerCases, layerSuites, pairCases, pairSuites } from "./cases.js";
import { checkArrangement, checkLayers, checkPair, type Failure } from "./checks.js";
import { kernels, type Kernel } from "./kernels.js";

const pairs = pairSuites.map((suite) => counted(suite, pairCases(suite)));
const layers = layerSuites.map((suite) => counted(suite, layerCases(suite)));

/** Cases that pass, out of all: a case counts once however many of its figures are wrong. */
function score<Case extends { readonly id: string }>(
  cases: readonly Case[],
  check: (one: Case) => Failure[],
): { right: number; of: number; failures: Failure[] } {
  const perCase = cases.map(check);
  const right = perCase.filter((failures) => failures.length === 0).length;
  return { right, of: cases.length, failures: perCase.flat() };
}

describe.skipIf(!casesAreHere).each(kernels.map(named))("%s", (_, kernel) => {
  test.each(pairs)("pairs of %s: all %i", (_suite, _count, cases) => {
    expect(score(cases, (pair) => checkPair(kernel, pair))).toEqual(allOf(cases));
  });

  test.each(layers)("layers of %s: all %i", (_suite, _count, cases) => {
    expect(score(cases, (one) => checkLayers(kernel, one))).toEqual(allOf(cases));
  });
});

const coverKernels = kernels.filter((kernel) => kernel.covers !== undefined);

describe.skipIf(!casesAreHere).each(coverKernels.map(named))("%s, two zones on a square", (_, kernel) => {
  test.each(pairs)("pairs of %s: all %i", (_suite, _count, cases) => {
    expect(score(cases, (pair) => checkArrangement(kernel, pair))).toEqual(allOf(cases));
  });
});

test.skipIf(!casesAreHere)("no case is left out: 1281 pairs, 16 layers", () => {
  expect(pairs.flatMap(([, , cases]) => cases)).toHaveLength(1281);
  expect(layers.flatMap(([, , cases]) => cases)).toHaveLength(16);
});

function counted<Case>(suite: string, cases: readonly Case[]): [string, number, readonly Case[]] {
  return [suite, cases.length, cases];
}

function named(kernel: Kernel): [string, Kernel] {
  return [kernel.name, kernel];
}

const allOf = (cases: readonly unknown[]) => ({ right: cases.length, of: cases.length, failures: [] });
