import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { GROUND, hashesOf, KOMMUNER, layerOfFlater, writeFgb } from "../run/scene.js";
import { arealregnskap } from "./program.js";

const folder = mkdtempSync(join(tmpdir(), "flater-"));
afterAll(() => rmSync(folder, { recursive: true }));
const inn = (name: string) => join(folder, name);

test("threads move no byte of the polygons, and a format that is none is refused", async () => {
  const grunnkart = await writeFgb(inn("grunn.fgb"), layerOfFlater("grunn", GROUND));
  const kommuner = await writeFgb(inn("kommuner.fgb"), layerOfFlater("kommuner", KOMMUNER));
  const run = (out: string, ...rest: string[]) =>
    arealregnskap(
      ["account", "--grunnkart", grunnkart, "--klasse", "objtype", "--enheter", `kommune=${kommuner}`].concat(
        ["--quiet", "--out", inn(out)],
        rest,
      ),
    );
  expect(await run("uten", "--flater", "--workers", "0")).toMatchObject({ code: 0, stderr: "" });
  expect(await run("med", "--workers", "2", "--flater", "fgb")).toMatchObject({ code: 0, stderr: "" });
  expect(hashesOf(inn("med"))).toEqual(hashesOf(inn("uten")));
  expect(Object.keys(hashesOf(inn("med")))).toEqual(expect.arrayContaining(["flater.fgb", "flater.qml"]));
  const refused = await run("feil", "--flater", "shp");
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/flater/);
});
