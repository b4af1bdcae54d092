import { describe, expect, test } from "vitest";
import { GmlFeatureEnd } from "../../../src/read/gml/gmlFeatureEnd.js";

/** Where the feature app:Flate, whose start tag the text begins with, is said to end; `base` as if it stood in a file. */
function endOf(text: string, known = text.length, base = 1000): number {
  const bytes = Buffer.from(text);
  return new GmlFeatureEnd().find(bytes, 1, 10, text.indexOf(">") + 1, known, base);
}

describe("the end of a feature is found by its name", () => {
  test.each([
    ["plain", "<app:Flate><app:a>1</app:a></app:Flate>"],
    ["white space in the end tag", "<app:Flate><app:a>1</app:a></app:Flate \n>"],
    ["longer names, and names in texts", "<app:Flate><app:FlateNr>app:Flate</app:FlateNr></app:Flate>"],
    ["the name without its prefix", "<app:Flate><Flate>1</Flate></app:Flate>"],
    ["marks in texts", "<app:Flate><app:a>hva? ja!</app:a></app:Flate>"],
  ])("%s", (_, text) => {
    expect(endOf(text)).toBe(text.length);
    expect(endOf(`${text}<!-- behind -->`)).toBe(text.length);
  });

  test.each([
    ["a comment", "<app:Flate><!-- </app:Flate> --></app:Flate>"],
    ["CDATA", "<app:Flate><app:a><![CDATA[</app:Flate>]]></app:a></app:Flate>"],
    ["an instruction", "<app:Flate><?x </app:Flate>?></app:Flate>"],
    ["an element of the same name", "<app:Flate><app:Flate>1</app:Flate></app:Flate>"],
    ["no end tag", "<app:Flate><app:a>1</app:a>"],
    ["an end tag that is not whole", "<app:Flate><app:a>1</app:a></app:Flate"],
  ])("not where it cannot be told: %s", (_, text) => {
    expect(endOf(text)).toBe(-1);
  });

  test("bytes that are not yet there are not looked at", () => {
    const text = "<app:Flate><app:a>1</app:a></app:Flate>";
    for (let known = 11; known < text.length; known++) expect(endOf(text, known)).toBe(-1);
  });

  test("a comment between two features is nobody's, one in the second is", () => {
    const first = "<app:Flate>1</app:Flate>";
    const text = `${first}<!-- -->${first}<app:Flate><!-- --></app:Flate>`;
    const bytes = Buffer.from(text);
    const ends = new GmlFeatureEnd();
    const from = (at: number) => ends.find(bytes, at + 1, at + 10, at + 11, bytes.length, 0);
    const second = text.indexOf("<app:Flate>", first.length);
    expect(from(0)).toBe(first.length);
    expect(from(second)).toBe(second + first.length);
    expect(from(second + first.length)).toBe(-1);
  });
});
