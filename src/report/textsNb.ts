import { findingTexts } from "./findingTexts.js";
import { NORWEGIAN_SIGNS } from "./numbers.js";
import { bracketed, listed } from "./listed.js";
import type { ReportTexts, Texts } from "./textsShape.js";

const report: ReportTexts = {
  title: (place) => `Arealregnskap for ${place}`,
  languageName: "bokmål",
  skip: "Hopp til innholdet",
  contents: "Innhold",
  headings: {
    answer: "Kort sagt",
    keyFigures: "Nøkkeltall",
    checks: "Går det opp?",
    map: "Kart",
    figures: "Figurer",
    changes: "De største endringene",
    tables: "Tabeller",
    repairs: "Reparasjoner",
    findings: "Advarsler og funn",
    method: "Metode",
    sources: "Datakilder og lisenser",
    fingerprint: "Fingeravtrykk",
  },
  lead: {
    total: (place, area, largest, share) =>
      `${place} er ${area} stort, og mest av det er ${largest} (${share} %).`,
    land: (land, share, units) =>
      `Av dette er ${land} land (${share} %)${units === "" ? "" : `; regnskapet er delt etter ${units}`}.`,
    units: (count, layer, uncovered) =>
      `Regnskapet er delt på ${count} enheter i laget ${layer}; ${uncovered} av dem mangler grunnkart.`,
    whole: (polygons, cells) => `Regnskapet bygger på ${polygons} flater, samlet i ${cells} celler.`,
    reserve: (place, area, method) =>
      `I ${place} er ${area} satt av til utbygging og ennå ikke bygd: det er arealreserven etter metoden «${method}».`,
    noReserve: (place, method) =>
      `I ${place} er det ikke satt av areal til utbygging som ikke alt er bygd (metoden «${method}»).`,
    noStatus: (area) =>
      `${area} av planen er uten arealbruksstatus, slik reguleringsplaner er, og er ikke regnet med i reserven.`,
    cover: (parts) => `På det arealet er det i dag ${listed(parts, "og")}.`,
    proposal: {
      more: (by, to, parts) => `Forslaget til ny plan øker reserven med ${by} til ${to}${bracketed(parts)}.`,
      less: (by, to, parts) =>
        `Forslaget til ny plan minker reserven med ${by} til ${to}${bracketed(parts)}.`,
      same: (area) => `Forslaget til ny plan lar reserven stå på ${area}.`,
    },
    adds: (count, worst, ppm) =>
      count === "1"
        ? `Regnskapet går opp: kontrollen holder, og avviket er ${worst} (${ppm} ppm).`
        : `Regnskapet går opp: alle de ${count} kontrollene holder, og det største avviket er ${worst} (${ppm} ppm).`,
    addsNot: (failed, count, worst, ppm) =>
      `Regnskapet går ikke opp: ${failed} av ${count} kontroller holder ikke, og det verste avviket er ${worst} (${ppm} ppm).`,
  },
  kommune: (number) => `kommune ${number}`,
  plans: { gjeldende: "gjeldende plan", ny: "ny plan" },
  keys: {
    total: "Areal i alt",
    land: "Herav land",
    reserve: "Arealreserve",
    proposal: "Reserve i ny plan",
    polygons: "Flater i grunnkartet",
    cells: "Celler i regnskapet",
    units: "Enheter",
    checks: "Kontroller som holder",
    deviation: "Største avvik",
    findings: "Advarsler og funn",
  },
  reserveOn: (className) => `Reserve på ${className}`,
  planAreas: (plan) => `Planområder i ${plan}`,
  ofChecks: (ok, all) => `${ok} av ${all}`,
  check: "Kontroll",
  deviation: "Avvik",
  result: "Holder?",
  ok: "Ja",
  notOk: "Nei",
  checksIntro:
    "Hver kvadratmeter som kommer inn i regnskapet, skal stå ett sted i det. Tabellen viser begge sider av hver kontroll.",
  allChecks: "Se alle kontrollene",
  tablesIntro:
    "Tallene er regnet uavrundet og rundet av til slutt. Avrundede tall er ikke tvunget til å gå opp i summen.",
  blankRows: (count) => `${count} rader uten tall vises ikke.`,
  shortened: (shown, total) => `Viser ${shown} av ${total} rader.`,
  wholeTable: "Hele tabellen som CSV:",
  moreTables: "Flere tabeller",
  moreTablesIntro: "Åpne en tabell for å se den. Alle står også som CSV ved siden av rapporten.",
  notPrinted: "Disse tabellene er ikke skrevet ut. De står som CSV ved siden av rapporten:",
  showData: "Vis tallene",
  dataOf: (title) => `Tallene bak: ${title}`,
  scrollable: (title) => `${title} (kan rulles sidelengs)`,
  noFigures: "Kjøringen har ingen tabeller å tegne.",
  charts: {
    shares: (field) => `Fordeling på klasser: ${field}`,
    sharesDesc: (largest, share, count) =>
      `Stablet stolpe med ${count} klasser. Størst er ${largest} med ${share} %.`,
    perUnit: (field, layer) => `Fordeling per enhet i ${layer}: ${field}`,
    perUnitDesc: (units, classes) =>
      `En stolpe per enhet, ${units} i alt, delt på ${classes} klasser i prosent av enheten.`,
    multiples: (field, layer) => `Klassene hver for seg, per enhet i ${layer}: ${field}`,
    multiplesDesc: (units, most) =>
      `Små like diagrammer, ett for hver av ${units} enheter. Samme skala i alle; største stolpe er ${most}.`,
    stack: (table) => table,
    stackDesc: (rows, largest) => `${rows} stolper; den lengste er ${largest}.`,
    change: (table) => `Endring: ${table}`,
    changeDesc: (rows, up, down) =>
      `${rows} stolper til høyre for økning og til venstre for nedgang. Størst økning: ${up}. Størst nedgang: ${down}.`,
    matrix: (table) => `Fra rad til kolonne, i dekar: ${table}`,
    matrixDesc: (rows, columns, largest) =>
      `Rutenett med ${rows} rader og ${columns} kolonner; mørkere er mer. Størst er ${largest}.`,
    flow: (table) => `Fra og til: ${table}`,
    flowDesc: (links, largest) => `${links} strømmer fra venstre mot høyre. Den største er ${largest}.`,
    unit: "Enhet",
    className: "Klasse",
    area: "Areal",
    share: "Andel",
    from: "Fra",
    to: "Til",
    changeHead: "Endring",
    others: (count) => `Andre (${count})`,
    firstOf: (shown, all) => `De ${shown} største av ${all}.`,
  },
  map: {
    title: (field) => `Kart over ${field}`,
    desc: (classes, outlines) =>
      `Grunnkartet tegnet i ${classes} klasser${outlines === "" ? "" : `, med grensene i laget ${outlines} over`}. Arealene står i tabellene; de er aldri målt på kartet.`,
    legend: "Tegnforklaring",
    outlines: (layer) => `Grenser: ${layer}`,
    north: "N",
    crs: (epsg) => `Koordinatsystem: EPSG:${epsg}, nord i rutenettet er opp`,
    drawn: (metres) =>
      `Tegnet i ruter på ${metres} m; mindre flater kan være borte i kartet, men ikke i tallene.`,
    none: "Kjøringen har ikke noe kart. Kjør den igjen med --report for å få det med.",
  },
  changes: {
    intro:
      "Hvert kort er grunn som har skiftet klasse mellom én flate før og én flate etter, det største først. Koordinatene er et punkt i den.",
    map: (table) => `Hvor endringene ligger: ${table}`,
    mapDesc: (count) =>
      `Kart med ${count} nummererte punkter, ett for hver endring. Numrene er de samme som på kortene.`,
    before: "Før",
    after: "Etter",
    closeUpDesc: (classes) =>
      `Til venstre grunnen slik den var, til høyre slik den er, med mørkt omriss om det som har skiftet klasse. Klasser i kartet: ${classes}. Formene er forenklet; arealet er ikke målt på dem.`,
    place: "Sted",
    at: (east, north) => `øst ${east}, nord ${north}`,
    area: "Areal",
    width: "Bredde",
    units: "Enheter",
    number: "Nr.",
    change: "Endring",
  },
  repairs: {
    intro: (layer) =>
      `Laget ${layer} er reparert før regnskapet ble ført. Hver kvadratmeter som ble flyttet, står i tabellen.`,
    heads: { kind: "Hva", count: "Antall", area: "Endret areal" },
    kinds: {
      polygon: "Ugyldige flater, lest etter strukturregelen",
      overlap: "Overlapp, gitt til én av flatene",
      rounding: "Hull som bare er avrunding, fylt",
      gap: "Små hull, fylt",
      "open gap": "Hull som står",
      vertex: "Punkter satt inn i naboens grense",
      moved: "Flater med avrundede punkter",
      refused: "Ikke reparert, står som de var",
    },
    wide: (count, metres) =>
      `${count} overlapp er bredere enn ${metres}: det er feil i dataene, ikke avrunding.`,
    terms: {
      in: "Inn",
      mended: "Lest om",
      overlap: "Overlapp",
      filled: "Fylt",
      moved: "Avrundet",
      out: "Ut",
    },
    ledger: "Regnskap over reparasjonene",
  },
  findingsIntro: (count) => `${count} funn, samlet etter hva de gjelder. Hvert enkelt står i findings.csv.`,
  findingsNone: "Ingen funn.",
  findingHeads: {
    severity: "Alvor",
    what: "Hva det betyr",
    layer: "Lag",
    count: "Antall",
    area: "Areal",
    example: "Fra kjøringen",
  },
  warnings: {
    ...findingTexts("nb"),
    ANNEN_GEOMETRI: "Objekter som ikke er flater, er holdt utenfor.",
    AREALMETODE_AVVIK:
      "Areal i kartplanet og på ellipsoiden skiller mer enn 0,1 %. Sammenlign bare tall med samme arealmål.",
    CRS_IKKE_METRISK: "Dataene er ikke i meter og måtte regnes om før arealet kunne tas.",
    FLATE_UGYLDIG: "Noen flater er ikke gyldige, for eksempel krysser grensa seg selv.",
    GRUNN_OVERLAPP: "Flater i grunnkartet ligger på hverandre, så noe grunn er talt mer enn én gang.",
    HULL: "Grunnkartet dekker ikke hele enheten. Det som mangler, står som «Udekket» og er ikke gjettet.",
    IKKE_SAMMENLIGNBAR:
      "Utgavene er laget på ulike måter. En forskjell mellom dem er ikke alltid en endring i naturen.",
    KILDE_GENERALISERT: "Grensene er forenklet. De egner seg til å vise, men ikke til nøyaktig statistikk.",
    KODELISTE_MANGLER: "Vi har ingen kodeliste for feltet, så verdiene står slik de er i fila.",
    KODE_UKJENT: "Dataene har en kode som ikke står i kodelista. Arealet er med, på en egen rad.",
    KODE_UTGATT: "Planen bruker en utgått kode. Den er ført over til dagens kode.",
    KOMMUNENUMMER_FEIL: "Et kommunenummer er ukjent, utgått eller har mistet nullen foran.",
    KOMMUNE_DELT: "En kommune er delt siden dataene ble laget, så gammelt nummer svarer ikke til ett nytt.",
    NOKKEL_MANGLER: "Noen enheter mangler navn eller nummer og er ført samlet.",
    NULL_GEOMETRI: "Noen objekter har ingen flate og bidrar ikke med areal.",
    PLAN_MANGLER: "Under 15 % av enheten har arealformål i planen. Planregnskapet gjelder bare den delen.",
    PLAN_OVERLAPP:
      "Planflater ligger på hverandre. Arealet er fordelt etter faste regler for hva som går foran.",
    REPROJISERT: "Dataene er regnet om til regnskapets koordinatsystem før arealene ble tatt.",
    RESIDUAL: "Regnskapet går ikke opp innenfor toleransen. Tallene skal ikke brukes.",
    RING_APEN: "Noen grenser var ikke lukket, og er lukket.",
    RING_FOR_KORT: "Noen grenser har for få punkter til å være en flate.",
    SMALE_STRIPER:
      "En del av resultatet ligger i smale striper, som oftest skyldes at grensene ikke passer sammen.",
    STATUS_MANGLER: "Planområder mangler status, så vi vet ikke om de er nåværende eller framtidige.",
    TILGANG: "Dataene er ikke frie. Spør eieren før geometrien legges ut.",
    TOPOLOGI_KJENT_FEIL: "Utgiveren har selv meldt at fila har feil i flatene.",
    UTGAVE_BLANDET: "Data fra ulike utgaver eller år er brukt sammen.",
    VERTIKALNIVA_UTELATT: "Planflater under eller over bakken er holdt utenfor.",
  },
  dids: { kept: "beholdt", mended: "rettet", dropped: "utelatt" },
  method: {
    overlay:
      "Grunnkartet legges sammen med enhetene. For hver flate i grunnkartet regnes arealet i hver enhet direkte fra grensene, uten å forenkle eller flytte dem.",
    measure: (measure) => `Tabellene viser areal på ${measure}. Begge arealmål står i cells.csv.`,
    rounding:
      "Dekar under 100 vises med én desimal, større tall uten. Det minste vises som «under 0,1». Ingen tall er justert for at summen skal stemme.",
    conservation: (worst, folded) =>
      `Hver flate er holdt mot sitt eget areal; største avvik for én flate er ${worst}. Strimler som sifrene ikke kan avgjøre, ${folded} i alt, er ført på flatas største del.`,
    fields: (fields) =>
      `Regnskapet er ført over ${fields}. Ulike felt har ulike ord for det samme, og skal ikke blandes.`,
    limits:
      "Regnskapet er ikke bedre enn kartet det bygger på. At noe ikke er registrert, betyr ikke at det ikke finnes.",
    planTerms: "",
  },
  measures: { kartplan: "kartplanet", ellipsoide: "ellipsoiden" },
  sourceHeads: {
    role: "Brukt som",
    name: "Lag",
    file: "Fil",
    format: "Format",
    crs: "Koordinatsystem",
    count: "Flater",
    sha256: "SHA-256",
  },
  roles: { grunnkart: "grunnkart", enheter: "enheter", referanse: "referanse", plan: "plan", tema: "tema" },
  licence:
    "Filene sier ikke selv hvilken lisens de har. Data fra Kartverket og NIBIO som er åpne, skal krediteres (CC BY 4.0 eller NLOD). Full geometri i Nasjonalt grunnkart og FKB er Norge digitalt-data og skal ikke gis videre; tall kan publiseres.",
  ruleSets: "Regelsett",
  fingerprint: {
    says: "Med disse summene kan andre se at rapporten hører til kjøringen, og at ingenting er endret siden.",
    basis: "Rapportgrunnlaget, regnskap.json (SHA-256)",
    receipt: "Hele resultatet, etter kvittering.json (SHA-256)",
  },
  program: (version) => `Laget med arealregnskap ${version}`,
};

