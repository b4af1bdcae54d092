/** All text for people that is not a table's own definition (`reports/`) or a code's name (`rules/`). */
import { en } from "./textsEn.js";
import { nb } from "./textsNb.js";
import { nn } from "./textsNn.js";
import type { Language, Texts } from "./textsShape.js";

export type { Language, Texts } from "./textsShape.js";

const catalogue: Readonly<Record<Language, Texts>> = { nb, nn, en };

export const textsIn = (language: Language): Texts => catalogue[language];
