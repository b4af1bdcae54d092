import { InputError } from "../../core/trouble.js";
import type { Epsg } from "../../core/units.js";
import { crsOf, epsgOf, horizontalEpsg } from "./crs.js";
import type { Source } from "../source.js";

/**
 * The CRS of a layer: what the user says, else what the file states.
 *
 * @param stated the file's own words for it ("EPSG:25833", a URN, a bare code); undefined when it says nothing
 * @throws InputError: nothing is stated, the words name no EPSG code, or the code is not in our table
 */
export function crsStated(
  path: string,
  user: Epsg | undefined,
  stated: string | undefined,
): Pick<Source, "epsg" | "epsgFrom"> {
  if (user !== undefined) return { epsg: crsOf(path, horizontalEpsg(user)).epsg, epsgFrom: "user" };
  const epsg = stated === undefined ? undefined : epsgOf(stated);
  if (epsg !== undefined) return { epsg: crsOf(path, epsg).epsg, epsgFrom: "file" };
  throw new InputError(
    { layer: path },
    {
      came: stated === undefined ? "a layer that does not say its CRS" : `a CRS that says "${stated}"`,
      wanted: "an EPSG code",
      todo: "State it with epsg, for example 25833",
    },
  );
}

/** The authority and code a PROJJSON object carries as its id, "EPSG:25833"; else its name, else undefined. */
export function projJsonSays(projJson: unknown): string | undefined {
  if (typeof projJson !== "object" || projJson === null) return undefined;
  const { id, ids, name } = projJson as { id?: unknown; ids?: unknown; name?: unknown };
  const first = (id ?? (Array.isArray(ids) ? (ids as unknown[])[0] : undefined)) as
    { authority?: unknown; code?: unknown } | null | undefined;
  const { authority, code } = first ?? {};
  if (typeof authority === "string" && (typeof code === "string" || typeof code === "number"))
    return `${authority}:${code}`;
  return typeof name === "string" ? name : "PROJJSON without id and name";
}
