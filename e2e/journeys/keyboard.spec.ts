import { expect, test, type Locator, type Page } from "@playwright/test";
import { deployment, OrreryPage } from "./page.ts";

/** Goes on by Tab, or back by Shift Tab, until something has the focus. */
async function tabTo(page: Page, target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  const hasFocus = (): Promise<boolean> => target.evaluateAll((found) => found.some((one) => one === document.activeElement));
  for (let presses = 0; presses < 80 && !(await hasFocus()); presses++) await page.keyboard.press(key);
  expect(await hasFocus()).toBe(true);
}

test("everything of the first minute goes by keyboard alone", async ({ page }) => {
  const orrery = new OrreryPage(page);
  await orrery.open();
  await page.keyboard.press("Control+Enter");
  await orrery.allReady(3);

  await test.step("walk through the graph by arrows and select a pod", async () => {
    await tabTo(page, orrery.graph.locator('[data-item][tabindex="0"]'), "Shift+Tab");
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

test("a rollback, and why a pod is pending, by keyboard alone", async ({ page }) => {
  const orrery = new OrreryPage(page);
  await orrery.open();
  await page.keyboard.press("Control+Enter");
  await orrery.allReady(3);

  await test.step("a rollout that cannot succeed is undone", async () => {
    await page.keyboard.press("`");
    await expect(page.getByRole("textbox", { name: "Terminal" })).toBeFocused();
    await page.keyboard.type("kubectl set image deployment/web web=nginx:1.161\n");
    await expect(orrery.pods(/(ErrImagePull|ImagePullBackOff), not ready$/)).not.toHaveCount(0, { timeout: 60_000 });
    await page.keyboard.type("kubectl rollout undo deployment/web\n");
    await expect(page.getByRole("log", { name: "Terminal output" })).toContainText("deployment.apps/web rolled back");
    await orrery.allReady(3);
  });

  await test.step("a pod that finds no machine says why", async () => {
    await tabTo(page, orrery.manifest, "Shift+Tab");
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText(deployment().replace("cpu: 100m", 'cpu: "100"'));
    await page.keyboard.press("Control+Enter");
    // The editor keeps Tab for itself until it is told not to.
    await page.keyboard.press("Control+M");
    await tabTo(page, orrery.button("Dry run"));
    const pending = orrery.pods(/pending/i);
    await expect(pending).toHaveCount(1, { timeout: 60_000 });
    const name = (await pending.getAttribute("title")) ?? "";
    await page.keyboard.press("Control+K");
    await page.keyboard.type(name);
    await page.keyboard.press("Enter");
    const inspector = page.getByRole("complementary", { name: "Inspector" });
    await expect(inspector).toContainText("Insufficient cpu");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await tabTo(page, inspector.getByRole("tab", { selected: true }));
    const decision = inspector.getByRole("tab", { name: "Decision" });
    for (let presses = 0; presses < 8 && (await decision.getAttribute("aria-selected")) !== "true"; presses++) await page.keyboard.press("ArrowRight");
    await expect(inspector.getByRole("listitem").filter({ hasText: "NodeResourcesFit" })).toContainText(["node-1", "node-2", "node-3"]);
  });
  expect(orrery.errors).toEqual([]);
});
