/** The name wanted for a column of the file's own, or with a number behind it where a field has it, in any case. */
export function freeName(wanted: string, taken: readonly string[]): string {
  const lower = new Set(taken.map((name) => name.toLowerCase()));
  if (!lower.has(wanted.toLowerCase())) return wanted;
  let number = 1;
  while (lower.has(`${wanted}_${number}`.toLowerCase())) number++;
  return `${wanted}_${number}`;
}
