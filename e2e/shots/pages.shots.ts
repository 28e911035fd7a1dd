import { expect, test } from "@playwright/test";
import { deployment } from "../journeys/page.ts";
import { Camera } from "./camera.ts";

test("editor: drift, problems, help, dry run, files, reset", async ({ page }) => {
  const camera = new Camera(page, "editor");
  await camera.open();
  await camera.button("Dry run").click();
  await page.getByRole("dialog", { name: "What Apply would change" }).waitFor();
  await camera.take("dry run of all new");
  await page.keyboard.press("Escape");
  await camera.apply();
  await camera.allReady(3);
  await camera.take("applied");
  await camera.writeManifest(deployment({ replicas: 5 }));
  await camera.take("changed");
  await camera.button("Dry run").click();
  await page.getByRole("dialog", { name: "What Apply would change" }).waitFor();
  await camera.take("dry run of a change");
  await page.keyboard.press("Escape");
  await camera.writeManifest(deployment().replace("periodSeconds", "periodSecond").replace("replicas: 3", "replicas: three").replace("app: web\n  template", "app: wep\n  template"));
  await expect(page.getByRole("list", { name: "Problems" })).toBeVisible();
  await camera.take("problems");
  await page.locator(".monaco-host .view-line", { hasText: "readinessProbe" }).hover();
  await page.locator(".monaco-hover:visible").first().waitFor();
  await camera.take("hover");
  await page.mouse.move(700, 300);
  await page.locator(".monaco-hover:visible").waitFor({ state: "detached" });
  await page.locator(".monaco-host .view-line", { hasText: "containerPort" }).click();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.keyboard.type("p");
  await page.locator(".suggest-widget:visible").waitFor();
  await camera.take("completion");
  await page.keyboard.press("Escape");
  await camera.apply();
  await camera.take("refused");
  for (const name of ["Files", "Reset"]) {
    await camera.button(name).click();
    await page.getByRole("dialog").waitFor();
    await camera.take(name);
    await page.keyboard.press("Escape");
  }
});

test("dialogs: palette, share, runs, new cluster, shortcuts, what is simulated", async ({ page }) => {
  const camera = new Camera(page, "dialogs");
  await camera.open();
  await camera.apply();
  await camera.allReady(3);
  await page.keyboard.press("Control+K");
  await camera.take("palette");
  for (const words of ["web", "lens", "zzzz"]) {
    await page.getByRole("combobox", { name: "Search or run" }).fill(words);
    await camera.take(`palette ${words}`);
  }
  await page.keyboard.press("Escape");
  await camera.button("Share").click();
  await page.getByRole("textbox", { name: "Link" }).waitFor();
  await camera.take("share");
  await page.keyboard.press("Escape");
  for (const [command, dialog] of [["Saved runs", "Runs"], ["New cluster", "New cluster"], ["Keyboard shortcuts", "Keyboard"], ["What is simulated, and what is not", "What is simulated"]] as const) {
    await camera.command(command);
    await page.getByRole("dialog", { name: dialog }).waitFor();
    await camera.take(command);
    if (dialog === "Runs") {
      await page.getByRole("textbox", { name: "Name of this run" }).fill("three pods");
      await camera.button("Save this run").click();
      await page.getByRole("button", { name: "Open three pods" }).waitFor();
      await camera.take("a run saved");
    }
    if (dialog === "New cluster") {
      await page.getByRole("spinbutton", { name: /^Nodes/ }).fill("101");
      await camera.take("too many nodes");
    }
    await page.keyboard.press("Escape");
  }
});

test("time: looking back, branches, two futures, paused", async ({ page }) => {
  const camera = new Camera(page, "time");
  await camera.open();
  await camera.apply();
  await camera.allReady(3);
  await camera.waitForTraffic();
  await page.getByRole("slider", { name: "Timeline" }).focus();
  await page.keyboard.press("Home");
  await camera.take("the beginning");
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowLeft");
  await page.getByRole("status", { name: "Looking back" }).waitFor();
  for (const lens of ["Traffic", "Ownership", "Control plane", "Policy"]) {
    await camera.lens(lens);
    await camera.take(`back, ${lens}`);
  }
  await camera.pods().first().click();
  await camera.take("back, a pod");
  await camera.lens("Traffic");
  await camera.writeManifest(deployment({ replicas: 5 }));
  await camera.apply();
  await expect(camera.button("Branch 1")).toBeVisible();
  await camera.allReady(5);
  await camera.take("on a branch");
  await camera.button("Branch 1").click();
  await camera.take("branches");
  await camera.button("Compare with First run").click();
  await expect(page.getByRole("region", { name: "First run, kept" }).getByRole("button", { name: /^Pod default\/.*running, ready$/ })).toHaveCount(3, { timeout: 30_000 });
  await camera.take("two futures");
  await page.keyboard.press("Escape");
  await camera.button("Pause").click();
  await camera.take("paused");
});

test("errors: a damaged link, an engine that stops", async ({ page, browser }) => {
  const camera = new Camera(page, "errors");
  await page.goto("/#r1=AAAA");
  await expect(page.getByText("This link cannot be opened")).toBeVisible();
  await camera.take("a damaged link");
  const context = await browser.newContext();
  const broken = new Camera(await context.newPage(), "errors-engine");
  await broken.page.route("**/engine.worker-*.js", (route) => void route.abort());
  await broken.page.goto("/");
  await broken.page.getByRole("alert").filter({ visible: true }).waitFor({ timeout: 20_000 });
  await broken.take("stopped");
  await context.close();
});

test("crowd: every lens with 60, 150 and 300 pods", async ({ page }) => {
  const camera = new Camera(page, "crowd");
  await camera.open();
  await camera.apply();
  await camera.allReady(3);
  await camera.speed("60");
  for (const replicas of [60, 150, 300]) {
    await camera.writeManifest(deployment({ replicas }).replace("cpu: 100m", "cpu: 10m"));
    await camera.apply();
    await expect(camera.cluster).toHaveText(new RegExp(`${replicas + 3} of ${replicas + 3} pods ready`), { timeout: 90_000 });
    for (const lens of ["Traffic", "Placement", "Ownership", "Control plane", "Storage", "Policy"]) {
      await camera.lens(lens);
      await camera.take(`${replicas} ${lens}`);
    }
  }
});
