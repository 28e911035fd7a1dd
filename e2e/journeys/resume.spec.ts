import { expect, test } from "@playwright/test";
import { inTurn } from "./inTurn.ts";
import { OrreryPage } from "./page.ts";

/** A few commands on the shelf: what the engine keeps within a second of the last one. */
const savedWithinMs = 2_500;

test("a reload goes on with the same run, the same pods and the same text", async ({ page }) => {
  const orrery = new OrreryPage(page);
  await orrery.open();
  await orrery.apply();
  await orrery.allReady(3);
  const names = await orrery.podNames();
  const seconds = await orrery.clockSeconds();
  await page.getByRole("tab", { name: "Pause when" }).click();
  await page.getByRole("combobox", { name: "Pause when" }).selectOption({ label: "the clock reaches" });
  await page.getByRole("textbox", { name: "Seconds" }).fill("90000");
  await orrery.button("Add breakpoint").click();
  await expect.poll(() => page.evaluate(() => indexedDB.databases().then((all) => all.length)), { timeout: savedWithinMs }).toBeGreaterThan(0);

  await page.reload();
  await expect(page.getByText("Your run goes on where you left it.")).toBeVisible();
  await orrery.allReady(3);
  await expect.poll(() => orrery.podNames(), { timeout: 30_000 }).toEqual(names);
  await expect(page.getByText("as applied", { exact: true })).toBeVisible();
  await page.getByRole("tab", { name: "Pause when" }).click();
  await expect(page.getByRole("list", { name: "Breakpoints" }).getByRole("listitem")).toContainText("90000 s");
  await expect.poll(() => orrery.clockSeconds()).toBeGreaterThan(seconds - 15);

  await page.getByRole("button", { name: "Begin anew" }).click();
  await expect(orrery.pods()).toHaveCount(0);
  await expect(page.getByText("not applied yet")).toBeVisible();
  expect(orrery.errors).toEqual([]);
});

test("a second tab works on a copy and says so; where nothing can be kept, that is said too", async ({ page, context, browser }) => {
  inTurn(1);
  test.setTimeout(180_000);
  const orrery = new OrreryPage(page);
  await orrery.open();
  await orrery.apply();
  await orrery.allReady(3);
  const names = await orrery.podNames();
  const other = new OrreryPage(await context.newPage());
  await other.page.goto("/");
  await expect(other.page.getByText("Another tab of this browser keeps its run.")).toBeVisible({ timeout: 30_000 });
  await other.page.getByRole("button", { name: "Begin anew" }).click();
  // Longer than a run is kept after, were it this tab's to keep.
  await expect.poll(() => other.clockSeconds(), { timeout: 60_000 }).toBeGreaterThan(3);
  await expect(other.pods()).toHaveCount(0);
  await other.page.close();
  await page.reload();
  await expect(page.getByText("Your run goes on where you left it.")).toBeVisible();
  await expect.poll(() => orrery.podNames(), { timeout: 30_000 }).toEqual(names);

  const full = await browser.newContext({ viewport: { width: 1366, height: 768 } });
  const cramped = new OrreryPage(await full.newPage());
  // As in a private window of some browsers: the database throws when it is touched.
  await cramped.page.route("**/engine.worker-*.js", async (route) => {
    const script = await (await route.fetch()).text();
    await route.fulfill({ contentType: "text/javascript", body: `Object.defineProperty(self, "indexedDB", { get() { throw new DOMException("denied", "SecurityError"); } });\n${script}` });
  });
  // It is told as soon as it is met, and stays for some seconds: on a slow machine the editor comes later than it goes.
  await Promise.all([cramped.open(), expect(cramped.page.getByText("This browser keeps nothing here")).toBeVisible({ timeout: 30_000 })]);
  expect([...orrery.errors, ...other.errors, ...cramped.errors]).toEqual([]);
  await full.close();
});

test("a run that was saved as a file opens by dropping it, and a damaged one is named as such", async ({ page, browser }) => {
  inTurn(1);
  const orrery = new OrreryPage(page);
  await orrery.open();
  await orrery.apply();
  await orrery.allReady(3);
  await orrery.button("Pause").click();
  const names = await orrery.podNames();
  await orrery.button("Share").click();
  const [download] = await Promise.all([page.waitForEvent("download"), orrery.button("Save as file").click()]);
  expect(download.suggestedFilename()).toBe("run.orrery.json");
  const chunks: Uint8Array[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Uint8Array);
  const text = chunks.map((chunk) => new TextDecoder().decode(chunk)).join("");

  const context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
  const other = new OrreryPage(await context.newPage());
  await other.open();
  await other.drop("broken.orrery.json", text.slice(0, 400));
  await expect(other.page.getByText("broken.orrery.json cannot be opened")).toBeVisible();
  await other.drop("run.orrery.json", text);
  await expect(other.page.getByText("Same history as the file says: digest").first()).toBeVisible({ timeout: 60_000 });
  await expect.poll(() => other.podNames(), { timeout: 30_000 }).toEqual(names);
  expect(other.errors).toEqual([]);
  await context.close();
});
