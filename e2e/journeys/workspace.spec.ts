import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { deployment, OrreryPage } from "./page.ts";

test("files: new, rename, drop, delete and back; they stay over a reload", async ({ page }) => {
  test.setTimeout(120_000);
  const orrery = new OrreryPage(page);
  await orrery.open();
  const files = page.getByRole("dialog", { name: "Files" });
  const open = () => page.getByRole("button", { name: "Files", exact: true }).click();
  await open();
  await files.getByRole("textbox", { name: "Name of the new file" }).fill("extra");
  await files.getByRole("button", { name: "New file" }).click();
  await expect(page.getByRole("tab", { name: /^extra\.yaml/ })).toHaveAttribute("aria-selected", "true");
  await orrery.drop("notes.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: notes\n");
  await expect(page.getByRole("tab", { name: /^notes\.yaml/ })).toBeVisible();
  await open();
  const name = files.getByRole("textbox", { name: "Name of notes.yaml" });
  await name.fill("a/b");
  await name.press("Enter");
  await expect(files).toContainText("no folders");
  await name.fill("remarks.yaml");
  await name.press("Enter");
  await expect(files.getByRole("textbox", { name: "Name of remarks.yaml" })).toBeVisible();
  const [download] = await Promise.all([page.waitForEvent("download"), files.getByRole("button", { name: "Download remarks.yaml" }).click()]);
  expect(download.suggestedFilename()).toBe("remarks.yaml");
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id }) => id)).toEqual([]);
  await files.getByRole("button", { name: "Delete extra.yaml" }).click();
  await files.getByRole("button", { name: "Close" }).click();
  await expect(page.getByRole("tab", { name: /^extra\.yaml/ })).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).first().click();
  await expect(page.getByRole("tab", { name: /^extra\.yaml/ })).toBeVisible();
  await orrery.open();
  await expect(page.getByRole("tab", { name: /^remarks\.yaml/ })).toBeVisible();
  expect(orrery.errors).toEqual([]);
});

test("dry run shows what changes; apply, drift, undo and prune", async ({ page }) => {
  test.setTimeout(240_000);
  const orrery = new OrreryPage(page);
  await orrery.open();
  const problems = page.getByRole("list", { name: "Problems" });

  await test.step("the diff of a dry run, and apply from it", async () => {
    await orrery.button("Dry run").click();
    const dialog = page.getByRole("dialog", { name: "What Apply would change" });
    await expect(dialog).toContainText("deployment.apps/web is new");
    await expect(dialog.locator(".added").first()).toBeVisible();
    await dialog.getByRole("button", { name: "Apply" }).click();
    await orrery.allReady(3);
    await page.getByRole("tab", { name: /^deployment\.yaml/ }).click();
    await orrery.writeManifest(deployment({ replicas: 2 }));
    await orrery.button("Dry run").click();
    await expect(dialog.locator(".taken").first()).toContainText("replicas: 3");
    await expect(dialog.locator(".added").first()).toContainText("replicas: 2");
    await dialog.getByRole("button", { name: "Close" }).click();
  });

  await test.step("a service that selects nobody is said at its line", async () => {
    await orrery.writeManifest(deployment().replaceAll("app: web", "app: wep"));
    await page.getByRole("tab", { name: /^service\.yaml/ }).click();
    // The pods that are there still have the old labels, so the files and the cluster meet until they are gone.
    await orrery.writeManifest("apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector:\n    app: nobody\n  ports:\n    - port: 80\n");
    await expect(problems).toContainText("no pod has app=nobody; the pods of Deployment web have app=wep", { timeout: 30_000 });
  });

  await test.step("drift: what somebody else changed", async () => {
    await page.getByRole("tab", { name: /^service\.yaml/ }).click();
    await orrery.writeManifest("apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector:\n    app: web\n  ports:\n    - name: http\n      port: 80\n      targetPort: 80\n");
    await page.getByRole("tab", { name: /^deployment\.yaml/ }).click();
    await orrery.writeManifest(deployment());
    await orrery.apply();
    await orrery.allReady(3);
    await page.getByRole("tab", { name: "Terminal" }).click();
    await page.getByRole("textbox", { name: "Terminal" }).fill("kubectl scale deploy web --replicas=1");
    await page.getByRole("textbox", { name: "Terminal" }).press("Enter");
    await expect(problems).toContainText("spec.replicas: the cluster has 1 (drift)", { timeout: 30_000 });
    await orrery.apply();
    await expect(problems.filter({ hasText: "drift" })).toHaveCount(0, { timeout: 30_000 });
  });

  await test.step("an apply is taken back", async () => {
    await orrery.writeManifest(deployment({ replicas: 5 }));
    await orrery.apply();
    await orrery.allReady(5);
    await page.getByRole("button", { name: "Undo" }).first().click();
    await orrery.allReady(3);
  });

  await test.step("what is in the files no more is pruned when one says so", async () => {
    await orrery.writeManifest(deployment());
    await page.getByRole("tab", { name: /^service\.yaml/ }).click();
    await orrery.apply();
    await orrery.writeManifest("# nothing any more\n");
    await orrery.apply();
    await page.getByRole("button", { name: "Prune" }).click();
    await expect(orrery.graph.getByRole("button", { name: /^Service default\/web/ })).toHaveCount(0, { timeout: 30_000 });
  });
  expect(orrery.errors).toEqual([]);
});
