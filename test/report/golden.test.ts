/**
 * The golden files byte for byte. A change that moves them must be one that was meant: `GOLDEN=write npx vitest run
 * test/report/golden.test.ts` writes them anew and fails, so that nobody takes it for a test that passed.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { GOLDEN_FILES, PDF_PLATFORM } from "./golden.js";

const here = `${process.platform}-${process.arch}`;

/** Elsewhere the sum of a PDF may be another; its text and tags may not. */
const comparable = (name: string, bytes: Uint8Array): string => {
  const text = Buffer.from(bytes).toString("latin1");
  return name.endsWith(".pdf.txt") && here !== PDF_PLATFORM ? text.replace(/^sha256 .*\n/, "") : text;
};

test.each(GOLDEN_FILES)("$name", async ({ name, make }) => {
  const path = new URL(`../../reports/golden/${name}`, import.meta.url);
  const made = await make();
  if (process.env["GOLDEN"] === "write") {
    writeFileSync(path, made);
    expect.fail(`${name} is written anew: look at what changed, and run the test without GOLDEN`);
  }
  const due = readFileSync(path);
  if (name.endsWith(".xlsx")) expect(Buffer.compare(due, made)).toBe(0);
  else expect(comparable(name, made)).toBe(comparable(name, due));
});
