/**
 * The library's door, for programs that make accounts themselves: `import { runAccount } from "arealregnskap"`.
 * Whole files go through `runAccount`, which streams; layers that are in memory already through `overlay`.
 */
export { LayerBuilder, type CodeColumn, type Layer } from "./core/layer.js";
export { PLANE, type Measure } from "./core/measure.js";
export type { Pieces } from "./core/pieces.js";
export { BrokenInvariant, InputError, type Finding } from "./core/trouble.js";
export { loadRules } from "./rules/load.js";
export { rulesFrom, type Rules } from "./rules/rules.js";
export { openSource } from "./read/open.js";
export { readLayer } from "./read/readLayer.js";
export type { Source } from "./read/source.js";
export { writeFlatGeobuf } from "./write/flatgeobuf.js";
export { measureFor } from "./overlay/measure.js";
export { overlay, type Overlay } from "./overlay/overlay.js";
export type { CellTable } from "./aggregate/cells.js";
export type { AccountFacts } from "./tables/facts.js";
export type { Table } from "./tables/table.js";
export { accountTables, type Account } from "./tables/tables.js";
export { cellsCsv, tableCsv } from "./report/csv.js";
export { runAccount, type AccountHooks, type AccountRequest } from "./run/account.js";
export { checkSettings, type RunSettings } from "./run/settings.js";
