import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Compressing once here keeps the server free of it; the editor is six megabytes, and two when compressed.
const precompress: Plugin = {
  name: "precompress",
  apply: "build",
  writeBundle: async ({ dir = "." }) => {
    const files = await readdir(dir, { recursive: true });
    for (const file of files.filter((name) => /\.(js|css|html|ttf)$/.test(name))) {
      await writeFile(join(dir, `${file}.gz`), gzipSync(await readFile(join(dir, file))));
    }
  },
};

export default defineConfig({
  root: here("."),
  base: "/graphiql/",
  plugins: [precompress],
  worker: { format: "es" },
  build: {
    outDir: here("../../dist/web/graphiql"),
    emptyOutDir: true,
    target: "es2022",
    sourcemap: false,
    reportCompressedSize: false,
    // The editor is large by nature and loaded once; its size is no news.
    chunkSizeWarningLimit: 5000,
    rolldownOptions: {
      onwarn: (warning, warn) => {
        // "use client" and its like speak to server renderers, which this page does not have.
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") warn(warning);
      },
    },
  },
});
