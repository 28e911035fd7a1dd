import { expect, test } from "@playwright/test";
import { OrreryPage } from "./page.ts";

// As most see it: with what moves.
test.use({ contextOptions: { reducedMotion: "no-preference" } });

test("the first minute: apply, pods come up, requests find their way", async ({ page }) => {
  const orrery = new OrreryPage(page);
  await orrery.open();
  await expect(orrery.pods()).toHaveCount(0);
  await orrery.apply();
  await orrery.allReady(3);
  await orrery.waitForTraffic();
  expect((await orrery.totals()).failed).toBe(0);
  await expect(page.getByRole("button", { name: "Service default/web, 3 of 3 endpoints ready" })).toBeVisible();

  await test.step("a request tells its way hop by hop", async () => {
    await page.locator(".rows tbody tr[data-to] button").first().click();
    const hops = page.getByRole("list", { name: "Hops" }).getByRole("listitem");
    await expect(hops.filter({ hasText: "ingress default/web" })).not.toHaveCount(0);
    await expect(hops.filter({ hasText: "pod default/web-" })).not.toHaveCount(0);
  });

  await test.step("a pod says how it is, why, and shows its YAML, events and logs", async () => {
    await orrery.pods().first().click();
    const inspector = page.getByRole("complementary", { name: "Inspector" });
    await expect(inspector).toContainText("Running and ready");
    await expect(inspector.getByRole("listitem").filter({ hasText: "scheduler" })).not.toHaveCount(0);
    await expect(inspector.getByRole("listitem").first()).toContainText("you");
    await inspector.getByRole("tab", { name: "Decision" }).click();
    await expect(inspector.getByRole("table")).toContainText("NodeResourcesFit");
    await inspector.getByRole("tab", { name: "YAML" }).click();
    await expect(inspector.getByRole("document", { name: "YAML" })).toContainText("kind: Pod");
    await inspector.getByRole("tab", { name: "Events" }).click();
    await expect(inspector).toContainText("Scheduled");
    await inspector.getByRole("tab", { name: "Logs" }).click();
    await expect(inspector.locator(".log")).toContainText("GET /");
  });

  await test.step("who sends requests is changed while it runs", async () => {
    await orrery.button("Edit the traffic").click();
    const sources = page.getByRole("list", { name: "Traffic sources" }).getByRole("listitem");
    await orrery.button("Change browsers").click();
    await page.getByRole("spinbutton", { name: "Rate" }).fill("80");
    await page.keyboard.press("Enter");
    await expect(sources).toContainText("80 a second");
    await expect(orrery.graph.getByRole("region", { name: "internet" })).toContainText("80/s");
    await page.locator("[data-sonner-toast]").filter({ hasText: "browsers sends" }).getByRole("button", { name: "Undo" }).click();
    await expect(sources).toContainText("40 a second");

    await orrery.button("Add a source").click();
    await page.getByRole("textbox", { name: "URL" }).fill("http://nowhere.example.com/");
    await expect(page.getByText("No Ingress has a rule for nowhere.example.com")).toBeVisible();
    await page.keyboard.press("Enter");
    await expect(sources.nth(1)).toContainText("failed: answered 404");
    await orrery.button("Remove visitors-1").click();
    await expect(sources).toHaveCount(1);
  });

  await test.step("time can be stopped and stepped", async () => {
    await orrery.button("Pause").click();
    await expect(orrery.button("Resume")).toBeVisible();
    const clock = page.locator(".clock");
    await page.waitForFunction(() => document.querySelector(".live")?.textContent === "Paused");
    const before = await clock.innerText();
    await orrery.button("Step").click();
    await expect(clock).not.toHaveText(before);
    await orrery.button("Resume").click();
  });
  expect(orrery.errors).toEqual([]);
});
