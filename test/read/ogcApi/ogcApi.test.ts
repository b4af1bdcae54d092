import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readFileSync } from "node:fs";
import { featureCount, termOf } from "../../../src/core/layer.js";
import { InputError } from "../../../src/core/trouble.js";
import { ogcApiSources, openOgcApi } from "../../../src/read/ogcApi/ogcApi.js";
import { openSource } from "../../../src/read/open.js";
import { readLayer } from "../../../src/read/readLayer.js";
import type { Source } from "../../../src/read/source.js";
import { featureArea } from "../areas.js";
import { CLASS, expectKristiansand } from "../kristiansand.js";
import { haveOutsideData, outside } from "../outsideData.js";

const UTM33 = "http://www.opengis.net/def/crs/EPSG/0/25833";
const PATIENCE = { firstPauseMs: 1, attempts: 3, pageMs: 2000 };

type Handler = (request: { url: URL; headers: IncomingMessage["headers"] }, response: ServerResponse) => void;

let root: string;
let handle: Handler;
let asked: URL[] = [];
const server = createServer((request: IncomingMessage, response) => {
  const url = new URL(request.url ?? "/", root);
  asked.push(url);
  handle({ url, headers: request.headers }, response);
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  asked = [];
  handle = api();
});

const square = (x: number, y: number, size: number) => [
  [
    [x, y],
    [x + size, y],
    [x + size, y + size],
    [x, y + size],
    [x, y],
  ],
];

const features = Array.from({ length: 7 }, (_, i) => ({
  type: "Feature",
  id: i,
  properties: { kommunenummer: "0301", nr: i, "id.lokal": i === 3 ? null : `é{"[${i}` },
  geometry: { type: "Polygon", coordinates: square(100 * i, 0, i + 1) },
}));

type Changes = {
  page?: (page: Record<string, unknown>, url: URL) => void;
  crs?: string[];
  contentCrs?: (url: URL) => string | undefined;
  pageSize?: number;
  data?: readonly object[];
};

function json(response: ServerResponse, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(200, { "content-type": "application/geo+json", ...headers });
  response.end(JSON.stringify(body));
}

/** A small server of one collection, "flater", with pages of three features. */
function api({
  page: change,
  crs = [UTM33],
  contentCrs,
  pageSize = 3,
  data = features,
}: Changes = {}): Handler {
  return ({ url }, response) => {
    const link = (rel: string, href: string, type = "application/geo+json") => ({ rel, href, type });
    const flater = {
      id: "flater",
      crs: ["#/crs"],
      storageCrs: UTM33,
      links: [link("items", "/collections/flater/items")],
    };
    if (url.pathname === "/") json(response, { links: [link("data", "/collections", "application/json")] });
    else if (url.pathname === "/collections")
      json(response, { crs, collections: [flater, { ...flater, id: "veier" }] });
    else if (url.pathname === "/collections/flater") json(response, { ...flater, crs });
    else if (url.pathname === "/collections/flater/items") {
      const from = Number(url.searchParams.get("offset") ?? 0);
      const count = Math.min(pageSize, Number(url.searchParams.get("limit")));
      const next = new URL(url);
      next.searchParams.set("offset", String(from + count));
      const shown = data.slice(from, from + count);
      const page: Record<string, unknown> = {
        type: "FeatureCollection",
        timeStamp: `${Math.random()}`,
        numberMatched: data.length,
        numberReturned: shown.length,
        features: shown,
        links: [link("self", url.href), ...(from + count < data.length ? [link("next", next.href)] : [])],
      };
      change?.(page, url);
      const stated = contentCrs ? contentCrs(url) : (url.searchParams.get("crs") ?? undefined);
      json(response, page, stated === undefined ? {} : { "content-crs": `<${stated}>` });
    } else response.writeHead(404).end();
  };
}

const ITEMS = "/collections/flater/items";
const opened = (path: string, epsg?: number) =>
  openOgcApi(root + path, { patience: PATIENCE, ...(epsg !== undefined && { epsg }) });
const read = (source: Source) => readLayer(source, source.decoder.fields);

