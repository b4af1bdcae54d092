/**
 * What a look at a path gives, as from `stat` or `readdir`; undefined where nothing is at it. Whatever else went wrong is
 * thrown: what cannot be looked at may be there.
 */
export async function ifThere<T>(look: Promise<T>): Promise<T | undefined> {
  try {
    return await look;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
