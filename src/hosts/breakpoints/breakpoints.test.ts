import { afterEach, describe, expect, it } from "vitest";
import type { ApiRequest } from "../../apimachinery/apiRequest.ts";
import type { Json } from "../../base/json.ts";
import { mostBreakpoints, type BreakpointHit, type Condition } from "../../cluster/breakpoints.ts";
import { defaultClusterSpec, type ClusterSpec } from "../../cluster/clusterSpec.ts";
import type { ClusterCommand } from "../../cluster/commands.ts";
import { addTime, second, simTime } from "../../sim/time.ts";
import { clusterComposition } from "../clusterComposition.ts";
import { ClusterEngine } from "../clusterEngine.ts";
import { InlineHost } from "../transports/inline.ts";
import { realClock } from "../wallClock.ts";

const person = { type: "user", name: "kubernetes-admin", groups: ["system:masters"] } as const;
const request = (verb: ApiRequest["verb"], path: string, body: Json = null): ApiRequest => ({ id: "page-1", verb, path, query: {}, contentType: "", accept: "", identity: person, body });
const web = {
  apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" },
  spec: { replicas: 1, selector: { matchLabels: { app: "web" } }, template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "nginx:1.27" }] } } },
};
const service = { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec: { selector: { app: "web" }, ports: [{ port: 80 }] } };

let engine: ClusterEngine | null = null;
afterEach(() => engine?.stop());

async function begin(hits: BreakpointHit[], notices: string[] = []): Promise<ClusterEngine> {
  engine = new ClusterEngine({
    recording: { format: 1, engine: "", seed: 1, spec: { ...defaultClusterSpec, addons: [] }, journal: [], checkpoints: [] },
    clock: realClock,
    openHost: () => new InlineHost<ClusterSpec, ClusterCommand>(clusterComposition),
    hosts: 1,
    speed: 0,
    listener: { frame: null, notice: (message) => void notices.push(message), failed: (message) => expect.unreachable(message), hit: (hit) => void hits.push(hit) },
  });
  await engine.start();
  return engine;
}

const pauseWhen = (on: ClusterEngine, ...conditions: Condition[]): void => on.setBreakpoints(conditions.map((condition, index) => ({ id: `b${index}`, enabled: true, condition })));

