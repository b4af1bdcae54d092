import { findingTexts } from "./findingTexts.js";
import { NORWEGIAN_SIGNS } from "./numbers.js";
import { bracketed, listed } from "./listed.js";
import type { ReportTexts, Texts } from "./textsShape.js";

const report: ReportTexts = {
  title: (place) => `Arealrekneskap for ${place}`,
  languageName: "nynorsk",
  skip: "Hopp til innhaldet",
  contents: "Innhald",
  headings: {
    answer: "Kort sagt",
    keyFigures: "Nøkkeltal",
    checks: "Går det opp?",
    map: "Kart",
    figures: "Figurar",
    changes: "Dei største endringane",
    tables: "Tabellar",
    repairs: "Reparasjonar",
    findings: "Åtvaringar og funn",
    method: "Metode",
    sources: "Datakjelder og lisensar",
    fingerprint: "Fingeravtrykk",
  },
  lead: {
    total: (place, area, largest, share) =>
      `${place} er ${area} stort, og mest av det er ${largest} (${share} %).`,
    land: (land, share, units) =>
      `Av dette er ${land} land (${share} %)${units === "" ? "" : `; rekneskapen er delt etter ${units}`}.`,
    units: (count, layer, uncovered) =>
      `Rekneskapen er delt på ${count} einingar i laget ${layer}; ${uncovered} av dei manglar grunnkart.`,
    whole: (polygons, cells) => `Rekneskapen byggjer på ${polygons} flater, samla i ${cells} celler.`,
    reserve: (place, area, method) =>
      `I ${place} er ${area} sett av til utbygging og enno ikkje bygd: det er arealreserven etter metoden «${method}».`,
    noReserve: (place, method) =>
      `I ${place} er det ikkje sett av areal til utbygging som ikkje alt er bygd (metoden «${method}»).`,
    noStatus: (area) =>
      `${area} av planen er utan arealbruksstatus, slik reguleringsplanar er, og er ikkje rekna med i reserven.`,
    cover: (parts) => `På det arealet er det i dag ${listed(parts, "og")}.`,
    proposal: {
      more: (by, to, parts) => `Forslaget til ny plan aukar reserven med ${by} til ${to}${bracketed(parts)}.`,
      less: (by, to, parts) =>
        `Forslaget til ny plan minkar reserven med ${by} til ${to}${bracketed(parts)}.`,
      same: (area) => `Forslaget til ny plan lèt reserven stå på ${area}.`,
    },
    adds: (count, worst, ppm) =>
      count === "1"
        ? `Rekneskapen går opp: kontrollen held, og avviket er ${worst} (${ppm} ppm).`
        : `Rekneskapen går opp: alle dei ${count} kontrollane held, og det største avviket er ${worst} (${ppm} ppm).`,
    addsNot: (failed, count, worst, ppm) =>
      `Rekneskapen går ikkje opp: ${failed} av ${count} kontrollar held ikkje, og det verste avviket er ${worst} (${ppm} ppm).`,
  },
  kommune: (number) => `kommune ${number}`,
  plans: { gjeldende: "gjeldande plan", ny: "ny plan" },
  keys: {
    total: "Areal i alt",
    land: "Av dette land",
    reserve: "Arealreserve",
    proposal: "Reserve i ny plan",
    polygons: "Flater i grunnkartet",
    cells: "Celler i rekneskapen",
    units: "Einingar",
    checks: "Kontrollar som held",
    deviation: "Største avvik",
    findings: "Åtvaringar og funn",
  },
  reserveOn: (className) => `Reserve på ${className}`,
  planAreas: (plan) => `Planområde i ${plan}`,
  ofChecks: (ok, all) => `${ok} av ${all}`,
  check: "Kontroll",
  deviation: "Avvik",
  result: "Held?",
  ok: "Ja",
  notOk: "Nei",
  checksIntro:
    "Kvar kvadratmeter som kjem inn i rekneskapen, skal stå éin stad i han. Tabellen viser begge sider av kvar kontroll.",
  allChecks: "Sjå alle kontrollane",
  tablesIntro:
    "Tala er rekna uavrunda og runda av til slutt. Avrunda tal er ikkje tvinga til å gå opp i summen.",
  blankRows: (count) => `${count} rader utan tal er ikkje viste.`,
  shortened: (shown, total) => `Viser ${shown} av ${total} rader.`,
  wholeTable: "Heile tabellen som CSV:",
  moreTables: "Fleire tabellar",
  moreTablesIntro: "Opne ein tabell for å sjå han. Alle står òg som CSV ved sida av rapporten.",
  notPrinted: "Desse tabellane er ikkje skrivne ut. Dei står som CSV ved sida av rapporten:",
  showData: "Vis tala",
  dataOf: (title) => `Tala bak: ${title}`,
  scrollable: (title) => `${title} (kan rullast sidelengs)`,
  noFigures: "Køyringa har ingen tabellar å teikne.",
  charts: {
    shares: (field) => `Fordeling på klassar: ${field}`,
    sharesDesc: (largest, share, count) =>
      `Stabla stolpe med ${count} klassar. Størst er ${largest} med ${share} %.`,
    perUnit: (field, layer) => `Fordeling per eining i ${layer}: ${field}`,
    perUnitDesc: (units, classes) =>
      `Ein stolpe per eining, ${units} i alt, delt på ${classes} klassar i prosent av eininga.`,
    multiples: (field, layer) => `Klassane kvar for seg, per eining i ${layer}: ${field}`,
    multiplesDesc: (units, most) =>
      `Små like diagram, eitt for kvar av ${units} einingar. Same skala i alle; største stolpe er ${most}.`,
    stack: (table) => table,
    stackDesc: (rows, largest) => `${rows} stolpar; den lengste er ${largest}.`,
    change: (table) => `Endring: ${table}`,
    changeDesc: (rows, up, down) =>
      `${rows} stolpar til høgre for auke og til venstre for nedgang. Størst auke: ${up}. Størst nedgang: ${down}.`,
    matrix: (table) => `Frå rad til kolonne, i dekar: ${table}`,
    matrixDesc: (rows, columns, largest) =>
      `Rutenett med ${rows} rader og ${columns} kolonnar; mørkare er meir. Størst er ${largest}.`,
    flow: (table) => `Frå og til: ${table}`,
    flowDesc: (links, largest) => `${links} straumar frå venstre mot høgre. Den største er ${largest}.`,
    unit: "Eining",
    className: "Klasse",
    area: "Areal",
    share: "Del",
    from: "Frå",
    to: "Til",
    changeHead: "Endring",
    others: (count) => `Andre (${count})`,
    firstOf: (shown, all) => `Dei ${shown} største av ${all}.`,
  },
  map: {
    title: (field) => `Kart over ${field}`,
    desc: (classes, outlines) =>
      `Grunnkartet teikna i ${classes} klassar${outlines === "" ? "" : `, med grensene i laget ${outlines} over`}. Areala står i tabellane; dei er aldri målte på kartet.`,
    legend: "Teiknforklaring",
    outlines: (layer) => `Grenser: ${layer}`,
    north: "N",
    crs: (epsg) => `Koordinatsystem: EPSG:${epsg}, nord i rutenettet er opp`,
    drawn: (metres) =>
      `Teikna i ruter på ${metres} m; mindre flater kan vere borte i kartet, men ikkje i tala.`,
    none: "Køyringa har ikkje noko kart. Køyr ho igjen med --report for å få det med.",
  },
  changes: {
    intro:
      "Kvart kort er grunn som har skifta klasse mellom éi flate før og éi flate etter, det største først. Koordinatane er eit punkt i han.",
    map: (table) => `Kvar endringane ligg: ${table}`,
    mapDesc: (count) =>
      `Kart med ${count} nummererte punkt, eitt for kvar endring. Numra er dei same som på korta.`,
    before: "Før",
    after: "Etter",
    closeUpDesc: (classes) =>
      `Til venstre grunnen slik han var, til høgre slik han er, med mørkt omriss om det som har skifta klasse. Klassar i kartet: ${classes}. Formene er forenkla; arealet er ikkje målt på dei.`,
    place: "Stad",
    at: (east, north) => `aust ${east}, nord ${north}`,
    area: "Areal",
    width: "Breidd",
    units: "Einingar",
    number: "Nr.",
    change: "Endring",
  },
  repairs: {
    intro: (layer) =>
      `Laget ${layer} er reparert før rekneskapen vart ført. Kvar kvadratmeter som vart flytta, står i tabellen.`,
    heads: { kind: "Kva", count: "Tal", area: "Endra areal" },
    kinds: {
      polygon: "Ugyldige flater, lesne etter strukturregelen",
      overlap: "Overlapp, gjeve til éi av flatene",
      rounding: "Hol som berre er avrunding, fylte",
      gap: "Små hol, fylte",
      "open gap": "Hol som står",
      vertex: "Punkt sette inn i grensa til naboen",
      moved: "Flater med avrunda punkt",
      refused: "Ikkje reparerte, står som dei var",
    },
    wide: (count, metres) =>
      `${count} overlapp er breiare enn ${metres}: det er feil i dataa, ikkje avrunding.`,
    terms: {
      in: "Inn",
      mended: "Lese om",
      overlap: "Overlapp",
      filled: "Fylt",
      moved: "Avrunda",
      out: "Ut",
    },
    ledger: "Rekneskap over reparasjonane",
  },
  findingsIntro: (count) => `${count} funn, samla etter kva dei gjeld. Kvart enkelt står i findings.csv.`,
  findingsNone: "Ingen funn.",
  findingHeads: {
    severity: "Alvor",
    what: "Kva det tyder",
    layer: "Lag",
    count: "Tal på",
    area: "Areal",
    example: "Frå køyringa",
  },
  warnings: {
    ...findingTexts("nn"),
    ANNEN_GEOMETRI: "Objekt som ikkje er flater, er haldne utanfor.",
    AREALMETODE_AVVIK:
      "Areal i kartplanet og på ellipsoiden skil meir enn 0,1 %. Samanlikn berre tal med same arealmål.",
    CRS_IKKE_METRISK: "Dataa er ikkje i meter og måtte reknast om før arealet kunne takast.",
    FLATE_UGYLDIG: "Nokre flater er ikkje gyldige, til dømes kryssar grensa seg sjølv.",
    GRUNN_OVERLAPP: "Flater i grunnkartet ligg på kvarandre, så noko grunn er tald meir enn éin gong.",
    HULL: "Grunnkartet dekkjer ikkje heile eininga. Det som manglar, står som «Udekt» og er ikkje gjetta.",
    IKKE_SAMMENLIGNBAR:
      "Utgåvene er laga på ulike måtar. Ein skilnad mellom dei er ikkje alltid ei endring i naturen.",
    KILDE_GENERALISERT: "Grensene er forenkla. Dei eignar seg til å vise, men ikkje til nøyaktig statistikk.",
    KODELISTE_MANGLER: "Vi har inga kodeliste for feltet, så verdiane står slik dei er i fila.",
    KODE_UKJENT: "Dataa har ein kode som ikkje står i kodelista. Arealet er med, på ei eiga rad.",
    KODE_UTGATT: "Planen bruker ein utgått kode. Han er ført over til koden som gjeld no.",
    KOMMUNENUMMER_FEIL: "Eit kommunenummer er ukjent, utgått eller har mista nullen framme.",
    KOMMUNE_DELT: "Ein kommune er delt sidan dataa vart laga, så gammalt nummer svarar ikkje til eitt nytt.",
    NOKKEL_MANGLER: "Nokre einingar manglar namn eller nummer og er førte samla.",
    NULL_GEOMETRI: "Nokre objekt har inga flate og gir ikkje areal.",
    PLAN_MANGLER: "Under 15 % av eininga har arealføremål i planen. Planrekneskapen gjeld berre den delen.",
    PLAN_OVERLAPP:
      "Planflater ligg på kvarandre. Arealet er fordelt etter faste reglar for kva som går føre.",
    REPROJISERT: "Dataa er rekna om til koordinatsystemet i rekneskapen før areala vart tekne.",
    RESIDUAL: "Rekneskapen går ikkje opp innanfor toleransen. Tala skal ikkje brukast.",
    RING_APEN: "Nokre grenser var ikkje lukka, og er lukka.",
    RING_FOR_KORT: "Nokre grenser har for få punkt til å vere ei flate.",
    SMALE_STRIPER: "Ein del av resultatet ligg i smale striper, oftast fordi grensene ikkje passar saman.",
    STATUS_MANGLER: "Planområde manglar status, så vi veit ikkje om dei er noverande eller framtidige.",
    TILGANG: "Dataa er ikkje frie. Spør eigaren før geometrien vert lagd ut.",
    TOPOLOGI_KJENT_FEIL: "Utgjevaren har sjølv meldt at fila har feil i flatene.",
    UTGAVE_BLANDET: "Data frå ulike utgåver eller år er brukte saman.",
    VERTIKALNIVA_UTELATT: "Planflater under eller over bakken er haldne utanfor.",
  },
  dids: { kept: "halden", mended: "retta", dropped: "utelaten" },
  method: {
    overlay:
      "Grunnkartet vert lagt saman med einingane. For kvar flate i grunnkartet er arealet i kvar eining rekna direkte frå grensene, utan å forenkle eller flytte dei.",
    measure: (measure) => `Tabellane viser areal på ${measure}. Begge arealmål står i cells.csv.`,
    rounding:
      "Dekar under 100 er viste med éin desimal, større tal utan. Det minste er vist som «under 0,1». Ingen tal er justerte for at summen skal stemme.",
    conservation: (worst, folded) =>
      `Kvar flate er halden mot sitt eige areal; største avvik for éi flate er ${worst}. Strimlar som sifra ikkje kan avgjere, ${folded} i alt, er førte på den største delen av flata.`,
    fields: (fields) =>
      `Rekneskapen er ført over ${fields}. Ulike felt har ulike ord for det same, og skal ikkje blandast.`,
    limits:
      "Rekneskapen er ikkje betre enn kartet han byggjer på. At noko ikkje er registrert, tyder ikkje at det ikkje finst.",
    planTerms: "Namn på arealføremål står på bokmål, slik kart- og planforskrifta og kodelistene har dei.",
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
  roles: { grunnkart: "grunnkart", enheter: "einingar", referanse: "referanse", plan: "plan", tema: "tema" },
  licence:
    "Filene seier ikkje sjølve kva lisens dei har. Opne data frå Kartverket og NIBIO skal krediterast (CC BY 4.0 eller NLOD). Full geometri i Nasjonalt grunnkart og FKB er Noreg digitalt-data og skal ikkje gjevast vidare; tal kan publiserast.",
  ruleSets: "Regelsett",
  fingerprint: {
    says: "Med desse summane kan andre sjå at rapporten høyrer til køyringa, og at ingenting er endra sidan.",
    basis: "Rapportgrunnlaget, regnskap.json (SHA-256)",
    receipt: "Heile resultatet, etter kvittering.json (SHA-256)",
  },
  program: (version) => `Laga med arealregnskap ${version}`,
};

export const nn: Texts = {
  language: "nn",
  signs: NORWEGIAN_SIGNS,
  checksTitle: "Går det opp?",
  checkNames: {
    groundOwnPosted: "Eigenarealet til grunnkartet = postert areal",
    layerUnitsOwn: "Eigenarealet til laget = sum av einingane",
    layerOwnUnionOverlap: "Eigenareal = einingane + overlapp",
    layerCoveredCells: "Dekt areal = cellene i laget",
    layerUnionCoveredUncovered: "Einingane = dekt + udekt",
    unitStock: "T1: klassane + udekt = eininga",
    crossMargins: "T2: randsummar = T1",
    planBalance: "Plan: føremåla + udekt = eininga",
    planChange: "Plan: gjeldande = ny, endringane er null i sum",
    planFlow: "T6: flyttane = T5",
    planReserve: "T4: reserve + utbygd + vatn = planlagt",
    planMethods: "Metodane: grunnane = skilnaden",
    repairLedger: "Reparasjon: utan + hovudboka = med",
    gapsLaid: "Hol i grunnkartet: funne langs grensene = lagt over laga",
    doubledLaid: "Dobbeltdekning: funne langs grensene = lagt over laga",
    piecesPosted: "Flatefila: skrive + ikkje teikna = postert",
    changeFrom: "Første utgåve: eigenareal = postert",
    changeTo: "Andre utgåve: eigenareal = postert",
    changeUnit: "T10: inngåande + endring = utgåande",
    cubeUnits: "T12: kommunane = einingane",
    kretsDelomrade: "T13: delområde = summen av grunnkrinsane",
    kretsUnits: "T13: radene + udekt = grunnkrinsane",
    kretsKommune: "T13: grunnkrinsane éin gong + utanfor dei = T1 for kommunen",
  },
  expected: "skal vere",
  actual: "er",
  residual: "avvik",
  tolerance: "toleranse",
  under: (limit) => `under ${limit}`,
  over: (limit) => `over −${limit}`,
  emptyUnits: (count) =>
    `${count} ${count === "1" ? "eining" : "einingar"} utan slike område er ikkje ${count === "1" ? "vist" : "viste"}.`,
  moreRows: (count) => `… og ${count} rader til`,
  units: { m2: "m²", daa: "daa", km2: "km²" },
  severities: { error: "feil", warning: "åtvaring", note: "merknad" },
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
