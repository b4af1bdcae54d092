import { readFileSync } from "node:fs";
import sqlite3InitModule from "@sqlite.org/sqlite-wasm";

/** A SQLite that has the R-tree module, unlike the one the writer runs on. In memory: edits stay here. */
export async function openGeoPackage(path: string) {
  const sqlite3 = await sqlite3InitModule();
  const database = new sqlite3.oo1.DB();
  const bytes = new Uint8Array(readFileSync(path));
  const place = sqlite3.wasm.allocFromTypedArray(bytes);
  const flags = sqlite3.capi.SQLITE_DESERIALIZE_FREEONCLOSE | sqlite3.capi.SQLITE_DESERIALIZE_RESIZEABLE;
  const code = sqlite3.capi.sqlite3_deserialize(
    database.pointer!,
    "main",
    place,
    bytes.length,
    bytes.length,
    flags,
  );
  database.checkRc(code);
  return {
    rows: (sql: string, bind: readonly (number | string)[] = []): unknown[][] =>
      database.exec({ sql, bind: [...bind], rowMode: "array", returnValue: "resultRows" }),
    /** Functions a GeoPackage program brings, for the triggers: of blobs as we write them. */
    addSpatialFunctions: () => {
      const side = (i: number) => (_: number, blob: Uint8Array) =>
        new DataView(blob.buffer, blob.byteOffset).getFloat64(8 + 8 * i, true);
      ["ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"].forEach((name, i) =>
        database.createFunction({ name, arity: 1, xFunc: side(i) as never }),
      );
      database.createFunction({ name: "ST_IsEmpty", arity: 1, xFunc: () => 0 });
    },
    close: () => database.close(),
  };
}
