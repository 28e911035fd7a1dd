import { expect, test } from "@playwright/test";
import { OrreryPage } from "./page.ts";

test("everything of the first minute goes by keyboard alone", async ({ page }) => {
  const orrery = new OrreryPage(page);
  await orrery.open();
  await page.keyboard.press("Control+Enter");
  await orrery.allReady(3);

  await test.step("walk through the graph by arrows and select a pod", async () => {
    await page.evaluate(() => document.querySelector<HTMLElement>('[data-item][tabindex="0"]')?.focus());
    await expect(orrery.graph.locator(":focus")).toHaveAttribute("aria-label", /^Node node-1/);
    const seen = new Set<string>();
    for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowLeft", "ArrowLeft"]) {
      await page.keyboard.press(key);
      seen.add((await orrery.graph.locator(":focus").getAttribute("aria-label")) ?? "");
    }
    expect([...seen].some((name) => name.startsWith("Pod default/"))).toBe(true);
    expect([...seen].some((name) => name.startsWith("Service default/web") || name.startsWith("Ingress default/web"))).toBe(true);
    await page.keyboard.press("Enter");
    await expect(orrery.graph.locator('[aria-pressed="true"]')).toHaveCount(1);
    await page.keyboard.press("Escape");
    await expect(orrery.graph.locator('[aria-pressed="true"]')).toHaveCount(0);
  });

  await test.step("palette, pause, sheet of shortcuts", async () => {
    await page.keyboard.press("Control+K");
    await page.getByRole("combobox", { name: "Search or run" }).fill("Pause");
    await page.keyboard.press("Enter");
    await expect(orrery.button("Resume")).toBeVisible();
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog", { name: "Keyboard" })).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  });
  expect(orrery.errors).toEqual([]);
});
