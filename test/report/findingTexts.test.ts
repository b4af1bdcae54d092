import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { textsIn } from "../../src/report/texts.js";
import { LANGUAGES } from "../../src/report/textsShape.js";

const root = fileURLToPath(new URL("../../src/", import.meta.url));

/** Words in capitals that other tools want, and that are no finding. */
const NO_FINDING = new Set(["BYTE_ARRAY", "CONVERT_TO_LINEAR", "PROMOTE_TO_MULTI"]);

/** Every code a Finding can have: words in capitals with a bar between, or named as a code. */
function codesInSource(): string[] {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".ts"),
  );
  const codes = files.flatMap((path) => {
    const source = readFileSync(join(root, path), "utf8");
    const found = source.matchAll(/"([A-ZÆØÅ]{2,}(?:_[A-ZÆØÅ]+)+)"|\bcode: "([A-ZÆØÅ]+)"/g);
    return Array.from(found, ([, barred, plain]) => barred ?? plain);
  });
  return [...new Set(codes)].filter((code) => !NO_FINDING.has(code)).sort();
}

test.each(LANGUAGES)("every finding code in the source means something to a reader in %s", (language) => {
  const codes = codesInSource();
  expect(codes.length).toBeGreaterThan(80);
  expect(codes).toContain("GRENSE_FLYTTET");
  const warnings: Readonly<Record<string, string>> = textsIn(language).report.warnings;
  expect(codes.filter((code) => (warnings[code] ?? "") === "")).toEqual([]);
});

test("the languages have the same codes, and no two of them one sentence by mistake", () => {
  const [nb, nn, en] = LANGUAGES.map((language) => textsIn(language).report.warnings);
  expect(Object.keys(nn).sort()).toEqual(Object.keys(nb).sort());
  expect(Object.keys(en).sort()).toEqual(Object.keys(nb).sort());
  for (const [code, says] of Object.entries(nb)) expect(en[code as keyof typeof en]).not.toBe(says);
  for (const says of Object.values(nb)) expect(says).toMatch(/^\p{Lu}.*\.$/u);
});
