import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { Camera } from "./camera.ts";

const variety = readFileSync(new URL("./variety.yaml", import.meta.url), "utf8");

/** A cluster with one of each thing, some of them in trouble. */
async function withVariety(camera: Camera): Promise<void> {
  await camera.open();
  await camera.apply();
  await camera.allReady(3);
  await camera.waitForTraffic();
  await camera.drop("variety.yaml", variety);
  await expect(camera.page.getByRole("tab", { name: /^variety\.yaml/ })).toHaveAttribute("aria-selected", "true");
  await camera.apply();
  await camera.speed("10");
  await expect(camera.graph.getByRole("button", { name: /falls-over, .*CrashLoopBackOff|falls-over, .*crash/i })).toBeVisible({ timeout: 60_000 });
  await expect(camera.graph.getByRole("button", { name: /^Pod default\/store-1, running, ready/ })).toBeVisible({ timeout: 60_000 });
  await camera.speed("1");
}

test("lenses: all six, the tree, the search, pins", async ({ page }) => {
  const camera = new Camera(page, "lenses");
  await withVariety(camera);
  for (const lens of ["Traffic", "Placement", "Ownership", "Control plane", "Storage", "Policy"]) {
    await camera.lens(lens);
    await camera.take(lens);
  }
  await camera.button("Graph as a tree").click();
  await camera.take("tree");
  await camera.button("Graph as a tree").click();
  await camera.lens("Traffic");
  await page.getByRole("searchbox", { name: "Find in graph" }).fill("store");
  await camera.take("find");
  await page.getByRole("searchbox", { name: "Find in graph" }).fill("nothing has this name");
  await camera.take("find nothing");
  await page.getByRole("searchbox", { name: "Find in graph" }).fill("");
  for (const name of ["falls-over", "store-0", "node-1"]) {
    await camera.find(name);
    await page.keyboard.press("p");
  }
  await camera.take("pinned");
});

test("inspector: each sort of object, each of its tabs", async ({ page }) => {
  const camera = new Camera(page, "inspector");
  await withVariety(camera);
  await camera.button("Pause").click();
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  const objects = [["web-", "pod"], ["falls-over", "crashing pod"], ["no-such-image", "pod without image"], ["too-large", "pending pod"], ["node-1", "node"]] as const;
  for (const [words, what] of objects) {
    await camera.find(words);
    const tabs = await inspector.getByRole("tab").allInnerTexts();
    for (const tab of what === "pod" || what === "node" ? tabs : ["Why", "Decision", "Events", "Life"]) {
      await inspector.getByRole("tab", { name: tab, exact: true }).click();
      await camera.take(`${what} ${tab}`);
    }
  }
  for (const [lens, name] of [["Traffic", /^Service default\/web,/], ["Traffic", /^Ingress default/], ["Ownership", /^Deployment default\/web,/], ["Ownership", /^ReplicaSet default\/web/], ["Ownership", /^StatefulSet default\/store/], ["Storage", /^PersistentVolumeClaim default\/data-store-0/], ["Storage", /^ConfigMap default\/settings/], ["Storage", /^Secret default\/keys/], ["Policy", /^NetworkPolicy default/], ["Control plane", /^kube-apiserver/], ["Control plane", /^kube-scheduler/], ["Control plane", /^etcd/], ["Control plane", /^kube-controller-manager/], ["Control plane", /^deployment controller/], ["Control plane", /^kubelet of node-1/], ["Control plane", /^kube-proxy of node-1/]] as const) {
    await camera.lens(lens);
    await camera.graph.getByRole("button", { name }).first().click();
    await camera.take(`${lens} ${name.source.replace(/\W+/g, " ").trim()}`);
  }
});

test("dock: events, logs, metrics, requests, faults, sources, breakpoints", async ({ page }) => {
  const camera = new Camera(page, "dock");
  await withVariety(camera);
  for (const dock of ["Events", "Logs", "Metrics", "Faults", "Sources", "Pause when"]) {
    await camera.dock(dock);
    await camera.take(dock);
  }
  await camera.dock("Sources");
  await camera.button("Add a source").click();
  await page.getByRole("textbox", { name: "URL" }).fill("http://nowhere.example.com/");
  await camera.take("a new source");
  await camera.find("node-2");
  await camera.button("Power off").click();
  await camera.dock("Faults");
  await camera.take("a fault set");
  await expect(page.locator(".pill.st-failed").first()).toBeVisible({ timeout: 60_000 });
  await page.getByRole("tabpanel", { name: "Requests" }).locator("tbody tr").first().click();
  await camera.take("a request");
});

test("terminal: output, an error, API calls, completion", async ({ page }) => {
  const camera = new Camera(page, "terminal");
  await withVariety(camera);
  await camera.dock("Terminal");
  await camera.take("fresh");
  await camera.type("kubectl get pods -A -o wide");
  await expect(page.getByRole("log", { name: "Terminal output" })).toContainText("NOMINATED NODE");
  await camera.take("a wide table");
  await camera.type("kubectl get pod none");
  await expect(page.getByRole("log", { name: "Terminal output" })).toContainText("NotFound");
  await page.locator(".term-block").last().locator("summary").click();
  await camera.take("an error and its calls");
  await page.getByRole("textbox", { name: "Terminal" }).fill("kubectl get p");
  await page.keyboard.press("Tab");
  await camera.take("completion");
  await camera.type("kubectl describe pod falls-over");
  await camera.take("describe");
});
