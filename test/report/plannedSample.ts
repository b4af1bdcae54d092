/** Kommune 9901 with its plan and a proposal: a report of nearly every kind of table. */
import { basisOf, type ReportBasis } from "../../src/report/basis.js";
import type { Language } from "../../src/report/textsShape.js";
import { accountTables } from "../../src/tables/tables.js";
import type { Table } from "../../src/tables/table.js";
import { plan9901 } from "../tables/plans.js";
import { rules, sampleDocument } from "./sample.js";

const facts = plan9901({ methods: ["serie-1-2", "kdd"] });

export const plannedBasis: ReportBasis = basisOf("0.0.0", facts, rules, accountTables(facts, rules));

export const plannedDocument = (language: Language) => sampleDocument(language, plannedBasis);

/** All its tables in one language. */
export const sampleTables = (language: Language): readonly Table[] => plannedDocument(language).tables;
