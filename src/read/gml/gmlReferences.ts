import { InputError } from "../../core/trouble.js";
import { copyOf } from "./spelling.js";
import { DONE, END, START, type XmlTokens } from "./xmlTokens.js";

/** An element that others point at, with what it inherits where it stands. Plain data: crosses to workers. */
export type Referred = {
  readonly bytes: Uint8Array;
  readonly srsName?: string;
  readonly dimension?: number;
};

/** Elements by gml:id: curves and surfaces that geometries use through xlink:href="#id". */
export type References = ReadonlyMap<string, Referred>;

/** All of them stay in memory, in every worker. */
const MOST_REFERRED_BYTES = 256 * 2 ** 20;

/** Gathers, feature by feature, the elements whose gml:id is wanted. */
export class ReferenceCollector {
  readonly found = new Map<string, Referred>();
  private byteLength = 0;

  constructor(
    private readonly path: string,
    private readonly wanted: ReadonlySet<string>,
    private readonly tokens: XmlTokens,
  ) {}

  /** @param inherited what the collection says for all its geometries */
  add(bytes: Uint8Array, from: number, to: number, inherited: Omit<Referred, "bytes">): void {
    this.tokens.read(bytes, from, to);
    if (this.tokens.next() === START) this.element(inherited);
  }

  private element(outer: Omit<Referred, "bytes">): void {
    const { tokens } = this;
    const from = tokens.tagFrom;
    const id = tokens.hasAttributes ? tokens.attribute("id") : undefined;
    const inherited = tokens.hasAttributes ? withOwn(tokens, outer) : outer;
    for (let kind = tokens.next(); kind !== END; kind = tokens.next()) {
      if (kind === DONE) tokens.endsEarly();
      if (kind === START) this.element(inherited);
    }
    if (id !== undefined && this.wanted.has(id))
      this.keep(id, copyOf(tokens.bytes, from, tokens.at), inherited);
  }

  private keep(id: string, bytes: Uint8Array, inherited: Omit<Referred, "bytes">): void {
    this.byteLength += bytes.length;
    this.found.set(id, { bytes, ...inherited });
    if (this.byteLength <= MOST_REFERRED_BYTES) return;
    throw new InputError(
      { layer: this.path },
      {
        came: `more than ${MOST_REFERRED_BYTES} bytes of curves that surfaces point at with xlink:href`,
        wanted: "surfaces with coordinates of their own, or a smaller file",
        todo: "Convert the file, for example with FME, or fetch a smaller area",
      },
    );
  }
}

function withOwn(tokens: XmlTokens, outer: Omit<Referred, "bytes">): Omit<Referred, "bytes"> {
  const srsName = tokens.attribute("srsName");
  const dimension = Number(tokens.attribute("srsDimension") ?? NaN);
  return {
    ...outer,
    ...(srsName !== undefined && { srsName }),
    ...(dimension > 0 && { dimension }),
  };
}
