import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";

/** False, said in one line, where PostgreSQL is not installed; for `describe.skipIf(!havePostgres)`. */
export const havePostgres = ["initdb", "postgres", "pg_dump"].every(
  (program) => spawnSync(program, ["--version"]).status === 0,
);
if (!havePostgres) console.info("PostgreSQL is not here: tests against a server are passed over");

/** PostgreSQL refuses to run as the superuser: then it runs as nobody. */
const NOBODY = 65534;
const asUser = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

/** A server of its own on a free port, with the password "hemmelig" for the user "leser", gone after `stop`. */
export async function startPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "pg-"));
  if (asUser.uid !== undefined) chownSync(folder, NOBODY, NOBODY);
  const data = join(folder, "data");
  const made = spawnSync(
    "initdb",
    ["-D", data, "-U", "leser", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
    {
      ...asUser,
      cwd: folder,
    },
  );
  if (made.status !== 0) throw new Error(made.stderr.toString());
  const port = await freePort();
  const settings = ["fsync=off", "listen_addresses=127.0.0.1", `unix_socket_directories=${folder}`];
  const server = spawn(
    "postgres",
    ["-D", data, "-p", String(port), ...settings.flatMap((one) => ["-c", one])],
    {
      ...asUser,
      cwd: folder,
      stdio: "ignore",
    },
  );
  const url = `postgis://leser:hemmelig@127.0.0.1:${port}/postgres`;
  await answering(url.replace("postgis", "postgresql"));
  return {
    url,
    stop: async () => {
      await ended(server);
      rmSync(folder, { recursive: true });
    },
  };
}

function ended(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    server.once("exit", () => resolve());
    server.kill("SIGQUIT");
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function answering(url: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const client = new Client(url);
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (attempt === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** What PostGIS would bring, as far as we use it: the type by PostgreSQL's own functions for bytes, the function, the tables. */
export const STAND_IN = `
  CREATE TYPE geometry;
  CREATE FUNCTION geometry_in(cstring) RETURNS geometry LANGUAGE internal IMMUTABLE STRICT AS 'byteain';
  CREATE FUNCTION geometry_out(geometry) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'byteaout';
  CREATE TYPE geometry (INPUT = geometry_in, OUTPUT = geometry_out, STORAGE = extended);
  CREATE CAST (geometry AS bytea) WITHOUT FUNCTION;
  CREATE FUNCTION ST_AsEWKB(geometry) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS 'SELECT $1::bytea';
  CREATE TABLE spatial_ref_sys (srid int PRIMARY KEY, auth_name text, auth_srid int);
  INSERT INTO spatial_ref_sys VALUES (25833, 'EPSG', 25833), (900001, 'EPSG', 25832), (900002, 'NGO', 1);
  CREATE VIEW geometry_columns AS
    SELECT n.nspname::text AS f_table_schema, c.relname::text AS f_table_name,
           a.attname::text AS f_geometry_column, 'MULTIPOLYGON'::text AS type
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_type t ON t.oid = a.atttypid
    WHERE t.typname = 'geometry' AND c.relkind IN ('r', 'v') AND NOT a.attisdropped;
`;
