import { expect, test } from "@playwright/test";
import { OrreryPage } from "./page.ts";

test("a deleted pod is replaced; a node that loses power is noticed, emptied and comes back", async ({ page }) => {
  test.setTimeout(150_000);
  const orrery = new OrreryPage(page);
  await orrery.open();
  await orrery.apply();
  await orrery.allReady(3);

  await test.step("delete a pod", async () => {
    const pod = orrery.pods().first();
    const name = (await pod.getAttribute("title")) ?? "";
    await pod.click();
    await orrery.button("Delete pod").click();
    await expect(orrery.graph.getByRole("button", { name: new RegExp(`^Pod default/${name},`) })).toHaveCount(0, { timeout: 60_000 });
    await orrery.allReady(3);
  });

  await test.step("power a node off and on", async () => {
    const node = await page.evaluate(() => {
      const machines = [...document.querySelectorAll<HTMLElement>(".machine-head")];
      const pod = document.querySelector<HTMLElement>(".pod.item:not(.ghost)")?.getBoundingClientRect();
      const holder = machines.find((machine) => pod !== undefined && machine.parentElement !== null && machine.parentElement.getBoundingClientRect().top < pod.top && machine.parentElement.getBoundingClientRect().bottom > pod.bottom);
      return holder?.querySelector("b")?.textContent ?? "node-1";
    });
    await orrery.graph.getByRole("button", { name: new RegExp(`^Node ${node},`) }).click();
    await page.getByRole("tab", { name: "Pause when" }).click();
    await page.getByRole("combobox", { name: "Pause when" }).selectOption({ label: "a Node is NotReady" });
    await orrery.button("Add breakpoint").click();
    await orrery.button("Power off").click();
    await orrery.speed("10");
    await expect(page.getByText(new RegExp(`^Paused at .*: Node ${node} is NotReady\\.$`))).toBeVisible({ timeout: 40_000 });
    await expect(page.getByText("paused here")).toBeVisible();
    await orrery.button("Remove a Node is NotReady any").click();
    await orrery.button("Resume").click();
    await expect(orrery.cluster).toHaveText(/2 of 3 nodes ready/, { timeout: 40_000 });
    // The longest words of the header, on a small screen: they lie beside the clock, not over it.
    await page.setViewportSize({ width: 1280, height: 720 });
    const clock = await page.getByRole("group", { name: "Time", exact: true }).boundingBox();
    const counts = await orrery.cluster.boundingBox();
    expect((clock?.x ?? 0) + (clock?.width ?? 0)).toBeLessThanOrEqual(counts?.x ?? 0);
    await page.setViewportSize({ width: 1366, height: 768 });
    await orrery.speed("60");
    await expect(orrery.pods(/terminating, not ready$/)).not.toHaveCount(0, { timeout: 60_000 });
    await expect(orrery.pods(/running, ready$/)).toHaveCount(3, { timeout: 60_000 });
    await orrery.button("Power on").click();
    await expect(orrery.cluster).toHaveText(/3 nodes, (\d+) of \1 pods ready/, { timeout: 60_000 });
    await orrery.allReady(3);
  });
  expect(orrery.errors).toEqual([]);
});
