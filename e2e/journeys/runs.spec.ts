import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { inTurn } from "./inTurn.ts";
import { OrreryPage } from "./page.ts";

test("a run is kept, renamed, opened again at its moment, deleted and brought back", async ({ page }) => {
  inTurn(0);
  test.setTimeout(240_000);
  const orrery = new OrreryPage(page);
  await orrery.open();
  await orrery.apply();
  await orrery.allReady(3);
  await orrery.button("Pause").click();
  await page.waitForFunction(() => document.querySelector(".live")?.textContent === "Paused");
  const names = await orrery.podNames();
  const dialog = page.getByRole("dialog", { name: "Runs" });
  await orrery.button("Runs").click();
  await dialog.getByRole("textbox", { name: "Name of this run" }).fill("first");
  await dialog.getByRole("button", { name: "Save this run" }).click();
  const name = dialog.getByRole("textbox", { name: "Name of first" });
  await name.fill("three pods");
  await name.press("Enter");
  await expect(dialog.getByRole("button", { name: "Open three pods" })).toBeVisible();
  const clock = await page.locator(".clock").innerText();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id }) => id)).toEqual([]);

  await test.step("a new cluster takes its place", async () => {
    await dialog.getByRole("button", { name: "New cluster" }).click();
    const fresh = page.getByRole("dialog", { name: "New cluster" });
    await fresh.getByRole("spinbutton", { name: /^Nodes/ }).fill("101");
    await expect(fresh.getByRole("alert")).toContainText("from 0 to 100");
    await expect(fresh.getByRole("button", { name: "Start it" })).toBeDisabled();
    await fresh.getByRole("spinbutton", { name: /^Nodes/ }).fill("2");
    await fresh.getByRole("combobox", { name: /Container runtime/ }).selectOption("cri-o");
    const axe = await new AxeBuilder({ page }).analyze();
    expect(axe.violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id }) => id)).toEqual([]);
    await fresh.getByRole("button", { name: "Start it" }).click();
    await expect(orrery.cluster).toHaveText(/2 nodes, (\d+) of \1 pods ready/, { timeout: 60_000 });
    await page.getByRole("tab", { name: "Terminal" }).click();
    await page.getByRole("textbox", { name: "Terminal" }).fill("kubectl get nodes -o wide");
    await page.getByRole("textbox", { name: "Terminal" }).press("Enter");
    await expect(page.locator(".term-block").last()).toContainText("cri-o://");
  });

  await test.step("the kept run is as it was", async () => {
    await orrery.open();
    await orrery.button("Runs").click();
    await dialog.getByRole("button", { name: "Open three pods" }).click();
    await expect(orrery.pods(/running, ready$/)).toHaveCount(3, { timeout: 60_000 });
    await expect.poll(() => orrery.podNames(), { timeout: 30_000 }).toEqual(names);
    await expect(page.locator(".clock")).toHaveText(clock);
    await expect(page.getByText(/Same history as the saved run says/)).toBeVisible();
  });

  await test.step("deleted, and back", async () => {
    await orrery.button("Runs").click();
    await dialog.getByRole("button", { name: "Delete three pods" }).click();
    await expect(dialog).toContainText("None is kept yet");
    await dialog.getByRole("button", { name: "Close" }).click();
    await page.getByRole("button", { name: "Undo" }).first().click();
    await orrery.button("Runs").click();
    await expect(dialog.getByRole("button", { name: "Open three pods" })).toBeVisible();
  });
  expect(orrery.errors).toEqual([]);
});
