import { expect, test } from "@playwright/test";
import { inTurn } from "./inTurn.ts";
import { deployment, OrreryPage } from "./page.ts";

test("bad input is named at its place, nothing is lost, and the page lives", async ({ page }) => {
  inTurn(2);
  test.setTimeout(120_000);
  const orrery = new OrreryPage(page);
  await orrery.open();
  const problems = page.getByRole("list", { name: "Problems" });
  const text = deployment();

  const cases: readonly [string, string, RegExp][] = [
    ["broken YAML", text.replace("kind: Deployment", "kind: [Deployment"), /./],
    ["unknown field", text.replace("periodSeconds", "periodSecond"), /Did you mean periodSeconds\?/],
    ["unknown kind", text.replace("kind: Deployment", "kind: Deploymnt"), /no matches for kind "Deploymnt"/],
    ["an alias bomb", `a: &a [x,x,x,x,x,x,x,x,x,x]\n${"bcdefgh".split("").map((name, index) => `${name}: &${name} [${Array(10).fill(`*${"abcdefg"[index]}`).join(",")}]`).join("\n")}`, /alias/i],
  ];
  for (const [what, manifest, says] of cases) {
    await test.step(what, async () => {
      await orrery.writeManifest(manifest);
      await expect(problems).toContainText(says);
      await expect(orrery.cluster).toHaveText(/3 nodes/);
    });
  }

  await test.step("what only the server can refuse is shown at the line that caused it", async () => {
    await orrery.writeManifest(text.replace("replicas: 3", "replicas: -1"));
    await orrery.apply();
    await expect(problems).toContainText("must be greater than or equal to 0");
    await expect(problems.getByRole("button").first()).toContainText("8");
    await orrery.writeManifest(text.replace("replicas: 3", "replicas: 1000000000000"));
    await orrery.apply();
    await expect(problems).toContainText("API server");
  });

  await test.step("a field that is kept but not simulated says so, at its line and in the result", async () => {
    await orrery.writeManifest(text.replace("    spec:\n      containers:", "    spec:\n      hostPID: true\n      containers:"));
    await orrery.button("Dry run").click();
    await expect(page.getByText("1 field is kept but not simulated yet: hostPID")).toBeVisible();
    await page.getByRole("dialog", { name: "What Apply would change" }).getByRole("button", { name: "Close" }).click();
    await expect(problems).toContainText("spec.template.spec.hostPID: kept, but not simulated yet");
  });

  await test.step("ten million characters are kept and not read", async () => {
    await orrery.writeManifest(`${text}\n`);
    await page.evaluate(() => {
      const host = document.querySelector<HTMLTextAreaElement>(".monaco-host textarea, .monaco-host .native-edit-context");
      const data = new DataTransfer();
      data.setData("text/plain", "key: value\n".repeat(950_000));
      host?.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    });
    await expect(problems).toContainText("million characters", { timeout: 30_000 });
    await expect(orrery.cluster).toHaveText(/3 nodes/);
    await orrery.button("Reset").click();
    await page.getByRole("button", { name: /^Reset deployment.yaml/ }).click();
    await expect(problems).toHaveCount(0);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(problems).toContainText("million characters", { timeout: 30_000 });
  });
  expect(orrery.errors).toEqual([]);
});

test("an engine whose script cannot be fetched is told, however early that was", async ({ page }) => {
  await page.route("**/engine.worker-*.js", (route) => route.abort());
  await page.goto("/");
  await expect(page.getByText(/^The engine stopped: its script could not be loaded/)).toBeVisible();
  await expect(page.getByRole("heading", { name: "Stopped" })).toBeVisible();
  await expect(page.getByText("The control plane starts")).toHaveCount(0);
  // Nothing offers what can no longer be done.
  for (const name of ["Pause", "Skip ahead", "Apply", "Let in now"]) await expect(page.getByRole("button", { name, exact: true })).toBeDisabled();
  await expect(page.getByRole("contentinfo")).toContainText("Stopped");
  await page.getByRole("tab", { name: "Events" }).click();
  await expect(page.getByText("The engine stopped before it told this.")).toBeVisible();
});
