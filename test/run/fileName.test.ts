import { expect, test } from "vitest";
import { fileNameOf, withoutFolders } from "../../src/run/fileName.js";

test.each([
  [{ path: "kart/grunn.fgb" }, "grunn.fgb"],
  [{ path: "C:\\kart\\grunn.fgb" }, "grunn.fgb"],
  [{ path: "kart/alt.zip/x/grunn.gml", entryName: "x/grunn.gml" }, "alt.zip#x/grunn.gml"],
  [{ path: "postgis://ola:***@vert/db?table=plan.flate" }, "postgis://ola@vert/db?table=plan.flate"],
])("%o is called %s", (source, name) => {
  expect(fileNameOf(source)).toBe(name);
});

test.each([
  ["kart/grunn.gpkg#lag", "grunn.gpkg#lag"],
  ["kart/alt.zip", "alt.zip"],
  ["kart/ALT.ZIP#x/grunn.gml#Flate", "ALT.ZIP#x/grunn.gml#Flate"],
  ["C#/grunn.fgb", "grunn.fgb"],
  ["postgis://ola:hem%40lig@vert:5432/db?table=a", "postgis://ola@vert:5432/db?table=a"],
  ["postgis://vert/db?password=hemmelig&table=a", "postgis://vert/db?table=a"],
  ["https://kart.no/collections/flate/items?f=json", "https://kart.no/collections/flate/items?f=json"],
])("in settings %s is %s", (path, name) => {
  expect(withoutFolders(path)).toBe(name);
});
