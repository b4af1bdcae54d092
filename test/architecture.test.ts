import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/** The house as it is meant to stand: a room may import from rooms on lower floors, and from itself. */
const FLOORS = [
  ["core"],
  ["rules", "pool", "generate"],
  ["read", "write", "index"],
  ["overlay"],
  ["repair", "bands", "aggregate"], // repair and bands stand on the exact predicates of the overlay
  ["tables", "pieces"], // pieces are built on the exact noding of repair
  ["report"],
  ["run"],
  ["scenario"],
  ["cli", "web"],
];

/** Rooms a browser worker runs too. rules/load.ts is the one door to a disk; a browser hands `rulesFrom` the bytes. */
const WITHOUT_NODE = [
  "core",
  "rules",
  "generate",
  "index",
  "overlay",
  "repair",
  "aggregate",
  "pieces",
  "tables",
  "report",
];
const DISK_DOOR = "rules/load.ts";

/** Each outside package has one room. Two formats and three kinds of checked data are why two of them have more. */
const PACKAGE_ROOMS: Readonly<Record<string, readonly string[]>> = {
  "@myriaddreamin/typst-ts-node-compiler": ["write"],
  "@turf/turf": ["scenario"], // what users draw is checked by it, never measured
  arquero: ["tables"],
  commander: ["cli"],
  "d3-sankey": ["report"],
  "d3-scale": ["report"],
  flatbuffers: ["read", "write"], // the same generated accessors read and write FlatGeobuf
  flatbush: ["overlay", "pieces", "repair"],
  flatgeobuf: ["read", "write"],
  hyparquet: ["read", "write"], // writing takes its types
  "hyparquet-compressors": ["read"],
  "hyparquet-writer": ["write"],
  jsts: ["repair"],
  "node-sqlite3-wasm": ["read", "write"],
  pg: ["read"],
  "pg-copy-streams": ["read"],
  proj4: ["read"],
  rbush: ["generate", "overlay", "scenario"],
  "robust-predicates": ["overlay"],
  "wasm-xlsxwriter": ["write"],
  yaml: ["cli"],
  yauzl: ["read"],
  zod: ["rules", "generate", "run", "scenario"], // each checks the data that comes in at its own door
};

/** The process number keeps temporary names of two runs apart; nothing of it is left when a run is done. */
const PROCESS_ID_ONLY = ["write/partFile.ts", "write/runFolder.ts"];

/** Above all rooms: what programs import. No room looks through it. */
const LIBRARY_DOOR = "library.ts";

const root = fileURLToPath(new URL("../src/", import.meta.url));

type Import = { readonly file: string; readonly room: string; readonly target: string };

