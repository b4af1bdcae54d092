/** What findings about shapes mean to a reader: of reading, `check`, `repair` and `bands`; each in every language. */
export const GEOMETRY_TEXTS = {
  ANDRE_LINJER: {
    nb: "Fila har linjer som ikke er høydekurver. De er utelatt.",
    nn: "Fila har linjer som ikkje er høgdekurver. Dei er utelatne.",
    en: "The file has lines that are no contours. They are left out.",
  },
  CRS_FEIL: {
    nb: "Koordinatene passer ikke med koordinatsystemet fila oppgir.",
    nn: "Koordinatane passar ikkje med koordinatsystemet fila oppgir.",
    en: "The coordinates do not fit the coordinate system that the file states.",
  },
  DEKNING_UKJENT: {
    nb: "Et sted kunne ikke deles i flater, så overlapp og hull er ikke funnet der.",
    nn: "Ein stad kunne ikkje delast i flater, så overlapp og hol er ikkje funne der.",
    en: "A place could not be divided into faces, so overlaps and gaps were not found there.",
  },
  DELER_DELER_KANT: {
    nb: "To deler av samme flate har en kant felles.",
    nn: "To delar av same flate har ein kant felles.",
    en: "Two parts of one polygon share an edge.",
  },
  DELER_OVERLAPPER: {
    nb: "To deler av samme flate ligger på hverandre.",
    nn: "To delar av same flate ligg på kvarandre.",
    en: "Two parts of one polygon lie on each other.",
  },
  DEL_I_DEL: {
    nb: "En del av en flate ligger inne i en annen del av den.",
    nn: "Ein del av ei flate ligg inne i ein annan del av ho.",
    en: "A part of a polygon lies inside another part of it.",
  },
  DOBBELTDEKNING: {
    nb: "Flater i grunnkartet ligger på hverandre, så noe grunn er med flere ganger.",
    nn: "Flater i grunnkartet ligg på kvarandre, så noko grunn er med fleire gonger.",
    en: "Polygons of the ground map lie on each other, so some ground counts several times.",
  },
  FELT_MANGLER: {
    nb: "Et felt som er påkrevd, finnes ikke i fila.",
    nn: "Eit felt som er påkravd, finst ikkje i fila.",
    en: "A mandatory field is not in the file.",
  },
  FELT_SENT: {
    nb: "Et felt dukker først opp langt ute i fila og er ikke lest.",
    nn: "Eit felt dukkar først opp langt ute i fila og er ikkje lese.",
    en: "A field turns up late in the file and was not read.",
  },
  FELT_TOMT: {
    nb: "Et felt som er påkrevd, mangler verdi i noen objekter.",
    nn: "Eit felt som er påkravd, manglar verdi i nokre objekt.",
    en: "A mandatory field has no value in some features.",
  },
  FLATE_AVRUNDET: {
    nb: "Noen punkter er avrundet litt for at flatene skulle la seg bygge. Arealene er regnskapets.",
    nn: "Nokre punkt er runda av litt for at flatene skulle la seg byggje. Areala er dei i rekneskapen.",
    en: "Some points were rounded a little so that polygons could be built. The areas are those of the account.",
  },
  FLATE_FOR_SMAL: {
    nb: "En del er for smal til å bli en flate i flatefila. Arealet er med i regnskapet.",
    nn: "Ein del er for smal til å bli ei flate i flatefila. Arealet er med i rekneskapen.",
    en: "A piece is too narrow to be a polygon in the file of pieces. Its area is in the account.",
  },
  FLATE_GJENTATT: {
    nb: "Samme flate står flere ganger.",
    nn: "Same flate står fleire gonger.",
    en: "The same polygon stands several times.",
  },
  FLATE_IKKE_BYGD: {
    nb: "En del mangler i flatefila fordi flaten ikke lot seg bygge. Arealet er med i regnskapet.",
    nn: "Ein del manglar i flatefila fordi flata ikkje lét seg byggje. Arealet er med i rekneskapen.",
    en: "A piece is missing in the file of pieces because its polygon could not be built. Its area is in the account.",
  },
  FLATE_REPARERT: {
    nb: "En ugyldig flate er lest etter en fast regel. Tallet sier hvor mye arealet endret seg.",
    nn: "Ei ugyldig flate er lesen etter ein fast regel. Talet seier kor mykje arealet endra seg.",
    en: "An invalid polygon was read by a fixed rule. The figure is how much its area changed.",
  },
  FLATE_UTEN_GRUNN: {
    nb: "All grunn til flaten er gitt til naboene i rettingen.",
    nn: "All grunn til flata er gitt til naboane i rettinga.",
    en: "All ground of the polygon went to its neighbours in the repair.",
  },
  FLATE_UTEN_KURVE: {
    nb: "Ingen høydekurve grenser til flaten, så høyden er ikke kjent.",
    nn: "Inga høgdekurve grensar til flata, så høgda er ikkje kjend.",
    en: "No contour borders on the area, so its height is not known.",
  },
  FORSENKNING_MOTSAGT: {
    nb: "En forsenkningskurve ligger rundt noe som etter naboene er høyere.",
    nn: "Ei forsenkingskurve ligg rundt noko som etter naboane er høgare.",
    en: "A depression contour surrounds what its neighbours say is higher.",
  },
  FORSENKNING_UMERKET: {
    nb: "En forsenkning er ikke merket med forsenkningskurve.",
    nn: "Ei forsenking er ikkje merkt med forsenkingskurve.",
    en: "A depression is not marked by a depression contour.",
  },
  HOYDE_MANGLER: {
    nb: "En høydekurve mangler høyde og er utelatt.",
    nn: "Ei høgdekurve manglar høgd og er utelaten.",
    en: "A contour has no height and is left out.",
  },
  HULL_DELER_KANT: {
    nb: "To ringer i samme flate har en kant felles.",
    nn: "To ringar i same flate har ein kant felles.",
    en: "Two rings of one polygon share an edge.",
  },
  HULL_FYLT: {
    nb: "Små hull i grunnkartet er fylt og gitt til naboene.",
    nn: "Små hol i grunnkartet er fylte og gitt til naboane.",
    en: "Small gaps in the ground map were filled and given to their neighbours.",
  },
  HULL_I_GRUNNKARTET: {
    nb: "Grunnkartet har hull som står åpne. Grunnen der er ikke med i regnskapet.",
    nn: "Grunnkartet har hol som står opne. Grunnen der er ikkje med i rekneskapen.",
    en: "The ground map has gaps that stay open. The ground there is not in the account.",
  },
  HULL_I_HULL: {
    nb: "Et hull i en flate ligger inne i et annet hull.",
    nn: "Eit hol i ei flate ligg inne i eit anna hol.",
    en: "A hole of a polygon lies inside another hole.",
  },
  HULL_UTENFOR: {
    nb: "Et hull ligger utenfor flaten det hører til.",
    nn: "Eit hol ligg utanfor flata det høyrer til.",
    en: "A hole lies outside the polygon it belongs to.",
  },
  ID_GJENTATT: {
    nb: "Flere objekter har samme id.",
    nn: "Fleire objekt har same id.",
    en: "Several features have the same id.",
  },
  INDRE_DELT: {
    nb: "Hull deler det indre av flaten i biter.",
    nn: "Hol deler det indre av flata i bitar.",
    en: "Holes divide the inside of the polygon into pieces.",
  },
  KOORDINAT_UGYLDIG: {
    nb: "En koordinat er ikke et tall.",
    nn: "Ein koordinat er ikkje eit tal.",
    en: "A coordinate is not a number.",
  },
  KURVER_HULL: {
    nb: "Kurvene i en grense henger ikke sammen og er bundet sammen med en rett linje.",
    nn: "Kurvene i ei grense heng ikkje saman og er bundne saman med ei rett linje.",
    en: "The curves of a border do not meet and were joined by a straight line.",
  },
  KURVER_SAMMEN: {
    nb: "Høydekurver ligger på hverandre.",
    nn: "Høgdekurver ligg på kvarandre.",
    en: "Contours lie on each other.",
  },
  KURVE_APEN: {
    nb: "En høydekurve slutter inne i kartet.",
    nn: "Ei høgdekurve sluttar inne i kartet.",
    en: "A contour ends inside the map.",
  },
  KURVE_BUET: {
    nb: "En kurve er gitt ved en formel vi ikke leser, og er utelatt.",
    nn: "Ei kurve er gitt ved ein formel vi ikkje les, og er utelaten.",
    en: "A curve is given by a formula we do not read, and is left out.",
  },
  KURVE_FORLENGET: {
    nb: "En høydekurve er ført fram til rammen.",
    nn: "Ei høgdekurve er ført fram til ramma.",
    en: "A contour was carried on to the frame.",
  },
  KURVE_MANGLER: {
    nb: "En høydekurve ser ut til å mangle mellom kurvene som er der.",
    nn: "Ei høgdekurve ser ut til å mangle mellom kurvene som er der.",
    en: "A contour seems to be missing between those that are there.",
  },
  KURVE_SKJOTT: {
    nb: "To åpne ender av en høydekurve er skjøtt sammen.",
    nn: "To opne endar av ei høgdekurve er skøytte saman.",
    en: "Two open ends of a contour were joined.",
  },
  KURVE_SLUTTER: {
    nb: "En høydekurve slutter uten å nå rammen.",
    nn: "Ei høgdekurve sluttar utan å nå ramma.",
    en: "A contour ends without reaching the frame.",
  },
  KURVE_TIL_RAMME: {
    nb: "Høydekurver slutter like ved rammen og er ført fram til den.",
    nn: "Høgdekurver sluttar like ved ramma og er førte fram til ho.",
    en: "Contours end close to the frame and were carried on to it.",
  },
  KURVE_UTEN_FALL: {
    nb: "Terrenget er like høyt på begge sider av en høydekurve.",
    nn: "Terrenget er like høgt på begge sider av ei høgdekurve.",
    en: "The ground is as high on one side of a contour as on the other.",
  },
  LAVEST_ANTATT: {
    nb: "En flate uten høydekurver er antatt å ligge lavest.",
    nn: "Ei flate utan høgdekurver er rekna for å liggje lågast.",
    en: "An area without contours is taken to lie lowest.",
  },
  LINJE_FOR_KORT: {
    nb: "Noen linjer har for få punkter og er utelatt.",
    nn: "Nokre linjer har for få punkt og er utelatne.",
    en: "Some lines have too few points and are left out.",
  },
  OVERLAPP: {
    nb: "Flater ligger på hverandre.",
    nn: "Flater ligg på kvarandre.",
    en: "Polygons lie on each other.",
  },
  OVERLAPP_REPARERT: {
    nb: "Smale overlapp i grunnkartet er gitt til én eier.",
    nn: "Smale overlapp i grunnkartet er gitt til éin eigar.",
    en: "Narrow overlaps in the ground map were given to one owner.",
  },
  PIGG: {
    nb: "En grense går ut og rett tilbake i samme linje.",
    nn: "Ei grense går ut og rett tilbake i same linje.",
    en: "A border runs out and straight back along one line.",
  },
  PUNKT_GJENTATT: {
    nb: "Samme punkt står flere ganger på rad.",
    nn: "Same punkt står fleire gonger på rad.",
    en: "The same point stands several times in a row.",
  },
  PUNKT_UTEN_NABO: {
    nb: "Et punkt på en grense mangler hos naboen.",
    nn: "Eit punkt på ei grense manglar hos naboen.",
    en: "A point on a border is missing in the neighbour.",
  },
  RAMME_ANTATT: {
    nb: "Rammen rundt høydekurvene er antatt, fordi ingen er gitt.",
    nn: "Ramma rundt høgdekurvene er rekna ut, fordi inga er gitt.",
    en: "The frame around the contours is assumed, because none was given.",
  },
  RAMME_APEN: {
    nb: "Rammen rundt høydekurvene er ikke lukket.",
    nn: "Ramma rundt høgdekurvene er ikkje lukka.",
    en: "The frame around the contours is not closed.",
  },
  RINGER_KRYSSER: {
    nb: "To ringer i samme flate krysser hverandre.",
    nn: "To ringar i same flate kryssar kvarandre.",
    en: "Two rings of one polygon cross each other.",
  },
  RING_BERORER_SEG: {
    nb: "En grense berører seg selv.",
    nn: "Ei grense rører ved seg sjølv.",
    en: "A border touches itself.",
  },
  RING_DOBBELT: {
    nb: "Samme ring står to ganger i en flate.",
    nn: "Same ring står to gonger i ei flate.",
    en: "The same ring stands twice in a polygon.",
  },
  RING_KRYSSER_SEG: {
    nb: "En grense krysser seg selv.",
    nn: "Ei grense kryssar seg sjølv.",
    en: "A border crosses itself.",
  },
  RING_PA_SEG: {
    nb: "En grense følger seg selv.",
    nn: "Ei grense følgjer seg sjølv.",
    en: "A border runs along itself.",
  },
  RING_RETNING: {
    nb: "Noen ringer går motsatt vei av det formatet sier. Arealet er det samme.",
    nn: "Nokre ringar går motsett veg av det formatet seier. Arealet er det same.",
    en: "Some rings run the other way than the format says. The area is the same.",
  },
  SIDE_MOTSAGT: {
    nb: "Høydekurvene rundt flaten motsier hverandre.",
    nn: "Høgdekurvene rundt flata seier imot kvarandre.",
    en: "The contours around the area contradict each other.",
  },
  SIDE_UKJENT: {
    nb: "Bare én høyde grenser til flaten, så vi vet ikke om den ligger over eller under.",
    nn: "Berre éi høgd grensar til flata, så vi veit ikkje om ho ligg over eller under.",
    en: "Only one height borders on the area, so we do not know whether it lies above or below.",
  },
  SMAL_FLATE: {
    nb: "En flate er svært smal.",
    nn: "Ei flate er svært smal.",
    en: "A polygon is very narrow.",
  },
  SOSI_FLATE_UTEN_RING: {
    nb: "En flate i SOSI-fila kan ikke lukkes av kurvene den viser til.",
    nn: "Ei flate i SOSI-fila kan ikkje lukkast av kurvene ho viser til.",
    en: "A polygon of the SOSI file cannot be closed by the curves it refers to.",
  },
  SOSI_LITE_GAP: {
    nb: "Kurvene rundt en flate i SOSI-fila møttes ikke helt og er bundet sammen.",
    nn: "Kurvene rundt ei flate i SOSI-fila møttest ikkje heilt og er bundne saman.",
    en: "The curves around a polygon of the SOSI file did not quite meet and were joined.",
  },
  TOPP_ANTATT: {
    nb: "En flate innenfor den høyeste kurven er antatt å ligge høyere.",
    nn: "Ei flate innanfor den høgaste kurva er rekna for å liggje høgare.",
    en: "An area inside the highest contour is taken to lie higher.",
  },
  TRENGER_AVGJORELSE: {
    nb: "En flate kan leses på flere måter. Eieren må si hva som er ment.",
    nn: "Ei flate kan lesast på fleire måtar. Eigaren må seie kva som er meint.",
    en: "A polygon can be read in several ways. Its owner must say which is meant.",
  },
} as const;
