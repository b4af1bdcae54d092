import { expect, test } from "vitest";
import { oncePerField, type Finding } from "../../src/core/trouble.js";

const finding = (code: string, feature: number, says: string, layer = "a"): Finding => ({
  code,
  severity: "warning",
  layer,
  feature,
  areaM2: 0,
  did: "dropped",
  says,
});

test("a field is told of once in each layer, where it was first met; what is about features each time", () => {
  const findings = [
    finding("FELT_SENT", 4, "feltet x"),
    finding("NULL_GEOMETRI", 5, "ingen"),
    finding("NULL_GEOMETRI", 6, "ingen"),
    finding("FELT_SENT", 7, "feltet x"),
    finding("FELT_SENT", 7, "feltet y"),
    finding("FELT_SENT", 9, "feltet x", "b"),
  ];
  expect(findings.filter(oncePerField()).map(({ feature, layer }) => `${layer}${feature}`)).toEqual([
    "a4",
    "a5",
    "a6",
    "a7",
    "b9",
  ]);
});
