import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { deployment, OrreryPage } from "./page.ts";

test("a moment of the past becomes a branch, which stands beside the run it left", async ({ page }) => {
  test.setTimeout(120_000);
  const orrery = new OrreryPage(page);
  await orrery.open();
  await orrery.apply();
  await orrery.allReady(3);
  const dialog = page.getByRole("dialog", { name: "Branches" });
  const differs = page.getByRole("region", { name: "What differs" });

  await test.step("a change made in the past opens it, and keeps the run as it was", async () => {
    await page.getByRole("slider", { name: "Timeline" }).focus();
    await page.keyboard.press("ArrowLeft");
    await expect(page.getByRole("status", { name: "Looking back" })).toBeVisible();
    await orrery.writeManifest(deployment({ replicas: 5 }));
    await orrery.apply();
    await expect(orrery.button("Branch 1")).toBeVisible();
    await orrery.allReady(5);
    await expect(page.locator(".mark", { hasText: "cluster ready" })).toHaveCount(1);
  });

  await test.step("both futures are seen side by side, with what differs", async () => {
    await orrery.button("Branch 1").click();
    await orrery.button("Compare with First run").click();
    const kept = page.getByRole("region", { name: "First run, kept" });
    const run = page.getByRole("region", { name: "Branch 1, this run" });
    await expect(kept.getByRole("button", { name: /^Pod default\/.*running, ready$/ })).toHaveCount(3, { timeout: 30_000 });
    await expect(run.getByRole("button", { name: /^Pod default\/.*running, ready$/ })).toHaveCount(5);
    await expect(differs.getByRole("table", { name: "Counts of both" })).toContainText("8 of 86 of 6");
    await expect(differs.getByRole("row", { name: /Deployment web/ })).toContainText(/All 5 pods.*All 3 pods/);
    await expect(differs.getByRole("list", { name: "Since then, Branch 1" })).toContainText("web");
    await kept.getByRole("tab", { name: "Placement" }).click();
    await expect(run.getByRole("tab", { name: "Placement" })).toHaveAttribute("aria-selected", "true");
    const { violations } = await new AxeBuilder({ page }).options({ resultTypes: ["violations"] }).include(".compare").analyze();
    // Two pictures of the same sort have parts of the same names, each within its own region.
    expect(violations.filter(({ id }) => id !== "landmark-unique").map(({ id, nodes }) => `${id} ${nodes[0]?.html ?? ""}`)).toEqual([]);
  });

  await test.step("and one can go back to it", async () => {
    await page.keyboard.press("Escape");
    await expect(differs).toHaveCount(0);
    await orrery.button("Branch 1").click();
    await dialog.getByRole("button", { name: "Go to First run" }).click();
    await expect(orrery.pods()).toHaveCount(3, { timeout: 30_000 });
    await expect(orrery.button("First run")).toBeVisible();
  });
  expect(orrery.errors).toEqual([]);
});

test("going back fetches the keyframe before that moment, which had left the memory for the browser's database", async ({ page }) => {
  test.skip(process.env["ORRERY_DEEP"] === undefined, "ten virtual minutes pass before there is one: in the deep run");
  test.setTimeout(120_000);
  const orrery = new OrreryPage(page);
  await orrery.open();
  await orrery.apply();
  await orrery.allReady(3);
  const [engine] = page.workers().filter((worker) => worker.url().includes("engine.worker"));
  await engine?.evaluate(() => {
    const { get } = IDBObjectStore.prototype;
    const fetched: string[] = [];
    Object.assign(globalThis, { fetched });
    IDBObjectStore.prototype.get = function (key) {
      if (this.name === "keyframes") fetched.push(String(key));
      return get.call(this, key);
    };
  });
  await orrery.speed("60");
  await expect.poll(() => orrery.clockSeconds(), { timeout: 60_000 }).toBeGreaterThan(640);
  await orrery.speed("1");
  await page.getByRole("slider", { name: "Timeline" }).focus();
  await page.keyboard.press("ArrowLeft");
  await expect(page.getByRole("status", { name: "Looking back" })).toBeVisible();
  const fetched = () => engine?.evaluate(() => (globalThis as unknown as { readonly fetched: readonly string[] }).fetched);
  expect(await fetched()).toEqual([]);
  await orrery.writeManifest(deployment({ replicas: 5 }));
  await orrery.apply();
  await expect(orrery.button("Branch 1")).toBeVisible();
  await orrery.allReady(5);
  expect(await fetched()).toHaveLength(1);
  expect(orrery.errors).toEqual([]);
});
