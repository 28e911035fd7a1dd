import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { OrreryPage } from "./page.ts";

for (const theme of ["dark", "light"] as const) {
  test(`no serious violations, ${theme}`, async ({ browser }) => {
    test.setTimeout(180_000);
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, colorScheme: theme, reducedMotion: "reduce" });
    const page = await context.newPage();
    const orrery = new OrreryPage(page);
    await orrery.open();
    await orrery.apply();
    await orrery.allReady(3);
    await orrery.waitForTraffic();
    const serious = async () => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      return violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, nodes }) => `${id}: ${nodes.slice(0, 4).map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary?.split("\n")[1] ?? ""}`).join(" | ")}`);
    };
    expect(await serious()).toEqual([]);
    await orrery.pods().first().click();
    expect(await serious()).toEqual([]);
    await page.getByRole("tab", { name: "Placement" }).click();
    await page.getByRole("tab", { name: "Faults" }).click();
    expect(await serious()).toEqual([]);
    await page.getByRole("tab", { name: "Ownership" }).click();
    await orrery.button("Share").click();
    await page.getByRole("textbox", { name: "Link" }).waitFor();
    expect(await serious()).toEqual([]);
    await orrery.button("Close").click();
    await page.getByRole("slider", { name: "Timeline" }).focus();
    await page.keyboard.press("Home");
    await page.getByRole("status", { name: "Looking back" }).waitFor();
    for (const lens of ["Ownership", "Traffic"]) {
      await page.getByRole("tab", { name: lens }).click();
      expect(await serious()).toEqual([]);
    }
    await context.close();
  });
}

test("zoomed to twice the size nothing is cut off: the page scrolls to it", async ({ browser }) => {
  const context = await browser.newContext({ viewport: { width: 683, height: 384 }, deviceScaleFactor: 2 });
  const page = await context.newPage();
  const orrery = new OrreryPage(page);
  await orrery.open();
  await orrery.apply();
  await orrery.allReady(3);
  for (const name of ["Share", "Reset", "Dry run", "Pause"]) {
    const button = orrery.button(name);
    await button.scrollIntoViewIfNeeded();
    await expect(button).toBeInViewport({ ratio: 1 });
    // Nothing lies over it.
    await button.click({ trial: true });
  }
  await orrery.pods().first().click();
  await page.getByRole("complementary", { name: "Inspector" }).getByRole("tab", { name: "Logs" }).click();
  await page.getByRole("slider", { name: "Timeline" }).scrollIntoViewIfNeeded();
  await expect(page.getByRole("slider", { name: "Timeline" })).toBeInViewport();
  await context.close();
});
