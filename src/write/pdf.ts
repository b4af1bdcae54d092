/** A Typst program and its data as a tagged PDF/UA-1 file with its fonts in it. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { NodeCompiler } from "@myriaddreamin/typst-ts-node-compiler";
import { invariant } from "../core/trouble.js";
import { lettersOf } from "./fontLetters.js";

/** Noto Sans (SIL Open Font License 1.1): Latin with all Sami letters, Greek and Cyrillic. */
const FONT_FILES = ["400Regular/NotoSans_400Regular.ttf", "700Bold/NotoSans_700Bold.ttf"];

export type PdfPress = {
  /** Text in letters the font has; others become U+FFFD, which is seen, and line ends become spaces. */
  readonly letters: (text: string) => string;
  readonly press: (program: string, data: string) => Uint8Array;
};

/** Loads the fonts and the compiler, once for several files. */
export async function pdfPress(): Promise<PdfPress> {
  const fonts = await Promise.all(
    FONT_FILES.map((name) =>
      readFile(fileURLToPath(import.meta.resolve(`@expo-google-fonts/noto-sans/${name}`))),
    ),
  );
  const known = fonts.map((font) => lettersOf(font));
  const compiler = NodeCompiler.create({ fontArgs: [{ fontBlobs: fonts.map((font) => Buffer.from(font)) }] });
  return {
    letters: (text) => inLettersOf(known, text),
    press: (program, data) => pressed(compiler, program, data),
  };
}

function inLettersOf(known: readonly ReadonlySet<number>[], text: string): string {
  const has = (letter: string): boolean =>
    !/\p{Control}/u.test(letter) && known.every((letters) => letters.has(letter.codePointAt(0)!));
  return text
    .replace(/[\n\r\t\v\f\u2028\u2029]+/g, " ")
    .replace(/[^\x20-\x7e]/gu, (letter) => (has(letter) ? letter : "\ufffd"));
}

/** No date is in the file and no font of the machine's, so that the same report is the same bytes everywhere. */
function pressed(compiler: NodeCompiler, program: string, data: string): Uint8Array {
  const args = { mainFileContent: program, inputs: { report: data } };
  const compiled = compiler.compile(args);
  const trouble = compiled.hasError() ? compiled.takeDiagnostics() : null;
  invariant(
    trouble === null && compiled.result !== null,
    () =>
      `the report is not set: ${JSON.stringify(trouble === null ? "" : compiler.fetchDiagnostics(trouble)).slice(0, 2000)}`,
  );
  const bytes = compiler.pdf(compiled.result, { pdfStandard: "ua-1", pdfTags: true });
  compiler.evictCache(0);
  return bytes;
}
