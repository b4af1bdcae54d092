import { expect, test } from "vitest";
import { checkScenarioSettings } from "../../src/scenario/scenarioSettings.js";

const asked = (...scenarios: unknown[][]) => ({
  grunnkart: "grunnkart.fgb",
  plan: [{ fil: "plan.fgb" }],
  ut: "ut",
  scenarioer: scenarios.map((endringer, at) => ({ navn: `S${at}`, endringer })),
});
const fine = { handling: "fjern", omrade: "B1" };

test.each([
  ["the first of the first", [[{ handling: "fjrn", omrade: "B1" }]], "scenarioer.0.endringer.0.handling: "],
  ["another", [[fine], [fine, { ...fine, omrade: 5 }]], "scenarioer.1.endringer.1.omrade: "],
  ["a field that is misspelt", [[fine, { ...fine, formål: "1110" }]], "scenarioer.0.endringer.1: "],
  ["fields that do not go together", [[{ handling: "endre", omrade: "B1" }]], "scenarioer.0.endringer.0: "],
])("an edit that is wrong is told by its place in both lists: %s", (_, scenarios, place) => {
  expect(() => checkScenarioSettings(asked(...scenarios), "alt.yaml")).toThrow(`alt.yaml, ${place}`);
});
