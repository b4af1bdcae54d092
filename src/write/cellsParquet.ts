/** The cells of an account as Parquet: text columns, then both areas, with nothing rounded. */
import type { SchemaElement } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";

export type CellsForParquet = {
  readonly keys: readonly {
    readonly name: string;
    readonly codes: Uint32Array;
    readonly terms: readonly string[];
  }[];
  readonly planM2: Float64Array;
  readonly trueM2: Float64Array;
};

const GROUP_ROWS = 100_000;

/** Bytes of the file. No value is null: a class that is not given is an empty text, as in cells.csv. */
export async function cellsParquet({ keys, planM2, trueM2 }: CellsForParquet): Promise<Uint8Array> {
  const bytes = new ByteWriter();
  const parquet = new ParquetWriter({
    writer: bytes,
    schema: schemaOf(keys.map(({ name }) => name)),
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
        { name: "kartplanM2", data: planM2.subarray(from, to) },
        { name: "ellipsoideM2", data: trueM2.subarray(from, to) },
      ],
      rowGroupSize: GROUP_ROWS,
    });
  }
  await parquet.finish();
  return new Uint8Array(bytes.getBytes());
}

function schemaOf(names: readonly string[]): SchemaElement[] {
  const required = { repetition_type: "REQUIRED" } as const;
  return [
    { name: "root", num_children: names.length + 2 },
    ...names.map((name): SchemaElement => ({
      name,
      type: "BYTE_ARRAY",
      converted_type: "UTF8",
      logical_type: { type: "STRING" },
      ...required,
    })),
    { name: "kartplanM2", type: "DOUBLE", ...required },
    { name: "ellipsoideM2", type: "DOUBLE", ...required },
  ];
}
