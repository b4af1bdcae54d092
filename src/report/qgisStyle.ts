import type { BasisClass } from "./basis.js";
import type { Painter } from "./painter.js";

/**
 * A QGIS style (.qml) that fills polygons by the values of one field: what QGIS 3.28 itself writes, without what it fills
 * in by default. Features without a value, and of a value that is not here, have the last category.
 *
 * @param attribute the field's name in the file
 * @param noValue what the last category is called
 */
export function qgisStyle(
  attribute: string,
  classes: readonly BasisClass[],
  painter: Painter,
  noValue: string,
): string {
  const shown = [...classes.filter(({ kode }) => kode !== ""), { kode: "", navn: noValue }];
  const categories = shown.map(
    ({ kode, navn }, i) =>
      `      <category symbol="${i}" value="${xml(kode)}" label="${xml(navn)}" type="string" render="true"/>`,
  );
  const symbols = shown.map(({ kode }, i) => symbolOf(i, painter(kode).colour));
  return [
    "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>",
    '<qgis version="3.28.0" styleCategories="Symbology">',
    `  <renderer-v2 type="categorizedSymbol" attr="${xml(attribute)}" forceraster="0" symbollevels="0" enableorderby="0">`,
    "    <categories>",
    ...categories,
    "    </categories>",
    "    <symbols>",
    ...symbols,
    "    </symbols>",
    "  </renderer-v2>",
    "  <layerGeometryType>2</layerGeometryType>",
    "</qgis>",
    "",
  ].join("\n");
}

function symbolOf(name: number, colour: string): string {
  const options = {
    color: rgba(colour),
    style: "solid",
    outline_color: "90,90,90,255",
    outline_style: "solid",
    outline_width: "0.1",
    outline_width_unit: "MM",
  };
  const lines = Object.entries(options).map(
    ([option, value]) => `            <Option type="QString" name="${option}" value="${value}"/>`,
  );
  return [
    `      <symbol type="fill" name="${name}" alpha="1" clip_to_extent="1" force_rhr="0">`,
    '        <layer class="SimpleFill" enabled="1" locked="0" pass="0">',
    '          <Option type="Map">',
    ...lines,
    "          </Option>",
    "        </layer>",
    "      </symbol>",
  ].join("\n");
}

/** "#9ecc73" as "158,204,115,255". */
function rgba(colour: string): string {
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return `${parts.join(",")},255`;
}

/** Text as the value of an attribute. What XML 1.0 (2.2) cannot hold at all becomes the replacement character. */
function xml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/[&<>"'\t\n\r]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
