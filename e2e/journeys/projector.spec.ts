import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { inTurn } from "./inTurn.ts";
import { OrreryPage } from "./page.ts";

/** What ends beyond the window, or beyond the box of the graph that it belongs to. Lists that scroll may. */
function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { clientWidth, clientHeight, scrollWidth, scrollHeight } = document.documentElement;
    const said = scrollWidth > clientWidth || scrollHeight > clientHeight ? [`the page: ${scrollWidth}x${scrollHeight} in ${clientWidth}x${clientHeight}`] : [];
    for (const element of document.querySelectorAll<HTMLElement>(".header *, .stage-top *, .stage-foot *, .zoom-bar *, .timeline > *, .inspector-pane, .dialog")) {
      const { left, right, top, bottom, width } = element.getBoundingClientRect();
      if (width > 1 && (left < 0 || top < 0 || right > clientWidth + 0.5 || bottom > clientHeight + 0.5)) said.push(`beyond the window: ${element.outerHTML.slice(0, 90)}`);
    }
    for (const box of document.querySelectorAll<HTMLElement>(".react-flow__node")) {
      const outer = box.getBoundingClientRect();
      for (const inner of box.querySelectorAll<HTMLElement>(".item-drawing > *, .card-body > *, .room > *")) {
        const { bottom, right } = inner.getBoundingClientRect();
        if (bottom > outer.bottom + 1 || right > outer.right + 1) said.push(`beyond its box: ${inner.outerHTML.slice(0, 90)}`);
      }
    }
    return said;
  });
}

/** Both sizes and both themes are `npm run test:deep`'s. */
const isDeep = process.env["ORRERY_DEEP"] !== undefined;

const typeSize = (page: Page, selector: string): Promise<number> => page.locator(selector).first().evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize));

test("projector mode is larger and stronger, is kept over a reload, and cuts nothing off", async ({ browser }) => {
  inTurn(0);
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, colorScheme: "dark", reducedMotion: "reduce" });
  const page = await context.newPage();
  const orrery = new OrreryPage(page);
  await orrery.open();
  await orrery.apply();
  await orrery.allReady(3);
  const atDesk = await typeSize(page, ".lens");

  await page.keyboard.press(",");
  const settings = page.getByRole("dialog", { name: "Settings" });
  await settings.getByRole("checkbox", { name: "Projector mode" }).check();
  await expect(settings.getByRole("checkbox", { name: "Editor" })).not.toBeChecked();
  await page.keyboard.press("Escape");
  await expect(settings).toHaveCount(0);
  expect(await typeSize(page, ".lens")).toBeGreaterThan(atDesk * 1.25);
  // The room has the graph; what is folded away has no key's focus either.
  await expect.poll(() => page.locator(".editor").evaluate(({ clientWidth }) => clientWidth)).toBe(0);
  expect(await page.locator(".editor").evaluate((editor) => editor.closest("[inert]") !== null)).toBe(true);

  await page.reload();
  await orrery.allReady(3);
  await orrery.button("Pause").click();
  expect(await typeSize(page, ".lens")).toBeGreaterThan(atDesk * 1.25);
  await orrery.pods().first().click();

  for (const size of isDeep ? [{ width: 1366, height: 768 }, { width: 1920, height: 1080 }] : [{ width: 1366, height: 768 }]) {
    await page.setViewportSize(size);
    await expect.poll(() => overflowing(page), `${size.width}x${size.height}`).toEqual([]);
  }
  await page.setViewportSize({ width: 1366, height: 768 });
  for (const theme of isDeep ? (["dark", "light"] as const) : (["dark"] as const)) {
    await page.emulateMedia({ colorScheme: theme });
    const { violations } = await new AxeBuilder({ page }).options({ resultTypes: ["violations"] }).analyze();
    expect(violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, nodes }) => `${theme}, ${id}: ${nodes[0]?.html.slice(0, 160) ?? ""}`)).toEqual([]);
  }

  // All panels, and the way out, by keys.
  await page.keyboard.press("e");
  await page.keyboard.press("d");
  await expect(page.getByRole("tab", { name: "Events" }).first()).toBeInViewport();
  await expect(orrery.button("Apply")).toBeInViewport({ ratio: 1 });
  await expect.poll(() => overflowing(page)).toEqual([]);
  await page.keyboard.press("Shift+P");
  expect(await typeSize(page, ".lens")).toBe(atDesk);
  await expect(orrery.button("Apply")).toBeInViewport({ ratio: 1 });
  expect(orrery.errors).toEqual([]);
  await context.close();
});
