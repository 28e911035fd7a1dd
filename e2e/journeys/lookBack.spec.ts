import { expect, test, type Page } from "@playwright/test";
import { inTurn } from "./inTurn.ts";
import { deployment, OrreryPage } from "./page.ts";

function slider(page: Page) {
  return page.getByRole("slider", { name: "Timeline" });
}

/** Presses the timeline where a mark stands, as a person does who wants to see that moment. */
async function pressMark(page: Page, label: string): Promise<void> {
  const mark = await page.locator(".mark", { hasText: label }).first().boundingBox();
  if (mark === null) throw new Error(`no mark ${label}`);
  const track = await slider(page).boundingBox();
  await page.mouse.click(mark.x + mark.width / 2, (track?.y ?? 0) + (track?.height ?? 0) / 2);
}

test("the timeline shows the cluster as it was, while the run goes on, and leads back to now", async ({ page }) => {
  test.setTimeout(120_000);
  const orrery = new OrreryPage(page);
  await orrery.open();
  await orrery.apply();
  await orrery.allReady(3);
  await orrery.waitForTraffic();
  const note = page.getByRole("status", { name: "Looking back" });
  const inspector = page.getByRole("complementary", { name: "Inspector" });

  await test.step("before the apply there was nothing of one's own", async () => {
    await pressMark(page, "cluster ready");
    await expect(note).toContainText(/Looking at 00:00:\d\d/);
    await expect(orrery.pods()).toHaveCount(0);
    await expect(page.getByText("no Service yet")).toBeVisible();
    await expect(orrery.cluster).toHaveText("3 nodes, 3 of 3 pods ready");
  });

  await test.step("the run goes on meanwhile, and nothing can be changed then", async () => {
    const clock = page.locator(".clock");
    const runAt = async () => /run is at (.+)\.$/.exec((await clock.getAttribute("title")) ?? "")?.[1] ?? "";
    const [stands, before] = [await clock.innerText(), await runAt()];
    await expect.poll(async () => (await runAt()) > before).toBe(true);
    expect(await clock.innerText()).toBe(stands);
    expect(await note.innerText()).toContain(stands.slice(0, 8));
    await page.getByRole("tab", { name: "Control plane" }).click();
    await expect(page.locator(".part").filter({ hasText: "what waited then is not kept" })).toHaveCount(2);
    await page.getByRole("tab", { name: "Traffic" }).click();
    await expect(page.getByRole("button", { name: "Hold back" })).toHaveCount(0);
    await expect(orrery.pods()).toHaveCount(0);
    await orrery.graph.getByRole("button", { name: /^Node node-1,/ }).click();
    await expect(inspector).toContainText("As it was then, to read only.");
    await expect(orrery.button("Power off")).toHaveCount(0);
    await inspector.getByRole("tab", { name: "Rules" }).click();
    await expect(inspector).toContainText("Not kept");
    await inspector.getByRole("tab", { name: "YAML" }).click();
    await expect(inspector.getByRole("document", { name: "YAML" })).toContainText("kind: Node");
  });

  await test.step("by keys, second by second, a pod is seen to come", async () => {
    await slider(page).focus();
    await expect(async () => {
      await page.keyboard.press("ArrowRight");
      await expect(orrery.pods(/(pending|container creating|running), not ready$/)).not.toHaveCount(0, { timeout: 700 });
    }).toPass({ timeout: 20_000 });
    await expect(slider(page)).toHaveAttribute("aria-valuetext", /^00:00:\d\d, looking back$/);
    const pod = orrery.pods().first();
    const name = (await pod.getAttribute("title")) ?? "";
    await pod.click();
    await inspector.getByRole("tab", { name: "YAML" }).click();
    await expect(inspector.getByRole("document", { name: "YAML" })).toContainText(`name: ${name}`);
    await expect(inspector.getByRole("document", { name: "YAML" })).toContainText("phase: Pending");
    await inspector.getByRole("tab", { name: "Why" }).click();
    await expect(inspector.getByRole("listitem").first()).toContainText("create Deployment web");
    await inspector.getByRole("tab", { name: "Events" }).click();
    await expect(inspector).not.toContainText("Started");
    await note.getByRole("button", { name: "Return to now" }).click();
    await expect(note).toHaveCount(0);
    await expect(inspector).toContainText("Running and ready");
    await inspector.getByRole("tab", { name: "Events" }).click();
    await expect(inspector).toContainText("Started");
    await orrery.allReady(3);
  });

  await test.step("marks and requests are all still there; an apply leads back to now by itself", async () => {
    await expect(page.locator(".mark")).not.toHaveCount(0);
    expect((await orrery.totals()).answered).toBeGreaterThan(20);
    await pressMark(page, "cluster ready");
    await expect(note).toBeVisible();
    await orrery.writeManifest(deployment({ replicas: 4 }));
    await orrery.apply();
    await expect(note).toHaveCount(0);
    await orrery.allReady(4);
  });
  expect(orrery.errors).toEqual([]);
});

test("a dragged slider follows the pointer, and past its end it is now again", async ({ page }) => {
  inTurn(1);
  const orrery = new OrreryPage(page);
  await orrery.open();
  await orrery.apply();
  await orrery.allReady(3);
  const track = await slider(page).boundingBox();
  if (track === null) throw new Error("no timeline");
  const y = track.y + track.height / 2;
  await page.mouse.move(track.x + 3, y);
  await page.mouse.down();
  await expect(slider(page)).toHaveAttribute("aria-valuetext", "00:00:00, looking back");
  for (let share = 0; share <= 0.25; share += 0.01) await page.mouse.move(track.x + share * track.width, y);
  await expect(slider(page)).toHaveAttribute("aria-valuetext", /^00:00:1\d, looking back$/);
  await page.mouse.move(track.x + track.width - 2, y);
  await page.mouse.up();
  await expect(slider(page)).toHaveAttribute("aria-valuetext", /now$/);
  await orrery.allReady(3);
  await slider(page).focus();
  await page.keyboard.press("Home");
  await expect(page.getByRole("status", { name: "Looking back" })).toContainText("00:00:00");
  await page.keyboard.press("n");
  await expect(page.getByRole("status", { name: "Looking back" })).toHaveCount(0);
  expect(orrery.errors).toEqual([]);
});
