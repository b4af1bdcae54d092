import type { LookOptions, OpenOptions } from "./format.js";
import { isHttpUrl, ogcApiSources, openOgcApi } from "./ogcApi/ogcApi.js";
import { openPostgis, postgisSources } from "./database/postgis.js";
import { isPostgisUrl } from "./database/postgisUrl.js";
import type { Source } from "./source.js";

/** What is asked over the network by an address instead of read from a file. */
export type Service = {
  recognises(address: string): boolean;
  /** The layer that the address names, or the only one. */
  open(address: string, options: Pick<OpenOptions, "epsg">): Promise<Source>;
  /** Every layer there; where several can be asked, `onRefused` is told of those that are refused. */
  layers(address: string, options: LookOptions): Promise<Source[]>;
};

const SERVICES: readonly Service[] = [
  { recognises: isPostgisUrl, open: openPostgis, layers: postgisSources },
  { recognises: isHttpUrl, open: openOgcApi, layers: ogcApiSources },
];

export const serviceAt = (address: string): Service | undefined =>
  SERVICES.find((service) => service.recognises(address));
