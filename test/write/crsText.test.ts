import proj4 from "proj4";
import { describe, expect, test } from "vitest";
import { crsOf } from "../../src/read/crs/crs.js";
import { crsName, crsProjJson, crsWkt } from "../../src/write/crsText.js";

/** Every system of the readers' table but Web Mercator, which is never worked in. */
const SYSTEMS = [
  ...[25831, 25832, 25833, 25834, 25835, 25836, 32632, 32633, 3035, 4258, 4326],
  ...Array.from({ length: 26 }, (_, i) => 5105 + i),
];

describe.each(SYSTEMS)("EPSG:%i", (epsg) => {
  test("both texts put the same point at the same place as the readers' own definition", () => {
    const ours = crsOf("", epsg).proj4;
    const lonLat = "+proj=longlat +ellps=GRS80 +no_defs";
    const place: [number, number] = [10.75 + ((epsg % 7) - 3), 59.91];
    const expected = proj4(lonLat, ours, place);
    for (const text of [crsWkt(epsg), crsProjJson(epsg)]) {
      const [x, y] = proj4(lonLat, text as string, place);
      const tolerance = crsOf("", epsg).unit === "degree" ? 1e-9 : 1e-4;
      expect(Math.abs(x - expected[0])).toBeLessThan(tolerance);
      expect(Math.abs(y - expected[1])).toBeLessThan(tolerance);
    }
  });

  test("both carry the code and the name", () => {
    expect(crsWkt(epsg)).toMatch(new RegExp(`AUTHORITY\\["EPSG","${epsg}"\\]\\]$`));
    expect(crsProjJson(epsg)).toMatchObject({ id: { authority: "EPSG", code: epsg }, name: crsName(epsg) });
  });
});

test("a system without a definition is refused", () => {
  for (const text of [crsName, crsWkt, crsProjJson]) expect(() => text(3857)).toThrow("--til-epsg 25833");
});
