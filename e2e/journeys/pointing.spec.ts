import { expect, test } from "@playwright/test";
import { inTurn } from "./inTurn.ts";
import { OrreryPage } from "./page.ts";

test("a line lights up what it stands for in the graph, and back, by pointer and by keyboard; time goes on by reconcile and by what is of interest", async ({ page }) => {
  inTurn(0);
  const orrery = new OrreryPage(page);
  await orrery.open();
  await orrery.apply();
  await orrery.allReady(3);
  const pod = orrery.pods().first();
  const ring = () => pod.evaluate((element) => getComputedStyle(element).boxShadow);
  expect(await ring()).toBe("none");
  const line = (text: string) => page.locator(".monaco-host .view-line").filter({ hasText: text }).first();
  await line("replicas").hover();
  await expect.poll(ring).not.toBe("none");
  await page.mouse.move(5, 5);
  await expect.poll(ring).toBe("none");

  await pod.hover();
  await expect(page.locator(".monaco-host .line-pointed").first()).toBeVisible();
  await expect(page.locator(".tab-lit")).toHaveText(/deployment\.yaml/);
  await page.mouse.move(5, 5);
  await expect(page.locator(".monaco-host .line-pointed")).toHaveCount(0);

  // The caret does what the pointer does, and a selection in the graph what pointing there does.
  await orrery.manifest.focus();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("ArrowDown");
  await expect.poll(ring).not.toBe("none");
  await pod.focus();
  await expect.poll(ring).toBe("none");
  await page.keyboard.press("Enter");
  await expect(page.locator(".monaco-host .line-pointed").first()).toBeVisible();
  await page.keyboard.press("Escape");

  await orrery.button("Pause").click();
  const stoodAt = await orrery.clockSeconds();
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press("r");
  await expect.poll(() => orrery.clockSeconds()).toBeGreaterThan(stoodAt - 1);
  await pod.click();
  await orrery.button("Delete pod").click();
  // One thing after the other, each told, and the clock stands between them.
  const told = page.locator("[data-sonner-toast]").filter({ hasText: /Paused at/ });
  const seen: string[] = [];
  for (let skips = 0; skips < 8 && !seen.some((text) => text.includes("is ready")); skips++) {
    const before = await told.count() === 0 ? "" : await told.first().innerText();
    await orrery.button("Skip ahead").click();
    await expect.poll(async () => ((await told.count()) === 0 ? "" : await told.first().innerText())).not.toBe(before);
    seen.push(await told.first().innerText());
  }
  expect(seen.join("\n")).toMatch(/Pod web-\S+ is made/);
  expect(seen.join("\n")).toMatch(/Pod web-\S+ is ready/);
  await expect(orrery.button("Resume")).toBeVisible();
  expect(orrery.errors).toEqual([]);
});
