import { describe, expect, test } from "vitest";
import { InputError } from "../../../src/core/trouble.js";
import { GML } from "../../../src/read/gml/gml.js";
import { editionsOfFile } from "../../../src/rules/edition.js";
import { loadRules } from "../../../src/rules/load.js";
import {
  area,
  areaOf,
  collection,
  curve,
  HALF_CIRCLE,
  HOLE,
  inMemory,
  line,
  list,
  patch,
  polygon,
  pos,
  posList,
  ring,
  S,
  S100,
  segment,
  square,
  surface,
  told,
  UTM33,
  W,
} from "./gmlText.js";

describe("every form of surface", () => {
  test.each<[string, string, number, number]>([
    ["a polygon with a hole", polygon(UTM33, S100, HOLE), 9600, 1],
    ["a surface of one patch", surface(patch(S100, HOLE)), 9600, 1],
    ["several patches are several parts", surface(patch(S100) + patch(posList(square(200, 0, 10)))), 10_100, 2],
    ["surfaceMember", `<gml:MultiSurface${UTM33}><gml:surfaceMember>${polygon("", S100)}</gml:surfaceMember><gml:surfaceMember>${surface(patch(posList(square(200, 0, 10))))}</gml:surfaceMember></gml:MultiSurface>`, 10_100, 2],
    ["surfaceMembers", `<gml:MultiSurface${UTM33}><gml:surfaceMembers>${polygon("", S100)}${polygon("", posList(square(200, 0, 10)))}</gml:surfaceMembers></gml:MultiSurface>`, 10_100, 2],
    ["a composite surface", `<gml:CompositeSurface${UTM33}><gml:surfaceMember>${polygon("", S100)}</gml:surfaceMember></gml:CompositeSurface>`, 10_000, 1],
    ["an orientable surface", `<gml:OrientableSurface${UTM33} orientation="-"><gml:baseSurface>${polygon("", S100)}</gml:baseSurface></gml:OrientableSurface>`, 10_000, 1],
    ["triangles", `<gml:TriangulatedSurface${UTM33}><gml:patches><gml:Triangle><gml:exterior>${posList(`${W} ${S} ${W + 10} ${S} ${W} ${S + 10} ${W} ${S}`)}</gml:exterior></gml:Triangle></gml:patches></gml:TriangulatedSurface>`, 50, 1],
    ["gml:pos instead of posList", polygon(UTM33, `<gml:LinearRing>${pos(square(0, 0, 100))}</gml:LinearRing>`), 10_000, 1],
    ["points of points", polygon(UTM33, `<gml:LinearRing>${pos(square(0, 0, 100)).replace(/<gml:pos>[^]*?<\/gml:pos>/g, "<gml:pointProperty><gml:Point>$&</gml:Point></gml:pointProperty>")}</gml:LinearRing>`), 10_000, 1],
    ["GML 2 coordinates", `<gml:Polygon${UTM33}><gml:outerBoundaryIs><gml:LinearRing><gml:coordinates>${square(0, 0, 100).replace(/(\S+) (\S+)/g, "$1,$2")}</gml:coordinates></gml:LinearRing></gml:outerBoundaryIs></gml:Polygon>`, 10_000, 1],
    ["three dimensions", polygon(`${UTM33} srsDimension="3"`, posList(square(0, 0, 100).replace(/(\S+) (\S+)/g, "$1 $2 17.5"))), 10_000, 1],
    ["three dimensions, said on posList", polygon(UTM33, posList(square(0, 0, 100).replace(/(\S+) (\S+)/g, "$1 $2 17.5"), ' srsDimension="3"')), 10_000, 1],
    ["three dimensions, nowhere said", polygon(UTM33, posList(`${square(0, 0, 100)} ${W} ${S + 1} ${W} ${S}`.split(" ").slice(0, 10).join(" ").replace(/(\S+) (\S+)/g, "$1 $2 17.5") )), 10_000, 1],
    ["lines end to end", polygon(UTM33, ring(curve(segment(`${W} ${S} ${W + 100} ${S}`) + segment(`${W + 100} ${S} ${W + 100} ${S + 100}`)), line(`${W + 100} ${S + 100} ${W} ${S + 100} ${W} ${S}`))), 10_000, 1],
    ["a curve turned round", polygon(UTM33, ring(line(`${W} ${S} ${W + 100} ${S} ${W + 100} ${S + 100}`), `<gml:OrientableCurve orientation="-"><gml:baseCurve>${line(`${W} ${S} ${W} ${S + 100} ${W + 100} ${S + 100}`)}</gml:baseCurve></gml:OrientableCurve>`)), 10_000, 1],
    ["a composite curve turned round", polygon(UTM33, ring(line(`${W} ${S} ${W + 100} ${S}`), `<gml:OrientableCurve orientation="-"><gml:baseCurve><gml:CompositeCurve><gml:curveMember>${line(`${W} ${S} ${W} ${S + 100}`)}</gml:curveMember><gml:curveMember>${line(`${W} ${S + 100} ${W + 100} ${S + 100} ${W + 100} ${S}`)}</gml:curveMember></gml:CompositeCurve></gml:baseCurve></gml:OrientableCurve>`)), 10_000, 1],
    ["a half circle", polygon(UTM33, ring(curve(`<gml:Arc>${pos(`${W} ${S} ${W + 50} ${S + 50} ${W + 100} ${S}`)}</gml:Arc>`), line(`${W + 100} ${S} ${W} ${S}`))), HALF_CIRCLE, 1],
    ["the same as an arc string", polygon(UTM33, ring(curve(`<gml:ArcString>${list(`${W} ${S} ${W + 50 - 50 * Math.SQRT1_2} ${S + 50 * Math.SQRT1_2} ${W + 50} ${S + 50} ${W + 50 + 50 * Math.SQRT1_2} ${S + 50 * Math.SQRT1_2} ${W + 100} ${S}`)}</gml:ArcString>`), line(`${W + 100} ${S} ${W} ${S}`))), HALF_CIRCLE, 1],
    ["a circle of three points", polygon(UTM33, ring(curve(`<gml:Circle>${list(`${W + 50} ${S} ${W} ${S + 50} ${W - 50} ${S}`)}</gml:Circle>`))), 2 * HALF_CIRCLE, 1],
    ["a circle of three points near each other", polygon(UTM33, ring(curve(`<gml:Circle>${list(`${W + 50} ${S} ${W + 30} ${S - 40} ${W + 40} ${S - 30}`)}</gml:Circle>`))), 2 * HALF_CIRCLE, 1],
    ["a circle by its centre", polygon(UTM33, ring(curve(`<gml:CircleByCenterPoint numArc="1"><gml:pos>${W} ${S}</gml:pos><gml:radius uom="m">50</gml:radius></gml:CircleByCenterPoint>`))), 2 * HALF_CIRCLE, 1],
    ["a ring with a hole and white space, comments and CDATA among its numbers", polygon(UTM33, posList(`\n ${square(0, 0, 100).replace(" ", "<!-- > 1 2 --> <![CDATA[ ]]>&#32;")}\t`), HOLE), 9600, 1],
  ])("%s", async (_, geometry, m2, parts) => {
    const read = await told(inMemory(collection([area(geometry)])));
    expect(read.epsg).toBe(25833);
    expect(read.parts[0]).toHaveLength(parts);
    expect(Math.abs(areaOf(read.parts[0]) - m2)).toBeLessThan(m2 === Math.round(m2) ? 1e-6 : 0.25);
    expect(read.findings).toEqual([]);
  }); // prettier-ignore

  test("an arc keeps to the millimetre: 3.2 m² less is lost than with steps of four degrees", async () => {
    const arc = `<gml:Arc>${pos(`${W} ${S} ${W + 50} ${S + 50} ${W + 100} ${S}`)}</gml:Arc>`;
    const half = polygon(UTM33, ring(curve(arc), line(`${W + 100} ${S} ${W} ${S}`)));
    const read = await told(inMemory(collection([area(half)])));
    const lost = HALF_CIRCLE - areaOf(read.parts[0]);
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBeLessThan(0.11); // two thirds of 1 mm along the arc of 157 m
  });
});

