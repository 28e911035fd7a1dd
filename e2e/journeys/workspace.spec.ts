import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { inTurn } from "./inTurn.ts";
import { deployment, OrreryPage } from "./page.ts";

test("files: new, rename, drop, delete and back; they stay over a reload", async ({ page }) => {
  inTurn(1);
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

test("keys in the editor: what the page takes is not typed as well, and fields complete", async ({ page }) => {
  const orrery = new OrreryPage(page);
  await orrery.open();
  const line = (text: string) => page.locator(".monaco-host .view-line", { hasText: text }).first();
  const top = async () => (await orrery.readManifest()).split("\n").slice(0, 4);

  await test.step("Ctrl Enter applies and begins no line", async () => {
    await line("kind: Deployment").click();
    await page.keyboard.press("Control+Enter");
    await expect(page.getByText("deployment.apps/web created")).toBeVisible();
    expect(await top()).toEqual(["apiVersion: apps/v1", "kind: Deployment", "metadata:", "  name: web"]);
  });

  await test.step("Ctrl K opens the palette and swallows no key after it", async () => {
    await page.keyboard.press("Control+K");
    await expect(page.getByRole("combobox", { name: "Search or run" })).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("combobox", { name: "Search or run" })).toHaveCount(0);
    await line("metadata:").click();
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await page.keyboard.type("ann");
    await expect.poll(top).toEqual(["apiVersion: apps/v1", "kind: Deployment", "metadata:", "  ann"]);
  });

  await test.step("a field of the schema is offered, and taken by Enter", async () => {
    await expect(page.locator(".suggest-widget")).toContainText("annotations");
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await top())[3]).toBe("  annotations:");
  });

  await test.step("what a file that cannot be read had is not offered to be pruned", async () => {
    await orrery.writeManifest("kind: [");
    await orrery.apply();
    await expect(page.getByText(/^deployment\.yaml was not applied/)).toBeVisible();
    // Once it can be read, what it has no more is offered, and that is the first offer.
    await orrery.writeManifest("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: other\n");
    await orrery.apply();
    const notices = page.locator("[data-sonner-toast]");
    await expect(notices.nth(1)).toContainText("configmap/other created");
    await expect(notices.first()).toContainText("1 object is in the files no more");
    // At once: a second one would go by itself after a while.
    expect(await notices.filter({ hasText: "in the files no more" }).count()).toBe(1);
  });
  expect(orrery.errors).toEqual([]);
});
