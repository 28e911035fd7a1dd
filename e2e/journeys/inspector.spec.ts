import { expect, test } from "@playwright/test";
import { OrreryPage } from "./page.ts";

test("writers of fields, revisions with their differences, chains, logs and kubectl commands", async ({ page, context }) => {
  test.setTimeout(400_000);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const orrery = new OrreryPage(page);
  await orrery.open();
  await orrery.apply();
  await orrery.allReady(3);
  const inspector = page.getByRole("complementary", { name: "Inspector" });

  await test.step("who wrote each field, and when", async () => {
    await orrery.pods().first().click();
    await inspector.getByRole("tab", { name: "YAML" }).click();
    await inspector.getByRole("combobox", { name: "Show" }).selectOption({ label: "who wrote each field" });
    const writers = inspector.getByRole("list", { name: "Writers" });
    await expect(writers.getByRole("button", { name: /kube-controller-manager, update/ })).toBeVisible();
    await writers.getByRole("button", { name: /kubelet \(status\)/ }).click();
    const yaml = inspector.getByRole("document", { name: "YAML" });
    await expect(yaml.locator("div").filter({ hasText: /^B\s*podIP:/ })).not.toHaveClass(/other/);
    await expect(yaml.locator("div").filter({ hasText: /^A?\s*generateName:/ })).toHaveClass(/other/);
  });

  await test.step("what each revision changed, and a way back to its moment", async () => {
    await inspector.getByRole("tab", { name: "History" }).click();
    const revisions = inspector.locator(".revision");
    await expect(revisions.filter({ hasText: "kubelet (status)" })).not.toHaveCount(0);
    const placed = revisions.filter({ hasText: "spec.nodeName" });
    await expect(placed).toHaveCount(1);
    await expect(placed).toContainText("scheduler");
    await placed.getByRole("button").first().click();
    await expect(page.getByRole("status", { name: "Looking back" })).toBeVisible();
    await expect(revisions.filter({ hasText: "kubelet (status)" })).toHaveCount(0);
    await page.keyboard.press("n");
    await expect(page.getByRole("status", { name: "Looking back" })).toHaveCount(0);
  });

  await test.step("what it used, read by keys, and the same asked in PromQL", async () => {
    await inspector.getByRole("tab", { name: "Metrics" }).click();
    const memory = inspector.getByRole("region", { name: "Memory" });
    await expect(memory.getByRole("slider")).toHaveAttribute("aria-valuetext", /^\d\d:\d\d: web 6Mi, request 64Mi, limit 128Mi$/);
    await memory.getByRole("slider").focus();
    await page.keyboard.press("Home");
    await expect(memory.getByRole("slider")).toHaveAttribute("aria-valuetext", /: web nothing/);
    await memory.getByRole("button", { name: "Memory as a query" }).click();
    const query = page.getByRole("combobox", { name: "PromQL query" });
    await expect(query).toHaveValue(/^sum by \(container\) \(container_memory_working_set_bytes/);
    const dock = page.getByRole("tabpanel", { name: "Metrics" }).filter({ has: query });
    await expect(dock.getByRole("listitem")).toHaveText(/container="web".*6Mi/);
    await query.fill("sum(rate(up))");
    await query.press("Enter");
    await expect(dock.getByRole("alert")).toContainText("Column 10: expected type range vector");
    await dock.getByRole("combobox", { name: "Examples" }).selectOption("Pending pods");
    await expect(dock.getByRole("listitem").filter({ hasText: "unschedulable" })).toBeVisible();
  });

  await test.step("a log of a container", async () => {
    await inspector.getByRole("tab", { name: "Logs" }).click();
    await expect(inspector.locator(".log")).toContainText("GET /");
    await expect(inspector.getByRole("checkbox", { name: "previous" })).toBeDisabled();
    await inspector.getByRole("button", { name: "Kill container" }).click();
    await expect(inspector.getByRole("checkbox", { name: "previous" })).toBeEnabled({ timeout: 40_000 });
    await inspector.getByRole("checkbox", { name: "previous" }).check();
    await expect(inspector.getByRole("checkbox", { name: "follow" })).toBeDisabled();
    await expect(inspector.locator(".log")).toContainText("GET /");
  });

  await test.step("the same as a kubectl command", async () => {
    await inspector.getByRole("button", { name: "As kubectl commands" }).click();
    const name = await inspector.getByRole("heading").innerText();
    await inspector.getByRole("button", { name: `Copy kubectl get pod/${name} -o yaml` }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`kubectl get pod/${name} -o yaml`);
  });

  await test.step("from a Service's rule to the chain that it jumps to", async () => {
    await orrery.graph.getByRole("button", { name: /^Node node-1/ }).click();
    await inspector.getByRole("tab", { name: "Rules" }).click();
    const rule = inspector.getByRole("listitem").filter({ hasText: "default/web:http cluster IP" });
    const chain = await rule.getByRole("button").innerText();
    await rule.getByRole("button").click();
    await expect(inspector.locator(`#chain-${chain}`)).toHaveAttribute("open", "");
    await expect(inspector.locator(`#chain-${chain}`).getByRole("listitem")).not.toHaveCount(0);
    await inspector.getByRole("searchbox", { name: "Find in the rules" }).fill("nothing of that name");
    await expect(inspector).toContainText("No rule says that.");
  });
  expect(orrery.errors).toEqual([]);
});
