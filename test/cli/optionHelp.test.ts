import { Command, Option } from "commander";
import { expect, test } from "vitest";
import { OPTION_HELP } from "../../src/cli/optionHelp.js";

test.each([
  ["an empty list is no default", new Option("--a <x>", "a thing").default([]), "a thing"],
  ["a switch that is off is none", new Option("--a", "a thing").default(false), "a thing"],
  ["what a flag alone means is said in words", new Option("--a [x]", "a thing").preset("nb"), "a thing"],
  ["a default is told", new Option("--a <x>", "a thing").default("km2"), "a thing (default: km2)"],
  ["and a number", new Option("--a <n>", "a thing").default(1), "a thing (default: 1)"],
  [
    "but not twice",
    new Option("--a <x>", "x (default: those there are)").default(["b"]),
    "x (default: those there are)",
  ],
  ["choices are told", new Option("--a <x>", "a thing").choices(["b", "c"]), "a thing (one of b, c)"],
  ["but not twice", new Option("--a <x>", "b: one; c: other").choices(["b", "c"]), "b: one; c: other"],
  [
    "both",
    new Option("--a <x>", "a thing").choices(["b", "c"]).default("c"),
    "a thing (one of b, c; default: c)",
  ],
])("%s", (_, option, due) => {
  const help = new Command().configureHelp(OPTION_HELP).addOption(option).helpInformation();
  expect(help.replace(/\s+/g, " ")).toContain(` ${due} -h, --help`);
});
