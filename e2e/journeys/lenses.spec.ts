import { readFileSync } from "node:fs";
import { expect, test, type Page } from "@playwright/test";
import { inTurn } from "./inTurn.ts";
import { deployment, OrreryPage } from "./page.ts";

/** What a picture and its tools have in the DOM at most; beyond a few dozen, pods are drawn on canvases. */
const mostElements = 300;

const lensNames = ["Traffic", "Placement", "Ownership", "Control plane", "Storage", "Policy"] as const;

/** The drawing is bounded in every lens, however many pods there are. Ends in the lens of traffic. */
async function expectFewElements({ page, graph }: OrreryPage): Promise<void> {
  for (const [index, lens] of [...lensNames.entries()].reverse()) {
    await page.keyboard.press(String(index + 1));
    await expect(page.getByRole("tab", { name: lens, selected: true })).toBeVisible();
    if (lens === "Control plane") await expect(graph.getByRole("button", { name: /^deployment controller/ })).toBeVisible();
    expect(await page.locator(".stage *").count(), lens).toBeLessThan(mostElements);
  }
}

/** Takes the focus from whatever has it, so that keys belong to the page. */
async function letGo({ page }: OrreryPage): Promise<void> {
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
}

test("six lenses by their keys: machines stay where they are, and a link remembers the lens", async ({ page, browser }) => {
  test.setTimeout(400_000);
  const orrery = new OrreryPage(page);
  await orrery.open();
  await orrery.apply();
  await orrery.allReady(3);
  await letGo(orrery);
  const shows = {
    1: orrery.graph.getByRole("button", { name: "Service default/web, 3 of 3 endpoints ready" }),
    2: orrery.graph.getByRole("button", { name: "Capacity of node-1" }),
    3: orrery.graph.getByRole("button", { name: "Deployment default/web, 3 of 3 ready" }),
    4: orrery.graph.getByRole("button", { name: "kube-apiserver, running" }),
    5: orrery.graph.getByText("No claim, and nothing mounted."),
    6: orrery.graph.getByText("No NetworkPolicy: every pod takes traffic from everywhere."),
  };
  const machine = orrery.graph.getByRole("button", { name: /^Node node-2/ });
  const place = await machine.boundingBox();
  for (const [key, seen] of Object.entries(shows)) {
    await page.keyboard.press(key);
    await expect(seen).toBeVisible();
    await expect(orrery.pods(/running, ready$/)).toHaveCount(3);
    expect(await machine.boundingBox()).toEqual(place);
  }
  await test.step("the graph as a file that stands alone", async () => {
    const save = async (format: "SVG" | "PNG"): Promise<Buffer> => {
      const saving = page.waitForEvent("download");
      await orrery.button(`Save the graph as ${format}`).click();
      const file = await saving;
      expect(file.suggestedFilename()).toBe(`orrery-policy.${format.toLowerCase()}`);
      return readFileSync(await file.path());
    };
    const svg = String(await save("SVG"));
    for (const name of ["node-2", (await orrery.podNames())[0]?.replace(/^web-[^-]+-/, "web-") ?? "?"]) expect(svg).toContain(`>${name}</text>`);
    expect(svg).toContain("@font-face");
    expect(svg).not.toMatch(/<(script|foreignObject|a)\b|https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
    expect((await save("PNG")).subarray(1, 4).toString()).toBe("PNG");
    await page.keyboard.press("t");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("graph as SVG");
    await page.keyboard.press("Enter");
    await expect(page.getByText("It is shown as a tree: go back to the picture first (T).")).toBeVisible();
    await letGo(orrery);
    await page.keyboard.press("t");
  });
  await page.keyboard.press("4");
  await orrery.button("Share").click();
  const link = await page.getByRole("textbox", { name: "Link" }).inputValue();
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
  const copy = new OrreryPage(await context.newPage());
  await copy.page.goto(link);
  await expect(copy.page.getByRole("tab", { name: "Control plane", selected: true })).toBeVisible();
  await expect(copy.graph.getByRole("button", { name: "kube-apiserver, running" })).toBeVisible();
  expect(copy.errors).toEqual([]);
  await context.close();
  expect(orrery.errors).toEqual([]);
});

test("a controller is stopped and one sees what goes on without it; started again it heals", async ({ page }) => {
  inTurn(2);
  test.setTimeout(400_000);
  const orrery = new OrreryPage(page);
  await orrery.open();
  await orrery.apply();
  await orrery.allReady(3);
  await letGo(orrery);
  await page.keyboard.press("4");
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  const controller = orrery.graph.getByRole("button", { name: /^replicaset controller, running/ });
  await controller.focus();
  await page.keyboard.press("Enter");
  await expect(inspector).toContainText("Makes pods until there are as many as wanted");
  await inspector.getByRole("button", { name: "Stop" }).press("Enter");
  await expect(inspector).toContainText("Stopped. A pod that is deleted does not come back.");
  await expect(orrery.graph.getByRole("button", { name: /^replicaset controller, stopped/ })).toBeVisible();

  const [victim = ""] = await orrery.podNames();
  await orrery.pods().first().click();
  await orrery.button("Delete pod").click();
  await expect(orrery.pods()).toHaveCount(2, { timeout: 60_000 });
  const before = await orrery.clockSeconds();
  await expect.poll(() => orrery.clockSeconds(), { timeout: 30_000 }).toBeGreaterThan(before + 4);
  await expect(orrery.pods()).toHaveCount(2);
  expect(await orrery.podNames()).not.toContain(victim);

  await orrery.graph.getByRole("button", { name: /^replicaset controller, stopped/ }).click();
  await inspector.getByRole("button", { name: "Start" }).click();
  await orrery.allReady(3);

  await test.step("the scheduler's queue fills while no machine fits", async () => {
    await orrery.graph.getByRole("button", { name: /^kube-scheduler/ }).click();
    await expect(inspector).toContainText("No pod waits.");
    await inspector.getByRole("button", { name: "Stop" }).click();
    await expect(inspector).toContainText("New pods stay Pending");
    await expect(orrery.graph.getByRole("button", { name: /^kube-scheduler, stopped/ })).toBeVisible();
    await inspector.getByRole("button", { name: "Start" }).click();
    await expect(inspector).toContainText("Chooses a machine");
  });

  await test.step("the API server tells its requests, stage by stage", async () => {
    await orrery.graph.getByRole("button", { name: /^kube-apiserver/ }).click();
    const requests = inspector.getByRole("listitem").filter({ hasText: "leases/node-" });
    await expect(requests).not.toHaveCount(0, { timeout: 40_000 });
    await requests.first().locator("summary").click();
    await expect(inspector).toContainText("authorization");
  });
  expect(orrery.errors).toEqual([]);
});

test("find, pin and fit", async ({ page }) => {
  inTurn(0);
  const orrery = new OrreryPage(page);
  await orrery.open();
  await orrery.apply();
  await orrery.allReady(3);
  await letGo(orrery);
  await page.keyboard.press("/");
  const find = page.getByRole("searchbox", { name: "Find in graph" });
  await expect(find).toBeFocused();
  await page.keyboard.type("app=web");
  await expect(page.getByText("3 found")).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(orrery.graph.locator('[aria-pressed="true"]')).toHaveCount(1);
  await page.keyboard.press("Enter");
  const name = await orrery.graph.locator('[aria-pressed="true"]').getAttribute("title");
  await page.keyboard.press("Escape");
  await expect(find).toHaveValue("");
  await expect(orrery.graph.locator(":focus")).toHaveAttribute("title", name ?? "");

  await page.keyboard.press("p");
  const pins = page.getByRole("list", { name: "Pinned" });
  await expect(pins.getByRole("listitem")).toHaveCount(1);
  await page.keyboard.press("3");
  await expect(pins.getByRole("listitem")).toContainText("ready");
  await page.keyboard.press("p");
  await expect(pins).toHaveCount(0);

  const zoom = page.getByRole("group", { name: "Zoom" });
  const percent = zoom.getByText(/^\d+%$/);
  await page.keyboard.press("1");
  await expect(page.getByRole("tab", { name: "Traffic" })).toHaveAttribute("aria-selected", "true");
  const fitted = await percent.innerText();
  // Who selects something has not moved the picture: it still makes room for what comes.
  await orrery.pods().first().click();
  await orrery.writeManifest(deployment({ replicas: 12 }));
  await orrery.apply();
  await orrery.allReady(12);
  await expect(percent).not.toHaveText(fitted);
  const all = await percent.innerText();
  await zoom.getByRole("button", { name: "Zoom in" }).click();
  await expect(percent).not.toHaveText(all);
  await letGo(orrery);
  await page.keyboard.press("f");
  await expect(percent).toHaveText(all);
  await expectFewElements(orrery);

  await orrery.speed("60");
  await orrery.writeManifest(deployment({ replicas: 60 }));
  const counted = await countBothWays(page);
  await orrery.apply();
  await expect(orrery.cluster).toHaveText(/63 of 63 pods ready/);
  const { different, steps } = await counted();
  expect(steps).toBeGreaterThan(2);
  expect(different).toEqual([]);
  await letGo(orrery);
  await expectFewElements(orrery);
  // What is drawn, not set, follows the system's colours as well, where nothing else makes it drawn anew.
  await orrery.button("Pause").click();
  await expect(orrery.button("Resume")).toBeVisible();
  await page.emulateMedia({ colorScheme: "light" });
  await expect(page.locator("canvas.cells").first()).toHaveAttribute("data-theme-drawn", "light");
  expect(orrery.errors).toEqual([]);
});

/** With each picture, the pods that are ready as the header says and as the machines say. */
async function countBothWays(page: Page): Promise<() => Promise<{ different: string[]; steps: number }>> {
  await page.evaluate(() => {
    const found = { different: [] as string[], seen: new Set<number>(), on: true };
    (globalThis as { counted?: typeof found }).counted = found;
    const look = () => {
      const header = Number(/(\d+) of \d+ pods/.exec(document.querySelector(".health")?.textContent ?? "")?.[1]);
      const machines = [...document.querySelectorAll(".machine-head > .item-hit")].reduce((sum, one) => sum + Number(/(\d+) ready$/.exec(one.getAttribute("aria-label") ?? "")?.[1]), 0);
      if (header !== machines) found.different.push(`${header}, ${machines}`);
      found.seen.add(header);
      if (found.on) requestAnimationFrame(look);
    };
    look();
  });
  return () =>
    page.evaluate(() => {
      const { counted } = globalThis as { counted?: { different: string[]; seen: Set<number>; on: boolean } };
      if (counted !== undefined) counted.on = false;
      return { different: counted?.different ?? ["never looked"], steps: counted?.seen.size ?? 0 };
    });
}

test("the graph as a tree: walked by keys, and what changes is said", async ({ page }) => {
  inTurn(2);
  test.setTimeout(240_000);
  const orrery = new OrreryPage(page);
  await orrery.open();
  await orrery.apply();
  await orrery.allReady(3);
  await letGo(orrery);
  await page.keyboard.press("3");
  await page.keyboard.press("t");
  const tree = page.getByRole("tree", { name: "Ownership, as a tree" });
  await expect(tree.getByRole("treeitem", { name: "Deployment default/web, 3 of 3 ready" })).toBeVisible();
  await tree.getByRole("treeitem").first().focus();
  await page.keyboard.press("ArrowDown");
  await expect(tree.locator(":focus")).toHaveAccessibleName(/^ReplicaSet default\/web-/);
  await expect(tree.locator(":focus")).toHaveAttribute("aria-level", "2");
  await page.keyboard.press("ArrowLeft");
  await expect(tree.locator(":focus")).toHaveAttribute("aria-expanded", "false");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  await expect(tree.locator(":focus")).toHaveAccessibleName(/^Pod default\/web-/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("complementary", { name: "Inspector" })).toContainText("Running and ready");
  await orrery.button("Delete pod").click();
  await expect(page.getByRole("log", { name: "What changes" })).toContainText(/terminating|gone|new/, { timeout: 30_000 });
  await letGo(orrery);
  await page.keyboard.press("t");
  await orrery.allReady(3);
  expect(orrery.errors).toEqual([]);
});
