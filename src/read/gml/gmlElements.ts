import type { XmlTokens } from "./xmlTokens.js";

/** Elements every GML object may begin with, which are no geometry (GML 3.2.1, 7.2.5 and 8.2). */
const DESCRIPTIONS = [
  "description",
  "descriptionReference",
  "identifier",
  "name",
  "metaDataProperty",
  "boundedBy",
];

/** What may stand in a geometry without being of it, and what may not stand there. */
export class GmlElements {
  /** By name. */
  private readonly isDescription: (true | undefined)[] = [];

  constructor(private readonly tokens: XmlTokens) {
    for (const name of DESCRIPTIONS) this.isDescription[tokens.numberOf(name)] = true;
  }

  /** Passes over the element begun last where it describes the geometry and is none of it. */
  skipsDescription(): boolean {
    if (this.isDescription[this.tokens.name] === undefined) return false;
    this.tokens.passElement();
    return true;
  }

  /** Refuses the element begun last. @throws InputError */
  refuse(wanted: string): never {
    const { tokens } = this;
    return tokens.refuse(`the element ${tokens.textOf(tokens.name)} in a geometry`, wanted, tokens.tagFrom);
  }
}
