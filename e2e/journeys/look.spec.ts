import { expect, test } from "@playwright/test";
import { OrreryPage } from "./page.ts";

test("a notice covers neither graph nor requests, and no dialog", async ({ page }) => {
  const orrery = new OrreryPage(page);
  await orrery.open();
  await orrery.apply();
  const notice = page.locator("[data-sonner-toast]").filter({ hasText: "Applied" });
  await expect(notice).toBeVisible();
  const [box, inspector] = [await notice.boundingBox(), await page.getByRole("complementary", { name: "Inspector" }).boundingBox()];
  if (box === null || inspector === null) throw new Error("no notice");
  expect([box.x >= inspector.x, box.x + box.width <= inspector.x + inspector.width, box.y + box.height <= inspector.y + inspector.height]).toEqual([true, true, true]);
  await orrery.button("Settings").click();
  await expect(page.getByRole("dialog", { name: "Settings" })).toBeVisible();
  // What lies at its middle is the dialog's veil.
  expect(await page.evaluate(([x, y]) => document.elementFromPoint(x ?? 0, y ?? 0)?.className, [box.x + box.width / 2, box.y + box.height / 2])).toContain("overlay");
});
