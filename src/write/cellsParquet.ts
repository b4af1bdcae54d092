/** The cells of a run as Parquet: text columns, then both areas, and those of strips, with nothing rounded. */
import type { SchemaElement } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { CellColumns } from "../core/cellColumns.js";

const GROUP_ROWS = 100_000;

/** Bytes of the file. No value is null: a class that is not given is an empty text, as in cells.csv. */
export async function cellsParquet({ keys, planM2, trueM2, strips }: CellColumns): Promise<Uint8Array> {
  const areas = new Map([
    ["kartplanM2", planM2],
    ["ellipsoideM2", trueM2],
    ...(strips === undefined
      ? []
      : ([
          ["stripeKartplanM2", strips.planM2],
          ["stripeEllipsoideM2", strips.trueM2],
        ] as const)),
  ]);
  const bytes = new ByteWriter();
  const parquet = new ParquetWriter({
    writer: bytes,
    schema: schemaOf(
      keys.map(({ name }) => name),
      [...areas.keys()],
    ),
    createdBy: "arealregnskap",
  });
  for (let from = 0; from < planM2.length; from += GROUP_ROWS) {
    const to = Math.min(planM2.length, from + GROUP_ROWS);
    await parquet.write({
      columnData: [
        ...keys.map(({ name, codes, terms }) => ({
          name,
          data: Array.from(codes.subarray(from, to), (code) => terms[code]),
        })),
        ...Array.from(areas, ([name, m2]) => ({ name, data: m2.subarray(from, to) })),
      ],
      rowGroupSize: GROUP_ROWS,
    });
  }
  await parquet.finish();
  return new Uint8Array(bytes.getBytes());
}

function schemaOf(names: readonly string[], areas: readonly string[]): SchemaElement[] {
  const required = { repetition_type: "REQUIRED" } as const;
  return [
    { name: "root", num_children: names.length + areas.length },
    ...names.map((name): SchemaElement => ({
      name,
      type: "BYTE_ARRAY",
      converted_type: "UTF8",
      logical_type: { type: "STRING" },
      ...required,
    })),
    ...areas.map((name): SchemaElement => ({ name, type: "DOUBLE", ...required })),
  ];
}
