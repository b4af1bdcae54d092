import { createHash } from "node:crypto";
import { InputError } from "../../core/trouble.js";
import type { Epsg } from "../../core/units.js";
import { epsgOf } from "../crs/crs.js";
import type { OpenOptions } from "../format.js";
import type { FeatureSpan } from "../geojson/geojsonScanner.js";
import { flatten, parseFeature } from "../geojson/geojsonDecoder.js";
import { PATIENCE, refusal, sameServer, shownUrl, type Patience, type Server } from "./httpGet.js";
import { chooseLayer } from "../layerChoice.js";
import { collectionsAt, type Collection } from "./ogcCollections.js";
import { fetchPage, joinedFeatures, linkTo, type Page } from "./ogcPage.js";
import type { Cut, CutOptions, Field, ReadSummary, Source } from "../source.js";
import { crsStated } from "../crs/statedCrs.js";

/** Features a page, where the address does not say: servers give fewer if they will. */
const PAGE_LIMIT = "1000";
/** And for the look at the fields. */
const SAMPLE_LIMIT = "100";
const CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

type Options = Pick<OpenOptions, "epsg"> & { readonly patience?: Patience };

export const isHttpUrl = (address: string): boolean => /^https?:\/\//i.test(address);

/**
 * Opens a collection of an OGC API Features server: the address of its items, of the collection, or of the whole API with
 * #collection behind it. Coordinates are asked for in the UTM zone that the collection offers (OGC 18-058r1), so that no
 * figure rests on rounded degrees; else they are longitude and latitude (CRS84, the default of OGC 17-069r4).
 *
 * Pages are read one after the other through `next`. The hash is of the features' bytes in their order: pages themselves
 * carry the time of the answer.
 *
 * @param options.epsg what the user says the CRS is; overrides the server
 * @throws InputError: no answer, no such collection, no GeoJSON, a CRS whose axes are north first; while reading, fewer or
 *   more features than the server said, a link to another server, pages in a circle
 */
export async function openOgcApi(address: string, options: Options = {}): Promise<Source> {
  const { url, layer, server } = asked(address, options);
  const collections = await collectionsAt(url, server);
  return sourceOf(chooseLayer(shownUrl(url), collections, layer), server, options);
}

/** Every collection at an address. */
export async function ogcApiSources(address: string, options: Options = {}): Promise<Source[]> {
  const { url, server } = asked(address, options);
  const sources: Source[] = [];
  for (const collection of await collectionsAt(url, server))
    sources.push(await sourceOf(collection, server, options));
  return sources;
}

function asked(
  address: string,
  { patience = PATIENCE }: Options,
): { url: URL; layer?: string; server: Server } {
  let url: URL;
  let layer: string;
  let user: string;
  try {
    url = new URL(address);
    layer = decodeURIComponent(url.hash.slice(1));
    user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  } catch {
    throw new InputError(
      { layer: address.replace(/\/\/.*@/, "//***@") },
      { came: "an address that cannot be read", wanted: "https://host/path", todo: "Check the address" },
    );
  }
  const isKnown = url.username !== "";
  url.hash = "";
  url.username = "";
  url.password = "";
  const authorization = `Basic ${Buffer.from(user).toString("base64")}`;
  return {
    url,
    ...(layer !== "" && { layer }),
    server: { home: url, patience, ...(isKnown && { authorization }) },
  };
}

/** UTM: east first by its own definition. NTM, 3035, 4258 and 4326 are north first when named by their EPSG address. */
const isEastFirst = (epsg: Epsg | undefined): boolean =>
  epsg !== undefined && ((epsg >= 25831 && epsg <= 25836) || epsg === 32632 || epsg === 32633);

async function sourceOf(collection: Collection, server: Server, options: Options): Promise<Source> {
  const { name } = collection;
  const { page, crs } = await firstPage(collection, server);
  const items = withParameters(collection.items, PAGE_LIMIT, crs);
  const path = shownUrl(collection.items);
  const stated = page.crs ?? CRS84;
  const { epsg, epsgFrom } = crsStated(path, options.epsg, stated);
  const fields = fieldsOf(page);
  const featureBytes =
    page.spans.reduce((sum, { from, to }) => sum + to - from, 0) / (page.spans.length || 1);
  return {
    path,
    name,
    format: "OGC API Features",
    epsg,
    epsgFrom: page.crs === undefined && epsgFrom === "file" ? "format" : epsgFrom,
    fields,
    featureCount: page.numberMatched ?? -1,
    byteLength: Math.round(featureBytes * (page.numberMatched ?? page.spans.length)), // as the first page has it
    decoder: {
      cutForm: "GeoJSON",
      layerName: name,
      path,
      epsg,
      fields: fields.map((field) => field.name),
      detail: undefined,
    },
    cuts: (cutOptions) => cuts(items, stated, server, cutOptions),
  };
}

