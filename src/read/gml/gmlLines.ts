import { InputError } from "../../core/trouble.js";
import { sagittaIn, SPAN_BYTES, type GmlDetail } from "./gmlDecoder.js";
import { GmlFeatureReader } from "./gmlFeature.js";
import type { LineColumns } from "../lineColumns.js";
import { PolygonColumns } from "../polygonColumns.js";
import type { Source } from "../source.js";

const CUT_BYTES = 4 << 20;
/** The field that holds a feature's type, which GML says by the name of its element. */
const TYPE_FIELD = "objtype";

/**
 * Adds the curves of a GML layer, with the feature's type among its values. Heights in positions are passed over: FKB and
 * N50 say them as an attribute.
 */
export async function readGmlLines(source: Source, into: LineColumns): Promise<void> {
  const { path, epsg, detail } = source.decoder;
  const { inherited, anyCrs, references } = detail as GmlDetail;
  const columns = new PolygonColumns(0);
  let position = 0;
  const refuse = (came: string, wanted: string, at: number): never => {
    throw new InputError(
      { layer: path, feature: into.feature, position: `byte ${position + at}` },
      { came, wanted, todo: "Mend the feature or export the file again (features are counted from 0)" },
    );
  };
  const reader: GmlFeatureReader = new GmlFeatureReader(
    columns,
    inherited,
    {
      ...sagittaIn(path, epsg),
      references,
      epsg: anyCrs ? undefined : epsg,
      onMissing: (href, at) =>
        refuse(`xlink:href="${href}", which points at nothing in the file`, "a gml:id", at),
      onLine: (values, length) => {
        for (let i = 0; i < length; i += 2) into.point(values[i], values[i + 1]);
        into.endLine();
      },
    },
    refuse,
    (field, bytes, from, to) =>
      into.value(reader.paths[field], Buffer.from(bytes.subarray(from, to)).toString("utf8")),
  );
  for await (const cut of source.cuts({ cutBytes: CUT_BYTES })) {
    position = cut.position ?? 0;
    const spans = new DataView(cut.bytes.buffer, cut.bytes.byteOffset, cut.bytes.length);
    let at = cut.bytes.length - cut.featureCount * SPAN_BYTES;
    for (let i = 0; i < cut.featureCount; i++, at += SPAN_BYTES) {
      columns.clear();
      into.value(TYPE_FIELD, source.name);
      reader.read(cut.bytes, spans.getUint32(at, true), spans.getUint32(at + 4, true));
      into.endFeature();
    }
  }
}
