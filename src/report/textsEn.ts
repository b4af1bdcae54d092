import { findingTexts } from "./findingTexts.js";
import { bracketed, listed } from "./listed.js";
import type { ReportTexts, Texts } from "./textsShape.js";

const report: ReportTexts = {
  title: (place) => `Land account for ${place}`,
  languageName: "English",
  skip: "Skip to the content",
  contents: "Contents",
  headings: {
    answer: "In short",
    keyFigures: "Key figures",
    checks: "Does it add up?",
    map: "Map",
    figures: "Figures",
    changes: "The largest changes",
    tables: "Tables",
    repairs: "Repairs",
    findings: "Warnings and findings",
    method: "Method",
    sources: "Data sources and licences",
    fingerprint: "Fingerprint",
  },
  lead: {
    total: (place, area, largest, share) => `${place} covers ${area}, most of it ${largest} (${share} %).`,
    land: (land, share, units) =>
      `Of this, ${land} is land (${share} %)${units === "" ? "" : `; the account is divided by ${units}`}.`,
    units: (count, layer, uncovered) =>
      `The account is divided into ${count} units of the layer ${layer}; the ground map leaves out ${uncovered} of them.`,
    whole: (polygons, cells) => `The account rests on ${polygons} polygons, gathered in ${cells} cells.`,
    reserve: (place, area, method) =>
      `In ${place}, ${area} are set aside for building and not yet built: the land reserve by the method “${method}”.`,
    noReserve: (place, method) =>
      `In ${place}, no land set aside for building is still without buildings (method “${method}”).`,
    noStatus: (area) =>
      `${area} of the plan has no status of present or future use, as zoning plans have none, and is not in the reserve.`,
    cover: (parts) => `On that ground there is today ${listed(parts, "and")}.`,
    proposal: {
      more: (by, to, parts) =>
        `The proposed plan adds ${by} to the reserve, which becomes ${to}${bracketed(parts)}.`,
      less: (by, to, parts) =>
        `The proposed plan takes ${by} from the reserve, which becomes ${to}${bracketed(parts)}.`,
      same: (area) => `The proposed plan leaves the reserve at ${area}.`,
    },
    adds: (count, worst, ppm) =>
      count === "1"
        ? `The account adds up: the check holds, and the deviation is ${worst} (${ppm} ppm).`
        : `The account adds up: all ${count} checks hold, and the largest deviation is ${worst} (${ppm} ppm).`,
    addsNot: (failed, count, worst, ppm) =>
      `The account does not add up: ${failed} of ${count} checks fail, and the worst deviation is ${worst} (${ppm} ppm).`,
  },
  kommune: (number) => `kommune ${number}`,
  plans: { gjeldende: "plan in force", ny: "proposed plan" },
  keys: {
    total: "Total area",
    land: "Of which land",
    reserve: "Land reserve",
    proposal: "Reserve in the proposal",
    polygons: "Polygons in the ground map",
    cells: "Cells in the account",
    units: "Units",
    checks: "Checks that hold",
    deviation: "Largest deviation",
    findings: "Warnings and findings",
  },
  reserveOn: (className) => `Reserve on ${className}`,
  planAreas: (plan) => `Plan areas, ${plan}`,
  ofChecks: (ok, all) => `${ok} of ${all}`,
  check: "Check",
  deviation: "Deviation",
  result: "Holds?",
  ok: "Yes",
  notOk: "No",
  checksIntro:
    "Every square metre that enters the account must stand in one place in it. The table shows both sides of each check.",
  allChecks: "See all checks",
  tablesIntro:
    "Figures are computed unrounded and rounded last. Rounded figures are not forced to add up to the sum.",
  blankRows: (count) => `${count} rows without figures are not shown.`,
  shortened: (shown, total) => `Showing ${shown} of ${total} rows.`,
  wholeTable: "The whole table as CSV:",
  moreTables: "More tables",
  moreTablesIntro: "Open a table to see it. All of them are also there as CSV beside the report.",
  notPrinted: "These tables are not printed. They are there as CSV beside the report:",
  showData: "Show the figures",
  dataOf: (title) => `The figures behind: ${title}`,
  scrollable: (title) => `${title} (scrolls sideways)`,
  noFigures: "The run has no tables to draw.",
  charts: {
    shares: (field) => `Share of classes: ${field}`,
    sharesDesc: (largest, share, count) =>
      `A stacked bar of ${count} classes. The largest is ${largest} with ${share} %.`,
    perUnit: (field, layer) => `Shares by unit of ${layer}: ${field}`,
    perUnitDesc: (units, classes) =>
      `One bar per unit, ${units} in all, divided into ${classes} classes in percent of the unit.`,
    multiples: (field, layer) => `Class by class, by unit of ${layer}: ${field}`,
    multiplesDesc: (units, most) =>
      `Small charts alike, one for each of ${units} units. The same scale in all; the largest bar is ${most}.`,
    stack: (table) => table,
    stackDesc: (rows, largest) => `${rows} bars; the longest is ${largest}.`,
    change: (table) => `Change: ${table}`,
    changeDesc: (rows, up, down) =>
      `${rows} bars, to the right for more and to the left for less. Largest gain: ${up}. Largest loss: ${down}.`,
    matrix: (table) => `From row to column, in decares: ${table}`,
    matrixDesc: (rows, columns, largest) =>
      `A grid of ${rows} rows and ${columns} columns; darker is more. The largest is ${largest}.`,
    flow: (table) => `From and to: ${table}`,
    flowDesc: (links, largest) => `${links} flows from left to right. The largest is ${largest}.`,
    unit: "Unit",
    className: "Class",
    area: "Area",
    share: "Share",
    from: "From",
    to: "To",
    changeHead: "Change",
    others: (count) => `Others (${count})`,
    firstOf: (shown, all) => `The ${shown} largest of ${all}.`,
  },
  map: {
    title: (field) => `Map of ${field}`,
    desc: (classes, outlines) =>
      `The ground map drawn in ${classes} classes${outlines === "" ? "" : `, with the borders of the layer ${outlines} on top`}. Areas stand in the tables; they are never measured on the map.`,
    legend: "Legend",
    outlines: (layer) => `Borders: ${layer}`,
    north: "N",
    crs: (epsg) => `Coordinate system: EPSG:${epsg}; grid north is up`,
    drawn: (metres) =>
      `Drawn in squares of ${metres} m; smaller polygons may be missing from the map, but not from the figures.`,
    none: "The run has no map. Run it again with --report to have one.",
  },
  changes: {
    intro:
      "Each card is ground that has changed class between one polygon before and one after, the largest first. The coordinates are a point in it.",
    map: (table) => `Where the changes are: ${table}`,
    mapDesc: (count) =>
      `A map with ${count} numbered points, one for each change. The numbers are those of the cards.`,
    before: "Before",
    after: "After",
    closeUpDesc: (classes) =>
      `On the left the ground as it was, on the right as it is, with a dark outline around what has changed class. Classes on the map: ${classes}. The shapes are simplified; the area is not measured on them.`,
    place: "Place",
    at: (east, north) => `east ${east}, north ${north}`,
    area: "Area",
    width: "Width",
    units: "Units",
    number: "No.",
    change: "Change",
  },
  repairs: {
    intro: (layer) =>
      `The layer ${layer} was repaired before the account was made. Every square metre that was moved stands in the table.`,
    heads: { kind: "What", count: "Count", area: "Area changed" },
    kinds: {
      polygon: "Invalid polygons, read by the structure rule",
      overlap: "Overlaps, given to one of the polygons",
      rounding: "Gaps that are rounding only, filled",
      gap: "Small gaps, filled",
      "open gap": "Gaps that stay",
      vertex: "Vertices put into the border of a neighbour",
      moved: "Polygons with rounded vertices",
      refused: "Not repaired, left as they were",
    },
    wide: (count, metres) =>
      `${count} overlaps are wider than ${metres}: these are errors in the data, not rounding.`,
    terms: {
      in: "In",
      mended: "Read anew",
      overlap: "Overlaps",
      filled: "Filled",
      moved: "Rounded",
      out: "Out",
    },
    ledger: "Account of the repairs",
  },
  findingsIntro: (count) =>
    `${count} findings, gathered by what they are about. Each one stands in findings.csv.`,
  findingsNone: "No findings.",
  findingHeads: {
    severity: "Severity",
    what: "What it means",
    layer: "Layer",
    count: "Count",
    area: "Area",
    example: "From the run (Norwegian)",
  },
  warnings: {
    ...findingTexts("en"),
    ANNEN_GEOMETRI: "Features that are not polygons are left out.",
    AREALMETODE_AVVIK:
      "Area in the map plane and on the ellipsoid differ by more than 0.1 %. Compare only figures of one measure.",
    CRS_IKKE_METRISK: "The data are not in metres and had to be converted before areas could be taken.",
    FLATE_UGYLDIG: "Some polygons are not valid, for example because their border crosses itself.",
    GRUNN_OVERLAPP: "Polygons of the ground map lie on each other, so some ground is counted more than once.",
    HULL: "The ground map does not cover the whole unit. What is missing stands as “Not covered” and is not guessed.",
    IKKE_SAMMENLIGNBAR:
      "The editions were made in different ways. A difference is not always a change in nature.",
    KILDE_GENERALISERT: "The borders are simplified. They are good for showing, not for exact statistics.",
    KODELISTE_MANGLER: "We have no code list for the field, so its values stand as they are in the file.",
    KODE_UKJENT: "The data have a code that is not in the code list. Its area is kept, on a row of its own.",
    KODE_UTGATT: "The plan uses a retired code. It is booked on the code that took its place.",
    KOMMUNENUMMER_FEIL: "A municipality number is unknown, retired or has lost its leading zero.",
    KOMMUNE_DELT:
      "A municipality was split after the data were made, so its number answers to no single new one.",
    NOKKEL_MANGLER: "Some units have no name or number and are booked together.",
    NULL_GEOMETRI: "Some features have no polygon and add no area.",
    PLAN_MANGLER:
      "Less than 15 % of the unit has a land-use purpose in the plan. The plan account is about that part only.",
    PLAN_OVERLAPP: "Plan areas lie on each other. The ground is shared out by fixed rules of precedence.",
    REPROJISERT: "The data were converted to the account's coordinate system before areas were taken.",
    RESIDUAL: "The account does not add up within the tolerance. Do not use the figures.",
    RING_APEN: "Some borders were not closed, and have been closed.",
    RING_FOR_KORT: "Some borders have too few points to be a polygon.",
    SMALE_STRIPER: "Part of the result lies in narrow strips, mostly because borders do not fit together.",
    STATUS_MANGLER: "Plan areas have no status, so we do not know whether they are present or future.",
    TILGANG: "The data are not open. Ask their owner before publishing the geometry.",
    TOPOLOGI_KJENT_FEIL: "The publisher has reported defects in the polygons of this file.",
    UTGAVE_BLANDET: "Data of different editions or years are used together.",
    VERTIKALNIVA_UTELATT: "Plan areas below or above the ground are left out.",
  },
  dids: { kept: "kept", mended: "mended", dropped: "left out" },
  method: {
    overlay:
      "The ground map is laid together with the units. For every polygon of it, the area in each unit is computed straight from the borders, which are neither simplified nor moved.",
    measure: (measure) => `Tables show area on ${measure}. Both measures stand in cells.csv.`,
    rounding:
      "Decares (daa, 1,000 m²) below 100 are shown with one decimal, larger ones with none. The smallest are shown as “below 0.1”. No figure is adjusted to make a sum fit.",
    conservation: (worst, folded) =>
      `Every polygon is held against its own area; the largest deviation of one polygon is ${worst}. Slivers that the digits cannot decide, ${folded} in all, are booked on the polygon's largest part.`,
    fields: (fields) =>
      `The account is kept by ${fields}. Different fields use different words for the same, and must not be mixed.`,
    limits:
      "The account is no better than the map it rests on. That something is not recorded does not mean it is not there.",
    planTerms:
      "Names of planning purposes stand in Norwegian, as the national code lists have them: they are terms of law, and no translation of them is official.",
  },
  measures: { kartplan: "the map plane", ellipsoide: "the ellipsoid" },
  sourceHeads: {
    role: "Used as",
    name: "Layer",
    file: "File",
    format: "Format",
    crs: "Coordinate system",
    count: "Polygons",
    sha256: "SHA-256",
  },
  roles: { grunnkart: "ground map", enheter: "units", referanse: "reference", plan: "plan", tema: "theme" },
  licence:
    "The files do not state their licence. Open data from Kartverket and NIBIO must be credited (CC BY 4.0 or NLOD). The full geometry of the national Grunnkart and of FKB is Norge digitalt data and must not be passed on; figures may be published.",
  ruleSets: "Rule sets",
  fingerprint: {
    says: "With these sums others can see that the report belongs to the run, and that nothing has changed since.",
    basis: "What the report is made from, regnskap.json (SHA-256)",
    receipt: "The whole result, after kvittering.json (SHA-256)",
  },
  program: (version) => `Made with arealregnskap ${version}`,
};