describe("features and their values", () => {
  test("wrappers, members of other types, a collection in a member", async () => {
    const flate = (id: string) => `<app:Flate gml:id="${id}">${area(polygon(UTM33, S100))}</app:Flate>`;
    const other = `<app:Grense><app:grense><gml:Curve${UTM33}/></app:grense></app:Grense>`;
    const text = collection([]).replace(
      "</gml:FeatureCollection>",
      `<gml:featureMember>${flate("a")}</gml:featureMember>
       <gml:featureMembers>${other}${flate("b")}<!-- <app:Flate> -->${flate("c")}</gml:featureMembers>
       <wfs:member><wfs:FeatureCollection><wfs:member>${flate("d")}</wfs:member></wfs:FeatureCollection></wfs:member>
       <wfs:member/><gml:featureMember xlink:href="#a"/></gml:FeatureCollection>`,
    );
    const read = await told(inMemory(text));
    expect(read.values.map(({ gml_id }) => gml_id)).toEqual(["a", "b", "c", "d"]);
    const lines = await told(inMemory(text), { layer: "GRENSE" });
    expect(lines.findings.map(({ code, says }) => [code, says.includes("Curve")])).toEqual([
      ["ANNEN_GEOMETRI", true],
    ]);
    await expect(told(inMemory(text), { layer: "Veg" })).rejects.toThrow(
      /no layer called Veg.*one of Flate, Grense \(no polygons\)/,
    );
  });

  test("data types are flattened by path; codes stay text; what is empty is not given", async () => {
    const content = `
      <app:identifikasjon><app:Identifikasjon><app:lokalId>a&amp;b</app:lokalId><app:navnerom>http://x</app:navnerom></app:Identifikasjon></app:identifikasjon>
      <app:kvalitet><app:Posisjonskvalitet><app:nøyaktighet>007</app:nøyaktighet></app:Posisjonskvalitet></app:kvalitet>
      <app:kommunenummer> 0301
      </app:kommunenummer><app:navn>K&#xe1;r&#225;šjohka <![CDATA[<&>]]> Ŋ</app:navn>
      <app:type xlink:href="http://register.geonorge.no/1110"/><app:areal xsi:nil="true"/><app:tom></app:tom>
      <app:formål xlink:href="#a"/><app:formål xlink:href="#b"/>
      ${area(polygon(UTM33, S100))}`;
    const read = await told(inMemory(collection([content, content.replace("0301", "4601")])));
    expect(read.values[0]).toEqual({
      gml_id: "f0",
      "identifikasjon.lokalId": "a&b",
      "identifikasjon.navnerom": "http://x",
      "kvalitet.nøyaktighet": "007",
      kommunenummer: "0301",
      navn: "Kárášjohka <&> Ŋ",
      type: "http://register.geonorge.no/1110",
      formål: "#a;#b",
    });
    expect(read.values[1].kommunenummer).toBe("4601");
  });

  test.each([
    ["no geometry", "<app:navn>x</app:navn>", ["NULL_GEOMETRI"]],
    ["an empty polygon", area(`<gml:Polygon${UTM33}/>`), ["NULL_GEOMETRI"]],
    ["an empty ring", area(polygon(UTM33, posList(""))), ["NULL_GEOMETRI"]],
    [
      "an open ring",
      area(polygon(UTM33, posList(square(0, 0, 10).split(" ").slice(0, 8).join(" ")))),
      ["RING_APEN"],
    ],
    [
      "a ring of two points",
      area(polygon(UTM33, posList(`${W} ${S} ${W + 1} ${S}`))),
      ["RING_APEN", "RING_FOR_KORT", "NULL_GEOMETRI"].slice(1),
    ],
    [
      "a point among polygons",
      `<app:posisjon><gml:Point${UTM33}><gml:pos>1 2</gml:pos></gml:Point></app:posisjon>`,
      ["ANNEN_GEOMETRI"],
    ],
    ["a second surface", area(polygon(UTM33, S100)) + area(polygon(UTM33, S100)), ["ANNEN_GEOMETRI"]],
    [
      "curves that do not meet",
      area(
        polygon(
          UTM33,
          ring(line(`${W} ${S} ${W + 9} ${S}`), line(`${W + 10} ${S} ${W + 10} ${S + 10} ${W} ${S}`)),
        ),
      ),
      ["KURVER_HULL"],
    ],
  ])("%s is told of", async (_, content, codes) => {
    const read = await told(inMemory(collection([area(polygon(UTM33, S100)), content])));
    expect(read.findings.map(({ code, feature }) => [code, feature])).toEqual(codes.map((code) => [code, 1]));
    expect(read.values).toHaveLength(2);
  });

  test("a field and a layer that first come far into a long file are told of", async () => {
    const content = area(polygon(UTM33, posList(`${square(0, 0, 100)}${" ".repeat(60_000)}`)));
    const late = `<app:sen>1</app:sen>${content}`;
    const contents = [...Array.from({ length: 400 }, () => content), late];
    const read = await told(inMemory(collection(contents)));
    expect(read.findings.map(({ code, feature }) => [code, feature])).toEqual([["FELT_SENT", 400]]);
    const other = collection(contents).replace(
      /<app:Flate gml:id="f400">([^]*)<\/app:Flate>/,
      "<app:Sen>$1</app:Sen>",
    );
    await expect(told(inMemory(other))).rejects.toThrow(/after Flate also Sen/);
    expect((await told(inMemory(other), { layer: "Flate" })).values).toHaveLength(400);
  });

  test.each([
    [
      "arsversjon2025",
      "<app:arealdekkeniva1>skog</app:arealdekkeniva1><app:okosystemtypeniva1>skog</app:okosystemtypeniva1>",
    ],
    ["testversjon2", "<app:arealdekke>Barskog</app:arealdekke><app:okosystemtype_1>x</app:okosystemtype_1>"],
  ])("the fields of %s are known again", async (edition, fields) => {
    const source = await GML.open(inMemory(collection([fields + area(polygon(UTM33, S100))])), {});
    const names = source.fields.map(({ name }) => name);
    expect(editionsOfFile(await loadRules(), names, new Map())).toContain(edition);
  });
});

