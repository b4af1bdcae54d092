import { GEOMETRY_TEXTS } from "./geometryTexts.js";

/** What findings about units, plans and files mean to a reader. */
const ACCOUNT_TEXTS = {
  BEBYGD_UKJENT: {
    nb: "Metoden kan ikke se hva som er bebygd, fordi grunnkartet mangler feltet den bruker. Tabellene er utelatt.",
    nn: "Metoden kan ikkje sjå kva som er utbygd, fordi grunnkartet manglar feltet han bruker. Tabellane er utelatne.",
    en: "The method cannot see what is built up, because the ground map lacks the field it uses. Its tables are left out.",
  },
  DELOMRADE_UTELATT: {
    nb: "Laget har både delområder og grunnkretser. Delområdene er utelatt; de er summen av grunnkretsene sine.",
    nn: "Laget har både delområde og grunnkrinsar. Delområda er utelatne; dei er summen av grunnkrinsane sine.",
    en: "The layer has both districts and basic statistical units. Districts are left out: they are the sum of their units.",
  },
  ENHET_HULL: {
    nb: "Det er hull mellom enhetene. Grunnen der er ikke med i noen av dem.",
    nn: "Det er hol mellom einingane. Grunnen der er ikkje med i nokon av dei.",
    en: "There are gaps between the units. The ground there is in none of them.",
  },
  ENHET_OVERLAPP: {
    nb: "Enheter ligger på hverandre. Grunnen der er med i begge, og summen av enhetene er større enn helheten.",
    nn: "Einingar ligg på kvarandre. Grunnen der er med i begge, og summen av einingane er større enn heilskapen.",
    en: "Units lie on each other. The ground there counts in both, so the units sum to more than the whole.",
  },
  FIL_MANGLER: {
    nb: "En fil i mappa kunne ikke regnes eller mangler motstykket sitt. Den er ikke med i summene.",
    nn: "Ei fil i mappa kunne ikkje reknast eller manglar motstykket sitt. Ho er ikkje med i summane.",
    en: "A file of the folder could not be counted or has no counterpart. It is not among the sums.",
  },
  FIL_UTENFOR: {
    nb: "En fil i mappa har andre felt enn de andre. Den er regnet for seg og er ikke med i summene.",
    nn: "Ei fil i mappa har andre felt enn dei andre. Ho er rekna for seg og er ikkje med i summane.",
    en: "A file of the folder has other fields than the rest. It is counted on its own and is not among the sums.",
  },
  GRENSE_FLYTTET: {
    nb: "Enheten har ulikt areal i de to utgavene, så grensa er trolig flyttet. Endring er ikke vist for den, eller bare på felles grunn.",
    nn: "Eininga har ulikt areal i dei to utgåvene, så grensa er truleg flytta. Endring er ikkje vist for ho, eller berre på felles grunn.",
    en: "The unit differs in area between the editions, so its border has probably moved. No change is shown, or only on common ground.",
  },
  GRUNNKRETS_FEIL: {
    nb: "Et grunnkretsnummer har mistet nullen foran. Den er satt på igjen.",
    nn: "Eit grunnkrinsnummer har mista nullen framme. Han er sett på att.",
    en: "The number of a basic statistical unit has lost its leading zero. It has been put back.",
  },
  KOMMUNE_OMKODET: {
    nb: "Et kommunenummer fra en annen tid står under nummeret kommunen har i inndelingen som er brukt.",
    nn: "Eit kommunenummer frå ei anna tid står under nummeret kommunen har i inndelinga som er brukt.",
    en: "A municipality number of another time stands under the number it has in the division used.",
  },
  LAG_UTENFOR: {
    nb: "Ingen enheter i laget ligger på dette grunnkartet. Det er som ventet når grunnkartet er én av flere filer.",
    nn: "Ingen einingar i laget ligg på dette grunnkartet. Det er som venta når grunnkartet er éi av fleire filer.",
    en: "No unit of the layer lies on this ground map. That is as expected where the ground is one file of many.",
  },
  OBJEKTTYPE_UKJENT: {
    nb: "Noen planobjekter har en type vi ikke kjenner, og er utelatt.",
    nn: "Nokre planobjekt har ein type vi ikkje kjenner, og er utelatne.",
    en: "Some plan features are of a type we do not know, and are left out.",
  },
  PLANMODUS_UTELATT: {
    nb: "Noen planer er av et slag som ikke er med i denne kjøringen.",
    nn: "Nokre planar er av eit slag som ikkje er med i denne køyringa.",
    en: "Some plans are of a kind that this run does not count.",
  },
  PLANSTATUS_UTELATT: {
    nb: "Noen planer har en status som ikke er med, for eksempel fordi de er opphevet eller ikke vedtatt.",
    nn: "Nokre planar har ein status som ikkje er med, til dømes fordi dei er oppheva eller ikkje vedtekne.",
    en: "Some plans have a status that is not counted, for example because they are repealed or not adopted.",
  },
  PLAN_DATO_MANGLER: {
    nb: "Planer som ligger på hverandre, mangler dato. De står bak de daterte.",
    nn: "Planar som ligg på kvarandre, manglar dato. Dei står bak dei daterte.",
    en: "Plans that lie on each other have no date. They rank behind those that have one.",
  },
  PLAN_DATO_UKJENT: {
    nb: "En plan har en dato vi ikke kan lese. Den regnes som udatert.",
    nn: "Ein plan har ein dato vi ikkje kan lese. Han vert rekna som udatert.",
    en: "A plan has a date we cannot read. It counts as undated.",
  },
  PLAN_DOBBELT: {
    nb: "Planområder ligger der flere flater i grunnkartet dekker samme grunn. Den er med flere ganger.",
    nn: "Planområde ligg der fleire flater i grunnkartet dekkjer same grunnen. Han er med fleire gonger.",
    en: "Plan areas lie where several polygons of the ground map cover the same ground. It counts more than once.",
  },
  PLAN_HULL: {
    nb: "Planområder ligger over hull i grunnkartet. Grunnen der har ingen klasse og står på en egen rad.",
    nn: "Planområde ligg over hol i grunnkartet. Grunnen der har ingen klasse og står på ei eiga rad.",
    en: "Plan areas lie over gaps in the ground map. The ground there has no class, and stands in a row of its own.",
  },
  PLAN_NY_DELVIS: {
    nb: "Der den nye planen ikke har arealformål, gjelder planen som var der før.",
    nn: "Der den nye planen ikkje har arealføremål, gjeld planen som var der før.",
    en: "Where the new plan has no land-use purpose, the plan in force stands.",
  },
  PLAN_UTENFOR: {
    nb: "En del av planen ligger utenfor grunnkartet eller enhetene.",
    nn: "Ein del av planen ligg utanfor grunnkartet eller einingane.",
    en: "Part of the plan lies outside the ground map or the units.",
  },
  SCENARIO_UTENFOR: {
    nb: "En endring i scenarioet ligger ikke på noe grunnkart og endrer ingenting.",
    nn: "Ei endring i scenarioet ligg ikkje på noko grunnkart og endrar ingenting.",
    en: "An edit of the scenario lies on no ground, and changes nothing.",
  },
  TABELL_STOR: {
    nb: "En tabell er for stor for rapporten og er ikke med i den. Den står hel som CSV i tables/.",
    nn: "Ein tabell er for stor for rapporten og er ikkje med i han. Han står heil som CSV i tables/.",
    en: "A table is too large for the report and is not in it. All of it stands as CSV in tables/.",
  },
  TABELL_UTELATT: {
    nb: "En tabell har flere enheter enn reglene tillater og er ikke laget. Tallene står i cellene.",
    nn: "Ein tabell har fleire einingar enn reglane tillèt og er ikkje laga. Tala står i cellene.",
    en: "A table has more units than the rules allow and was not made. The figures stand in the cells.",
  },
  UTGAVE_LIK: {
    nb: "Samme fil er brukt som to utgaver eller år. Da finnes ingen endring mellom dem.",
    nn: "Same fila er brukt som to utgåver eller år. Då finst inga endring mellom dei.",
    en: "The same file is used as two editions or years. There can be no change between them.",
  },
} as const;

/** A code whose words stand here, and not in the catalogue of a language itself. */
export type FindingCode = keyof typeof ACCOUNT_TEXTS | keyof typeof GEOMETRY_TEXTS;

/** All of them in one language. */
export function findingTexts(language: "nb" | "nn" | "en"): Readonly<Record<FindingCode, string>> {
  const said = Object.entries({ ...ACCOUNT_TEXTS, ...GEOMETRY_TEXTS }).map(([code, texts]) => [
    code,
    texts[language],
  ]);
  return Object.fromEntries(said) as Record<FindingCode, string>;
}
