import { expect, test } from "@playwright/test";
import type { Json } from "../../src/base/json.ts";
import type { ClusterRecording } from "../../src/cluster/commands.ts";
import { defaultClusterSpec } from "../../src/cluster/clusterSpec.ts";
import { clusterComposition } from "../../src/hosts/clusterComposition.ts";
import { Coordinator } from "../../src/hosts/coordinator.ts";
import type { FromEngine, ToEngine } from "../../src/hosts/protocol.ts";
import { InlineHost } from "../../src/hosts/transports/inline.ts";

const fresh: ClusterRecording = { format: 1, engine: "", seed: 11, spec: defaultClusterSpec, journal: [], checkpoints: [] };
const deployment = {
  apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" },
  spec: { replicas: 5, selector: { matchLabels: { app: "web" } }, template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "nginx:1.27" }] } } },
};

test("Web Workers have the same history as one thread in Node", async ({ page }) => {
  await page.goto("/");
  await expect.poll(() => page.workers().map((worker) => worker.url()).filter((url) => url.includes("engine")).length).toBeGreaterThan(0);
  const engineUrl = page.workers().map((worker) => worker.url()).find((url) => url.includes("engine")) ?? "";

  const made = await page.evaluate(
    async (given) => {
      const { engineUrl, fresh, deployment } = JSON.parse(given) as { engineUrl: string; fresh: Extract<ToEngine, { type: "open" }>["recording"]; deployment: Json };
      const worker = new Worker(engineUrl, { type: "module" });
      const post = (message: ToEngine): void => worker.postMessage(message);
      const received = <T extends FromEngine>(holds: (message: FromEngine) => message is T): Promise<T> =>
        new Promise((resolve) => {
          const listener = (event: MessageEvent<FromEngine>): void => {
            if (!holds(event.data)) return;
            worker.removeEventListener("message", listener);
            resolve(event.data);
          };
          worker.addEventListener("message", listener);
        });
      const frame = (holds: (frame: Extract<FromEngine, { type: "frame" }>["frame"]) => boolean) =>
        received((message): message is Extract<FromEngine, { type: "frame" }> => message.type === "frame" && holds(message.frame));
      post({ type: "open", recording: fresh });
      const booted = await frame(({ booting }) => !booting);
      const identity = { type: "user", name: "kubernetes-admin", groups: ["system:masters"] } as const;
      const path = "/apis/apps/v1/namespaces/default/deployments";
      post({ type: "command", id: 1, command: { type: "api", request: { id: "", verb: "create", path, query: {}, contentType: "", accept: "", identity, body: deployment } } });
      post({ type: "clock", speed: 20 });
      await frame(({ now }) => now > booted.frame.now + 20_000_000);
      post({ type: "command", id: 2, command: { type: "setFault", fault: { id: "off", type: "node-off", target: "node-2", params: {} } } });
      await frame(({ now }) => now > booted.frame.now + 80_000_000);
      post({ type: "clock", speed: 0 });
      await frame(({ speed }) => speed === 0);
      const answer = received((message): message is Extract<FromEngine, { type: "answer" }> => message.type === "answer" && message.id === 3);
      post({ type: "ask", id: 3, question: { type: "recording" } });
      const { answer: made } = await answer;
      worker.terminate();
      return JSON.stringify(made);
    },
    // As text: the types of a recording are too deep for what Playwright makes of arguments.
    JSON.stringify({ engineUrl, fresh, deployment }),
  );
  const recording = JSON.parse(made) as ClusterRecording;

  expect(recording.journal).toHaveLength(2);
  const last = recording.checkpoints.at(-1);
  const diverged: string[] = [];
  const coordinator = new Coordinator({
    composition: clusterComposition, recording, engine: "", ports: [new InlineHost(clusterComposition)],
    listener: { window: () => undefined, applied: () => undefined, diverged: (checkpoint) => void diverged.push(checkpoint.digest) },
  });
  await coordinator.open();
  await coordinator.advance(last?.at ?? coordinator.now);
  expect(coordinator.now).toBeGreaterThan(80_000_000);
  expect(coordinator.digest()).toBe(last?.digest);
  expect(diverged).toEqual([]);
});

test("what people read is fetched when it is first asked for", async ({ page }) => {
  const fetched: string[] = [];
  page.on("request", (request) => fetched.push(request.url()));
  await page.goto("/");
  await expect.poll(() => page.workers().filter((worker) => worker.url().includes("engine")).length).toBeGreaterThan(0);
  const engineUrl = page.workers().map((worker) => worker.url()).find((url) => url.includes("engine")) ?? "";
  const [table, document, honesty] = await page.evaluate(
    async (given) => {
      const { engineUrl, fresh } = JSON.parse(given) as { engineUrl: string; fresh: Extract<ToEngine, { type: "open" }>["recording"] };
      const worker = new Worker(engineUrl, { type: "module" });
      const received = (holds: (message: FromEngine) => boolean): Promise<FromEngine> =>
        new Promise((resolve) => worker.addEventListener("message", (event: MessageEvent<FromEngine>) => holds(event.data) && resolve(event.data)));
      const post = (message: ToEngine): void => worker.postMessage(message);
      const booted = received((message) => message.type === "frame" && !message.frame.booting);
      post({ type: "open", recording: fresh });
      await booted;
      const identity = { type: "user", name: "kubernetes-admin", groups: ["system:masters"] } as const;
      let id = 0;
      // Just now further workers take over: nobody who reads is to notice.
      const read = async (path: string, accept: string): Promise<FromEngine> => {
        const own = ++id;
        const answer = received((message) => message.type === "reply" && message.id === own);
        post({ type: "observe", id: own, request: { id: "", verb: path.startsWith("/openapi") ? "get" : "list", path, query: {}, contentType: "", accept, identity, body: null } });
        return answer;
      };
      const table = await read("/api/v1/nodes", "application/json;as=Table;g=meta.k8s.io;v=v1");
      const document = await read("/openapi/v3/apis/apps/v1", "");
      const answer = received((message) => message.type === "answer" && message.id === 1_000);
      post({ type: "ask", id: 1_000, question: { type: "honesty" } });
      return [JSON.stringify(table), JSON.stringify(document), JSON.stringify(await answer)];
    },
    JSON.stringify({ engineUrl, fresh }),
  );
  expect(table).toContain("The status of the node");
  expect(document).toContain("Deployment enables declarative updates for Pods and ReplicaSets.");
  expect(honesty).toContain("notImplemented");
  expect(fetched.filter((url) => /nodes\.worker/.test(url))).toEqual([]);
});