const files = readdirSync(root, { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => path.endsWith(".ts"));
const sources = new Map(files.map((file) => [file, readFileSync(join(root, file), "utf8")]));
const imports = files.flatMap((file) => importsOf(file, sources.get(file) ?? ""));

test("there is a house to look at", () => {
  expect(files.length).toBeGreaterThan(50);
  expect(imports.length).toBeGreaterThan(200);
  expect(importsOf("read/open.ts", 'import { a } from "../core/a.js";\nawait import("node:fs")')).toEqual([
    { file: "read/open.ts", room: "read", target: "core/a.ts" },
    { file: "read/open.ts", room: "read", target: "node:fs" },
  ]);
});

test("every file stands in a room that has a floor", () => {
  const homeless = files.filter((file) => floorOf(roomOf(file)) < 0);
  expect(homeless).toEqual([LIBRARY_DOOR]);
  expect(imports.filter(({ target }) => target === LIBRARY_DOOR)).toEqual([]);
});

test("data flow one way: a room imports only from lower floors", () => {
  const wrong = imports
    .filter(({ file, target }) => sources.has(target) && file !== LIBRARY_DOOR)
    .filter(({ room, target }) => roomOf(target) !== room && floorOf(roomOf(target)) >= floorOf(room));
  expect(wrong).toEqual([]);
});

test("every import of ours is a file that is there", () => {
  const ours = imports.filter(({ target }) => target.endsWith(".ts"));
  expect(ours.filter(({ target }) => !sources.has(target))).toEqual([]);
});

test("no two files need each other", () => {
  expect(cycles(files)).toEqual([]);
});

test("files and folders are named for what they hold", () => {
  const named = files.filter((file) =>
    /(^|\/)index\.ts$|(^|\/)(utils?|helpers?|common|misc|v\d)(\.ts$|\/)|_old/i.test(file),
  );
  expect(named).toEqual([]);
  expect(files.filter((file) => !/^[a-z][A-Za-z0-9]*\.ts$/.test(basename(file)))).toEqual([]);
});

test("the rooms a browser worker runs know nothing of Node", () => {
  const found = imports
    .filter(({ target }) => target.startsWith("node:"))
    .filter(({ room, file }) => WITHOUT_NODE.includes(room) && file !== DISK_DOOR)
    .map(({ file, target }) => `${file} imports ${target}`);
  expect(found).toEqual([]);
  const throughTheDoor = imports.filter(
    ({ target, room }) => target === DISK_DOOR && WITHOUT_NODE.includes(room),
  );
  expect(throughTheDoor).toEqual([]);
});

test("each outside package is touched from the rooms it is meant for, and is a dependency", () => {
  const outside = imports.filter(({ target }) => !target.endsWith(".ts") && !target.startsWith("node:"));
  const strangers = outside.filter(({ room, target }) => !PACKAGE_ROOMS[packageOf(target)]?.includes(room));
  expect(strangers).toEqual([]);
  const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    dependencies: Record<string, string>;
  };
  expect(Object.keys(manifest.dependencies)).toEqual(expect.arrayContaining(Object.keys(PACKAGE_ROOMS)));
});

test("only the shells know the clock, the console and the process", () => {
  const met = files
    .filter((file) => !["cli", "web"].includes(roomOf(file)))
    .flatMap((file) => {
      const code = withoutComments(sources.get(file) ?? "");
      const allowed = PROCESS_ID_ONLY.includes(file) ? code.replaceAll("process.pid", "") : code;
      const words = allowed.match(
        /\b(process|console|Date|performance|Math\.random|set(Timeout|Interval))\b/g,
      );
      return (words ?? []).map((word) => `${file}: ${word}`);
    });
  expect(met).toEqual([]);
});

function importsOf(file: string, source: string): Import[] {
  const statements = withoutComments(source).matchAll(
    /(?:^(?:import|export)\s(?:[\w*\s,]|\{[^}]*\})*\bfrom\s*|^import\s*|\bimport\(\s*)"([^"\n]+)"/gm,
  );
  return Array.from(statements, ([, target]) => ({
    file,
    room: roomOf(file),
    target: target.startsWith(".") ? resolved(file, target) : target,
  }));
}

/** "../core/a.js" seen from "read/open.ts" is "core/a.ts". */
function resolved(file: string, target: string): string {
  return join(file, "..", target).replaceAll("\\", "/").replace(/\.js$/, ".ts");
}

/** "" for a file that stands in no room. */
function roomOf(file: string): string {
  return file.slice(0, Math.max(0, file.indexOf("/")));
}

function floorOf(room: string): number {
  return FLOORS.findIndex((floor) => floor.includes(room));
}

/** "flatgeobuf/lib/a.js" is of flatgeobuf, "@scope/name/a.js" of @scope/name. */
function packageOf(target: string): string {
  return target
    .split("/")
    .slice(0, target.startsWith("@") ? 2 : 1)
    .join("/");
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$|\s\/\/\s.*$/gm, "");
}

/** Each way round from a file back to itself, as the files on it. Imports of types alone count too. */
function cycles(all: readonly string[]): string[] {
  const next = new Map(
    all.map((file) => [
      file,
      imports.filter((one) => one.file === file && sources.has(one.target)).map(({ target }) => target),
    ]),
  );
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) found.push([...way.slice(way.indexOf(file)), file].join(" -> "));
    else if (!done.has(file)) {
      for (const target of next.get(file) ?? []) visit(target, [...way, file]);
      done.add(file);
    }
  };
  for (const file of all) visit(file, []);
  return found;
}
