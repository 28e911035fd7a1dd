import { afterEach, describe, expect, it } from "vitest";
import type { ApiRequest } from "../../apimachinery/apiRequest.ts";
import type { Json } from "../../base/json.ts";
import { defaultClusterSpec, type ClusterSpec } from "../../cluster/clusterSpec.ts";
import type { ClusterCommand } from "../../cluster/commands.ts";
import { addTime, second, simTime } from "../../sim/time.ts";
import { clusterComposition } from "../clusterComposition.ts";
import { ClusterEngine } from "../clusterEngine.ts";
import { InlineHost } from "../transports/inline.ts";
import { realClock } from "../wallClock.ts";
import type { BreakpointHit, Condition } from "./condition.ts";

const person = { type: "user", name: "kubernetes-admin", groups: ["system:masters"] } as const;
const request = (verb: ApiRequest["verb"], path: string, body: Json = null): ApiRequest => ({ id: "page-1", verb, path, query: {}, contentType: "", accept: "", identity: person, body });
const web = {
  apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" },
  spec: { replicas: 1, selector: { matchLabels: { app: "web" } }, template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "nginx:1.27" }] } } },
};
const service = { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec: { selector: { app: "web" }, ports: [{ port: 80 }] } };

let engine: ClusterEngine | null = null;
afterEach(() => engine?.stop());

async function begin(hits: BreakpointHit[]): Promise<ClusterEngine> {
  engine = new ClusterEngine({
    recording: { format: 1, engine: "", seed: 1, spec: { ...defaultClusterSpec, addons: [] }, journal: [], checkpoints: [] },
    clock: realClock,
    openHost: () => new InlineHost<ClusterSpec, ClusterCommand>(clusterComposition),
    hosts: 1,
    speed: 0,
    listener: { frame: null, notice: () => undefined, failed: (message) => expect.unreachable(message), hit: (hit) => void hits.push(hit) },
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
});