describe("coordinate systems", () => {
  const degrees = "10 60 10.01 60 10.01 60.01 10 60.01 10 60";
  const swapped = "60 10 60 10.01 60.01 10.01 60.01 10 60 10";
  /** Oslo in NTM 10. */
  const ntm = "113000 1215000 113100 1215000 113100 1215100 113000 1215100 113000 1215000";
  const northFirst = (numbers: string) => numbers.replace(/(\S+) (\S+)/g, "$2 $1");
  const said = (name: string) => ` srsName="${name}"`;

  test.each([
    ["EPSG:25833", square(0, 0, 100), 25833],
    ["urn:ogc:def:crs:EPSG::25833", square(0, 0, 100), 25833],
    ["http://www.opengis.net/gml/srs/epsg.xml#25833", square(0, 0, 100), 25833],
    [
      "http://www.opengis.net/def/crs/EPSG/0/5973",
      square(0, 0, 100).replace(/(\S+) (\S+)/g, "$1 $2 9"),
      25833,
    ],
    ["EPSG:4258", degrees, 4258],
    ["urn:ogc:def:crs:EPSG::4258", swapped, 4258],
    ["http://www.opengis.net/def/crs/EPSG/0/4326", swapped, 4326],
    ["urn:ogc:def:crs:OGC:1.3:CRS84", degrees, 4326],
    ["EPSG:5110", ntm, 5110],
    ["urn:ogc:def:crs:EPSG::5110", northFirst(ntm), 5110],
    ["http://www.opengis.net/def/crs/EPSG/0/5950", northFirst(ntm).replace(/(\S+) (\S+)/g, "$1 $2 9"), 5110],
    ["urn:ogc:def:crs:EPSG::5942", swapped.replace(/(\S+) (\S+)/g, "$1 $2 9"), 4258],
    ["urn:ogc:def:crs:EPSG::3035", "4090000 4360000 4090000 4360100 4090100 4360100 4090000 4360000", 3035],
  ])("%s", async (name, numbers, epsg) => {
    const read = await told(inMemory(collection([area(polygon(said(name), posList(numbers)))])));
    expect(read.epsg).toBe(epsg);
    const [x, y] = read.parts[0][0][0];
    expect(x < y === (epsg !== 3035), `${x} ${y}`).toBe(true);
    expect(read.findings).toEqual([]);
  });

  test.each([
    [
      "urn:ogc:def:crs:EPSG::4258",
      degrees,
      /latitude or northing first, with coordinates in the other order.*60\.\d+° N 10\.\d+° E/,
    ],
    ["EPSG:4258", swapped, /longitude or easting first, with coordinates in the other order/],
    [
      "urn:ogc:def:crs:EPSG::5110",
      ntm,
      /northing first, with coordinates in the other order.*the other way 59\.\d+° N/,
    ],
    [
      "EPSG:5110",
      northFirst(ntm),
      /easting first, with coordinates in the other order.*the other way 59\.\d+° N/,
    ],
    [
      "EPSG:25833",
      northFirst(square(0, 0, 9)),
      /easting first.*Read as it stands this is .*, read the other way 59\.\d+° N/,
    ],
  ])("%s with its axes swapped names both readings", async (name, numbers, message) => {
    const opening = GML.open(inMemory(collection([area(polygon(said(name), posList(numbers)))])), {});
    await expect(opening).rejects.toThrow(InputError);
    await expect(opening).rejects.toThrow(message);
  });

  test("is inherited: from the collection's box, the feature's box, the multi surface", async () => {
    const box = (name: string, more = "") =>
      `<gml:boundedBy><gml:Envelope${said(name)}${more}><gml:lowerCorner>0 0</gml:lowerCorner></gml:Envelope></gml:boundedBy>`;
    const bare = area(polygon("", posList(swapped)));
    const urn = "urn:ogc:def:crs:EPSG::4258";
    const fromCollection = await told(inMemory(collection([bare], box(urn))));
    const fromFeature = await told(inMemory(collection([box(urn) + bare])));
    const space = swapped.replace(/(\S+) (\S+)/g, "$1 $2 0");
    const threeD = await told(
      inMemory(collection([area(polygon("", posList(space)))], box(urn, ' srsDimension="3"'))),
    );
    for (const read of [fromCollection, fromFeature, threeD]) {
      expect(read.epsg).toBe(4258);
      expect(read.parts[0][0][0].slice(0, 2)).toEqual([10, 60]);
    }
  });

  test("another one later in the layer, none at all, and what the user says", async () => {
    const two = [area(polygon(UTM33, S100)), area(polygon(said("EPSG:25832"), S100))];
    await expect(told(inMemory(collection(two)))).rejects.toThrow(
      /feature 1, byte \d+: srsName "EPSG:25832"\. Wanted: EPSG:25833/,
    );
    await expect(told(inMemory(collection([area(polygon("", S100))])))).rejects.toThrow(
      /does not say its CRS/,
    );
    expect((await told(inMemory(collection([area(polygon("", S100))])), { epsg: 25833 })).epsg).toBe(25833);
    await expect(told(inMemory(collection([area(polygon(said("EPSG:31467"), S100))])))).rejects.toThrow(
      /31467/,
    );
  });
});

