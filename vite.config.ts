import { engineHash } from "./src/hosts/engineHash.mjs";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  base: "./",
  define: { __ORRERY_ENGINE__: JSON.stringify(engineHash()) },
  plugins: [react()],
  build: { target: "es2023", sourcemap: false },
  worker: { format: "es" },
  test: { include: ["src/**/*.test.ts", "src/**/*.test.tsx", "e2e/gateway/**/*.test.ts"], testTimeout: 20_000 },
});
