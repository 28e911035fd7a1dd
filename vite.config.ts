import { afterBoot } from "./src/hosts/afterBoot.mjs";
import { bakedCharts } from "./src/hosts/bakedCharts.mjs";
import { engineHash } from "./src/hosts/engineHash.mjs";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Nothing from elsewhere, no eval, nowhere to send anything. Styles inline: the editor and the graph place their parts so. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "worker-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** The built page carries its policy itself, so that it holds on any static host. Not in development: hot reload needs more. */
const csp: Plugin = {
  name: "orrery-csp",
  apply: "build",
  transformIndexHtml: () => [{ tag: "meta", attrs: { "http-equiv": "Content-Security-Policy", content: contentSecurityPolicy }, injectTo: "head-prepend" }],
};

/**
 * The page's own script and styles are fetched beside the first one, which only chooses the language and starts the worker, and imports the rest then.
 */
const early: Plugin = {
  name: "orrery-early",
  apply: "build",
  transformIndexHtml: {
    order: "post",
    handler: (_html, { bundle }) =>
      Object.values(bundle ?? {}).flatMap((chunk) =>
        chunk.type === "chunk" && chunk.name === "startPage"
          ? [
              { tag: "link", attrs: { rel: "modulepreload", crossorigin: true, href: `./${chunk.fileName}` }, injectTo: "head" as const },
              ...[...(chunk.viteMetadata?.importedCss ?? [])].map((href) => ({ tag: "link", attrs: { rel: "stylesheet", crossorigin: true, href: `./${href}` }, injectTo: "head" as const })),
            ]
          : [],
      ),
  },
};

export default defineConfig({
  base: "./",
  define: { __ORRERY_ENGINE__: JSON.stringify(engineHash()) },
  plugins: [react(), csp, early],
  build: { target: "es2023", sourcemap: false },
  worker: { format: "es", plugins: () => [bakedCharts(), afterBoot()] },
  // One process serves many files, with the engine compiled once: its modules hold nothing but caches of pure functions. Two of them use a
  // small machine whole, where vitest would leave one of two processors idle.
  test: { isolate: false, maxWorkers: Math.max(2, availableParallelism() - 1), include: ["src/**/*.test.ts", "src/**/*.test.tsx", "e2e/gateway/**/*.test.ts"], testTimeout: 20_000 },
});
