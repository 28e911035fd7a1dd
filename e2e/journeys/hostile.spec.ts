import { expect, test, type Page } from "@playwright/test";
import { fileNames, manifests, markup, prints, recordings } from "../../src/ui/hostile/corpus.ts";
import { deployment, OrreryPage } from "./page.ts";

const longestPauseMs = 2_000;

/** Watches the page's own timer from now on: how late its beats came. */
async function beat(page: Page): Promise<void> {
  await page.evaluate(() => {
    const heart = { last: performance.now(), worst: 0 };
    Object.assign(window, { heart });
    setInterval(() => {
      heart.worst = Math.max(heart.worst, performance.now() - heart.last);
      heart.last = performance.now();
    }, 50);
  });
}

test("what is meant to harm runs nothing, fetches nothing and stops nothing", async ({ page, baseURL }) => {
  const orrery = new OrreryPage(page);
  const elsewhere: string[] = [];
  const origin = new URL(baseURL ?? "").origin;
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !url.startsWith("data:") && !url.startsWith(`blob:${origin}`)) elsewhere.push(url);
  });
  await orrery.open(`#s=${encodeURIComponent("<img src=x onerror=window.owned=1>")}`);
  await beat(page);
  const problems = page.getByRole("list", { name: "Problems" });
  const nastiest = Object.values(markup).join("\n");

  for (const name of ["a stair of dashes", "an alias bomb", "an alias of itself", "deep and closed", "many faults"]) {
    const found = manifests.find(({ what }) => what === name);
    await orrery.writeManifest(found?.input ?? "");
    await expect(problems).toContainText(found?.says ?? "");
  }
  for (const name of ["a prototype", "deep JSON", "a key nobody knows"]) await orrery.drop(`${name}.json`, recordings.find(({ what }) => what === name)?.input ?? "");
  for (const { input } of fileNames.slice(-8)) await orrery.drop(`${input}.yaml`, "a: 1");
  await expect(page.getByText("cannot be opened").or(page.getByText("was not added")).first()).toBeVisible();

  await page.getByRole("tab", { name: "Terminal" }).click();
  const terminal = page.getByRole("textbox", { name: "Terminal" });
  const said = [nastiest.replace(/\n/g, " "), prints.find(({ what }) => what === "a link")?.input ?? ""];
  for (const text of said) {
    await terminal.fill(`echo '${text.replace(/'/g, "")}'`);
    await terminal.press("Enter");
  }
  await expect(page.locator(".term-block").last()).toContainText("click");

  await orrery.writeManifest(deployment().replace("    app: web\nspec:", `    app: web\n  annotations:\n    note: ${JSON.stringify("<img src=https://evil.example/x.png onerror=window.owned=1>")}\nspec:`));
  await expect(problems).toHaveCount(0);
  await expect(orrery.cluster).toHaveText(/3 nodes/);
  const { owned, worst } = await page.evaluate(() => ({ owned: "owned" in window, worst: (window as unknown as { heart: { worst: number } }).heart.worst }));
  expect({ owned, elsewhere }).toEqual({ owned: false, elsewhere: [] });
  expect(worst).toBeLessThan(longestPauseMs);
});
