import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LANGUAGES } from "../../src/report/textsShape.js";
import { startBrowser } from "./browser.js";
import { fullBasis } from "./fullSample.js";
import { CHANGE_MAP, RUNS } from "./runSamples.js";
import { basis9901, sampleHtml } from "./sample.js";

let browser: Browser;
const folder = mkdtempSync(join(tmpdir(), "rapport-"));
/** A small report, one with every part that a report can have, and those of the other commands. */
const BASES = { small: basis9901, full: fullBasis, ...RUNS };
type Kind = keyof typeof BASES;
type Page = `${Kind} ${(typeof LANGUAGES)[number]}`;
const NAMES: readonly Page[] = [
  ...LANGUAGES.map((language): Page => `small ${language}`),
  "full nb",
  "change en",
  "scenario nb",
  "statistics nn",
];
const pages = new Map(
  NAMES.map((name) => {
    const [kind, language] = name.split(" ") as [Kind, (typeof LANGUAGES)[number]];
    const path = join(folder, `${kind}.${language}.html`);
    writeFileSync(path, sampleHtml(language, BASES[kind], kind === "change" ? CHANGE_MAP : undefined));
    return [name, pathToFileURL(path).href];
  }),
);

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

async function open(width: number, name: Page = "full nb") {
  const context = await browser.newContext({ viewport: { width, height: 900 } });
  const page = await context.newPage();
  const trouble: string[] = [];
  page.on("console", (message) => trouble.push(message.text()));
  page.on("pageerror", (error) => trouble.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith("file:")) trouble.push(request.url());
  });
  await page.goto(pages.get(name)!);
  return { page, trouble };
}

test.each(NAMES)("axe finds nothing to mend in %s (WCAG 2.2 AA and good practice)", async (name) => {
  for (const width of [1280, 320]) {
    const { page, trouble } = await open(width, name);
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { violations, passes } = await new AxeBuilder({ page }).withTags(tags).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([]);
    expect(passes.length).toBeGreaterThan(20);
    expect(trouble).toEqual([]);
  }
});

test("at 400 % zoom everything stands in one column, and only tables and drawings scroll", async () => {
  const { page } = await open(320); // 1280 CSS pixels at 400 % (WCAG 2.2, 1.4.10)
  const widest = await page.evaluate("document.documentElement.scrollWidth");
  expect(widest).toBe(320);
});

test("the keyboard comes to the content first, then through it from top to bottom", async () => {
  const { page } = await open(1280);
  await page.keyboard.press("Tab");
  expect(await page.evaluate("document.activeElement.getAttribute('href')")).toBe("#innhold");
  const tops: number[] = [];
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press("Tab");
    tops.push(
      await page.evaluate<number>("document.activeElement.getBoundingClientRect().top + window.scrollY"),
    );
  }
  expect(tops).toEqual([...tops].sort((a, b) => a - b));
});

test("prints as A4, no table or drawing wider than its page", async () => {
  const { page } = await open(688); // A4 less its margins, in CSS pixels
  await page.emulateMedia({ media: "print" });
  const wide = await page.evaluate<string[]>(
    `[...document.querySelectorAll("table,svg")]
      .filter((one) => one.getBoundingClientRect().right > (one.closest(".across") ? 1017 : 690))
      .map((one) => one.querySelector("caption,title").textContent)`,
  );
  expect(wide).toEqual([]);
  const pdf = await page.pdf({ preferCSSPageSize: true });
  expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
  expect(pdf.toString("latin1").match(/\/MediaBox\s*\[0 0 59\d(\.\d+)? 84\d/)).not.toBeNull();
});
