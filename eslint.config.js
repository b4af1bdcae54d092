import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist", "node_modules", "out", "coverage"] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["eslint.config.js", "bundle.js"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
    },
  },
  // Benchmarks are plain JavaScript over the built program: no types to check.
  { files: ["bench/**/*.mjs"], ...tseslint.configs.disableTypeChecked },
  {
    // These rooms run in a browser worker too: nothing of Node below read/.
    files: ["src/{core,rules,repair,index,overlay,aggregate,tables,report}/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ group: ["node:*"], message: "this room must run in a browser worker" }] },
      ],
    },
  },
);
