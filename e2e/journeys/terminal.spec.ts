import { expect, test, type Page } from "@playwright/test";
import { inTurn } from "./inTurn.ts";
import { OrreryPage } from "./page.ts";

class TerminalPage {
  readonly page: Page;
  constructor(page: Page) {
    this.page = page;
  }
  get line() {
    return this.page.getByRole("textbox", { name: "Terminal" });
  }
  get output() {
    return this.page.getByRole("log", { name: "Terminal output" });
  }
  async open(): Promise<void> {
    await this.page.getByRole("tab", { name: "Terminal" }).click();
    await expect(this.line).toBeFocused();
  }
  /** Types a line and waits until it is over. */
  async run(line: string): Promise<string> {
    await this.line.fill(line);
    await this.line.press("Enter");
    await expect(this.page.getByRole("button", { name: "Stop" })).toHaveCount(0, { timeout: 60_000 });
    const block = this.page.locator(".term-block").last();
    await expect(block.locator(".typed")).toHaveText(line);
    const out = block.locator(".term-out");
    return (await out.count()) === 0 ? "" : (await out.locator("> div").allInnerTexts()).map((text) => `${text.replace("\u200b", "")}\n`).join("");
  }
}

test("from apply to rollback, in the terminal alone", async ({ page }) => {
  test.setTimeout(180_000);
  const orrery = new OrreryPage(page);
  const terminal = new TerminalPage(page);
  await orrery.open();
  await terminal.open();
  await orrery.speed("5");
  expect(await terminal.run("ls")).toMatch(/deployment\.yaml/);
  expect(await terminal.run("kubectl apply -f deployment.yaml")).toMatch(/^deployment\.apps\/web created\n/);
  expect(await terminal.run("kubectl rollout status deploy/web")).toMatch(/deployment "web" successfully rolled out\n$/);
  await orrery.allReady(3);
  const pods = await terminal.run("k get pods -l app=web");
  expect(pods).toMatch(/^NAME {2,}READY {3}STATUS {4}RESTARTS {3}AGE\nweb-\w+-\w+ {3}1\/1 {5}Running {3}0 {10}\d+s\n/);
  expect(await terminal.run("kubectl get pods -o name | wc -l")).toBe("3\n");
  expect(await terminal.run("kubectl describe deploy web | grep Replicas:")).toBe("Replicas:               3 desired | 3 updated | 3 total | 3 available | 0 unavailable\n");
  expect(await terminal.run("kubectl set image deploy/web web=nginx:1.26 && kubectl rollout status deploy/web")).toContain("deployment.apps/web image updated\n");
  expect(await terminal.run("kubectl rollout history deploy/web")).toBe("deployment.apps/web \nREVISION  CHANGE-CAUSE\n1         <none>\n2         <none>\n\n");
  expect(await terminal.run("kubectl rollout undo deploy/web")).toBe("deployment.apps/web rolled back\n");
  // Until the pods of the revision taken back are gone: the oldest ready pod is the one that is gone into, even while it ends.
  expect(await terminal.run("kubectl rollout status deploy/web")).toMatch(/deployment "web" successfully rolled out\n$/);
  await orrery.allReady(3);
  expect(await terminal.run("kubectl exec deploy/web -- sh -c 'echo in $HOSTNAME; exit 3'")).toMatch(/^in web-\w+-\w+\ncommand terminated with exit code 3\n$/);
  await expect(page.locator(".term-block").last()).toContainText("exit code 3");
  expect(await terminal.run("kubectl get pod none")).toBe('Error from server (NotFound): pods "none" not found\n');
  expect(await terminal.run("kubectl auth can-i delete pods --as=nobody")).toBe("no\n");
  expect(await terminal.run("kubectl get svc -o json > out.json; grep -c kind out.json")).toMatch(/^\d+\n$/);
  await expect(page.getByRole("tab", { name: /out\.json/ })).toBeVisible();
  expect(await terminal.run("kubectl explain pod.spec.restartPolicy | head -2")).toBe("KIND:       Pod\nVERSION:    v1\n");
  expect(await terminal.run("kubectl drain node-1")).toBe("error: kubectl drain is not simulated in this terminal\n");
  expect(orrery.errors).toEqual([]);
});