describe("references", () => {
  const side = (id: string, numbers: string) =>
    `<gml:featureMember><app:Grense><app:grense><gml:Curve gml:id="${id}"${UTM33}><gml:segments>${segment(numbers)}</gml:segments></gml:Curve></app:grense></app:Grense></gml:featureMember>`;
  const member = (href: string) => `<gml:curveMember xlink:href="${href}"/>`;
  const turned = `<gml:curveMember><gml:OrientableCurve orientation="-"><gml:baseCurve xlink:href="#b"/></gml:OrientableCurve></gml:curveMember>`;
  const faces = (first: string) =>
    collection([area(polygon(UTM33, `<gml:Ring>${first}${turned}</gml:Ring>`))]).replace(
      "</gml:FeatureCollection>",
      `${side("a", `${W} ${S} ${W + 100} ${S} ${W + 100} ${S + 100}`)}${side("b", `${W} ${S} ${W} ${S + 100} ${W + 100} ${S + 100}`)}</gml:FeatureCollection>`,
    );

  test("that lie far apart in a long file", async () => {
    const filler = `<app:navn>${"x".repeat(1000)}</app:navn>`;
    const [shared, using] = [
      area(surface(patch(S100))).replace("<gml:LinearRing>", '<gml:LinearRing gml:id="far">'),
      area(surface(patch(ring("").replace("<gml:curveMember>", '<gml:curveMember xlink:href="#far">')))),
    ];
    const file = inMemory(collection([shared, ...Array<string>(3000).fill(filler), using]), [1 << 16]);
    const { parts } = await told(file);
    expect(parts[3001]).toEqual(parts[0]);
    expect(areaOf(parts[3001])).toBe(10_000);
  });

  test("curves of other features, before or after, turned round where they are used", async () => {
    const read = await told(inMemory(faces(member("#a"))));
    expect(areaOf(read.parts[0])).toBe(10_000);
    expect(read.findings).toEqual([]);
  });

  test.each([
    ["that lead nowhere", member("#c"), /xlink:href="#c", which points at nothing in the file/],
    [
      "out of the file",
      member("http://a.no/b.gml#c"),
      /xlink:href="http:\/\/a\.no\/b\.gml#c", which points at nothing/,
    ],
    [
      "back to themselves",
      '<gml:curveMember><gml:CompositeCurve gml:id="r"><gml:curveMember xlink:href="#r"/></gml:CompositeCurve></gml:curveMember>',
      /leads back to itself/,
    ],
  ])("%s", async (_, first, message) => {
    await expect(told(inMemory(faces(first)))).rejects.toThrow(message);
  });
});
