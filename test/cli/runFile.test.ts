import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readRunFile } from "../../src/cli/runFile.js";
import { InputError } from "../../src/core/trouble.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kjorefil-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const saved = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

test("paths are from where the file lies, addresses and text as they stand", async () => {
  const path = saved(
    "a.yaml",
    "# <til test>\ngrunnkart: g.fgb\nenheter:\n  - fil: https://kart.no/k\n    navn: k\n",
  );
  expect(await readRunFile(path)).toEqual({
    grunnkart: join(folder, "g.fgb"),
    enheter: [{ fil: "https://kart.no/k", navn: "k" }],
  });
});

test.each<[string, Uint8Array]>([
  ["grunn.gpkg", Buffer.from("SQLite format 3\0")],
  ["grunn.gml", Buffer.from('\ufeff\n<?xml version="1.0"?>')],
  ["grunn.geojson", Buffer.from('{ "type": "FeatureCollection", "features": [] }')],
])("%s in its place is refused with what to do", async (name, start) => {
  const path = saved(name, start);
  truncateSync(path, 2 ** 40); // far more than could be read
  const reading = readRunFile(path);
  await expect(reading).rejects.toThrow(InputError);
  await expect(reading).rejects.toThrow(
    `a file of data. Wanted: a run file. If it is the ground, give it with --grunnkart ${name}`,
  );
});

test("so is a text of any kind that is too long, and what is no list of fields", async () => {
  const path = saved("lang.txt", "a: 1\n".repeat(1000));
  truncateSync(path, 2 ** 40);
  await expect(readRunFile(path)).rejects.toThrow(/a file of 1099511627776 bytes/);
  await expect(readRunFile(saved("b.yaml", "- a\n"))).rejects.toThrow(/no fields/);
  await expect(readRunFile(saved("c.yaml", "a: [1\n"))).rejects.toThrow(/not YAML/);
  await expect(readRunFile(join(folder, "borte.yaml"))).rejects.toThrow(/cannot be read/);
});

test("an alias inside its own anchor has no end, and is refused; one beside it is read", async () => {
  const ring = readRunFile(saved("ring.yaml", "a: &x [*x]\n"));
  await expect(ring).rejects.toThrow(InputError);
  await expect(ring).rejects.toThrow(/an alias inside what it stands for/);
  const twice = await readRunFile(saved("to.yaml", "a: &x [1]\nb: [*x, *x]\n"));
  expect(twice).toEqual({ a: [1], b: [[1], [1]] });
});
