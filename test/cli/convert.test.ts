import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arealregnskap } from "./program.js";

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "konverter-cli-"));
  const sizes = ["--polygons", "3000", "--plan-areas", "50", "--kommuner", "1"];
  expect(await arealregnskap(["generate", ...sizes, "--out", folder, "--quiet"])).toMatchObject({ code: 0 });
});
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
const convert = (args: readonly string[], preload?: string) =>
  arealregnskap(["convert", at("grunnkart.fgb"), ...args], preload);

test.each(["fgb", "gpkg", "geojson", "parquet", "csv"])("to .%s: says what it wrote", async (ending) => {
  const out = at(`ut.${ending}`);
  const { code, stdout } = await convert(["-o", out]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/grunnkart: \d+ objekter, \d+ punkter, FlatGeobuf til \w+, EPSG:25833\n/);
  expect(stdout).toContain(`Resultat: ${out}`);
  expect(stdout.includes("Hilbert")).toBe(ending === "fgb");
  expect(stdout.includes("--epsg 25833")).toBe(ending === "csv");
  const again = await convert(["-o", out, "--quiet"]);
  expect(again).toMatchObject({ code: 1, stdout: "" });
  expect(again.stderr).toContain("--overskriv");
  expect(await convert(["-o", out, "--overskriv", "--quiet"])).toEqual({ code: 0, stdout: "", stderr: "" });
});

test("to a new system and fewer fields, and what inspect says of it", async () => {
  const out = at("grader.geojson");
  expect(
    await convert(["-o", out, "--til-epsg", "4326", "--felt", "arealdekkeNiva1, kommunenummer"]),
  ).toMatchObject({
    code: 0,
  });
  const { code, stdout } = await arealregnskap(["inspect", "--json", out]);
  const [told] = JSON.parse(stdout) as { epsg: number; fields: { name: string }[]; editions: string[] }[];
  expect(code).toBe(0);
  expect(told).toMatchObject({ epsg: 4326, editions: ["arsversjon2025"], crsByValues: { fits: true } });
  expect(told.fields.map(({ name }) => name.toLowerCase())).toEqual(["arealdekkeniva1", "kommunenummer"]);
});

test("an account of the converted layer has the same figures", async () => {
  const account = (ground: string, out: string) =>
    arealregnskap([
      "account",
      "--grunnkart",
      at(ground),
      "--enheter",
      at("kommune.fgb"),
      "--out",
      at(out),
      "--quiet",
    ]);
  expect(await convert(["-o", at("samme.geojson")])).toMatchObject({ code: 0 });
  expect(await account("grunnkart.fgb", "en")).toMatchObject({ code: 0 });
  expect(await account("samme.geojson", "to")).toMatchObject({ code: 0 });
  expect(readFileSync(at("to/cells.csv"), "utf8")).toBe(readFileSync(at("en/cells.csv"), "utf8"));
});

/** A real signal, as soon as the file that is being written is there. */
const CTRL_C_WHILE_WRITING = `
  import { readdirSync } from "node:fs";
  const waiting = setInterval(() => {
    if (!readdirSync(${JSON.stringify("FOLDER")}).some((name) => name.includes(".part"))) return;
    clearInterval(waiting);
    process.kill(process.pid, "SIGINT");
  }, 1);`;

test("Ctrl-C leaves nothing", async () => {
  const before = readdirSync(folder).sort();
  const { code, stderr } = await convert(
    ["-o", at("stanset.geojson")],
    CTRL_C_WHILE_WRITING.replace("FOLDER", folder.replaceAll("\\", "/")),
  );
  // A small layer may be written whole before the signal is heard: then the file is there, and whole.
  if (code === 0) rmSync(at("stanset.geojson"));
  else
    expect({ code, stderr }).toMatchObject({ code: 130, stderr: expect.stringMatching(/Avbrutt/) as string });
  expect(readdirSync(folder).sort()).toEqual(before);
  expect(existsSync(at("stanset.geojson"))).toBe(false);
});

test("without -o the help says what is wanted", async () => {
  expect(await convert([])).toMatchObject({ code: 1, stderr: expect.stringContaining("--output") as string });
});
