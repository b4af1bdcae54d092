/** Words of reports that are not of one account: what changed, what differs between scenarios, what statistics hold. */
import { bracketed } from "./listed.js";
import type { RunKind } from "./runBasis.js";
import type { Language } from "./textsShape.js";

type More = Exclude<RunKind, "account">;
/** A class or a scenario with its figure. */
export type Named = { readonly name: string; readonly value: string };

/** One catalogue per language, every key in every one. Figures come formatted, names as they are. */
export type RunTexts = {
  readonly title: Readonly<Record<More, (place: string) => string>>;
  /** The first paragraph of the method. */
  readonly method: Readonly<Record<More, string>>;
  readonly change: {
    /** Where no one unit names the place. */
    readonly between: (from: string, to: string) => string;
    readonly changed: (from: string, to: string, area: string, share: string) => string;
    readonly same: (from: string, to: string) => string;
    readonly flow: (from: string, to: string, area: string, up: Named, down: Named) => string;
    readonly strips: (area: string) => string;
    readonly notComparable: string;
    readonly keys: Readonly<
      Record<
        "changed" | "unchanged" | "from" | "to" | "strips" | "featuresFrom" | "featuresTo" | "twins",
        string
      >
    >;
    readonly net: (className: string) => string;
  };
  readonly scenario: {
    readonly one: (name: string, by: string, to: string, parts: readonly string[]) => string;
    /** All come to the same. */
    readonly equal: (count: string, to: string, by: string) => string;
    readonly several: (count: string, most: Named & By, least: Named & By) => string;
    readonly spread: (className: string, most: Named, least: Named) => string;
    readonly keys: { readonly today: string; readonly reserve: (name: string) => string };
    /** The plan as it stands, beside the scenarios. */
    readonly today: string;
    readonly figure: (table: string) => string;
    readonly figureDesc: (scenarios: string, classes: string, most: string) => string;
    readonly head: string;
  };
  readonly statistics: {
    /** What a sum over so many municipalities is called. */
    readonly regions: (count: string) => string;
    readonly holds: (regions: string, all: string, classes: string, years: string) => string;
    readonly missing: string;
    /** `niva` of a region. */
    readonly levels: Readonly<Record<Level, string>>;
    readonly keys: Readonly<Record<"regions" | "classes" | "years" | "division" | "total", string>>;
  };
};

export type Level = "land" | "fylke" | "kommune" | "delområde" | "grunnkrets";

/** How much more or less than today, with its sign. */
type By = { readonly by: string };

const nb: RunTexts = {
  title: {
    change: (place) => `Arealendringer i ${place}`,
    scenario: (place) => `Scenarioer for ${place}`,
    statistics: (place) => `Arealstatistikk: ${place}`,
  },
  method: {
    change:
      "De to utgavene legges over hverandre. For hvert stykke grunn regnes arealet i hvert par av klasser direkte fra grensene i begge, uten å forenkle eller flytte dem; flater som er like i begge, er uendret.",
    scenario:
      "Hvert scenario er endringer lagt oppå planen som den står. Grunnkartet og enhetene er de samme i alle, så bare planen skiller dem.",
    statistics:
      "Hvert år er et regnskap for seg, der grunnkartet legges sammen med enhetene. Forskjell mellom år kan være bedre kartlegging og er ikke alltid endring i naturen.",
  },
  change: {
    between: (from, to) => `Arealendringer fra ${from} til ${to}`,
    changed: (from, to, area, share) =>
      `Fra ${from} til ${to} har ${area} skiftet klasse: ${share} % av grunnen som er i begge utgavene.`,
    same: (from, to) => `Fra ${from} til ${to} har ingen grunn skiftet klasse.`,
    flow: (from, to, area, up, down) =>
      `Mest har gått fra ${from} til ${to} (${area}); ${up.name} har økt mest (${up.value}) og ${down.name} minket mest (${down.value}).`,
    strips: (area) => `Av dette ligger ${area} i smale striper, som oftest er samme grense tegnet to ganger.`,
    notComparable:
      "Utgavene er laget på ulike måter, så forskjellene er omvurdering og ikke målt endring i naturen.",
    keys: {
      changed: "Areal som har skiftet klasse",
      unchanged: "Uendret areal",
      from: "Bare i første utgave",
      to: "Bare i andre utgave",
      strips: "Herav i smale striper",
      featuresFrom: "Flater i første utgave",
      featuresTo: "Flater i andre utgave",
      twins: "Flater med samme grenser i begge",
    },
    net: (className) => `Netto, ${className}`,
  },
  scenario: {
    one: (name, by, to, parts) =>
      `Scenarioet «${name}» endrer reserven med ${by} til ${to}${bracketed(parts)}.`,
    equal: (count, to, by) => `Alle de ${count} scenarioene gir samme reserve, ${to} (${by}).`,
    several: (count, most, least) =>
      `Av ${count} scenarioer gir «${most.name}» mest reserve, ${most.value} (${most.by}), og «${least.name}» minst, ${least.value} (${least.by}).`,
    spread: (className, most, least) =>
      `Mest skiller de på ${className}: ${most.value} i «${most.name}» mot ${least.value} i «${least.name}».`,
    keys: { today: "Arealreserve i dag", reserve: (name) => `Reserve: ${name}` },
    today: "Planen som den står",
    figure: (table) => `Endring i reserven etter klasse: ${table}`,
    figureDesc: (scenarios, classes, most) =>
      `${scenarios} grupper av stolper, én for hvert scenario, med inntil ${classes} klasser. Til høyre er mer reserve enn i dag, til venstre mindre. Størst er ${most}.`,
    head: "Scenario",
  },
  statistics: {
    regions: (count) => `${count} kommuner`,
    holds: (regions, all, classes, years) =>
      `Statistikken har tall for ${regions} av ${all} regioner, i ${classes} klasser, for ${years}; summene av kommunene er holdt mot enhetene.`,
    missing: "Regioner uten tall har ingen enhet i kjøringen.",
    levels: {
      land: "land",
      fylke: "fylke",
      kommune: "kommune",
      delområde: "delområde",
      grunnkrets: "grunnkrets",
    },
    keys: {
      regions: "Regioner med tall",
      classes: "Klasser",
      years: "År",
      division: "Kommuneinndeling per",
      total: "Areal i alt",
    },
  },
};