export const nb: Texts = {
  language: "nb",
  signs: NORWEGIAN_SIGNS,
  checksTitle: "Går det opp?",
  checkNames: {
    groundOwnPosted: "Grunnkartets egenareal = postert areal",
    layerUnitsOwn: "Lagets egenareal = sum av enhetenes",
    layerOwnUnionOverlap: "Egenareal = enhetene + overlapp",
    layerCoveredCells: "Dekket areal = cellene i laget",
    layerUnionCoveredUncovered: "Enhetene = dekket + udekket",
    unitStock: "T1: klassene + udekket = enheten",
    crossMargins: "T2: randsummer = T1",
    planBalance: "Plan: formålene + udekket = enheten",
    planChange: "Plan: gjeldende = ny, endringene er null i sum",
    planFlow: "T6: flyttene = T5",
    planReserve: "T4: reserve + bebygd + vann = planlagt",
    planMethods: "Metodene: grunnene = forskjellen",
    repairLedger: "Reparasjon: uten + hovedboka = med",
    gapsLaid: "Hull i grunnkartet: funnet langs grensene = lagt over lagene",
    doubledLaid: "Dobbeltdekning: funnet langs grensene = lagt over lagene",
    piecesPosted: "Flatefila: skrevet + ikke tegnet = postert",
    changeFrom: "Første utgave: egenareal = postert",
    changeTo: "Andre utgave: egenareal = postert",
    changeUnit: "T10: inngående + endring = utgående",
    cubeUnits: "T12: kommunene = enhetene",
    kretsDelomrade: "T13: delområde = sum av grunnkretsene",
    kretsUnits: "T13: radene + udekket = grunnkretsene",
    kretsKommune: "T13: grunnkretsene én gang + utenfor dem = T1 for kommunen",
  },
  expected: "skal være",
  actual: "er",
  residual: "avvik",
  tolerance: "toleranse",
  under: (limit) => `under ${limit}`,
  over: (limit) => `over −${limit}`,
  emptyUnits: (count) => `${count} ${count === "1" ? "enhet" : "enheter"} uten slike områder vises ikke.`,
  moreRows: (count) => `… og ${count} rader til`,
  units: { m2: "m²", daa: "daa", km2: "km²" },
  severities: { error: "feil", warning: "advarsel", note: "merknad" },
  findingColumns: {
    severity: "alvor",
    code: "kode",
    layer: "lag",
    feature: "flate",
    areaM2: "arealM2",
    did: "gjort",
    says: "forklaring",
  },
  report,
};
