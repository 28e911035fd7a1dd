import { describe, expect, it } from "vitest";
import type { Json } from "../../base/json.ts";
import { isJsonObject } from "../../base/json.ts";
import { second } from "../../sim/time.ts";
import { NodeCluster } from "../testing/nodeCluster.ts";
import type { Lifecycle } from "./lifecycles.ts";

function ask(cluster: NodeCluster, question: Json): readonly Lifecycle[] | null {
  return cluster.world.observe("node-1/kubelet", question) as unknown as readonly Lifecycle[] | null;
}

function uidOf(cluster: NodeCluster, pod: string): string {
  const { metadata } = cluster.getPod(pod) as { metadata: Json };
  return isJsonObject(metadata) ? String(metadata["uid"]) : "";
}

const states = (lifecycle: Lifecycle | undefined): readonly string[] => (lifecycle?.passages ?? []).map(({ state }) => state);

describe("the lifecycle that an observer sees", () => {
  it("is that of the pod and of each container, with what was passed and when", () => {
    const cluster = new NodeCluster({ nodes: 1 }).boot();
    cluster.pod("crash", { containers: [{ name: "c", image: "busybox:1.36", command: ["sh", "-c", "sleep 1; exit 3"] }] });
    const uid = uidOf(cluster, "crash");
    cluster.until("crash loop", () => ask(cluster, { type: "lifecycle", uid })?.[1]?.value === "crashLoopBackOff");
    const [pod, container] = ask(cluster, { type: "lifecycle", uid }) ?? [];
    expect(states(pod)).toEqual(["accepted", "mounting", "sandboxDue", "creatingSandbox", "initializing", "running"]);
    expect(states(container)).toEqual(["waiting", "pulling", "imageReady", "starting", "running", "exited", "imageReady", "starting", "running", "exited", "crashLoopBackOff"]);
    const times = container?.passages.map(({ at }) => at) ?? [];
    expect(times).toEqual([...times].sort((a, b) => a - b));
    const [ran, ended] = [container?.passages[4]?.at ?? 0, container?.passages[5]?.at ?? 0];
    expect(ended - ran).toBeGreaterThanOrEqual(second);
    expect(ended).toBeLessThan(cluster.world.now);
    expect(container?.chart.states.find(({ name }) => name === "crashLoopBackOff")?.exits).toContainEqual({ event: "imagePresent", about: "the image is on the machine", to: "imageReady" });
  });

  it("goes on over a restart of the kubelet, which finds the container running", () => {
    const cluster = new NodeCluster({ nodes: 1 }).boot();
    cluster.pod("web", { containers: [{ name: "web", image: "nginx:1.14.2" }] });
    const uid = uidOf(cluster, "web");
    const value = (): string => (ask(cluster, { type: "lifecycle", uid }) ?? []).map((each) => each.value).join(" ");
    cluster.until("running", () => value() === "running running");
    cluster.world.control({ type: "process", process: "node-1/kubelet", state: "stopped" });
    cluster.world.runFor(2 * second);
    expect(ask(cluster, { type: "lifecycle", uid })).toBeNull();
    cluster.world.control({ type: "process", process: "node-1/kubelet", state: "running" });
    cluster.until("found", () => value() === "running running");
    const [pod, container] = ask(cluster, { type: "lifecycle", uid }) ?? [];
    expect(states(pod)).toEqual(["accepted", "found", "remounting", "initializing", "running"]);
    expect(states(container).at(-1)).toBe("running");
    expect(states(container)).not.toContain("starting");
  });

  it("is nobody's for a pod that is not here, and for any other question", () => {
    const cluster = new NodeCluster({ nodes: 1 }).boot();
    for (const question of [{ type: "lifecycle", uid: "constructor" }, { type: "lifecycle" }, { type: "x" }, null, "lifecycle"] as const) expect(ask(cluster, question)).toBeNull();
  });
});
