import { GeoJsonScanner, type FeatureSpan } from "../geojson/geojsonScanner.js";
import { httpGet, refusal, shownUrl, type Server } from "./httpGet.js";

const GEO_JSON = "application/geo+json, application/json;q=0.9";

export type Link = { readonly rel?: unknown; readonly href?: unknown; readonly type?: unknown };

/** One page of features, in bytes, and what stands around them (OGC 17-069r4, 7.15 and 7.16). */
export type Page = {
  readonly url: URL;
  readonly bytes: Uint8Array;
  readonly spans: readonly FeatureSpan[];
  readonly links: readonly Link[];
  readonly numberMatched: number | undefined;
  /** What the server says of the coordinates: the Content-Crs header (OGC 18-058r1, 6.4), else a crs member; else undefined. */
  readonly crs: string | undefined;
};

/** @throws InputError: no JSON, no FeatureCollection, another number of features than the page says */
export async function fetchPage(url: URL, server: Server): Promise<Page> {
  const { headers, body } = await httpGet(url, GEO_JSON, server);
  checkIsJson(url, headers);
  const scanner = new GeoJsonScanner(shownUrl(url));
  const spans = scanner.scan(body, 0, body.length, 0);
  scanner.finish(body.length);
  const around = envelope(url, body, spans);
  if (around.type !== "FeatureCollection" || !Array.isArray(around.features)) {
    const type = JSON.stringify(around.type ?? null);
    throw refusal(url, {
      came: `an answer of the type ${type}${Array.isArray(around.features) ? "" : " without features"}`,
      wanted: "a GeoJSON FeatureCollection",
      todo: "Give the address of a collection's items",
    });
  }
  if (typeof around.numberReturned === "number" && around.numberReturned !== spans.length) {
    throw refusal(url, {
      came: `${spans.length} features on a page that says ${around.numberReturned}`,
      wanted: "a whole page",
      todo: "Try again; if it stays so, tell who runs the server",
    });
  }
  const named = (around.crs as { properties?: { name?: unknown } } | null | undefined)?.properties?.name;
  const header = headers.get("content-crs")?.replace(/^\s*<|>\s*$/g, "");
  return {
    url,
    bytes: body,
    spans,
    links: linksOf(around),
    numberMatched: typeof around.numberMatched === "number" ? around.numberMatched : undefined,
    crs: header ?? (typeof named === "string" ? named : undefined),
  };
}

type Around = {
  readonly type?: unknown;
  readonly features?: unknown;
  readonly links?: unknown;
  readonly numberMatched?: unknown;
  readonly numberReturned?: unknown;
  readonly crs?: unknown;
};

/** The page without its features, which are parsed elsewhere. */
function envelope(url: URL, bytes: Uint8Array, spans: readonly FeatureSpan[]): Around {
  const from = spans.length === 0 ? bytes.length : spans[0].from;
  const to = spans.length === 0 ? bytes.length : spans[spans.length - 1].to;
  const single = spans.length === 1 && from === 0;
  return asObject(url, single ? bytes : Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]));
}

/** Any other document of the server. */
export async function fetchJson(url: URL, server: Server): Promise<Record<string, unknown>> {
  const { headers, body } = await httpGet(url, "application/json, application/geo+json;q=0.9", server);
  checkIsJson(url, headers);
  return asObject(url, body);
}

function asObject(url: URL, bytes: Uint8Array): Record<string, unknown> {
  const text = new TextDecoder().decode(bytes);
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null) return parsed as Record<string, unknown>;
  } catch {
    // Said below, as for a number or a text.
  }
  throw refusal(url, { came: "broken JSON", wanted: "a JSON object", todo: "Check the address" });
}

function checkIsJson(url: URL, headers: Headers): void {
  const type = headers.get("content-type") ?? "no content type";
  if (/\bjson\b/i.test(type)) return;
  throw refusal(url, {
    came: `an answer of the content type ${type}`,
    wanted: "application/geo+json",
    todo: "Check the address; some servers want &f=json",
  });
}

export function linksOf(document: { readonly links?: unknown }): readonly Link[] {
  const { links } = document;
  if (!Array.isArray(links)) return [];
  return (links as unknown[]).filter((link): link is Link => typeof link === "object" && link !== null);
}

/** Where the link of that relation leads, one to JSON before others. */
export function linkTo(links: readonly Link[], ...relations: readonly string[]): string | undefined {
  const suits = links.filter(({ rel, href }) => relations.includes(String(rel)) && typeof href === "string");
  const isJson = ({ type }: Link) => typeof type === "string" && /\bjson\b/i.test(type);
  const best = suits.find(isJson) ?? suits.find(({ type }) => type === undefined) ?? suits.at(0);
  return best?.href as string | undefined;
}

/** Joins the bytes of features so that a list of them can be parsed, from the buffer's start. */
export function joinedFeatures(
  bytes: Uint8Array,
  spans: readonly FeatureSpan[],
  buffer: SharedArrayBuffer,
): Uint8Array {
  const joined = new Uint8Array(buffer);
  let at = 0;
  for (const { from, to } of spans) {
    if (at > 0) joined[at++] = 0x2c;
    joined.set(bytes.subarray(from, to), at);
    at += to - from;
  }
  return joined.subarray(0, at);
}
