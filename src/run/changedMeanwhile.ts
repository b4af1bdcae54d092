import { InputError } from "../core/trouble.js";

/** What is said of a file whose second reading is not the first one's bytes. */
export function changedMeanwhile(path: string): InputError {
  return new InputError(
    { layer: path },
    {
      came: "a file that changed while it was read",
      wanted: "a file at rest: it is read again where it has errors to repair",
      todo: "Run again when whatever writes it is done",
    },
  );
}
