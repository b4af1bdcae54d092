import { InputError } from "../core/trouble.js";
import type { Source } from "../read/source.js";
import { canonicalField } from "../rules/fields.js";
import type { Rules } from "../rules/rules.js";

/** A field of a file: its own name there, and the name it has in the account. */
export type ClassFieldChoice = { readonly inFile: string; readonly name: string };

/** Columns of the cells that are figures. No field and no layer may be called so. */
export const AREA_COLUMNS: readonly string[] = ["kartplanM2", "ellipsoideM2"];

/** Those of a comparison besides: what of each area lies in narrow strips. */
export const STRIP_COLUMNS: readonly string[] = ["stripeKartplanM2", "stripeEllipsoideM2"];

/** What an account shows when nobody says: the first field of each row that the file has. */
const RECOGNISED = [
  ["arealdekkeNiva1", "arealdekkeNiva2"],
  ["arealbrukLandHovedklasse"],
  ["okosystemtype1"],
] as const;

/**
 * The fields to account by, found in the file whatever their spelling there.
 *
 * @param asked canonical or delivered names; none means those of a Grunnkart that are recognised
 * @throws InputError listing the fields there are; for a field that is called as a column of figures
 */
export function chooseClassFields(
  source: Source,
  asked: readonly string[],
  rules: Rules,
): ClassFieldChoice[] {
  if (asked.length > 0) {
    return asked.map((name) => {
      const found = findField(source, name, rules) ?? refuse(source, `no field ${name}`);
      return AREA_COLUMNS.includes(found.name) ? refuseFigures(source, found) : found;
    });
  }
  const found = RECOGNISED.flatMap((names) => {
    const first = names.map((name) => findField(source, name, rules)).find((field) => field !== undefined);
    return first === undefined ? [] : [first];
  });
  if (found.length === 0) refuse(source, "no field of the Grunnkart that is recognised by itself");
  return found;
}

/** A field by its own name, by any case of it, or by a canonical name it is an alias of. */
export function findField(source: Source, asked: string, rules: Rules): ClassFieldChoice | undefined {
  const names = source.fields.map(({ name }) => name);
  const exact =
    names.find((name) => name === asked) ?? names.find((name) => name.toLowerCase() === asked.toLowerCase());
  const canonical = canonicalField(rules, asked);
  const alias =
    canonical === undefined ? undefined : names.find((name) => canonicalField(rules, name) === canonical);
  const inFile = exact ?? alias;
  if (inFile === undefined) return undefined;
  return { inFile, name: canonicalField(rules, inFile) ?? inFile };
}

/** The file's own name of its field with ids: lokalId in whatever spelling, else a field called id. */
export function idFieldOf(source: Source, rules: Rules): string | undefined {
  const names = source.fields.map(({ name }) => name);
  return (
    names.find((name) => canonicalField(rules, name) === "lokalId") ??
    names.find((name) => name.toLowerCase() === "id")
  );
}

function refuse(source: Source, came: string): never {
  const names = source.fields.map(({ name }) => name);
  throw new InputError(
    { layer: source.path },
    {
      came,
      wanted: `one of its fields: ${names.join(", ") || "(it has none)"}`,
      todo:
        names.length > 0
          ? "Name the field with --klasse FIELD"
          : "Give the polygons a field that says what lies there: an account is by class",
    },
  );
}

function refuseFigures(source: Source, { inFile }: ClassFieldChoice): never {
  throw new InputError(
    { layer: source.path },
    {
      came: `the class field ${inFile}, as a column of figures in the cells is called`,
      wanted: `a class field that is called neither ${AREA_COLUMNS.join(" nor ")}`,
      todo: "Choose another with --klasse FIELD, or rename the field in the file",
    },
  );
}