export const en: Texts = {
  language: "en",
  signs: { thousands: ",", decimal: ".", minus: "-" },
  checksTitle: "Does it add up?",
  checkNames: {
    groundOwnPosted: "Ground map's own area = posted area",
    layerUnitsOwn: "Layer's own area = sum of its units",
    layerOwnUnionOverlap: "Own area = units + overlap",
    layerCoveredCells: "Covered area = cells in the layer",
    layerUnionCoveredUncovered: "Units = covered + not covered",
    unitStock: "T1: classes + not covered = the unit",
    crossMargins: "T2: margins = T1",
    planBalance: "Plan: purposes + not covered = unit",
    planChange: "Plan: in force = proposed, changes are zero in sum",
    planFlow: "T6: flows = T5",
    planReserve: "T4: reserve + built + water = planned",
    planMethods: "Methods: reasons = difference",
    repairLedger: "Repair: without + ledger = with",
    gapsLaid: "Gaps: found along the borders = laid over the layers",
    doubledLaid: "Double cover: found along the borders = laid over the layers",
    piecesPosted: "Polygon file: written + not drawn = posted",
    changeFrom: "First edition: own area = posted",
    changeTo: "Second edition: own area = posted",
    changeUnit: "T10: opening + change = closing",
    cubeUnits: "T12: municipalities = units",
    kretsDelomrade: "T13: district = sum of its basic units",
    kretsUnits: "T13: rows + not covered = the basic units",
    kretsKommune: "T13: basic units once + ground outside them = T1 of the municipality",
  },
  expected: "due",
  actual: "is",
  residual: "deviation",
  tolerance: "tolerance",
  under: (limit) => `below ${limit}`,
  over: (limit) => `above -${limit}`,
  emptyUnits: (count) =>
    `${count} ${count === "1" ? "unit" : "units"} without such areas ${count === "1" ? "is" : "are"} not shown.`,
  moreRows: (count) => `… and ${count} rows more`,
  units: { m2: "m²", daa: "daa", km2: "km²" },
  severities: { error: "error", warning: "warning", note: "note" },
  findingColumns: {
    severity: "severity",
    code: "code",
    layer: "layer",
    feature: "feature",
    areaM2: "areaM2",
    did: "did",
    says: "explanation",
  },
  report,
};
