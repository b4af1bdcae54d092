/**
 * Makes the program of few files: what tsc made of src/cli and of the threads' entries, with the packages a command loads,
 * so that starting does not mean opening five hundred modules (decisions/one-program-few-files.md). The library stays as
 * tsc made it.
 *
 *   node bundle.js
 */
import { build } from "rolldown";

/** Packages that open files of their own beside their code stay where npm put them. */
const STAY = [
  "@expo-google-fonts/noto-sans",
  "@myriaddreamin/typst-ts-node-compiler",
  "gdal3.js",
  "node-sqlite3-wasm",
  "pg",
  "pg-copy-streams",
  "wasm-xlsxwriter",
];

await build({
  input: {
    main: "dist/cli/main.js",
    worker: "dist/run/worker.js",
    checkWorker: "dist/run/checkWorker.js",
    changeWorker: "dist/run/changeWorker.js",
  },
  platform: "node",
  external: (id) => STAY.some((name) => id === name || id.startsWith(`${name}/`)),
  output: {
    dir: "dist/program",
    cleanDir: true,
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
    // What every thread needs is one file.
    codeSplitting: { groups: [{ name: "kernel", test: /dist\/(core|index|overlay|pool|aggregate)\// }] },
  },
});
