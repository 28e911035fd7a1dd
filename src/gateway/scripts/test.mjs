// Everything: types, lint, unit and engine tests, then the page in Chromium. Ends with a count.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { installWhereNeeded, root, run } from "./install.mjs";
import { chromiumPath } from "./chromium.mjs";

installWhereNeeded();
const deep = process.argv.includes("--deep");
const update = process.argv.includes("--update");
const cache = join(root, ".cache");
mkdirSync(cache, { recursive: true });
const total = { passed: 0, failed: 0, skipped: 0 };
const broken = [];

function step(name, command, args, env) {
  console.log(`\n== ${name}`);
  const code = run(command, args, env);
  if (code !== 0) broken.push(name);
  return code === 0;
}

function readJson(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : null;
}

/** A port that nobody else uses right now. */
function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(String(port)));
    });
  });
}

step("schema", "node", ["src/kinds/generate/generateSchema.mjs"]);
step("types", "tsc", ["-b"]);
step("lint", "oxlint", ["--quiet", "src", "e2e"]);

const unitReport = join(cache, "vitest.json");
rmSync(unitReport, { force: true });
step("tests", "vitest", ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${unitReport}`, ...(update ? ["--update"] : [])], { NO_COLOR: "1", ...(deep ? { ORRERY_DEEP: "1" } : {}), ...(update ? { ORRERY_UPDATE: "1" } : {}) });
const unit = readJson(unitReport);
if (unit !== null) {
  total.passed += unit.numPassedTests;
  total.failed += unit.numFailedTests;
  total.skipped += unit.numPendingTests + unit.numTodoTests;
}

const chromium = chromiumPath();
if (!existsSync(join(root, "e2e/playwright.config.ts"))) console.log("\n== page: no journeys yet");
else if (chromium === null) {
  console.log("\n== page: SKIPPED, because no Chromium was found and none could be installed: set CHROMIUM to the path of one");
  total.skipped += 1;
} else {
  const pageReport = join(cache, "playwright.json");
  rmSync(pageReport, { force: true });
  // The configuration builds the page and serves it.
  step("page", "playwright", ["test", "--config", "e2e/playwright.config.ts", "--reporter=list,json"], { CHROMIUM: chromium, E2E_PORT: await freePort(), PLAYWRIGHT_JSON_OUTPUT_NAME: pageReport, ...(deep ? { ORRERY_DEEP: "1" } : {}) });
  const page = readJson(pageReport);
  if (page !== null) {
    if (page.stats.flaky > 0) console.log(`${page.stats.flaky} of the journeys passed only at the second try: a late machine, or a race to look for`);
    total.passed += page.stats.expected + page.stats.flaky;
    total.failed += page.stats.unexpected;
    total.skipped += page.stats.skipped;
  }
}

if (broken.length > 0) console.log(`\nfailed: ${broken.join(", ")}`);
// A broken step without a failed test of its own (types, lint, build) counts as one.
total.failed = Math.max(total.failed, broken.length);
console.log(`\n${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ""}`);
process.exit(broken.length > 0 || total.failed > 0 ? 1 : 0);
