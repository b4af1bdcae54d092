import { basename } from "node:path";
import { isAddress } from "../read/address.js";
import type { Source } from "../read/source.js";

/**
 * What a receipt calls the file a layer was read from: its name without folders. In an archive it is `archive.zip#entry`,
 * as it can be asked for; the hash beside it is of the archive.
 */
export function fileNameOf({ path, entryName }: Pick<Source, "path" | "entryName">): string {
  if (isAddress(path)) return withoutPassword(path);
  if (entryName === undefined) return path.split(/[/\\]/).at(-1) as string;
  return `${basename(path.slice(0, -entryName.length - 1))}#${entryName}`;
}

/** A path of the settings as a receipt has it: without the folders it lies in, with those in an archive; an address whole. */
export function withoutFolders(pathAndLayer: string): string {
  if (isAddress(pathAndLayer)) return withoutPassword(pathAndLayer);
  const [, archive, entry] = /^(.*?\.zip)(#.*)$/is.exec(pathAndLayer) ?? [undefined, pathAndLayer, ""];
  return basename(archive) + entry;
}

/** An address to be asked again by somebody else, who has a password of their own. */
const withoutPassword = (address: string): string =>
  address.replace(/^([a-z+]+:\/\/[^/?#:@]*):[^/?#]*@/i, "$1@").replace(/([?&])password=[^&#]*&?/i, "$1");
