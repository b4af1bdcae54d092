import { isAscii, isUtf8 } from "node:buffer";
import { InputError } from "../../core/trouble.js";
import type { InputFile } from "../inputFile.js";
import { SosiElements } from "./sosiElements.js";
import { characterSetOf, readHeader, type SosiHeader } from "./sosiHeader.js";
import { eachObject } from "./sosiObjects.js";
import { pathOf } from "./sosiPath.js";

/** Objects of one ..OBJTYPE. */
export type SosiType = {
  readonly name: string;
  /** Its name in the file's bytes, as Latin-1 letters. */
  readonly key: string;
  readonly faceCount: number;
  /** Objects of the same type that are no faces, by their kind: "PUNKT" and how many. */
  readonly others: ReadonlyMap<string, number>;
  /** Of its faces, in the order they are first met. */
  readonly fields: readonly string[];
};

/** What one look through a file tells. */
export type SosiSurvey = {
  readonly header: SosiHeader;
  /** A label for TextDecoder. */
  readonly characterSet: string;
  readonly types: readonly SosiType[];
  /** Types with faces, those that share curves together: neighbours in one cover. Numbers in `types`. */
  readonly covers: readonly (readonly number[])[];
};

/** A type while it is being learnt; names are bytes as Latin-1 letters until the character set is known. */
type Learnt = {
  readonly key: string;
  faceCount: number;
  readonly others: Map<string, number>;
  readonly fields: Set<string>;
};

/**
 * Looks through the whole file: object types and their fields may appear anywhere, and the character set is told by all
 * bytes. Curves are passed over unread.
 */
export async function surveySosi(file: InputFile): Promise<SosiSurvey> {
  const elements = new SosiElements(file.path);
  const types = new Map<string, Learnt>();
  const groups = new Groups();
  let header: SosiHeader | undefined;
  let ascii = true;
  let utf8 = true;
  await eachObject(file, (bytes, from, to, line) => {
    const object = bytes.subarray(from, to);
    if (!isAscii(object)) {
      ascii = false;
      if (utf8) utf8 = isUtf8(object);
    }
    const isFace = begins(object, ".FLATE");
    elements.read(bytes, from, to, line, isFace || header === undefined ? "all" : "names");
    if (header === undefined) {
      header = readHeader(file.path, bytes, elements);
      return;
    }
    const key = elements.valueKey("OBJTYPE");
    const type = types.get(key) ?? learn(types, key);
    if (!isFace) {
      type.others.set(elements.kind, (type.others.get(elements.kind) ?? 0) + 1);
      return;
    }
    type.faceCount++;
    const path: string[] = [];
    for (let i = 0; i < elements.elementCount; i++) type.fields.add(pathOf(path, elements, i));
    groups.add(key, elements.refs, elements.refCount);
  });
  if (header === undefined) throw noHeader(file.path);
  const characterSet = characterSetOf(file.path, header, { ascii, utf8 });
  const text = new TextDecoder(characterSet);
  const spelled = (key: string) => text.decode(Buffer.from(key, "latin1"));
  const list = [...types.values()];
  return {
    header,
    characterSet,
    types: list.map(({ key, faceCount, others, fields }) => ({
      name: key === "" ? "(uten OBJTYPE)" : spelled(key),
      key,
      faceCount,
      others,
      fields: [...fields].map(spelled),
    })),
    covers: groups.list().map((keys) => keys.map((key) => list.findIndex((type) => type.key === key))),
  };
}

function learn(types: Map<string, Learnt>, key: string): Learnt {
  const type: Learnt = { key, faceCount: 0, others: new Map(), fields: new Set() };
  types.set(key, type);
  return type;
}

function begins(object: Uint8Array, word: string): boolean {
  for (let i = 0; i < word.length; i++) if (object[i] !== word.charCodeAt(i)) return false;
  return true;
}

function noHeader(path: string): InputError {
  return new InputError(
    { layer: path },
    { came: "no .HODE", wanted: "a SOSI file, which begins with .HODE", todo: "Fetch or export it again" },
  );
}

/** Types that use a curve together belong together (union by the types' first appearance). */
class Groups {
  private readonly typeOfCurve = new Map<number, string>();
  private readonly parent = new Map<string, string>();

  add(type: string, refs: Int32Array, refCount: number): void {
    if (!this.parent.has(type)) this.parent.set(type, type);
    for (let i = 0; i < refCount; i++) {
      const curve = Math.abs(refs[i]);
      if (curve === 0) continue;
      const other = this.typeOfCurve.get(curve);
      if (other === undefined) this.typeOfCurve.set(curve, type);
      else if (other !== type) this.parent.set(this.root(type), this.root(other));
    }
  }

  private root(type: string): string {
    let root = type;
    for (let up = this.parent.get(root) ?? root; up !== root; up = this.parent.get(root) ?? root) root = up;
    return root;
  }

  list(): string[][] {
    const groups = new Map<string, string[]>();
    for (const type of this.parent.keys()) {
      const root = this.root(type);
      groups.set(root, [...(groups.get(root) ?? []), type]);
    }
    return [...groups.values()];
  }
}