test.each([ITEMS, "/collections/flater", "/#flater", "/collections#flater"])(
  "%s is the collection",
  async (path) => {
    const source = await opened(path);
    expect(source).toMatchObject({
      format: "OGC API Features",
      name: "flater",
      epsg: 25833,
      epsgFrom: "file",
    });
    expect(source).toMatchObject({ featureCount: 7, path: root + ITEMS });
    expect(source.fields.map((field) => field.name)).toEqual(["kommunenummer", "nr", "id.lokal"]);
    const { layer } = await read(source);
    expect(Array.from({ length: featureCount(layer) }, (_, f) => featureArea(layer, f))).toEqual(
      features.map((_, i) => (i + 1) ** 2),
    );
    const column = layer.columns.get("id.lokal");
    expect(column && features.map((_, f) => termOf(column, f))).toEqual(
      features.map((feature) => feature.properties["id.lokal"] ?? ""),
    );
    expect(
      asked.every((url) => !url.pathname.endsWith("items") || url.searchParams.get("crs") === UTM33),
    ).toBe(true);
  },
);

test("an API without a choice lists its collections", async () => {
  await expect(opened("/")).rejects.toThrow(/2 layers with polygons. Wanted: one of flater, veier/);
  await expect(opened("/#skog")).rejects.toThrow(/no layer called skog/);
  handle = (request, response) =>
    request.url.pathname === "/collections"
      ? json(response, { collections: [{ id: "flater" }] })
      : api({ crs: [] })(request, response);
  expect(
    (await ogcApiSources(`${root}/collections`, { patience: PATIENCE })).map(({ name }) => name),
  ).toEqual(["flater"]);
});

test("the same features give the same hash, whatever the pages and cuts", async () => {
  const first = (await read(await opened(ITEMS))).sha256;
  for (const limit of [1, 2, 7, 50]) {
    handle = api({ pageSize: limit });
    const source = await opened(`${ITEMS}?limit=${limit}`);
    const cuts = source.cuts({ cutBytes: limit === 50 ? 1 : 1 << 20 });
    let count = 0;
    let step = await cuts.next();
    for (; !step.done; step = await cuts.next()) {
      expect(step.value.firstFeature).toBe(count);
      count += step.value.featureCount;
    }
    expect(step.value).toEqual({ sha256: first, featureCount: 7 });
  }
});

test("the CRS: what is offered and confirmed, else degrees, else what the user says", async () => {
  handle = api({ crs: ["http://www.opengis.net/def/crs/EPSG/0/4258", UTM33.replace("25833", "3035")] });
  expect(await opened(ITEMS)).toMatchObject({ epsg: 4326, epsgFrom: "format" });
  handle = api({ contentCrs: () => undefined });
  expect(await opened(ITEMS)).toMatchObject({ epsg: 4326, epsgFrom: "format" });
  expect(await opened(ITEMS, 25832)).toMatchObject({ epsg: 25832, epsgFrom: "user" });
  await expect(opened(`${ITEMS}?crs=${UTM33}`)).rejects.toThrow(/no stated CRS though.*25833 was asked for/);
  await expect(opened(`${ITEMS}?crs=http://www.opengis.net/def/crs/EPSG/0/4258`)).rejects.toThrow(
    /north first/,
  );
  handle = api({ contentCrs: (url) => (url.searchParams.has("offset") ? undefined : UTM33) });
  await expect(opened(ITEMS).then(read)).rejects.toThrow(/no stated CRS after .*25833/);
});

const otherLink = (href: string) => (page: Record<string, unknown>) => {
  page.links = [{ rel: "next", href }];
};

test.each<[string, Changes, RegExp]>([
  ["too few", { page: (page) => (page.numberMatched = 9) }, /7 features of the 9/],
  ["too many", { page: (page) => (page.numberMatched = 5) }, /more than the 5 features/],
  ["a short page", { page: (page) => (page.numberReturned = 2) }, /3 features on a page that says 2/],
  [
    "a circle",
    { page: otherLink(`${ITEMS}?limit=1000&crs=${encodeURIComponent(UTM33)}`) },
    /has been read already/,
  ],
  [
    "another server",
    { page: otherLink("http://example.com/next") },
    /a link to another server, http:\/\/example\.com/,
  ],
  [
    "no features",
    { page: (page) => delete page.features },
    /an answer of the type "FeatureCollection"|no|broken/,
  ],
  ["another type", { page: (page) => (page.type = "Feil") }, /an answer of the type "Feil"/],
])("%s is refused", async (_name, changes, message) => {
  handle = api(changes);
  const reading = opened(ITEMS).then(read);
  await expect(reading).rejects.toThrow(InputError);
  await expect(reading).rejects.toThrow(message);
});

test("pages without end and without features come to an end", async () => {
  handle = api({
    page: (page, url) => {
      const next = new URL(url);
      next.searchParams.set("offset", String(1 + Number(url.searchParams.get("offset") ?? 0)));
      Object.assign(page, { features: [], numberReturned: 0, links: [{ rel: "next", href: next.href }] });
    },
  });
  await expect(opened(ITEMS).then(read)).rejects.toThrow(/page after page without features/);
});

