import { describe, expect, test } from "vitest";
import { InputError } from "../../src/core/trouble.js";
import { classList, unitNames, unknownValues } from "../../src/rules/classes.js";
import { hasKnownTopologyDefect } from "../../src/rules/defects.js";
import { editionsOf } from "../../src/rules/edition.js";
import { canonicalField } from "../../src/rules/fields.js";
import { kommunenummerTrouble } from "../../src/rules/kommunenummer.js";
import { loadRules } from "../../src/rules/load.js";
import { rulesFrom, type RuleFile } from "../../src/rules/rules.js";

const rules = await loadRules();

/** The shipped rule files, one of them changed. */
function changed(id: string, change: (json: Record<string, unknown>) => void): RuleFile[] {
  return rules.sets.map(({ id: other, file, bytes }) => {
    if (other !== id) return { name: file, bytes };
    const json = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    change(json);
    return { name: file, bytes: new TextEncoder().encode(JSON.stringify(json)) };
  });
}

describe("the shipped rule sets", () => {
  test("each have id, version and the bytes to hash, sorted by id", () => {
    const ids = rules.sets.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort());
    expect(ids).toContain("regnskap");
    expect(ids).toContain("tabeller");
    for (const { version, bytes } of rules.sets) {
      expect(version).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(bytes.length).toBeGreaterThan(100);
    }
  });

  test("have the whole lists", () => {
    const sizes = (id: string) => rules.lists.get(id)!.values.length;
    expect(sizes("kommuner_2024")).toBe(357);
    expect(sizes("fylker_2024")).toBe(15);
    expect(sizes("kommune_historikk")).toBe(862);
    expect(sizes("ar5_arealtype")).toBe(12);
    expect(sizes("grunnkart_arealdekke_niva1_2025")).toBe(8);
    expect(sizes("grunnkart_arealdekke_testversjon2")).toBe(22);
    expect(sizes("okosystemtype_niva1_2025")).toBe(11);
    expect(sizes("arealformal_kommuneplan")).toBe(131);
    expect(sizes("arealformal_reguleringsplan")).toBe(386);
  });

  test("are frozen", () => {
    expect(() => {
      (rules.accounting.tolerances as { identityM2: number }).identityM2 = 5;
    }).toThrow(TypeError);
  });

  test("come out the same in any file order", () => {
    const files = rules.sets.map(({ file, bytes }) => ({ name: file, bytes }));
    expect(rulesFrom([...files].reverse()).sets).toEqual(rules.sets);
  });
});

test.each<[string, (json: Record<string, unknown>) => void, RegExp]>([
  ["kommuner_2024", (json) => (json["version"] = "i fjor"), /version/],
  ["kommuner_2024", (json) => (json["id"] = "kommuner"), /names the list kommuner_2024/],
  ["kommuner_2024", (json) => (json["kind"] = "kodelist"), /kind/],
  ["ar5_arealtype", (json) => (json["values"] = [{ kode: 11, navn: "Bebygd" }]), /kode/],
  ["ar5_arealtype", (json) => (json["values"] = [{ kode: "11", navn: "Bebygd" }]), /notLand names 81/],
  ["ar5_treslag", (json) => (json["values"] as unknown[]).push({ kode: "31", navn: "Igjen" }), /31 twice/],
  ["fylker_2024", (json) => (json["id"] = "kommuner_2024"), /twice/],
])("a broken %s is refused with the reason", (id, change, reason) => {
  expect(() => rulesFrom(changed(id, change))).toThrow(InputError);
  expect(() => rulesFrom(changed(id, change))).toThrow(reason);
});

test.each([
  ["arealdekkeniva1", "arealdekkeNiva1"],
  ["AREALDEKKENIVA1", "arealdekkeNiva1"],
  ["arealdekke", "arealdekkeNiva2"],
  ["okosystemtype_1", "okosystemtype1"],
  ["okosystemtypeNiva1", "okosystemtype1"],
  ["areabrukLandKode", "arealbrukLandKode"],
  ["arealbruklandkode", "arealbrukLandKode"],
  ["identifikasjon.lokalId", "lokalId"],
  ["identifikasjon_lokalid", "lokalId"],
  ["område", "geometri"],
  ["SHAPE_Area", "kildeareal"],
  ["arealdekkeniva3", undefined],
])("field %s is %s", (delivered, canonical) => {
  expect(canonicalField(rules, delivered)).toBe(canonical);
});