const nn: RunTexts = {
  title: {
    change: (place) => `Arealendringar i ${place}`,
    scenario: (place) => `Scenario for ${place}`,
    statistics: (place) => `Arealstatistikk: ${place}`,
  },
  method: {
    change:
      "Dei to utgåvene blir lagde over kvarandre. For kvart stykke grunn blir arealet i kvart par av klassar rekna direkte frå grensene i begge, utan å forenkle eller flytte dei; flater som er like i begge, er uendra.",
    scenario:
      "Kvart scenario er endringar lagde oppå planen som han står. Grunnkartet og einingane er dei same i alle, så berre planen skil dei.",
    statistics:
      "Kvart år er ein rekneskap for seg, der grunnkartet blir lagt saman med einingane. Skilnad mellom år kan vere betre kartlegging og er ikkje alltid endring i naturen.",
  },
  change: {
    between: (from, to) => `Arealendringar frå ${from} til ${to}`,
    changed: (from, to, area, share) =>
      `Frå ${from} til ${to} har ${area} skift klasse: ${share} % av grunnen som er i begge utgåvene.`,
    same: (from, to) => `Frå ${from} til ${to} har ingen grunn skift klasse.`,
    flow: (from, to, area, up, down) =>
      `Mest har gått frå ${from} til ${to} (${area}); ${up.name} har auka mest (${up.value}) og ${down.name} minka mest (${down.value}).`,
    strips: (area) => `Av dette ligg ${area} i smale striper, som oftast er same grense teikna to gonger.`,
    notComparable:
      "Utgåvene er laga på ulike måtar, så skilnadene er omvurdering og ikkje målt endring i naturen.",
    keys: {
      changed: "Areal som har skift klasse",
      unchanged: "Uendra areal",
      from: "Berre i første utgåve",
      to: "Berre i andre utgåve",
      strips: "Av dette i smale striper",
      featuresFrom: "Flater i første utgåve",
      featuresTo: "Flater i andre utgåve",
      twins: "Flater med same grenser i begge",
    },
    net: (className) => `Netto, ${className}`,
  },
  scenario: {
    one: (name, by, to, parts) =>
      `Scenarioet «${name}» endrar reserven med ${by} til ${to}${bracketed(parts)}.`,
    equal: (count, to, by) => `Alle dei ${count} scenarioa gir same reserve, ${to} (${by}).`,
    several: (count, most, least) =>
      `Av ${count} scenario gir «${most.name}» mest reserve, ${most.value} (${most.by}), og «${least.name}» minst, ${least.value} (${least.by}).`,
    spread: (className, most, least) =>
      `Mest skil dei på ${className}: ${most.value} i «${most.name}» mot ${least.value} i «${least.name}».`,
    keys: { today: "Arealreserve i dag", reserve: (name) => `Reserve: ${name}` },
    today: "Planen som han står",
    figure: (table) => `Endring i reserven etter klasse: ${table}`,
    figureDesc: (scenarios, classes, most) =>
      `${scenarios} grupper av stolpar, éi for kvart scenario, med inntil ${classes} klassar. Til høgre er meir reserve enn i dag, til venstre mindre. Størst er ${most}.`,
    head: "Scenario",
  },
  statistics: {
    regions: (count) => `${count} kommunar`,
    holds: (regions, all, classes, years) =>
      `Statistikken har tal for ${regions} av ${all} regionar, i ${classes} klassar, for ${years}; summane av kommunane er haldne mot einingane.`,
    missing: "Regionar utan tal har inga eining i køyringa.",
    levels: {
      land: "land",
      fylke: "fylke",
      kommune: "kommune",
      delområde: "delområde",
      grunnkrets: "grunnkrins",
    },
    keys: {
      regions: "Regionar med tal",
      classes: "Klassar",
      years: "År",
      division: "Kommuneinndeling per",
      total: "Areal i alt",
    },
  },
};

