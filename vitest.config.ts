import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: {
      // graphql ships a CommonJS and an ES module build; loaded twice, its instanceof checks fail.
      graphql: here("./node_modules/graphql/index.js"),
      "@scrip/sdk": here("./sdk/src/index.ts"),
    },
  },
  test: {
    include: ["test/**/*.test.ts"],
    server: { deps: { inline: [/graphql/, /@apollo/, /@as-integrations/] } },
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