test("plan fields have spellings of their own", () => {
  expect(canonicalField(rules, "OPLAREAL", "plan")).toBe("arealformal");
  expect(canonicalField(rules, "OPLAREAL")).toBeUndefined();
});

describe("editions", () => {
  test.each<[string, string[], Record<string, string[]>, string[]]>([
    ["2025 file names", ["arealdekkeniva1", "okosystemtypeniva1"], {}, ["arsversjon2025"]],
    ["testversjon 2 file names", ["arealdekke", "okosystemtype_1"], {}, ["testversjon2"]],
    ["names both have tell nothing", ["grunnforhold", "SHAPE_Area"], {}, []],
    ["values decide", ["grunnforhold"], { okosystemtype1: ["Cropland"] }, ["testversjon2"]],
    ["a value both have tells nothing", [], { okosystemtype1: ["", "ukjent"] }, []],
    ["mixed", ["arealdekkeniva1"], { okosystemtype_1: ["Cropland"] }, ["arsversjon2025", "testversjon2"]],
  ])("%s", (_, fields, values, expected) => {
    expect(editionsOf(rules, fields, new Map(Object.entries(values)))).toEqual(expected);
  });
});

test.each([
  ["0301", undefined],
  ["301", { kind: "leadingZero", mended: "0301" }],
  ["101", { kind: "leadingZero", mended: "0101" }],
  ["999", { kind: "unknown" }],
  ["3001", { kind: "unknown", now: "3101" }],
  ["9901", { kind: "unknown" }],
  ["03011", { kind: "notANumber" }],
  ["", { kind: "notANumber" }],
])("kommunenummer %s", (value, trouble) => {
  expect(kommunenummerTrouble(rules, value)).toEqual(trouble);
});

describe("class lists", () => {
  test("follow the edition", () => {
    expect(classList(rules, "okosystemtype1", "arsversjon2025")!.nameOf.get("skog")).toBe("Skog");
    expect(classList(rules, "okosystemtype1", "testversjon2")!.nameOf.get("Cropland")).toBe("Dyrket mark");
    expect(classList(rules, "arealdekkeNiva2", "arsversjon2025")).toBeUndefined();
  });

  test("are found by their values where the edition is unknown, and by nothing else", () => {
    expect(classList(rules, "arealdekkeNiva1", undefined, ["", "skog"])!.list.id).toBe("grunnkart_arealdekke_niva1_2025");
    expect(classList(rules, "arealdekkeNiva1", undefined, ["SKOG"])).toBeUndefined();
  });

  test("of a common field name hold only when they know every value", () => {
    expect(classList(rules, "OBJTYPE", undefined, ["Skog", "Myr"])!.list.id).toBe("n1000_objtype");
    expect(classList(rules, "objtype", undefined, ["Skog", "DyrketMark"])).toBeUndefined();
  });

  test("know land, and never take a near miss for a value", () => {
    const classes = classList(rules, "arealdekkeNiva1", "arsversjon2025")!;
    expect(["skog", "snoIsbre", "ferskvann", "hav", "", "Skog"].map((kode) => classes.isLand!(kode))).toEqual([
      ...[true, true],
      ...[false, false, false, false],
    ]);
    expect(unknownValues(classes, ["", "skog", "Skog", "snøIsbre"])).toEqual(["Skog", "snøIsbre"]);
  });

  test("name units by register", () => {
    expect(unitNames(rules, "kommunenummer").get("1806")).toBe("Narvik");
    expect(unitNames(rules, "minhoyde").size).toBe(0);
  });
});

test("the publisher's list of defects names format, projection and place", () => {
  const delivery = { edition: "testversjon2", epsg: 25833, format: "GML", omraade: "46" };
  expect(hasKnownTopologyDefect(rules, delivery)).toBe(true);
  expect(hasKnownTopologyDefect(rules, { ...delivery, edition: "arsversjon2025" })).toBe(false);
  expect(hasKnownTopologyDefect(rules, { ...delivery, omraade: "33" })).toBe(false);
  expect(hasKnownTopologyDefect(rules, { ...delivery, omraade: "33", epsg: 4258 })).toBe(true);
});
