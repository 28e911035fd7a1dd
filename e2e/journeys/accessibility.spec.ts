import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Browser } from "@playwright/test";
import { inTurn } from "./inTurn.ts";
import { OrreryPage } from "./page.ts";

/** Each look takes seconds: `npm run test:deep` takes them all, else those that people meet first. */
const alwaysLookedAt: ReadonlySet<string> = new Set(["Control plane", "Terminal"]);
const isDeep = process.env["ORRERY_DEEP"] !== undefined;

/** The page with three pods and traffic, and what looks at it: `looks` at what is new, all of it told and not the first violation alone. */
async function openForLooks(browser: Browser) {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, colorScheme: "dark", reducedMotion: "reduce" });
  const page = await context.newPage();
  const orrery = new OrreryPage(page);
  await orrery.open();
  await orrery.apply();
  await orrery.allReady(3);
  await orrery.waitForTraffic();
  const drawn = () => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  // The whole page is looked at where much of it is new; else the part that is: the rest is the same, and a look at a page costs seconds.
  const seriousIn = async (theme: "dark" | "light", where: string) => {
    await page.emulateMedia({ colorScheme: theme });
    await drawn();
    const axe = new AxeBuilder({ page }).options({ resultTypes: ["violations"] });
    const { violations } = await (where === "" ? axe : axe.include(where)).analyze();
    return violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, nodes }) => `${theme}, ${id}: ${nodes.slice(0, 4).map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary?.split("\n")[1] ?? ""}`).join(" | ")}`);
  };
  const serious = async (where = "") => [...(await seriousIn("light", where)), ...(await seriousIn("dark", where))];
  let fetching = 0;
  page.on("request", () => fetching++);
  page.on("requestfinished", () => fetching--);
  page.on("requestfailed", () => fetching--);
  const looks = async (what: string, where: string) => {
    if (!isDeep && !alwaysLookedAt.has(what)) return;
    // What is fetched when it is first shown has come, and is drawn.
    await drawn();
    await expect.poll(() => fetching).toBe(0);
    await drawn();
    expect.soft(await serious(where), what).toEqual([]);
  };
  return { page, orrery, serious, looks };
}

test("no serious violations, dark and light", async ({ browser }) => {
  test.setTimeout(isDeep ? 1_500_000 : 400_000);
  const { page, orrery, serious, looks } = await openForLooks(browser);
  await orrery.button("Pause").click();
  expect(await serious()).toEqual([]);
  await orrery.pods().first().click();
  expect(await serious(".inspector-pane")).toEqual([]);
  await page.getByRole("tab", { name: "Placement" }).click();
  await page.getByRole("tab", { name: "Faults" }).click();
  await looks("Placement", ".stage");
  for (const lens of ["Ownership", "Control plane", "Storage", "Policy"]) {
    await page.getByRole("tab", { name: lens }).click();
    await looks(lens, ".stage");
  }
  for (const tab of isDeep ? ["Events", "Logs", "Metrics", "Pause when"] : []) {
    await page.getByRole("tab", { name: tab, exact: true }).last().click();
    await looks(`${tab} of the dock`, ".dock");
  }
  await page.getByRole("tab", { name: "Terminal" }).click();
  await page.getByRole("textbox", { name: "Terminal" }).fill("kubectl get pods -A -o wide");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("log", { name: "Terminal output" })).toContainText("NOMINATED NODE");
  await page.getByRole("textbox", { name: "Terminal" }).fill("kubectl get pod none");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("log", { name: "Terminal output" })).toContainText("NotFound");
  await page.locator(".term-block").last().locator("summary").click();
  await page.getByRole("textbox", { name: "Terminal" }).fill("kubectl get p");
  await page.keyboard.press("Tab");
  await looks("Terminal", ".dock");
  await page.getByRole("tab", { name: "Sources" }).click();
  await orrery.button("Add a source").click();
  await page.getByRole("textbox", { name: "URL" }).fill("http://nowhere.example.com/");
  await looks("Sources", ".dock");
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  await orrery.pods().first().click();
  await orrery.button("As kubectl commands").click();
  await orrery.button("Pin").click();
  for (const tab of ["Decision", "Life", "YAML", "History", "Metrics", "Logs"]) {
    await inspector.getByRole("tab", { name: tab }).click();
    if (tab === "YAML") await inspector.getByRole("combobox", { name: "Show" }).selectOption({ label: "who wrote each field" });
    await looks(tab, ".inspector-pane");
  }
  await orrery.graph.getByRole("button", { name: /^Node node-1/ }).click();
  await inspector.getByRole("tab", { name: "Rules" }).click();
  await looks("Rules", ".inspector-pane");
  await page.getByRole("tab", { name: "Control plane" }).click();
  for (const part of ["kube-controller-manager", "deployment controller", "kube-scheduler"]) {
    await orrery.graph.getByRole("button", { name: new RegExp(`^${part}`) }).click();
    await looks(part, ".inspector-pane");
  }
  await orrery.button("Graph as a tree").click();
  await page.getByRole("tree").waitFor();
  await looks("tree", ".stage");
  await orrery.button("Graph as a tree").click();
  await page.getByRole("searchbox", { name: "Find in graph" }).fill("node-1");
  await looks("find", ".stage");
  await page.getByRole("searchbox", { name: "Find in graph" }).fill("");
  await orrery.button("Share").click();
  await page.getByRole("textbox", { name: "Link" }).waitFor();
  await looks("Share", "[role=dialog]");
  await page.context().close();
});

async function lookAtDialogsAndThePast({ browser }: { readonly browser: Browser }): Promise<void> {
  test.setTimeout(1_500_000);
  const { page, orrery, looks } = await openForLooks(browser);
  await orrery.button("Pause").click();
  const dialogs = [["Saved runs", "Runs"], ["New cluster", "New cluster"], ["Keyboard shortcuts", "Keyboard"], ["What is simulated, and what is not", "What is simulated"]] as const;
  for (const [command, dialog] of dialogs) {
    await page.keyboard.press("Control+K");
    await page.getByRole("combobox", { name: "Search or run" }).fill(command);
    await looks(`the palette at ${command}`, "[role=dialog]");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: dialog }).waitFor();
    await looks(dialog, "[role=dialog]");
    await page.keyboard.press("Escape");
  }
  for (const name of ["Files", "Reset"]) {
    await orrery.button(name).click();
    await page.getByRole("dialog").waitFor();
    await looks(`${name}, its dialog`, "[role=dialog]");
    await page.keyboard.press("Escape");
  }
  await page.getByRole("slider", { name: "Timeline" }).focus();
  await page.keyboard.press("Home");
  await page.getByRole("status", { name: "Looking back" }).waitFor();
  for (const lens of ["Ownership", "Traffic"]) {
    await page.getByRole("tab", { name: lens }).click();
    await looks(`${lens} of the past`, lens === "Traffic" ? "" : ".stage");
  }
  await page.context().close();
}
if (isDeep) test("no serious violations in dialogs and in the past", lookAtDialogsAndThePast);

test("zoomed to twice the size nothing is cut off: the page scrolls to it", async ({ browser }) => {
  inTurn(2);
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
