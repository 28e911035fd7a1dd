import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { toolPath } from "../../src/gateway/scripts/kubectl.mjs";

/** Null where there is none, and then the tests that want it are skipped. */
export const kubectlPath = await toolPath("kubectl");
if (kubectlPath === null) console.log("kubectl: none found and none could be fetched, its tests are skipped");

/** Without machines and add-ons: for what the API server does alone. */
export const apiAlone = ["--nodes", "0", "--addons", "none", "--speed", "20"] as const;

/** One gateway for the tests of a suite, which must end well. With machines, they are Ready before the first test. */
export function withGateway(args: readonly string[], use: (gateway: GatewayUnderTest) => void): void {
  let gateway: GatewayUnderTest;
  beforeAll(async () => {
    gateway = await GatewayUnderTest.start(kubectlPath as string, args);
    use(gateway);
    if (!args.includes("--nodes")) await gateway.run("wait node --all --for=condition=Ready --timeout=60s");
  }, 60_000);
  afterAll(async () => {
    expect(await gateway.stop()).toBe(0);
  });
}

const root = join(import.meta.dirname, "../..");

export interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A gateway of its own on a free port, and a kubectl that talks to it. */
export class GatewayUnderTest {
  readonly address: string;
  readonly kubeconfig: string;
  readonly token: string;
  private readonly child: ChildProcess;
  private readonly kubectlPath: string;
  private readonly logged: () => string;

  private constructor(child: ChildProcess, address: string, kubeconfig: string, token: string, kubectlPath: string, logged: () => string) {
    this.child = child;
    this.address = address;
    this.kubeconfig = kubeconfig;
    this.token = token;
    this.kubectlPath = kubectlPath;
    this.logged = logged;
  }

  /** What it wrote to stderr so far. */
  get log(): string {
    return this.logged();
  }

  static async start(kubectlPath: string, args: readonly string[] = []): Promise<GatewayUnderTest> {
    const folder = mkdtempSync(join(tmpdir(), "orrery-"));
    const kubeconfig = join(folder, "kubeconfig");
    const token = "under-test";
    const child = spawn(process.execPath, [join(root, "src/gateway/scripts/gateway.mjs"), "--port", "0", "--token", token, "--kubeconfig", kubeconfig, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    let log = "";
    child.stderr.on("data", (data: Buffer) => {
      log += data.toString();
    });
    const line = await new Promise<string>((resolve, reject) => {
      let told = "";
      child.stdout.on("data", (data: Buffer) => {
        told += data.toString();
        // Before it may come what a first start prepares.
        const found = /^listening on .*$/m.exec(told);
        if (found !== null) resolve(found[0]);
      });
      child.once("exit", (code) => reject(new Error(`the gateway ended with ${code}: ${log}`)));
    });
    return new GatewayUnderTest(child, line.trim().replace("listening on ", ""), kubeconfig, token, kubectlPath, () => log);
  }

  /** Runs kubectl; never throws for its exit code. */
  kubectl(args: string | readonly string[], input?: string): Promise<Answer> {
    const list = typeof args === "string" ? args.split(" ") : args;
    return new Promise((resolve) => {
      const child = execFile(this.kubectlPath, ["--kubeconfig", this.kubeconfig, "--cache-dir", join(this.kubeconfig, "../cache"), ...list], { timeout: 60_000, maxBuffer: 1 << 26 }, (error, out, err) => {
        resolve({ code: error === null ? 0 : typeof error.code === "number" ? error.code : 1, out, err });
      });
      child.stdin?.end(input ?? "");
    });
  }

  /** As kubectl, but a failing command throws with what it said. */
  async run(args: string | readonly string[], input?: string): Promise<string> {
    const answer = await this.kubectl(args, input);
    if (answer.code !== 0) throw new Error(`kubectl ${typeof args === "string" ? args : args.join(" ")}: ${answer.err}`);
    return answer.out;
  }

  /** A kubectl that goes on until it is stopped: what it has printed so far. */
  stream(args: string): { readonly text: () => string; readonly stop: () => void } {
    const child = spawn(this.kubectlPath, ["--kubeconfig", this.kubeconfig, "--cache-dir", join(this.kubeconfig, "../cache"), ...args.split(" ")], { stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data: Buffer) => {
        text += data.toString();
      });
    }
    return { text: () => text, stop: () => void child.kill() };
  }

  /** A request to what lies beside the API. */
  async orrery(method: string, path: string, body?: unknown): Promise<unknown> {
    const { request } = await import("node:https");
    return new Promise((resolve, reject) => {
      const sent = request(`${this.address}${path}`, { method, rejectUnauthorized: false, headers: { authorization: `Bearer ${this.token}`, "content-type": "application/json" } }, (response) => {
        let text = "";
        response.on("data", (data: Buffer) => {
          text += data.toString();
        });
        response.on("end", () => resolve(JSON.parse(text)));
      });
      sent.on("error", reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  async stop(): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.child.once("exit", (code) => resolve(code)));
    this.child.kill("SIGTERM");
    return ended;
  }
}
