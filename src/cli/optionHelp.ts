import type { Help, Option } from "commander";

/** How `--help` tells of an option: what it does, what may be given, and a default that says something. */
export const OPTION_HELP: Partial<Help> = { optionDescription };

function optionDescription({
  description,
  argChoices,
  defaultValue,
  defaultValueDescription,
}: Option): string {
  const standard = defaultValueDescription ?? defaultText(defaultValue);
  const says = [
    ...(argChoices === undefined || argChoices.every((choice) => description.includes(choice))
      ? []
      : [`one of ${argChoices.join(", ")}`]),
    ...(standard === "" || description.includes("default") ? [] : [`default: ${standard}`]),
  ];
  return says.length === 0 ? description : `${description} (${says.join("; ")})`;
}

/** "" for a list that is empty, a switch that is off, and nothing. */
function defaultText(value: unknown): string {
  if (Array.isArray(value)) return value.join(",");
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
