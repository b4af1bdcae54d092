/**
 * Names of the plan tables after the guide "Arealregnskap i kommuneplan" (Kommunal- og distriktsdepartementet, December
 * 2023), which consultants are asked to deliver by: its overviews of building potential, of change in arealformål and of
 * area qualities that are built down. The other names are ours in its words. Norwegian whatever the report's language.
 */
const NAMES: Readonly<Record<string, { readonly sheet: string; readonly title: string }>> = {
  T3: { sheet: "Planlagt arealbruk", title: "Planlagt arealbruk etter arealformål" },
  T4: { sheet: "Samlet utbyggingspotensial", title: "Samlet utbyggingspotensial (arealreserve)" },
  T4b: { sheet: "Utbyggingspotensial områder", title: "Utbyggingspotensial per område" },
  T5: { sheet: "Endring i arealformål", title: "Samlet oversikt over endring i arealformål" },
  T6: { sheet: "Endring fra og til", title: "Endring i arealformål, fra og til" },
  T7: { sheet: "Kvaliteter som bygges ned", title: "Samlet oversikt over arealkvaliteter som bygges ned" },
};

/** The guide's name of a table; undefined for one it does not have. */
export const kddName = (id: string): { readonly sheet: string; readonly title: string } | undefined =>
  NAMES[id.split("-")[0]];