test("what a command asked, what it touched; history, completion, Ctrl-C", async ({ page }) => {
  inTurn(0);
  test.setTimeout(180_000);
  const orrery = new OrreryPage(page);
  const terminal = new TerminalPage(page);
  // Frames come late, as on a busy machine: what is typed meanwhile must not be lost.
  await page.addInitScript(() => {
    const frame = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (callback) => frame(() => setTimeout(() => callback(performance.now()), 100));
  });
  await orrery.open();
  await orrery.apply();
  await orrery.allReady(3);
  await terminal.open();
  await terminal.run("kubectl scale deploy web --replicas=2");
  const block = page.locator(".term-block").last();
  await block.locator("summary").click();
  const calls = block.locator(".calls li");
  await expect(calls.last()).toHaveText(/^PATCH\/apis\/apps\/v1\/namespaces\/default\/deployments\/web\/scale\?fieldManager=kubectl200$/);
  await calls.last().getByRole("button").click();
  await expect(page.getByRole("complementary", { name: "Inspector" })).toContainText("web");

  await test.step("a watch goes on until Ctrl-C", async () => {
    await terminal.line.fill("kubectl get pods -w");
    await terminal.line.press("Enter");
    await expect(page.locator(".term-block").last()).toContainText("Running");
    await orrery.button("Apply").click();
    await expect(page.locator(".term-block").last()).toContainText("ContainerCreating", { timeout: 40_000 });
    await terminal.line.press("Control+c");
    await expect(page.locator(".term-block").last()).toContainText("^C");
    await expect(page.locator(".term-block").last()).toContainText("exit code 130");
  });

  await test.step("history and completion", async () => {
    await terminal.line.press("ArrowUp");
    await expect(terminal.line).toHaveValue("kubectl get pods -w");
    await terminal.line.press("ArrowUp");
    await expect(terminal.line).toHaveValue("kubectl scale deploy web --replicas=2");
    await terminal.line.press("ArrowDown");
    await terminal.line.press("ArrowDown");
    await expect(terminal.line).toHaveValue("");
    await terminal.line.fill("kubectl desc");
    await terminal.line.press("Tab");
    await expect(terminal.line).toHaveValue("kubectl describe ");
    await terminal.line.pressSequentially("deploy w");
    await terminal.line.press("Tab");
    await expect(terminal.line).toHaveValue("kubectl describe deploy web ");
    await terminal.line.fill("kubectl get p");
    await terminal.line.press("Tab");
    await expect(page.getByRole("status", { name: "Completions" })).toContainText("pods");
    await terminal.line.press("Control+c");
    await expect(terminal.line).toHaveValue("");
  });

  await test.step("a shell in a container, with what is typed", async () => {
    await terminal.line.fill("kubectl exec -it deploy/web -- sh");
    await terminal.line.press("Enter");
    await expect(terminal.line).toHaveAttribute("placeholder", /goes to the container/);
    await terminal.line.fill("hostname");
    await terminal.line.press("Enter");
    await expect(page.locator(".term-block").last()).toContainText(/web-\w+-\w+/);
    await terminal.line.fill("exit");
    await terminal.line.press("Enter");
    await expect(page.getByRole("button", { name: "Stop" })).toHaveCount(0);
  });

  await test.step("edit an object in the editor", async () => {
    await terminal.line.fill("kubectl edit deploy web");
    await terminal.line.press("Enter");
    await expect(page.getByRole("tab", { name: /deployment-web\.yaml/ })).toBeVisible();
    await orrery.button("Cancel").click();
    await expect(page.locator(".term-block").last()).toContainText("Edit cancelled, no changes made.");
  });

  await test.step("what containers print stays text", async () => {
    await terminal.run("echo -e '\\e[31mred\\e[0m <img src=x onerror=alert(1)> \\e]8;;javascript:1\\e\\\\link'");
    await expect(page.locator(".term-block").last().locator("img, a")).toHaveCount(0);
    await expect(page.locator(".term-block").last().locator(".fg-1")).toHaveText("red");
  });
  expect(orrery.errors).toEqual([]);
});
