/* global document, performance, PerformanceObserver, MutationObserver, window */

/** Runs in the page before anything of it: notes when the header's status first says so, and every long animation frame. */
function watchPage() {
  const seen = { nodesReadyAt: null, podsReadyAt: null, frames: [], status: "" };
  window.__bench = seen;
  const read = () => {
    const text = document.querySelector('[role="status"][aria-label="Cluster"]')?.textContent ?? "";
    if (text === seen.status) return;
    seen.status = text;
    const match = /^3 nodes, (\d+) of (\d+) pods ready$/.exec(text);
    if (match === null) return;
    seen.nodesReadyAt ??= performance.now();
    if (match[1] === match[2] && match[1] !== "0") seen.podsReadyAt ??= performance.now();
  };
  new MutationObserver(read).observe(document, { childList: true, subtree: true, characterData: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      seen.frames.push({
        at: entry.startTime,
        duration: entry.duration,
        scripts: entry.scripts.map((script) => ({ duration: script.duration, layout: script.forcedStyleAndLayoutDuration, invoker: script.invoker, url: script.sourceURL.split("/").pop(), name: script.sourceFunctionName, position: script.sourceCharPosition })),
      });
    }
  }).observe({ type: "long-animation-frame", buffered: true });
}

/** A fresh visitor: no cache, no storage. Errors in the console and violations of the policy are collected. `prepare`: what else is done to the page before it is fetched. */
export async function visit(browser, url, prepare = async () => undefined) {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, colorScheme: "dark" });
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("response", (response) => response.status() >= 400 && errors.push(`${response.status()} ${response.url()}`));
  await page.addInitScript(watchPage);
  await prepare(page);
  await page.goto(url, { waitUntil: "commit" });
  await page.waitForFunction(() => window.__bench.podsReadyAt !== null, null, { timeout: 60_000 });
  return { page, context, errors };
}

/** One load, from the first paint to the cluster's being Ready, in milliseconds of the page's own clock. */
export async function measureBoot(browser, url) {
  const { page, context, errors } = await visit(browser, url);
  await page.locator(".monaco-host .view-line").first().waitFor({ timeout: 30_000 });
  const found = await page.evaluate(() => ({
    paintAt: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN,
    nodesReadyAt: window.__bench.nodesReadyAt,
    podsReadyAt: window.__bench.podsReadyAt,
    longest: Math.max(0, ...window.__bench.frames.flatMap(({ scripts }) => scripts.map(({ duration }) => duration))),
    scripts: performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".js")).map(({ name }) => name.split("/").pop()),
  }));
  await context.close();
  return { ...found, bootMs: found.nodesReadyAt - found.paintAt, podsMs: found.podsReadyAt - found.paintAt, errors };
}

/** Its fifth line tells a revision: another one makes the deployment roll. */
export function manifest(replicas) {
  return `spec:
  template:
    metadata:
      annotations:
        revision: r
      labels:
        app: many
    spec:
      containers:
        - name: web
          image: nginx:1.27
          ports:
            - containerPort: 80
          readinessProbe:
            httpGet:
              path: /
              port: 80
            periodSeconds: 2
          resources:
            requests:
              cpu: 10m
              memory: 16Mi
  replicas: ${replicas}
  selector:
    matchLabels:
      app: many
metadata:
  name: many
apiVersion: apps/v1
kind: Deployment
`;
}

/** Writes it into the editor in place of what is there. */
export async function writeManifest(page, text) {
  await page.locator(".monaco-host .view-line").first().waitFor({ timeout: 30_000 });
  await page.locator(".monaco-host").click();
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText(text);
  await page.waitForFunction(() => document.querySelector(".monaco-host")?.textContent?.includes("name:"));
}

/** Waits until so many pods are ready. */
export async function allReady(page, replicas) {
  await page.waitForFunction((wanted) => Number(/(\d+) of \d+ pods ready$/.exec(window.__bench.status)?.[1] ?? 0) >= wanted, replicas, { timeout: 180_000, polling: 100 });
}

/** One rollout through the editor and the Apply button, from the click until all is Ready and the picture has come to rest. */
export async function measureRollout(browser, url, replicas, profilePath = null) {
  const { page, context, errors } = await visit(browser, url);
  await writeManifest(page, manifest(replicas));
  await page.evaluate(() => new Promise((done) => setTimeout(done, 1_000)));
  const cdp = profilePath === null ? null : await context.newCDPSession(page);
  if (cdp !== null) {
    await cdp.send("Profiler.enable");
    await cdp.send("Profiler.setSamplingInterval", { interval: 500 });
    await cdp.send("Profiler.start");
  }
  const from = await page.evaluate(() => performance.now());
  await page.getByRole("button", { name: "Apply", exact: true }).click();
  await allReady(page, replicas);
  const to = await page.evaluate(() => performance.now());
  await page.evaluate(() => new Promise((done) => setTimeout(done, 1_500)));
  const profile = cdp === null ? null : (await cdp.send("Profiler.stop")).profile;
  const frames = await page.evaluate((start) => window.__bench.frames.filter(({ at }) => at >= start - 100), from);
  await context.close();
  const scripts = frames.flatMap((frame) => frame.scripts.map((script) => ({ ...script, at: Math.round(frame.at - from) }))).sort((a, b) => b.duration - a.duration);
  return { tookMs: to - from, frames: frames.length, longestFrameMs: Math.max(0, ...frames.map(({ duration }) => duration)), longestScriptMs: scripts[0]?.duration ?? 0, scripts: scripts.slice(0, 12), errors, profile };
}