/** The first features in the best system there is: one that the server does not confirm is not asked for again. */
async function firstPage(
  { items, systems }: Collection,
  server: Server,
): Promise<{ page: Page; crs: string | undefined }> {
  const given = items.searchParams.get("crs");
  const wanted = given ?? systems.find((one) => isEastFirst(epsgOf(one)));
  if (given !== null && !/CRS84h?$/i.test(given) && !isEastFirst(epsgOf(given))) {
    throw refusal(items, {
      came: `crs=${given}, whose axes are north first, or which we do not know`,
      wanted: "a UTM zone, or none for longitude and latitude",
      todo: "Leave out crs",
    });
  }
  if (wanted !== undefined) {
    const page = await fetchPage(withParameters(items, SAMPLE_LIMIT, wanted), server);
    if (epsgOf(page.crs ?? CRS84) === epsgOf(wanted)) return { page, crs: wanted };
    if (given !== null) {
      throw refusal(items, {
        came: `coordinates in ${page.crs ?? "no stated CRS"} though ${given} was asked for`,
        wanted: "a Content-Crs header that says the same",
        todo: "Leave out crs",
      });
    }
  }
  return { page: await fetchPage(withParameters(items, SAMPLE_LIMIT, undefined), server), crs: undefined };
}

function withParameters(items: URL, limit: string, crs: string | undefined): URL {
  const url = new URL(items);
  if (!url.searchParams.has("limit")) url.searchParams.set("limit", limit);
  if (crs !== undefined) url.searchParams.set("crs", crs);
  return url;
}

function fieldsOf({ url, bytes, spans }: Page): Field[] {
  const types = new Map<string, string>();
  spans.forEach(({ from, to }, i) => {
    const feature = parseFeature(shownUrl(url), bytes, from, to, 0, i);
    flatten(shownUrl(url), feature.properties, (field, value) => {
      if (value !== null) types.set(field, typeof value);
      else if (!types.has(field)) types.set(field, "null");
    });
  });
  return [...types].map(([name, type]) => ({ name, type }));
}

async function* cuts(
  start: URL,
  crs: string,
  server: Server,
  options: CutOptions,
): AsyncGenerator<Cut, ReadSummary> {
  const hash = createHash("sha256");
  const pages = new PageWatch(crs);
  let bytes = 0;
  for (let url: URL | undefined = start; url !== undefined;) {
    const page: Page = await fetchPage(url, server);
    const firstOfPage = pages.received;
    pages.pass(page);
    let from = 0;
    for (const to of endsOfCuts(page.spans, options.cutBytes)) {
      const spans = page.spans.slice(from, to);
      const room = spans.reduce((sum, span) => sum + span.to - span.from + 1, 0);
      const buffer = await (options.take ?? newBuffer)(room);
      const cut = joinedFeatures(page.bytes, spans, buffer);
      hash.update(cut).update(",");
      options.onBytes?.((bytes += cut.length));
      yield { bytes: cut, firstFeature: firstOfPage + from, featureCount: spans.length };
      from = to;
    }
    const next = linkTo(page.links, "next");
    url = next === undefined ? undefined : sameServer(next, url, server.home);
  }
  pages.finish(start);
  return { sha256: hash.digest("hex"), featureCount: pages.received };
}

const newBuffer = (byteLength: number) => new SharedArrayBuffer(byteLength);

/** Where to cut a page, as indices one past the last feature. */
function endsOfCuts(spans: readonly FeatureSpan[], cutBytes: number): number[] {
  const ends: number[] = [];
  let from = 0;
  spans.forEach((_span, i) => {
    const isLast = i + 1 === spans.length;
    if (!isLast && spans[i + 1].to - spans[from].from <= cutBytes) return;
    ends.push(i + 1);
    from = i + 1;
  });
  return ends;
}

/** Sees that the pages together are what the server said, and come to an end. */
class PageWatch {
  received = 0;
  private matched: number | undefined;
  private readonly visited = new Set<string>();
  private emptyPages = 0;

  constructor(private readonly crs: string) {}

  pass(page: Page): void {
    const { url, spans, numberMatched, crs } = page;
    if (this.visited.has(url.href)) this.refuse(url, "a next page that has been read already");
    this.visited.add(url.href);
    if (epsgOf(crs ?? CRS84) !== epsgOf(this.crs))
      this.refuse(url, `coordinates in ${crs ?? "no stated CRS"} after ${this.crs}`);
    this.matched ??= numberMatched;
    this.received += spans.length;
    this.emptyPages = spans.length === 0 ? this.emptyPages + 1 : 0;
    if (this.emptyPages > 10) this.refuse(url, "page after page without features");
    if (this.matched !== undefined && this.received > this.matched)
      this.refuse(url, `more than the ${this.matched} features that it said there are`);
  }

  finish(url: URL): void {
    if (this.matched === undefined || this.received === this.matched) return;
    this.refuse(url, `${this.received} features of the ${this.matched} that it said there are`);
  }

  private refuse(url: URL, came: string): never {
    const todo =
      "Read it again, as the data may have changed meanwhile; if it stays so, tell who runs the server";
    throw refusal(url, { came, wanted: "every feature once, in one CRS", todo });
  }
}
