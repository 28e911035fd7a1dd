import { expect, test } from "@playwright/test";
import { deployment, OrreryPage } from "./page.ts";

// As most see it: with what moves.
test.use({ contextOptions: { reducedMotion: "no-preference" } });

test("edit and apply again: more replicas, then a rolling update without one failed request, then back", async ({ page }) => {
  const orrery = new OrreryPage(page);
  await orrery.open();
  await orrery.writeManifest(deployment());
  await orrery.apply();
  await orrery.allReady(3);
  await orrery.waitForTraffic();

  await orrery.writeManifest(deployment({ replicas: 5 }));
  await expect(page.getByText("1 line differs from what was applied")).toBeVisible();
  await orrery.apply();
  await orrery.allReady(5);

  const failedBefore = (await orrery.totals()).failed;
  await orrery.speed("5");
  await orrery.writeManifest(deployment({ replicas: 5, image: "nginx:1.28" }));
  await orrery.apply();
  await expect(page.locator(".meter")).toContainText("rollout web");
  await orrery.allReady(5);
  await expect(page.locator(".meter")).toContainText("5 of 5 updated · 5 ready", { timeout: 60_000 });
  await expect(page.locator(".meter")).toContainText(/since it began none lost, [\d\s]+ requests answered/);
  expect((await orrery.totals()).failed).toBe(failedBefore);

  await test.step("an image that does not exist stops the rollout; the old text brings it back", async () => {
    await orrery.writeManifest(deployment({ replicas: 5, image: "nginx:1.161" }));
    await orrery.apply();
    await expect(orrery.pods(/(ErrImagePull|ImagePullBackOff), not ready$/)).not.toHaveCount(0, { timeout: 60_000 });
    await expect(orrery.pods(/running, ready$/)).toHaveCount(5);
    await orrery.writeManifest(deployment({ replicas: 5, image: "nginx:1.28" }));
    await orrery.apply();
    await orrery.allReady(5);
    expect((await orrery.totals()).failed).toBe(failedBefore);
  });
  expect(orrery.errors).toEqual([]);
});
