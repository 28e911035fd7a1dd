import { expect, type Locator, type Page } from "@playwright/test";

/** The page as a person knows it, by its accessible names. */
export class OrreryPage {
  readonly page: Page;
  readonly errors: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on("pageerror", (error) => this.errors.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") this.errors.push(message.text());
    });
  }

  get cluster(): Locator {
    return this.page.getByRole("status", { name: "Cluster" });
  }
  get graph(): Locator {
    return this.page.getByRole("region", { name: "Cluster graph" });
  }
  get manifest(): Locator {
    return this.page.getByRole("textbox", { name: "Manifest" });
  }
  /** Pods of the person's own workloads, as the graph names them. */
  pods(state: RegExp = /./): Locator {
    return this.graph.getByRole("button", { name: new RegExp(`^Pod default/.*${state.source}`) });
  }
  async podNames(): Promise<string[]> {
    return (await this.pods().evaluateAll((pods) => pods.map((pod) => pod.getAttribute("title") ?? ""))).sort();
  }
  /** Virtual time as the header's clock says it. */
  async clockSeconds(): Promise<number> {
    const [hours = 0, minutes = 0, seconds = 0] = (await this.page.locator(".clock").innerText()).split(":").map(Number);
    return hours * 3600 + minutes * 60 + seconds;
  }
  /** Drops a file onto the page, as a person does from a folder. */
  async drop(name: string, text: string): Promise<void> {
    await this.page.evaluate(
      ([fileName, content]) => {
        const carried = new DataTransfer();
        carried.items.add(new File([content ?? ""], fileName ?? "", { type: "application/json" }));
        const target = document.querySelector(".monaco-host") ?? document.body;
        for (const type of ["dragover", "drop"]) target.dispatchEvent(new DragEvent(type, { dataTransfer: carried, bubbles: true, cancelable: true }));
      },
      [name, text],
    );
  }
  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  async open(hash = ""): Promise<void> {
    await this.page.goto(`/${hash}`);
    await expect(this.cluster).toHaveText(/3 nodes, (\d+) of \1 pods ready/, { useInnerText: false });
    await expect(this.page.locator(".monaco-host .view-line").first()).toBeVisible({ timeout: 30_000 });
  }

  async apply(): Promise<void> {
    await this.button("Apply").click();
  }

  async allReady(count: number): Promise<void> {
    await expect(this.pods(/running, ready$/)).toHaveCount(count, { timeout: 60_000 });
    await expect(this.pods()).toHaveCount(count, { timeout: 60_000 });
  }

  async speed(value: string): Promise<void> {
    await this.page.getByRole("combobox", { name: "Speed" }).selectOption(value);
  }

  /** Answered and failed, as the Requests pane counts them. */
  async totals(): Promise<{ answered: number; failed: number }> {
    const text = (await this.page.locator(".totals").innerText()).replace(/[\s\u2009]/g, "");
    const match = /(\d+)answered(\d+)failed/.exec(text);
    return { answered: Number(match?.[1] ?? 0), failed: Number(match?.[2] ?? 0) };
  }

  async waitForTraffic(): Promise<void> {
    await expect.poll(async () => (await this.totals()).answered, { timeout: 40_000 }).toBeGreaterThan(20);
  }

  /** Pastes over the text of the open file. (Inserted by the keyboard, it would be a thousand keys struck in one moment, and hold the page for as long.) */
  async writeManifest(text: string): Promise<void> {
    await this.page.locator(".monaco-host").click();
    await this.page.keyboard.press("Control+A");
    await this.page.evaluate((pasted) => {
      const carried = new DataTransfer();
      carried.setData("text/plain", pasted);
      document.activeElement?.dispatchEvent(new ClipboardEvent("paste", { clipboardData: carried, bubbles: true, cancelable: true }));
    }, text);
  }

  async readManifest(): Promise<string> {
    return this.page.evaluate(() => [...document.querySelectorAll(".monaco-host .view-line")].map((line) => ({ top: (line as HTMLElement).offsetTop, text: line.textContent ?? "" })).sort((a, b) => a.top - b.top).map(({ text }) => text.replace(/\u00a0/g, " ")).join("\n"));
  }
}

export function deployment({ replicas = 3, image = "nginx:1.27" } = {}): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels:
    app: web
spec:
  replicas: ${replicas}
  strategy:
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 0
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: ${image}
          ports:
            - name: http
              containerPort: 80
          readinessProbe:
            httpGet:
              path: /
              port: http
            periodSeconds: 2
          lifecycle:
            preStop:
              sleep:
                seconds: 5
          resources:
            requests:
              cpu: 100m
              memory: 64Mi
`;
}
