import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { OrreryPage } from "./page.ts";

/** Each look takes seconds: `npm run test:deep` takes them all, else those that people meet first. */
const alwaysLookedAt: ReadonlySet<string> = new Set(["Placement", "Control plane", "Share"]);
const isDeep = process.env["ORRERY_DEEP"] !== undefined;

for (const theme of ["dark", "light"] as const) {
  test(`no serious violations, ${theme}`, async ({ browser }) => {
    test.setTimeout(400_000);
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, colorScheme: theme, reducedMotion: "reduce" });
    const page = await context.newPage();
    const orrery = new OrreryPage(page);
    await orrery.open();
    await orrery.apply();
    await orrery.allReady(3);
    await orrery.waitForTraffic();
    // The editor is looked at once: it is the largest part of the page, and the same in every view.
    const serious = async (withEditor = true) => {
      const axe = new AxeBuilder({ page }).options({ resultTypes: ["violations"] });
      const { violations } = await (withEditor ? axe : axe.exclude(".monaco-editor")).analyze();
      return violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, nodes }) => `${id}: ${nodes.slice(0, 4).map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary?.split("\n")[1] ?? ""}`).join(" | ")}`);
    };
    let fetching = 0;
    page.on("request", () => fetching++);
    page.on("requestfinished", () => fetching--);
    page.on("requestfailed", () => fetching--);
    const drawn = () => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    const looks = async (what: string) => {
      if (!isDeep && !alwaysLookedAt.has(what)) return;
      // What is fetched when it is first shown has come, and is drawn.
      await drawn();
      await expect.poll(() => fetching).toBe(0);
      await drawn();
      expect(await serious(false), what).toEqual([]);
    };
    await orrery.button("Pause").click();
    expect(await serious()).toEqual([]);
    await orrery.pods().first().click();
    expect(await serious(false)).toEqual([]);
    await page.getByRole("tab", { name: "Placement" }).click();
    await page.getByRole("tab", { name: "Faults" }).click();
    await looks("Placement");
    for (const lens of ["Ownership", "Control plane", "Storage", "Policy"]) {
      await page.getByRole("tab", { name: lens }).click();
      await looks(lens);
    }
    for (const tab of isDeep ? ["Events", "Logs", "Metrics", "Pause when"] : []) {
      await page.getByRole("tab", { name: tab, exact: true }).last().click();
      await looks(`${tab} of the dock`);
    }
    if (isDeep) {
      await page.getByRole("tab", { name: "Terminal" }).click();
      await page.getByRole("textbox", { name: "Terminal" }).fill("kubectl get pods -A -o wide");
      await page.keyboard.press("Enter");
      await expect(page.getByRole("log", { name: "Terminal output" })).toContainText("NOMINATED NODE");
      await looks("Terminal");
    }
    await page.getByRole("tab", { name: "Sources" }).click();
    await orrery.button("Add a source").click();
    await page.getByRole("textbox", { name: "URL" }).fill("http://nowhere.example.com/");
    await looks("Sources");
    const inspector = page.getByRole("complementary", { name: "Inspector" });
    await orrery.pods().first().click();
    await orrery.button("As kubectl commands").click();
    await orrery.button("Pin").click();
    for (const tab of ["Decision", "Life", "YAML", "History", "Metrics", "Logs"]) {
      await inspector.getByRole("tab", { name: tab }).click();
      if (tab === "YAML") await inspector.getByRole("combobox", { name: "Show" }).selectOption({ label: "who wrote each field" });
      await looks(tab);
    }
    await orrery.graph.getByRole("button", { name: /^Node node-1/ }).click();
    await inspector.getByRole("tab", { name: "Rules" }).click();
    await looks("Rules");
    await page.getByRole("tab", { name: "Control plane" }).click();
    for (const part of ["kube-controller-manager", "deployment controller", "kube-scheduler"]) {
      await orrery.graph.getByRole("button", { name: new RegExp(`^${part}`) }).click();
      await looks(part);
    }
    await orrery.button("Graph as a tree").click();
    await page.getByRole("tree").waitFor();
    await looks("tree");
    await orrery.button("Graph as a tree").click();
    await page.getByRole("searchbox", { name: "Find in graph" }).fill("node-1");
    await looks("find");
    await page.getByRole("searchbox", { name: "Find in graph" }).fill("");
    await orrery.button("Share").click();
    await page.getByRole("textbox", { name: "Link" }).waitFor();
    await looks("Share");
    await orrery.button("Close").click();
    const dialogs = [["Saved runs", "Runs"], ["New cluster", "New cluster"], ["Keyboard shortcuts", "Keyboard"], ["What is simulated, and what is not", "What is simulated"]] as const;
    for (const [command, dialog] of isDeep ? dialogs : []) {
      await page.keyboard.press("Control+K");
      await page.getByRole("combobox", { name: "Search or run" }).fill(command);
      await looks(`the palette at ${command}`);
      await page.keyboard.press("Enter");
      await page.getByRole("dialog", { name: dialog }).waitFor();
      await looks(dialog);
      await page.keyboard.press("Escape");
    }
    for (const name of isDeep ? ["Files", "Reset"] : []) {
      await orrery.button(name).click();
      await page.getByRole("dialog").waitFor();
      await looks(`${name}, its dialog`);
      await page.keyboard.press("Escape");
    }
    await page.getByRole("slider", { name: "Timeline" }).focus();
    await page.keyboard.press("Home");
    await page.getByRole("status", { name: "Looking back" }).waitFor();
    for (const lens of ["Ownership", "Traffic"]) {
      await page.getByRole("tab", { name: lens }).click();
      await looks(`${lens} of the past`);
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
