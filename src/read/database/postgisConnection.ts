import type { createHash } from "node:crypto";
import { Client } from "pg";
import { to as copyTo } from "pg-copy-streams";
import { BrokenInvariant, InputError } from "../../core/trouble.js";
import { within } from "../deadline.js";
import type { PostgisRequest } from "./postgisUrl.js";
import type { CutOptions } from "../source.js";

const CONNECT_MS = 15_000;
const CLOSE_MS = 2_000;
/** A server that sends nothing for so long is given up. */
const SILENCE_MS = 300_000;
const READ_ONLY = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/**
 * Asks the database in a transaction that sees one moment and may not write, and closes the connection afterwards.
 *
 * @throws InputError for whatever the server or the network says, without the password
 */
export async function connected<T>(request: PostgisRequest, use: (client: Client) => Promise<T>): Promise<T> {
  const client = await connection(request);
  try {
    return await use(client);
  } catch (error) {
    throw asInputError(request, error);
  } finally {
    await ended(client);
  }
}

/** The bytes of a COPY ... TO STDOUT, hashed as they pass. The connection is the stream's own and ends with it. */
export async function* copyChunks(
  request: PostgisRequest,
  sql: string,
  hash: ReturnType<typeof createHash>,
  onBytes: CutOptions["onBytes"],
): AsyncGenerator<Uint8Array> {
  const client = await connection(request);
  const stream = client.query(copyTo(sql));
  client.on("error", (error) => stream.destroy(error));
  const chunks = (stream as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  const silent = () => {
    throw new Error("a server that fell silent");
  };
  let bytes = 0;
  try {
    for (;;) {
      const step = await within(chunks.next(), SILENCE_MS, silent);
      if (step.done) return;
      hash.update(step.value);
      onBytes?.((bytes += step.value.length));
      yield step.value;
    }
  } catch (error) {
    throw asInputError(request, error);
  } finally {
    stream.destroy();
    await ended(client);
  }
}

async function connection(request: PostgisRequest): Promise<Client> {
  const client = new Client({
    connectionString: request.connection,
    connectionTimeoutMillis: CONNECT_MS,
    application_name: "arealregnskap",
    keepAlive: true,
  });
  client.on("error", () => undefined); // a lost connection also ends the query that waits, and that tells it
  try {
    await client.connect();
    await client.query(READ_ONLY);
    await client.query("SET LOCAL datestyle TO ISO");
    return client;
  } catch (error) {
    await ended(client);
    throw asInputError(request, error);
  }
}

/** Closes. A connection that is lost cannot be closed, and one that never was may never say that it is. */
async function ended(client: Client): Promise<void> {
  const closing = client.end().catch(() => undefined);
  await within(closing, CLOSE_MS, () => undefined);
}

const REMEDIES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "See that the server runs, and that host and port are right",
  ENOTFOUND: "Check the name of the host",
  "28P01": "Check user and password",
  "28000": "Check user and password, and that the server lets you in from here",
  "3D000": "Check the name of the database, after the last /",
  "42P01": "Check the table, with its schema: table=schema.table",
  "42703": "Check the names of the columns",
  "42601": "Try the query in psql first",
  "42501": "Ask for the right to read the table",
  "42883": "See that the extension postgis is installed in the database",
};

/** What the server or the network says, without the password; what is neither passes as it is. */
export function asInputError({ shown, password }: PostgisRequest, error: unknown): unknown {
  if (error instanceof InputError || error instanceof BrokenInvariant || !(error instanceof Error))
    return error;
  const { code = "" } = error as { code?: string };
  const words = error.message || code || "no answer"; // several addresses refused at once leave the message empty
  const came = password === "" ? words : words.replaceAll(password, "***");
  const todo = REMEDIES[code] ?? "See that the server runs and can be reached from here";
  return new InputError({ layer: shown }, { came, wanted: "a PostGIS database that answers", todo });
}
