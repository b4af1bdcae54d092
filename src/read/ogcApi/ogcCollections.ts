import { InputError } from "../../core/trouble.js";
import { refusal, sameServer, type Server } from "./httpGet.js";
import { fetchJson, linksOf, linkTo } from "./ogcPage.js";

const COLLECTIONS = ["data", "http://www.opengis.net/def/rel/ogc/1.0/data"];
const ITEMS = ["items", "http://www.opengis.net/def/rel/ogc/1.0/items"];

/** A collection, as far as its own document tells. */
export type Collection = {
  readonly name: string;
  readonly holdsPolygons: boolean;
  readonly items: URL;
  /** Systems it is offered in, the one it is stored in first. */
  readonly systems: readonly string[];
};

/**
 * The collections at an address of an OGC API Features server (OGC 17-069r4, 7.13 to 7.15): the items or the document of one,
 * the list of all, or the landing page. Any other address with a FeatureCollection is a collection too.
 *
 * @throws InputError: no answer, or a document of another kind
 */
export async function collectionsAt(url: URL, server: Server): Promise<Collection[]> {
  const itemsPath = /^(.*?([^/]+))\/items\/?$/.exec(url.pathname);
  if (itemsPath !== null) {
    const about = new URL(url);
    about.pathname = itemsPath[1];
    const document = await fetchJson(about, server).catch((error: unknown) => {
      if (error instanceof InputError) return {}; // the items will do: only the choice of CRS is lost
      throw error;
    });
    const { systems } = collectionOf(document, about, server);
    return [{ name: decodeURIComponent(itemsPath[2]), holdsPolygons: true, items: url, systems }];
  }
  const document = await fetchJson(url, server);
  if (document.type === "FeatureCollection")
    return [{ name: nameIn(url), holdsPolygons: true, items: url, systems: [] }];
  if (linkTo(linksOf(document), ...ITEMS) !== undefined) return [collectionOf(document, url, server)];
  if (Array.isArray(document.collections)) return listed(document, url, server);
  const list = linkTo(linksOf(document), ...COLLECTIONS);
  if (list === undefined) {
    throw refusal(url, {
      came: "a document without collections",
      wanted: "an OGC API Features server, a collection or its items",
      todo: "Give the address that ends in /collections/<name>/items",
    });
  }
  const listUrl = sameServer(list, url, server.home);
  return listed(await fetchJson(listUrl, server), listUrl, server);
}

function listed(document: Record<string, unknown>, url: URL, server: Server): Collection[] {
  const list = Array.isArray(document.collections) ? (document.collections as unknown[]) : [];
  const objects = list.filter(
    (one): one is Record<string, unknown> => typeof one === "object" && one !== null,
  );
  return objects
    .filter(({ itemType }) => itemType === undefined || itemType === "feature")
    .map((one) => {
      const base = new URL(url);
      base.pathname = `${url.pathname.replace(/\/$/, "")}/${encodeURIComponent(idOf(one))}`;
      return collectionOf(one, base, server, Array.isArray(document.crs) ? document.crs : []);
    });
}

const idOf = ({ id, name }: Record<string, unknown>): string =>
  typeof id === "string" ? id : typeof name === "string" ? name : "";

/** @param shared the systems of all collections, which one may refer to as "#/crs" */
function collectionOf(
  document: Record<string, unknown>,
  url: URL,
  server: Server,
  shared: readonly unknown[] = [],
): Collection {
  const link = linkTo(linksOf(document), ...ITEMS);
  const items = new URL(url);
  items.pathname = `${url.pathname.replace(/\/$/, "")}/items`;
  const crs = Array.isArray(document.crs) ? (document.crs as unknown[]) : [];
  const offered = crs.flatMap((one) => (one === "#/crs" ? shared : [one]));
  return {
    name: idOf(document) || nameIn(url),
    holdsPolygons: true, // only the features tell
    items: link === undefined ? items : sameServer(link, url, server.home),
    systems: [document.storageCrs, ...offered].filter(
      (one): one is string => typeof one === "string" && offered.includes(one),
    ),
  };
}

const nameIn = (url: URL): string =>
  decodeURIComponent(url.pathname.split("/").filter(Boolean).at(-1) ?? url.hostname);
