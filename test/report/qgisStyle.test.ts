import { expect, test } from "vitest";
import { painterOf } from "../../src/report/painter.js";
import { qgisStyle } from "../../src/report/qgisStyle.js";
import { rules } from "./sample.js";

const field = { field: "artype", title: "AR5", list: "ar5_arealtype", classes: [] };

test("each class has the colour of the rules; without a value comes last", () => {
  const classes = [
    { kode: "", navn: "" },
    { kode: "30", navn: "Skog" },
  ];
  const style = qgisStyle("artype", classes, painterOf(rules.colours, [field]), "uten verdi");
  expect(style).toContain('attr="artype"');
  expect(style).toContain('<category symbol="0" value="30" label="Skog" type="string" render="true"/>');
  expect(style).toContain('<category symbol="1" value="" label="uten verdi" type="string" render="true"/>');
  expect(style).toMatch(/name="0"[\s\S]*name="color" value="158,204,115,255"[\s\S]*name="1"/);
});

test("names are text and nothing else", () => {
  const hostile = "\"/><script>&\u0000\ud800\n'</qgis>";
  const style = qgisStyle(
    hostile,
    [{ kode: hostile, navn: hostile }],
    painterOf(undefined, []),
    "uten verdi",
  );
  expect(style).not.toContain("<script");
  expect(style.match(/<\/qgis>/g)).toHaveLength(1);
  expect(style).not.toMatch(/[\0\ud800]/u);
  expect(style).toContain("&#34;/&#62;&#60;script&#62;&#38;\ufffd\ufffd&#10;&#39;&#60;/qgis&#62;");
});
