import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { inTurn } from "./inTurn.ts";
import { OrreryPage } from "./page.ts";

/** Every lens and both themes are `npm run test:deep`'s. */
const isDeep = process.env["ORRERY_DEEP"] !== undefined;

async function violations(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  for (const colorScheme of isDeep ? (["light", "dark"] as const) : (["dark"] as const)) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const { violations: bad } = await new AxeBuilder({ page }).exclude(".monaco-editor").options({ resultTypes: ["violations"] }).analyze();
    found.push(...bad.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, nodes }) => `${colorScheme}, ${id}: ${nodes[0]?.html.slice(0, 160)}`));
  }
  return found;
}

test("a word says what it means to the pointer and to the keyboard, and all words stand in the glossary", async ({ page }) => {
  inTurn(1);
  const orrery = new OrreryPage(page);
  await orrery.open();
  await orrery.graph.getByRole("button", { name: /^Node node-1/ }).click();
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  const word = inspector.getByText("Node", { exact: true });
  const tip = page.getByRole("tooltip");
  await word.focus();
  await expect(tip).toContainText("a kubelet that runs the pods");
  await expect(word).toHaveAttribute("aria-describedby", "term-tip");
  await page.keyboard.press("Escape");
  await expect(tip).toHaveCount(0);
  await page.getByRole("tab", { name: "Events" }).first().click();
  const reason = page.getByRole("table").getByText("Scheduled", { exact: true }).first();
  await reason.hover();
  await expect(tip).toContainText("bound the pod to it");
  // It stays while the pointer goes to it, and goes when the pointer does.
  await tip.hover();
  await expect(tip).toBeVisible();
  await page.mouse.move(5, 5);
  await expect(tip).toHaveCount(0);
  await page.keyboard.press("Control+K");
  await page.getByRole("combobox", { name: "Search or run" }).fill("words of");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Words of Kubernetes" });
  await dialog.getByRole("searchbox", { name: "Find a word" }).fill("grace period");
  await expect(dialog.getByRole("term")).toHaveText(["Terminating", "Killing"]);
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  expect(orrery.errors).toEqual([]);
});

/** What stands in the page's own places without the brackets of pseudo-English, and is no name. */
const unmarked = (): readonly string[] => {
  const own = document.querySelectorAll(".header, .tabs, .editor-foot, .legend, .transport, [role=dialog], .acts, .empty, th");
  const bare: string[] = [];
  for (const place of own) {
    const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
      const text = node.textContent?.trim() ?? "";
      const whole = node.parentElement?.textContent ?? "";
      if (/\p{L}{2}/u.test(text) && !whole.includes("⟦") && node.parentElement?.closest(".scenario, kbd, .mono, .brand") === null) bare.push(text);
    }
  }
  return [...new Set(bare)];
};

test("in another language every word of the page is that language's, and the page works", async ({ page }) => {
  inTurn(1);
  await page.addInitScript(() => localStorage.setItem("orrery-language", "en-XA"));
  const errors: string[] = [];
  page.on("pageerror", ({ message }) => errors.push(message));
  await page.goto("/");
  await expect(page.locator("html")).toHaveAttribute("lang", "en-XA");
  await expect(page.locator(".monaco-host .view-line").first()).toBeVisible({ timeout: 30_000 });
  // Names of files, of formats and of a state that objects carry are nobody's language.
  const names = /^(\w+\.yaml|svg|png|YAML|svg|\d+×)$/;
  const bare = async () => (await page.evaluate(unmarked)).filter((text) => !names.test(text));
  await expect.poll(bare).toEqual([]);
  await page.keyboard.press("Control+Enter");
  await expect(page.locator(".stage-region .pod.st-ok")).toHaveCount(3, { timeout: 60_000 });
  for (const key of isDeep ? ["2", "3", "4", "5", "6"] : ["2"]) {
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press(key);
    await expect.poll(bare, key).toEqual([]);
  }
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toContainText("⟦");
  expect(await bare()).toEqual([]);
  // Words a third longer push nothing out of the window.
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  expect(errors).toEqual([]);
});
