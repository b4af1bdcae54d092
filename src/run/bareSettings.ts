/** Fields of settings that name a file or a folder. */
const FILE_FIELDS: ReadonlySet<string> = new Set([
  "grunnkart",
  "fil",
  "dekning",
  "referanse",
  "mappe",
  "mappeFra",
  "mappeTil",
  "fra",
  "til",
  "navnefil",
]);

/** What users write as they like: no file is named there. */
const isTheirOwn = (name: string): boolean => name === "geometri" || name === "filter";

/** Where results lie, how many worked at them and what was kept for next time move no figure. */
const WITHOUT_FIGURES: ReadonlySet<string> = new Set(["ut", "workers", "mellomlager"]);

/** Changes every name of a file in settings, and leaves the rest. */
export function withFiles<T>(settings: T, change: (file: string) => string): T {
  const changed = (value: unknown, isFile: boolean): unknown => {
    if (typeof value === "string") return isFile ? change(value) : value;
    if (Array.isArray(value)) return value.map((item) => changed(item, isFile));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, held]) => [
        name,
        isTheirOwn(name) ? held : changed(held, FILE_FIELDS.has(name)),
      ]),
    );
  };
  return changed(settings, false) as T;
}

/** Settings as a receipt has them: files by their names, as no figure depends on where they lie. */
export function bareSettings(settings: object): Record<string, unknown> {
  const kept = Object.entries(settings).filter(([name]) => !WITHOUT_FIGURES.has(name));
  return withFiles(Object.fromEntries(kept) as Record<string, unknown>, nameOf);
}

/** The last part of a path, whichever way its slashes go; a layer behind a # goes with it. */
const nameOf = (path: string): string => {
  const mark = path.indexOf("#");
  const end = mark < 0 ? path.length : mark;
  return path.slice(Math.max(path.lastIndexOf("/", end), path.lastIndexOf("\\", end)) + 1);
};
