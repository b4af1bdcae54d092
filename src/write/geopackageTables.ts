/** The fixed tables of a GeoPackage and the text of its R-tree triggers (OGC 12-128r19, GeoPackage 1.4). */

/** "GPKG" and version 1.4, as header fields of the SQLite file (requirement 2). */
export const APPLICATION_ID = 0x47504b47;
export const USER_VERSION = 10400;

/** Tables C.1 to C.4, and the two systems every file names beside EPSG:4326 (requirement 11). */
export const TABLES = `
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL PRIMARY KEY,
  organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL,
  definition TEXT NOT NULL,
  description TEXT
);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY,
  data_type TEXT NOT NULL,
  identifier TEXT UNIQUE,
  description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE,
  min_y DOUBLE,
  max_x DOUBLE,
  max_y DOUBLE,
  srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id)
);
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL,
  column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL,
  m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id)
);
CREATE TABLE gpkg_extensions (
  table_name TEXT,
  column_name TEXT,
  extension_name TEXT NOT NULL,
  definition TEXT NOT NULL,
  scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
);
INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined Cartesian', -1, 'NONE', -1, 'undefined', NULL),
  ('Undefined geographic', 0, 'NONE', 0, 'undefined', NULL);
`;

/** A name as SQL wants it quoted. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Name and text of each trigger that keeps the R-tree in step when another program edits the table (F.3). */
export function rtreeTriggers(table: string, geometry: string, key: string): { name: string; sql: string }[] {
  const [t, c, i] = [quoted(table), quoted(geometry), quoted(key)];
  const tree = quoted(`rtree_${table}_${geometry}`);
  const box = `ST_MinX(NEW.${c}), ST_MaxX(NEW.${c}), ST_MinY(NEW.${c}), ST_MaxY(NEW.${c})`;
  const sides = ["minx = ST_MinX", "maxx = ST_MaxX", "miny = ST_MinY", "maxy = ST_MaxY"];
  const filled = (row: "NEW" | "OLD") => `(${row}.${c} NOTNULL AND NOT ST_IsEmpty(${row}.${c}))`;
  const empty = (row: "NEW" | "OLD") => `(${row}.${c} ISNULL OR ST_IsEmpty(${row}.${c}))`;
  const trigger = (name: string, event: string, when: string, ...statements: string[]) => {
    const full = `rtree_${table}_${geometry}_${name}`;
    const body = statements.map((statement) => `  ${statement};`).join("\n");
    return {
      name: full,
      sql: `CREATE TRIGGER ${quoted(full)} AFTER ${event} ON ${t}\n  WHEN ${when}\nBEGIN\n${body}\nEND`,
    };
  };
  const insert = `INSERT OR REPLACE INTO ${tree} VALUES (NEW.${i}, ${box})`;
  const update = `UPDATE ${tree} SET ${sides.map((side) => `${side}(NEW.${c})`).join(", ")} WHERE id = NEW.${i}`;
  const remove = `DELETE FROM ${tree} WHERE id = OLD.${i}`;
  const removeBoth = `DELETE FROM ${tree} WHERE id IN (OLD.${i}, NEW.${i})`;
  const same = `OLD.${i} = NEW.${i}`;
  const moved = `OLD.${i} != NEW.${i}`;
  return [
    trigger("insert", "INSERT", filled("NEW"), insert),
    trigger("update2", `UPDATE OF ${c}`, `${same} AND ${empty("NEW")}`, remove),
    trigger("update4", "UPDATE", `${moved} AND ${empty("NEW")}`, removeBoth),
    trigger("update5", "UPDATE", `${moved} AND ${filled("NEW")}`, remove, insert),
    trigger("update6", `UPDATE OF ${c}`, `${same} AND ${filled("NEW")} AND ${filled("OLD")}`, update),
    trigger("update7", `UPDATE OF ${c}`, `${same} AND ${filled("NEW")} AND ${empty("OLD")}`, insert),
    trigger("delete", "DELETE", `OLD.${c} NOTNULL`, remove),
  ];
}
