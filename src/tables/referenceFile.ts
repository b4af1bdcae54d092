import { fromCSV } from "arquero";
import { InputError } from "../core/trouble.js";
import type { ReferenceFile } from "./reference.js";
import { statbankReference } from "./statbank.js";

/**
 * A reference CSV as text cells: a code keeps its leading zero. Comma or semicolon, whichever the first line has more
 * of; a byte order mark is passed over. A table from StatBank, JSON-stat or CSV, is brought to the same form.
 */
export function parseReference(name: string, text: string): ReferenceFile {
  const statbank = statbankReference(name, text);
  if (statbank !== undefined) return statbank;
  const body = text.replace(/^\uFEFF/, "");
  const head = body.slice(0, body.search(/\r?\n|$/));
  const delimiter = head.split(";").length > head.split(",").length ? ";" : ",";
  if (body.trim() === "") throw tooLittle(name, 0, 0);
  const frame = fromCSV(body, { autoType: false, delimiter });
  const columns = frame.columnNames();
  if (columns.length < 2 || frame.numRows() === 0) throw tooLittle(name, columns.length, frame.numRows());
  const cells = columns.map((column) => frame.array(column) as ArrayLike<unknown>);
  const rows = Array.from({ length: frame.numRows() }, (_, row) =>
    cells.map((column) => {
      const cell = column[row];
      return typeof cell === "string" ? cell : "";
    }),
  );
  return { name, columns, rows };
}

function tooLittle(name: string, columns: number, rows: number): InputError {
  return new InputError(
    { layer: name },
    {
      came: `${columns} column(s) and ${rows} row(s)`,
      wanted: "a CSV with a head line, a unit or class column and areas",
      todo: "See arealregnskap account --help for the two forms a reference may have",
    },
  );
}
