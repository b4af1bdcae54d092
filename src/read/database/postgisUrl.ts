import { InputError } from "../../core/trouble.js";

/** What a `postgis://` address asks for. */
export type PostgisRequest = {
  /** The address without its password, for messages and receipts. */
  readonly shown: string;
  /** For the driver: the address without our own parameters. */
  readonly connection: string;
  /** Never to be printed; "" where the address holds none. */
  readonly password: string;
  /** schema.table or table, as written. */
  readonly table?: string;
  readonly sql?: string;
  /** Geometry column. */
  readonly geometry?: string;
};

const SCHEME = /^(?:postgis|postgres|postgresql):\/\//i;
const OURS = ["table", "sql", "geometry"] as const;

export const isPostgisUrl = (path: string): boolean => SCHEME.test(path);

/**
 * Reads `postgis://user:password@host:5432/database?table=schema.table&geometry=column`, or `?sql=select ...`. A table may
 * also stand after a #. Without a password the driver's own ways hold: PGPASSWORD and the .pgpass file.
 *
 * @throws InputError: no such address, both a table and a query
 */
export function postgisRequest(address: string): PostgisRequest {
  const url = parsed(address);
  const {
    table = tableAfter(url),
    sql,
    geometry,
  } = Object.fromEntries(url.searchParams) as Record<string, string | undefined>;
  const shown = new URL(url);
  if (url.password !== "") shown.password = "***";
  if (shown.searchParams.has("password")) shown.searchParams.set("password", "***");
  const connection = new URL(url);
  for (const name of OURS) connection.searchParams.delete(name);
  connection.hash = "";
  const request = {
    shown: readable(shown.href),
    connection: connection.href.replace(SCHEME, "postgresql://"),
    password: decoded(url.password) || (url.searchParams.get("password") ?? ""),
    ...(table && { table }),
    ...(sql && { sql: sql.trim().replace(/;\s*$/, "") }),
    ...(geometry && { geometry }),
  };
  if (request.table === undefined || request.sql === undefined) return request;
  throw new InputError(
    { layer: request.shown },
    { came: "both a table and a query", wanted: "one of them", todo: "Leave out table or sql" },
  );
}

function parsed(address: string): URL {
  try {
    const url = new URL(address);
    decoded(url.password);
    return url;
  } catch {
    throw new InputError(
      { layer: "postgis://..." },
      {
        came: "an address that cannot be read (not repeated here: it may hold a password)",
        wanted: "postgis://user:password@host:5432/database?table=schema.table",
        todo: "Write special characters of the password as % and two hexadecimal digits",
      },
    );
  }
}

const tableAfter = (url: URL): string | undefined =>
  url.hash.length > 1 ? decoded(url.hash.slice(1)) : undefined;

const decoded = (text: string): string => decodeURIComponent(text);

function readable(href: string): string {
  try {
    return decodeURIComponent(href.replaceAll("+", "%20"));
  } catch {
    return href;
  }
}

/** A name as SQL takes it literally (PostgreSQL 16 manual, 4.1.1). */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** schema.table with each part quoted; parts that are quoted already stay. */
export function quotedTable(table: string): string {
  const parts = table.match(/"(?:[^"]|"")*"|[^."]+/g) ?? [table];
  return parts.map((part) => (part.startsWith('"') ? part : quoted(part))).join(".");
}
