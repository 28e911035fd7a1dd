import { defineConfig } from "@playwright/test";

const port = Number(process.env["E2E_PORT"] ?? 4199);

/** Journeys through the built page in a real browser. `npx playwright test -c e2e/playwright.config.ts`. */
export default defineConfig({
  testDir: "./journeys",
  outputDir: "../.cache/e2e",
  fullyParallel: false,
  // A journey waits most of its time, for a cluster that lives in seconds.
  workers: 2,
  // A loaded machine may be late once; what fails twice is a fault.
  retries: 1,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: [["list"]],
  use: {
    baseURL: `http://127.0.0.1:${port}/`,
    viewport: { width: 1366, height: 768 },
    colorScheme: "dark",
    // Most look at words and places: what moves costs a picture sixty times a second, drawn by the processor. Those about what moves ask for it.
    contextOptions: { reducedMotion: "reduce" },
    // A trace records each frame and each step's document: a journey costs half as much again. What fails is walked again with one.
    trace: "on-first-retry",
    launchOptions: { args: ["--no-sandbox"], ...(process.env["CHROMIUM"] === undefined ? { executablePath: "/usr/bin/chromium" } : { executablePath: process.env["CHROMIUM"] }) },
  },
  webServer: {
    command: `npx vite build --outDir .cache/e2e-dist --emptyOutDir && npx vite preview --outDir .cache/e2e-dist --port ${port} --strictPort --host 127.0.0.1`,
    cwd: "..",
    url: `http://127.0.0.1:${port}/`,
    timeout: 120_000,
    reuseExistingServer: process.env["E2E_REUSE"] !== undefined,
  },
});