test("a busy server is asked again; not for ever, and not when it says no", async () => {
  let refusals = 2;
  handle = (request, response) => {
    if (request.url.pathname === ITEMS && refusals-- > 0)
      response.writeHead(503, { "retry-after": "0" }).end();
    else api()(request, response);
  };
  expect((await read(await opened(ITEMS))).featureCount).toBe(7);
  refusals = 100;
  await expect(opened(ITEMS)).rejects.toThrow(/status 503, 3 times.*limit=/);
  for (const [status, todo] of [
    [404, /status 404.*Check the address/],
    [401, /Ask for access/],
  ] as const) {
    asked = [];
    handle = (_request, response) => response.writeHead(status).end();
    await expect(opened("/")).rejects.toThrow(todo);
    expect(asked).toHaveLength(1);
  }
});

test("a server that goes away, that falls silent, and one that is no API", async () => {
  handle = (_request, response) => void response.destroy();
  await expect(opened("/")).rejects.toThrow(InputError);
  handle = () => undefined;
  const impatient = { patience: { ...PATIENCE, pageMs: 50, attempts: 2 } };
  await expect(openOgcApi(root, impatient)).rejects.toThrow(/timeout, 2 times/);
  handle = (_request, response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>");
  await expect(opened("/")).rejects.toThrow(/content type text\/html/);
  handle = (_request, response) => json(response, "tekst");
  await expect(opened("/")).rejects.toThrow(/broken JSON/);
  handle = (_request, response) => json(response, { title: "noe" });
  await expect(opened("/")).rejects.toThrow(/a document without collections/);
});

test("redirects stay on the server and come to an end", async () => {
  handle = (request, response) => {
    if (request.url.pathname === "/gammel") response.writeHead(301, { location: ITEMS }).end();
    else if (request.url.pathname === "/bort")
      response.writeHead(302, { location: "http://example.com/" }).end();
    else if (request.url.pathname === "/rundt") response.writeHead(302, { location: "/rundt" }).end();
    else api()(request, response);
  };
  expect(await opened("/gammel")).toMatchObject({ featureCount: 7 });
  await expect(opened("/bort")).rejects.toThrow(/another server/);
  await expect(opened("/rundt")).rejects.toThrow(/redirects/);
});

test("user and password go with the question and into no message", async () => {
  let told: string | undefined;
  handle = ({ headers, url }, response) => {
    told = headers.authorization;
    if (url.pathname === "/nei") response.writeHead(403).end();
    else api()({ url, headers }, response);
  };
  const address = `${root}${ITEMS}?api-key=hemmelig`.replace("//", "//ola:hemme%3Alig@");
  const source = await openSource(address);
  expect(told).toBe(`Basic ${Buffer.from("ola:hemme:lig").toString("base64")}`);
  expect(JSON.stringify(source)).not.toContain("hemme");
  await expect(openSource(address.replace(ITEMS, "/nei"))).rejects.not.toThrow(/hemme/);
});

test("a page with any bytes changed or cut off is read or refused", async () => {
  const whole = Buffer.from(JSON.stringify({ type: "FeatureCollection", features: features.slice(0, 3) }));
  let bytes = whole;
  handle = ({ url }, response) => {
    if (!url.pathname.endsWith("/items")) response.writeHead(404).end();
    else response.writeHead(200, { "content-type": "application/json" }).end(bytes);
  };
  const change = fc.tuple(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 0, max: 255 }));
  const cut = fc.option(fc.nat({ max: whole.length }), { freq: 4 });
  await fc.assert(
    fc.asyncProperty(change, cut, async ([at, to], length) => {
      bytes = Buffer.from(whole);
      bytes[at] = to;
      bytes = bytes.subarray(0, length ?? bytes.length);
      const outcome: unknown = await opened(ITEMS, 25833)
        .then(read)
        .catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(InputError);
    }),
    { numRuns: 150 },
  );
});

describe.skipIf(!haveOutsideData)("the Kristiansand layer", () => {
  test("in pages of 50 gives the same sums", async () => {
    const text = readFileSync(outside("data/formater/kristiansand_arealdekke_25832.geojson"), "utf8");
    const { features: data } = JSON.parse(text) as { features: object[] };
    handle = api({ data, pageSize: 50, crs: [UTM33.replace("25833", "25832")] });
    const source = await opened(`${ITEMS}?crs=${UTM33.replace("25833", "25832")}`);
    expect(source).toMatchObject({ epsg: 25832, featureCount: 352 });
    const { layer } = await readLayer(source, [CLASS]);
    expectKristiansand(layer);
  });
});
