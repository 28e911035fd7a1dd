import { defineConfig } from "@playwright/test";
import journeys from "../playwright.config.ts";

/** Pictures of every view, to be looked at by people: they judge nothing themselves. `npm run shots`, `npm run shots -- -g dialogs`. */
export default defineConfig({
  ...journeys,
  testDir: ".",
  testMatch: "*.shots.ts",
  outputDir: "../../.cache/shots-failed",
  retries: 0,
  workers: 1,
  timeout: 900_000,
  expect: { timeout: 120_000 },
  use: { ...journeys.use, trace: "off", actionTimeout: 60_000 },
  webServer: [journeys.webServer ?? []].flat().map((server) => ({ ...server, cwd: "../.." })),
});