describe("breakpoints", () => {
  it("pause behind the window in which something became true, and once", async () => {
    const hits: BreakpointHit[] = [];
    const run = await begin(hits);
    run.command({ type: "api", request: request("create", "/api/v1/namespaces/default/services", service) });
    run.command({ type: "api", request: request("create", "/apis/apps/v1/namespaces/default/deployments", web) });
    pauseWhen(run, { type: "rolloutComplete", namespace: "default", name: "web" });
    await run.advance(60);
    expect(hits).toMatchObject([{ id: "b0", text: "Deployment web is rolled out", select: { type: "object" } }]);
    // Not a whole frame later: the clock stands within a window of what happened.
    expect(run.now - (hits[0]?.at ?? 0)).toBeLessThan(0.01 * second);

    // What is true already pauses nothing.
    await run.advance(10);
    expect(hits).toHaveLength(1);

    hits.length = 0;
    pauseWhen(run, { type: "endpointsGone", namespace: "", name: "web" }, { type: "event", reason: "NoSuchReason" });
    run.command({ type: "api", request: { ...request("patch", "/apis/apps/v1/namespaces/default/deployments/web", { spec: { replicas: 0 } }), contentType: "application/merge-patch+json" } });
    await run.advance(60);
    expect(hits).toMatchObject([{ id: "b0", text: "Service web has no ready endpoints" }]);

    hits.length = 0;
    const at = simTime(addTime(run.now, 3 * second));
    pauseWhen(run, { type: "time", at }, { type: "time", at: addTime(at, second) });
    await run.advance(60);
    expect(hits.map(({ id }) => id)).toEqual(["b0"]);
    expect(run.now).toBe(at);
  });

  it("wait for requests, events, rollouts, machines and pods", async () => {
    const hits: BreakpointHit[] = [];
    const run = await begin(hits);
    const until = async (conditions: Condition[], text: RegExp): Promise<void> => {
      hits.length = 0;
      pauseWhen(run, ...conditions);
      await run.advance(120);
      expect(hits.map((hit) => hit.text)).toEqual([expect.stringMatching(text)]);
    };
    run.command({ type: "setTraffic", source: { id: "t", from: "internet", url: "http://nowhere.example.com/", method: "GET", perSecond: 1, clients: 1, keepAlive: false } });
    await until([{ type: "requestFailed" }], /^A request failed$/);
    expect(hits[0]?.select?.type).toBe("flow");
    run.command({ type: "clearTraffic", id: "t" });

    run.command({ type: "api", request: request("create", "/apis/apps/v1/namespaces/default/deployments", web) });
    await until([{ type: "event", reason: "Scheduled" }], /^Event Scheduled about Pod web-/);
    await run.advance(30);
    const spec = { progressDeadlineSeconds: 5, template: { spec: { containers: [{ name: "web", image: "nginx:9.99" }] } } };
    run.command({ type: "api", request: { ...request("patch", "/apis/apps/v1/namespaces/default/deployments/web", { spec }), contentType: "application/strategic-merge-patch+json" } });
    await until([{ type: "rolloutStalled", namespace: "default", name: "" }, { type: "rolloutComplete", namespace: "", name: "" }], /^Deployment web exceeded its progress deadline$/);

    const pods = (await run.read(request("list", "/api/v1/namespaces/default/pods"))).body as unknown as { readonly items: readonly { readonly metadata: { readonly name: string }; readonly spec: { readonly nodeName: string }; readonly status: { readonly phase: string } }[] };
    const node = pods.items.find(({ status }) => status.phase === "Running")?.spec.nodeName ?? "";
    run.command({ type: "setFault", fault: { id: "f", type: "node-off", target: node, params: {} } });
    await until([{ type: "nodeNotReady", name: node }], new RegExp(`^Node ${node} is NotReady$`));
    run.command({ type: "clearFault", id: "f" });
    await run.advance(60);
    run.command({ type: "api", request: request("delete", `/api/v1/namespaces/default/pods/${pods.items.find(({ status }) => status.phase === "Running")?.metadata.name}`) });
    await until([{ type: "podNotReady", namespace: "default", name: "", labels: { app: "other" } }, { type: "podNotReady", namespace: "", name: "", labels: { app: "web" } }], /^Pod web-\S+ is no longer ready$/);
  });

  it("are refused by name where they are none", async () => {
    const run = await begin([]);
    expect(() => run.setBreakpoints([{ id: "a", enabled: true, condition: { type: "time", at: "soon" } }] as never)).toThrow(/0\.condition\.at/);
    expect(() => run.setBreakpoints(null as never)).toThrow(/no breakpoints/);
    expect(() => run.setBreakpoints(Array.from({ length: mostBreakpoints + 1 }, (_, index) => ({ id: `${index}`, enabled: true, condition: { type: "requestFailed" } as const })))).toThrow(/Invalid length/);
  });

  it("are no part of history, and a disabled one is none", async () => {
    const hits: BreakpointHit[] = [];
    const run = await begin(hits);
    pauseWhen(run, { type: "podCrashLoop", namespace: "", name: "", labels: { app: "sick" } });
    const sick = { apiVersion: "v1", kind: "Pod", metadata: { name: "sick", labels: { app: "sick" } }, spec: { containers: [{ name: "c", image: "busybox:1.36", command: ["sh", "-c", "exit 1"] }] } };
    run.command({ type: "api", request: request("create", "/api/v1/namespaces/default/pods", sick) });
    await run.advance(60);
    expect(hits).toMatchObject([{ text: "Pod sick is in CrashLoopBackOff" }]);
    expect(run.recording().journal).toHaveLength(1);
    run.setBreakpoints([{ id: "off", enabled: false, condition: { type: "time", at: addTime(run.now, second) } }]);
    await run.advance(5);
    expect(hits).toHaveLength(1);
  });

  it("skip to the next thing of interest, one after the other, without a breakpoint", async () => {
    const hits: BreakpointHit[] = [];
    const run = await begin(hits);
    await run.advance(60);
    run.command({ type: "api", request: request("create", "/apis/apps/v1/namespaces/default/deployments", web) });
    const seen: string[] = [];
    const times: number[] = [];
    for (let skips = 0; skips < 12; skips++) {
      hits.length = 0;
      await run.skip();
      seen.push(...hits.map(({ text }) => text.replace(/web-[a-z0-9]+(-[a-z0-9]+)?/, (name) => (name.split("-").length > 2 ? "web-0-x" : "web-0"))));
      times.push(run.now);
      if (seen.includes("Deployment web is rolled out")) break;
    }
    expect(seen).toEqual([
      "Deployment web is made", "ReplicaSet web-0 is made", "Pod web-0-x is made", expect.stringMatching(/^Pod web-0-x goes to node-\d$/), "Pod web-0-x is ready", "Deployment web is rolled out",
    ]);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it("a skip ends where somebody pauses, and tells of an hour in which nothing happened", async () => {
    const [hits, notices]: [BreakpointHit[], string[]] = [[], []];
    const run = await begin(hits, notices);
    await run.advance(60);
    const skipped = run.skip();
    run.setSpeed(0);
    await skipped;
    expect(run.now).toBeLessThan(100 * second);
    expect([hits, notices]).toEqual([[], []]);
    await run.skip();
    expect(run.now).toBeGreaterThan(3_600 * second);
    expect([hits, notices]).toEqual([[], ["Nothing of interest happened within an hour of the cluster's time."]]);
  });
});
