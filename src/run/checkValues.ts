import type { Finding } from "../core/trouble.js";
import type { Source } from "../read/source.js";
import { editionsOfFile } from "../rules/edition.js";
import { kommunenummerTrouble } from "../rules/kommunenummer.js";
import { recogniseFields } from "../rules/recognise.js";
import type { Rules } from "../rules/rules.js";
import { type CheckedField, KOMMUNE_FIELD, type ValueCount } from "./checkBatch.js";
import { knownDefects } from "./inspect.js";
import { GENERALISED, isGeneralised } from "./units.js";

type Values = ReadonlyMap<string, ReadonlyMap<string, ValueCount>>;

/**
 * What fields and values tell of a layer as a whole (`feature` -1, or the first feature with a value): mandatory fields
 * that are not there, kommunenummer, editions, the publisher's list of known errors.
 *
 * @param values by the field's name in the file
 */
export function valueFindings(
  source: Source,
  fields: readonly CheckedField[],
  values: Values,
  rules: Rules,
): Finding[] {
  const say = (
    code: string,
    severity: Finding["severity"],
    says: string,
    feature = -1,
    areaM2 = 0,
  ): Finding => ({ code, severity, layer: source.name, feature, areaM2, did: "kept", says });
  const names = source.fields.map(({ name }) => name);
  const lacks = recogniseFields(rules, names)?.lacks ?? [];
  const editions = editionsOfFile(
    rules,
    names,
    new Map([...values].map(([name, counts]) => [name, [...counts.keys()]])),
  );
  const kommuner = fields.find(({ name }) => name === KOMMUNE_FIELD);
  const numbers = [...(values.get(kommuner?.inFile ?? "") ?? [])].filter(([value]) => value !== "");
  const codes = numbers.map(([value]) => value).sort();
  return [
    ...lacks.map((field) =>
      say("FELT_MANGLER", "warning", `feltet ${field} er påkrevd og finnes ikke i fila`),
    ),
    ...fields.flatMap(({ inFile, name, required }) => {
      const empty = values.get(inFile)?.get("");
      if (!required || empty === undefined || empty.count <= 1) return [];
      const says = `${name} er påkrevd og mangler i alt i ${empty.count} objekter`;
      return [say("FELT_TOMT", "warning", says, -1, empty.areaM2)];
    }),
    ...fields.flatMap(({ inFile, name, codes }) => {
      const known = new Set(codes);
      const unknown = [...(values.get(inFile) ?? [])].filter(([value]) => value !== "" && !known.has(value));
      if (codes === undefined) return [];
      return unknown.flatMap(([value, { count, areaM2 }]) => {
        const says = `${name} «${value}» er ikke i noen av feltets kodelister; i alt ${count} objekter`;
        return count === 1 ? [] : say("KODE_UKJENT", "error", says, -1, areaM2);
      });
    }),
    ...numbers.flatMap(([value, { count, areaM2, first }]) => {
      const trouble = kommunenummerTrouble(rules, value);
      if (trouble === undefined) return [];
      const says = `kommunenummer «${value}» ${kommuneWords(trouble)} (${count} objekter)`;
      return [say("KOMMUNENUMMER_FEIL", "warning", says, first, areaM2)];
    }),
    ...(editions.length > 1
      ? [say("UTGAVE_BLANDET", "warning", `felt eller verdier fra ${editions.join(" og ")} i samme fil`)]
      : []),
    ...(isGeneralised(source) ? [say("KILDE_GENERALISERT", "warning", GENERALISED)] : []),
    ...knownDefects(source, rules, editions, codes).map(({ omraade, formats }) =>
      say(
        "TOPOLOGI_KJENT_FEIL",
        "warning",
        `utgiveren melder feil i ${omraade} i ${formats.join(" og ")}; prøv et annet format eller en annen projeksjon`,
      ),
    ),
  ];
}

function kommuneWords(trouble: NonNullable<ReturnType<typeof kommunenummerTrouble>>): string {
  switch (trouble.kind) {
    case "leadingZero":
      return `har mistet en null; det skal være ${trouble.mended}`;
    case "notANumber":
      return "er ikke fire siffer";
    case "unknown":
      return trouble.now === undefined
        ? "finnes ikke i registeret for 2024"
        : `er et tidligere nummer, nå ${trouble.now}`;
  }
}
