import { featureCount } from "../core/layer.js";
import { subsetWithColumns } from "../core/subset.js";
import { InputError } from "../core/trouble.js";
import { FlatGeobufDecoder } from "./flatgeobuf/flatgeobufDecoder.js";
import { GeoJsonDecoder } from "./geojson/geojsonDecoder.js";
import { GmlDecoder } from "./gml/gmlDecoder.js";
import { PreparedDecoder } from "./flatgeobuf/preparedDecoder.js";
import { RecordsDecoder } from "./recordsDecoder.js";
import { SosiDecoder } from "./sosi/sosiDecoder.js";
import type { Cut, Decoded, DecoderSpec, IsWanted, MakeDecoder } from "./source.js";

/**
 * Makes the decoder a Source asks for. Pure, so any worker can.
 *
 * The Layer a decoder returns is valid until its next call: buffers are used again. Within one decoder, a column's codes
 * mean the same from cut to cut as long as its `terms` is the same array.
 *
 * @throws InputError when a wanted field is not in the file
 */
export const makeDecoder: MakeDecoder = (spec, fields, isWanted) => {
  checkFields(spec, fields);
  if (isWanted === undefined) return decoderOf(spec, fields);
  // These two know where a feature ends without reading it.
  if (spec.cutForm === "FlatGeobuf" || spec.cutForm === "records") return decoderOf(spec, fields, isWanted);
  return picking(decoderOf(spec, fields), isWanted);
};

function decoderOf(spec: DecoderSpec, fields: readonly string[], isWanted?: IsWanted): (cut: Cut) => Decoded {
  switch (spec.cutForm) {
    case "FlatGeobuf": {
      const decoder = new FlatGeobufDecoder(spec, fields, isWanted);
      return (cut) => decoder.decode(cut);
    }
    case "records": {
      const decoder = new RecordsDecoder(spec, fields, isWanted);
      return (cut) => decoder.decode(cut);
    }
    case "SOSI": {
      const decoder = new SosiDecoder(spec, fields);
      return (cut) => decoder.decode(cut);
    }
    case "GeoJSON": {
      const decoder = new GeoJsonDecoder(spec, fields);
      return (cut) => decoder.decode(cut);
    }
    case "GML": {
      const decoder = new GmlDecoder(spec, fields);
      return (cut) => decoder.decode(cut);
    }
    case "prepared": {
      const decoder = new PreparedDecoder(spec, fields);
      return (cut) => decoder.decode(cut);
    }
  }
}

/** Reads all, and hands on what is wanted. */
function picking(decode: (cut: Cut) => Decoded, isWanted: IsWanted): (cut: Cut) => Decoded {
  return (cut) => {
    const { layer, findings } = decode(cut);
    const wanted: number[] = [];
    for (let f = 0; f < featureCount(layer); f++) if (isWanted(cut.firstFeature + f)) wanted.push(f);
    return { layer: subsetWithColumns(layer, wanted), findings };
  };
}

function checkFields(spec: DecoderSpec, wanted: readonly string[]): void {
  const there = spec.fields;
  const missing = wanted.find((field) => !there.includes(field));
  if (missing === undefined) return;
  throw new InputError(
    { layer: `${spec.path}, layer ${spec.layerName}` },
    {
      came: `no field called ${missing}`,
      wanted: there.length === 0 ? "a layer with fields: this one has none" : `one of ${there.join(", ")}`,
      todo: "Give the field's name as the file spells it",
    },
  );
}
