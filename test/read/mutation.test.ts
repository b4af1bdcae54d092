import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InputError } from "../../src/core/trouble.js";
import { sourcesOf } from "../../src/read/open.js";
import { readLayer } from "../../src/read/readLayer.js";
import { zipEntries } from "../../src/read/zip.js";
import { loadRules } from "../../src/rules/load.js";
import { runConvert } from "../../src/run/convert.js";
import { MUTATIONS, numbersFrom } from "./mutations.js";
import { haveOutsideData, outside } from "./outsideData.js";

/*
 * Real files of every format, damaged in ways that disks and transfers damage them. Whatever is left is read with every
 * feature, read with a finding for each that is lost, or refused. What cannot be told: a digit or a bit of a coordinate
 * that became another, where the format has no checksum (all but zip), and text that became other text. Repeated
 * stretches may give features twice; where the format numbers its objects they are refused.
 */
const KRISTIANSAND = "data/formater/kristiansand_arealdekke_25832";

type Sample = {
  readonly name: string;
  /** The file that is damaged; its folder is copied along. */
  readonly path: string;
  /** The file that is opened, when it is another of that folder. */
  readonly opened?: string;
  readonly epsg?: number;
  readonly rounds: number;
};

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "skade-"));
  if (haveOutsideData) await unpackSamples();
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Formats that come in archives, and those nobody gave us: made from the same layer, 60 features of it. */
async function unpackSamples(): Promise<void> {
  for (const ending of ["gml.zip", "shp.zip"]) {
    mkdirSync(join(folder, ending));
    for (const entry of await zipEntries(outside(`${KRISTIANSAND}.${ending}`))) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of entry.chunks()) chunks.push(Uint8Array.from(chunk));
      writeFileSync(join(folder, ending, entry.name), Buffer.concat(chunks));
    }
  }
  const collection = JSON.parse(readFileSync(outside(`${KRISTIANSAND}.geojson`), "utf8")) as {
    features: unknown[];
  };
  const few = join(folder, "few.geojson");
  writeFileSync(few, JSON.stringify({ ...collection, features: collection.features.slice(100, 160) }));
  const rules = await loadRules();
  for (const ending of ["fgb", "gpkg", "parquet", "csv"]) {
    mkdirSync(join(folder, ending));
    await runConvert({ path: few, out: join(folder, ending, `few.${ending}`), fields: [] }, rules);
  }
}

const samples: readonly Sample[] = [
  { name: "FlatGeobuf of ours", path: "fgb/few.fgb", rounds: 20 },
  { name: "FlatGeobuf of GDAL", path: `${KRISTIANSAND}.fgb`, rounds: 6 },
  { name: "GeoJSON", path: "few.geojson", rounds: 20 },
  { name: "GeoJSON of an API", path: "data/arealdekke/ngis_ar5_onlyPolygons.geojson", rounds: 8 },
  { name: "GeoPackage of ours", path: "gpkg/few.gpkg", rounds: 12 },
  { name: "GeoPackage of GDAL", path: `${KRISTIANSAND}.gpkg`, rounds: 3 },
  { name: "GeoParquet", path: "parquet/few.parquet", rounds: 20 },
  { name: "CSV", path: "csv/few.csv", epsg: 25832, rounds: 10 },
  { name: "lines of WKT", path: "data/ugyldig/ssb_dissolve_error_25833.wkt.txt", epsg: 25833, rounds: 12 },
  { name: "GML", path: "gml.zip/k.gml", rounds: 5 },
  { name: "GML in an archive", path: `${KRISTIANSAND}.gml.zip`, rounds: 4 },
  { name: "Shapefile in an archive", path: `${KRISTIANSAND}.shp.zip`, rounds: 4 },
  ...["shp", "dbf", "prj", "cpg"].map((ending) => ({
    name: `Shapefile, its .${ending}`,
    path: `shp.zip/k.${ending}`,
    opened: "k.shp",
    rounds: 4,
  })),
  { name: "SOSI", path: "data/arealdekke/n250_kristiansand_arealdekke_utm32.sos", rounds: 2 },
  { name: "SOSI of a plan", path: "data/plan/regplan_saltdal_2016003_ntm15.sos", rounds: 3 },
];

type Seen = { readonly features: number; readonly findings: number };

async function look(path: string, epsg: number | undefined): Promise<Seen> {
  let features = 0;
  let findings = 0;
  for (const source of await sourcesOf(path, epsg === undefined ? {} : { epsg })) {
    const names = source.fields.map(({ name }) => name);
    const read = await readLayer(source, names);
    features += read.featureCount;
    findings += read.findings.length;
  }
  return { features, findings };
}

/** What became of a damaged file; anything but these is a mistake of ours. */
type Outcome =
  "all there" | "more" | "refused" | `told, ${number} gone` | `silent, ${number} gone` | `crash: ${string}`;

async function outcome(path: string, epsg: number | undefined, whole: Seen): Promise<Outcome> {
  try {
    const { features, findings } = await look(path, epsg);
    if (features === whole.features) return "all there";
    if (features > whole.features) return "more";
    const gone = whole.features - features;
    return findings > whole.findings ? `told, ${gone} gone` : `silent, ${gone} gone`;
  } catch (error) {
    return error instanceof InputError ? "refused" : `crash: ${String(error)}`;
  }
}

describe.skipIf(!haveOutsideData)("a damaged file loses nothing in silence, and never stops us", () => {
  test.each(samples)("$name", { timeout: 60_000 }, async ({ path, opened, epsg, rounds }) => {
    const original = path.startsWith("data/") ? outside(path) : join(folder, path);
    const bytes = readFileSync(original);
    const at = mkdtempSync(join(folder, "damaged-"));
    if (opened !== undefined || path.endsWith(".shp")) cpSync(join(original, ".."), at, { recursive: true });
    const damaged = join(at, basename(original));
    const target = opened === undefined ? damaged : join(at, opened);
    writeFileSync(damaged, bytes);
    const whole = await look(target, epsg);
    const wrong: string[] = [];
    let refused = 0;
    for (const [m, [kind, mutate]] of Object.entries(MUTATIONS).entries()) {
      for (let round = 0; round < rounds; round++) {
        writeFileSync(damaged, mutate(bytes, numbersFrom(1000 * m + round)));
        const is = await outcome(target, epsg, whole);
        if (is === "refused") refused++;
        if (/^(silent|crash)/.test(is) || (is === "more" && kind !== "a stretch twice"))
          wrong.push(`${kind} (${round}): ${is}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(refused).toBeGreaterThan(0);
  });
});
