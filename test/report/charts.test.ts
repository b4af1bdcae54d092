import { SaxesParser } from "saxes";
import { describe, expect, test } from "vitest";
import type { Table, Value } from "../../src/tables/table.js";
import { painterOf } from "../../src/report/painter.js";
import { ticks } from "../../src/report/chart.js";
import { stackedBars } from "../../src/report/stackedBars.js";
import { box } from "../../src/report/svg.js";
import { basis9901, rules, sampleDocument } from "./sample.js";

test("the text of a tick near the right edge ends at the edge, and the others stand under their ticks", () => {
  const drawn = ticks(
    [0, 50, 100],
    (value) => 10 + 7 * value,
    (value) => `${value} 000 daa`,
    0,
    10,
  );
  const anchors = [
    ...drawn.matchAll(/<text x="([\d.]+)" y="\d+" fill="[^"]*"(?: text-anchor="(\w+)")?[^>]*>([^<]*)</g),
  ];
  expect(anchors.map(([, x, anchor = "start", says]) => [x, anchor, says])).toEqual([
    ["10", "start", "0 000 daa"],
    ["360", "middle", "50 000 daa"],
    ["720", "end", "100 000 daa"],
  ]);
});

/** Tables of kommune 9901 as chapter 8 of the domain reference has them. */
const daa = (id: string, title: string) => ({ id, title, kind: "area" as const, unit: "daa" as const });
const text = (id: string, title: string) => ({ id, title, kind: "text" as const });

function tableOf(id: string, columns: Table["columns"], rows: readonly (readonly Value[])[]): Table {
  const print = {
    groupBy: [],
    columns: columns.map((column) => column.id),
    rounding: basis9901.tables[0].print.rounding,
  };
  return { id, title: `${id} Tabell`, columns, rows, footnotes: [], print, meta: basis9901.tables[0].meta };
}

const purposes = [text("rad", "Rad"), text("kode", "Kode"), text("navn", "Formål")];

const T4 = tableOf(
  "T4",
  [
    ...purposes,
    daa("planlagt", "Planlagt"),
    daa("bebygd", "Alt bebygd"),
    daa("reserve", "Reserve"),
    daa("jordbruk", "Jordbruk"),
    daa("skog", "Skog"),
    daa("snaumark", "Snaumark"),
    daa("myr", "Myr"),
  ],
  [
    ["formal", "1110", "Bolig", 400, 60, 340, 90, 200, 20, 30],
    ["formal", "1300", "Næring", 200, 40, 160, 30, 110, 0, 20],
    ["sum", "", "Sum", 600, 100, 500, 120, 310, 20, 50],
  ],
);

const T5 = tableOf(
  "T5",
  [...purposes, daa("gjeldende", "Gjeldende"), daa("ny", "Ny"), daa("endring", "Endring")],
  [
    ["formal", "1110", "Bolig", 400, 250, -150],
    ["formal", "1300", "Næring", 200, 260, 60],
    ["formal", "5100", "LNFR", 7000, 7090, 90],
    ["sum", "", "Sum", 10000, 10000, 0],
  ],
);

const T6 = tableOf(
  "T6",
  [
    text("rad", "Rad"),
    text("fraKode", "Fra kode"),
    text("fraNavn", "Fra"),
    text("fraStatus", "Fra status"),
    text("tilKode", "Til kode"),
    text("tilNavn", "Til"),
    text("tilStatus", "Til status"),
    daa("areal", "Areal"),
  ],
  [
    ["endret", "1110", "Bolig", "framtidig", "5100", "LNFR", "", 150],
    ["endret", "5100", "LNFR", "", "1300", "Næring", "framtidig", 60],
    ["uendret", "5100", "LNFR", "", "5100", "LNFR", "", 6940],
  ],
);

const T11 = tableOf(
  "T11-arealdekkeNiva1",
  [text("kode", "Kode"), text("navn", "Klasse"), daa("skog", "Skog"), daa("myr", "Myr"), daa("sum", "Sum")],
  [
    ["skog", "Skog", 4900, 100, 5000],
    ["myr", "Myr", 0, 700, 700],
    ["", "Sum", 4900, 800, 5700],
  ],
);

const T10 = tableOf(
  "T10-arealdekkeNiva1",
  [text("rad", "Rad"), text("navn", "Post"), daa("skog", "Skog"), daa("myr", "Myr"), daa("sum", "Sum")],
  [
    ["inngaende", "Inngående", 5000, 700, 5700],
    ["netto", "Netto", -100, 100, 0],
  ],
);

const { charts } = sampleDocument("nb", {
  ...basis9901,
  tables: [...basis9901.tables, T4, T5, T6, T10, T11],
});
const chartOf = (id: string) => charts.find((chart) => chart.id === id)!;

/** Hover texts of a drawing: each drawn thing says what it is and how much. */
const says = (svg: string) => [...svg.matchAll(/<title>(.*?)<\/title>/g)].map(([, title]) => title);

test("every figure is XML with a title, a description and its numbers as a table", () => {
  expect(charts.length).toBeGreaterThan(6);
  for (const { id, svg, title, desc, data } of charts) {
    const parser = new SaxesParser();
    parser.on("error", (error) => {
      throw error;
    });
    parser.write(svg).close();
    expect(svg).toContain(`<title id="${id}-t">`);
    expect(svg).toContain(`<desc id="${id}-d">`);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(title.length * desc.length).toBeGreaterThan(0);
    expect(data.rows.length).toBeGreaterThan(0);
    for (const row of data.rows) expect(row.length).toBe(data.heads.length);
  }
});

