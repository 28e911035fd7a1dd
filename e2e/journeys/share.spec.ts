import { expect, test } from "@playwright/test";
import { inTurn } from "./inTurn.ts";
import { OrreryPage } from "./page.ts";

/** The digest as the open share dialog says it. */
function digestOf({ page }: OrreryPage): Promise<string> {
  return page.getByRole("dialog").locator("dt", { hasText: "Digest" }).locator("xpath=following-sibling::dd[1]").innerText();
}

test("a share link opens the same run at the same moment in a fresh browser", async ({ page, browser }) => {
  inTurn(2);
  const orrery = new OrreryPage(page);
  await orrery.open();
  await orrery.apply();
  await orrery.allReady(3);
  await orrery.button("Pause").click();
  await page.waitForFunction(() => document.querySelector(".live")?.textContent === "Paused");
  const names = (await orrery.pods().evaluateAll((pods) => pods.map((pod) => pod.getAttribute("title")))).sort();
  expect(names).toHaveLength(3);
  await orrery.button("Share").click();
  const link = await page.getByRole("textbox", { name: "Link" }).inputValue();
  const digest = await digestOf(orrery);
  expect(digest).toMatch(/^[0-9a-f]{8}/);

  const context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
  const copy = new OrreryPage(await context.newPage());
  await copy.page.goto(link);
  await expect(copy.pods(/running, ready$/)).toHaveCount(3, { timeout: 60_000 });
  expect((await copy.pods().evaluateAll((pods) => pods.map((pod) => pod.getAttribute("title")))).sort()).toEqual(names);
  await expect(copy.page.getByText("This is a copy of the shared run.")).toBeVisible();
  await expect(copy.page.getByText(`Same history as the link says: digest ${digest}`)).toBeVisible();
  await expect(copy.page.locator(".clock")).toHaveText(await page.locator(".clock").innerText());
  await copy.button("Share").click();
  expect(await digestOf(copy)).toBe(digest);
  await copy.button("Close").click();
  await copy.button("Resume").click();
  await copy.waitForTraffic();
  expect(copy.errors).toEqual([]);
  await context.close();
  expect(orrery.errors).toEqual([]);
});

for (const [what, hash, says] of [
  ["damaged", "#r1=AAAA", "This link cannot be opened"],
  ["cut off", "#r1=eNqrVkrLL8pNLFGyMtQBAA", "This link cannot be opened"],
  ["foreign", "#r7=whatever", "This link is not one of Orrery's"],
] as const) {
  test(`a ${what} link is said to be so, and the cluster lives`, async ({ page }) => {
    const orrery = new OrreryPage(page);
    await page.goto(`/${hash}`);
    await expect(page.getByText(says)).toBeVisible();
    await expect(orrery.cluster).toHaveText(/3 nodes, (\d+) of \1 pods ready/);
    expect(orrery.errors).toEqual([]);
  });
}
