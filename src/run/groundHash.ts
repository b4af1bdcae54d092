import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { sha256OfFile } from "../read/inputFile.js";

/** SHA-256 over what a layer is made of: one file, a shapefile's siblings, all files of a file geodatabase. */
export async function sha256OfGround(path: string): Promise<string> {
  const about = await stat(path);
  if (about.isDirectory()) return sha256OfAll(path, (await readdir(path)).sort());
  if (!/\.shp$/i.test(path)) return sha256OfFile(path);
  const folder = join(path, "..");
  const stem = basename(path, extname(path));
  const siblings = (await readdir(folder)).filter((name) => basename(name, extname(name)) === stem);
  return sha256OfAll(folder, siblings.sort());
}

async function sha256OfAll(folder: string, names: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const name of names) hash.update(`${name} ${await sha256OfFile(join(folder, name))}\n`);
  return hash.digest("hex");
}