describe("a figure shows its table's own figures", () => {
  test("T4: reserve by purpose and land cover", () => {
    expect(says(chartOf("stabel-T4").svg)).toEqual([
      "1110 Bolig: Jordbruk 90,0\u00a0daa",
      "1110 Bolig: Skog 200\u00a0daa",
      "1110 Bolig: Snaumark 20,0\u00a0daa",
      "1110 Bolig: Myr 30,0\u00a0daa",
      "1300 Næring: Jordbruk 30,0\u00a0daa",
      "1300 Næring: Skog 110\u00a0daa",
      "1300 Næring: Myr 20,0\u00a0daa",
    ]);
  });

  test("T5: what grows and what shrinks, the largest first", () => {
    const { svg, desc } = chartOf("endring-T5");
    expect(says(svg)).toEqual([
      "1110 Bolig −150\u00a0daa",
      "5100 LNFR 90,0\u00a0daa",
      "1300 Næring 60,0\u00a0daa",
    ]);
    expect(desc).toContain("Størst nedgang: 1110 Bolig −150\u00a0daa");
  });

  test("T6: from and to, without what is unchanged", () => {
    expect(says(chartOf("strom-T6").svg)).toEqual(
      expect.arrayContaining(["Bolig, framtidig → LNFR: 150", "LNFR → Næring, framtidig: 60,0"]),
    );
    expect(chartOf("strom-T6").data.rows).toHaveLength(2);
  });

  test("T10: the net of each class", () => {
    expect(says(chartOf("endring-T10_arealdekkeNiva1").svg)).toEqual([
      "Skog −100\u00a0daa",
      "Myr 100\u00a0daa",
    ]);
  });

  test("T11: the matrix whole, the flow without the diagonal", () => {
    expect(says(chartOf("matrise-T11_arealdekkeNiva1").svg)).toHaveLength(4);
    expect(says(chartOf("strom-T11_arealdekkeNiva1").svg)).toContain("Skog → Myr: 100");
    expect(chartOf("strom-T11_arealdekkeNiva1").svg).not.toContain("4\u00a0900");
  });

  test("shares come to the whole", () => {
    const { data } = chartOf("andel-T1_arealdekkeNiva1");
    expect(data.rows.find(([name]) => name === "Skog")).toEqual(["Skog", "5\u00a0000\u00a0daa", "50,0"]);
  });
});

test("a class has one colour in all figures and on the map", () => {
  const { map } = sampleDocument("nb");
  for (const svg of [chartOf("andel-T1_arealdekkeNiva1").svg, map!.svg]) expect(svg).toContain("#9ecc73");
});

/** Relative luminance (WCAG 2.2, "relative luminance"): what is left of a colour in grey print. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

test("classes of a list short enough for its hatches are told apart in grey: by hatch, or by how dark they are", () => {
  const { values, spare } = rules.colours!;
  const lists = [...new Set(values.map(({ list }) => list))].map((list) =>
    values.filter((value) => value.list === list),
  );
  const short = [...lists, spare].filter(({ length }) => length <= 12);
  expect(short.length).toBeGreaterThan(5);
  const alike = short.flatMap((paints) =>
    paints.flatMap((a, i) =>
      paints.slice(0, i).flatMap((b) => {
        const [dark, light] = [luminance(a.colour), luminance(b.colour)].sort((p, q) => p - q);
        const isAlike =
          a.pattern === b.pattern && a.colour !== b.colour && (light + 0.05) / (dark + 0.05) < 1.25;
        return isAlike ? [`${JSON.stringify(a)} ${JSON.stringify(b)}`] : [];
      }),
    ),
  );
  expect(alike).toEqual([]);
});

test("of more classes than there are hatches each has its number, in the legend and on its part of a bar", () => {
  const bar = (count: number) => [
    {
      name: "",
      parts: Array.from({ length: count }, (_, i) => ({ kode: `k${i}`, name: `K${i}`, value: 1, text: "1" })),
    },
  ];
  const numbersIn = (count: number) => {
    const head = { id: "x", title: "", desc: "" };
    const svg = stackedBars(head, bar(count), painterOf(rules.colours, []), true, String);
    return [...svg.matchAll(/paint-order="stroke">(\d+)</g)].map(([, number]) => Number(number));
  };
  expect(numbersIn(9)).toEqual([]);
  const all = Array.from({ length: 22 }, (_, i) => i + 1);
  expect(numbersIn(22)).toEqual([...all, ...all]);
});

test("a hatch lies over its colour, so that no light lines show between its tiles", () => {
  const { map } = sampleDocument("nb");
  for (const svg of [chartOf("andel-T1_arealdekkeNiva1").svg, map!.svg]) {
    expect(svg).not.toMatch(/<pattern[^>]*><rect/);
    for (const [, hatch] of svg.matchAll(/fill="url\(#([^)]*)\)"/g)) expect(svg).toContain(`id="${hatch}"`);
  }
  // 50 pixels wide on 720 units: hatches as wide as in the legend, not 14 times that.
  const scales = [...map!.svg.matchAll(/patternTransform="scale\(([\d.]+)\)"/g)].map(([, scale]) =>
    Number(scale),
  );
  expect([...new Set(scales)]).toEqual([expect.closeTo((0.75 * 50) / 720, 4), 0.75]);
  const defined = new Set([...map!.svg.matchAll(/<path id="([^"]*)"/g)].map(([, id]) => id));
  for (const [, used] of map!.svg.matchAll(/<use href="#([^"]*)"/g)) expect(defined).toContain(used);
});

test("a bar too narrow for a hatch has its colour alone", () => {
  expect(box(0, 0, 3.9, 22, { colour: "#ffd16e", hatch: "h" })).not.toContain("url(");
  expect(box(0, 0, 4, 22, { colour: "#ffd16e", hatch: "h" }, "x")).toMatch(/<title>x<.*#ffd16e.*url\(#h\)/);
});