const en: RunTexts = {
  title: {
    change: (place) => `Land change in ${place}`,
    scenario: (place) => `Scenarios for ${place}`,
    statistics: (place) => `Land statistics: ${place}`,
  },
  method: {
    change:
      "The two editions are laid over each other. For each piece of ground the area in each pair of classes is computed straight from the borders of both, without simplifying or moving them; polygons that are the same in both are unchanged.",
    scenario:
      "Each scenario is edits laid on top of the plan as it stands. Ground map and units are the same in all of them, so that the plan alone tells them apart.",
    statistics:
      "Each year is an account of its own, in which the ground map is overlaid with the units. A difference between years may be better mapping, and is not always a change in nature.",
  },
  change: {
    between: (from, to) => `Land change from ${from} to ${to}`,
    changed: (from, to, area, share) =>
      `From ${from} to ${to}, ${area} changed class: ${share} % of the ground that is in both editions.`,
    same: (from, to) => `From ${from} to ${to}, no ground changed class.`,
    flow: (from, to, area, up, down) =>
      `Most went from ${from} to ${to} (${area}); ${up.name} grew most (${up.value}) and ${down.name} shrank most (${down.value}).`,
    strips: (area) => `Of this, ${area} lie in narrow strips, which mostly are one border drawn twice.`,
    notComparable:
      "The editions were made in different ways, so the differences are reappraisal and not measured change in nature.",
    keys: {
      changed: "Area that changed class",
      unchanged: "Area unchanged",
      from: "In the first edition only",
      to: "In the second edition only",
      strips: "Of which in narrow strips",
      featuresFrom: "Polygons in the first edition",
      featuresTo: "Polygons in the second edition",
      twins: "Polygons with the same borders in both",
    },
    net: (className) => `Net, ${className}`,
  },
  scenario: {
    one: (name, by, to, parts) =>
      `The scenario “${name}” changes the reserve by ${by} to ${to}${bracketed(parts)}.`,
    equal: (count, to, by) => `All ${count} scenarios leave the same reserve, ${to} (${by}).`,
    several: (count, most, least) =>
      `Of ${count} scenarios “${most.name}” leaves the largest reserve, ${most.value} (${most.by}), and “${least.name}” the smallest, ${least.value} (${least.by}).`,
    spread: (className, most, least) =>
      `They differ most on ${className}: ${most.value} in “${most.name}” against ${least.value} in “${least.name}”.`,
    keys: { today: "Land reserve today", reserve: (name) => `Reserve: ${name}` },
    today: "The plan as it stands",
    figure: (table) => `Change of the reserve by class: ${table}`,
    figureDesc: (scenarios, classes, most) =>
      `${scenarios} groups of bars, one for each scenario, with up to ${classes} classes. To the right is more reserve than today, to the left less. The largest is ${most}.`,
    head: "Scenario",
  },
  statistics: {
    regions: (count) => `${count} municipalities`,
    holds: (regions, all, classes, years) =>
      `The statistics have figures for ${regions} of ${all} regions, in ${classes} classes, for ${years}; the sums of the municipalities are held against the units.`,
    missing: "Regions without figures have no unit in the run.",
    levels: {
      land: "country",
      fylke: "county",
      kommune: "municipality",
      delområde: "district",
      grunnkrets: "basic statistical unit",
    },
    keys: {
      regions: "Regions with figures",
      classes: "Classes",
      years: "Years",
      division: "Municipalities as of",
      total: "Total area",
    },
  },
};

const catalogue: Readonly<Record<Language, RunTexts>> = { nb, nn, en };

export const runTextsIn = (language: Language): RunTexts => catalogue[language];
