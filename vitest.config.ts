import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/report/browserSetup.ts"],
    maxWorkers: "100%", // by default one core is left alone, of two
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
