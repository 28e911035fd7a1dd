import { beforeAll, describe, expect, it } from "vitest";
import type { ApiRequest } from "../apimachinery/apiRequest.ts";
import type { Json } from "../base/json.ts";
import { defaultClusterSpec, type ClusterSpec } from "../cluster/clusterSpec.ts";
import type { ClusterCommand, ClusterRecording } from "../cluster/commands.ts";
import type { JournalEntry } from "../sim/recording.ts";
import { second, simTime } from "../sim/time.ts";
import { clusterComposition } from "./clusterComposition.ts";
import { Coordinator } from "./coordinator.ts";
import type { HostPort } from "./hostPort.ts";
import { bundleNodeThread } from "./transports/bundleNodeThread.mjs";
import { InlineHost } from "./transports/inline.ts";
import { openNodeThread } from "./transports/nodeThread.ts";

const person = { type: "user", name: "kubernetes-admin", groups: ["system:masters"] } as const;
const request = (verb: ApiRequest["verb"], path: string, body: ApiRequest["body"], contentType = ""): ClusterCommand => ({
  type: "api",
  request: { id: "", verb, path, query: {}, contentType, accept: "", identity: person, body },
});
const web = {
  apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" },
  spec: { replicas: 4, selector: { matchLabels: { app: "web" } }, template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "nginx:1.27" }] } } },
};
const commands: readonly (readonly [number, ClusterCommand])[] = [
  [12, request("create", "/apis/apps/v1/namespaces/default/deployments", web)],
  [16, request("patch", "/apis/apps/v1/namespaces/default/deployments/web", { spec: { replicas: 7 } }, "application/merge-patch+json")],
  [18, { type: "setFault", fault: { id: "off", type: "node-off", target: "node-2", params: {} } }],
  [20, { type: "setFault", fault: { id: "lossy", type: "link-loss", target: "node-3", params: { perMille: 100 } } }],
  [24, { type: "setFault", fault: { id: "crash", type: "process-crash", target: "cp-1/kube-scheduler", params: {} } }],
  [40, { type: "clearFault", id: "off" }],
];
const journal: readonly JournalEntry<ClusterCommand>[] = commands.map(([at, command], index) => ({ at: simTime(at * second), seq: index + 1, command }));
const recording: ClusterRecording = { format: 1, engine: "", seed: 3, spec: defaultClusterSpec, journal, checkpoints: [] };
const end = simTime(60 * second);

function open(ports: readonly HostPort<ClusterSpec>[]): Coordinator<ClusterSpec, ClusterCommand> {
  return new Coordinator<ClusterSpec, ClusterCommand>({
    composition: clusterComposition, recording, engine: "", ports,
    listener: { window: () => undefined, diverged: () => undefined, applied: () => undefined },
  });
}
const inline = (): HostPort<ClusterSpec> => new InlineHost<ClusterSpec, ClusterCommand>(clusterComposition, { freezeBodies: true });

async function run(ports: readonly HostPort<ClusterSpec>[]): Promise<string> {
  const coordinator = open(ports);
  await coordinator.open();
  await coordinator.advance(end);
  const digest = coordinator.digest();
  coordinator.close();
  return digest;
}

describe("a cluster's history", () => {
  let digest = "";
  let script = "";
  beforeAll(async () => {
    digest = await run([inline()]);
    script = await bundleNodeThread("src/hosts/transports/nodeThreadCluster.ts");
  });

  it("moves pods about", async () => {
    const coordinator = open([inline()]);
    await coordinator.open();
    await coordinator.advance(end);
    const list: ApiRequest = { id: "", verb: "list", path: "/api/v1/namespaces/default/pods", query: {}, contentType: "", accept: "", identity: person, body: null };
    const answer = (await coordinator.observe("cp-1/apiserver", { type: "request", request: list as unknown as Json })) as unknown as { body: { items: { status: { phase: string } }[] } };
    expect(answer.body.items.filter((pod) => pod.status.phase === "Running").length).toBeGreaterThanOrEqual(7);
  });

  it("is the same again", async () => expect(await run([inline()])).toBe(digest));
  it("is the same on two hosts", async () => expect(await run([inline(), inline()])).toBe(digest));
  it.each([1, 2, 4])("is the same with %i node threads", async (threads) => {
    expect(await run([inline(), ...Array.from({ length: threads }, () => openNodeThread<ClusterSpec>(script))])).toBe(digest);
  });

  it("is the same after a keyframe at any time, in new instances", async () => {
    for (const [first, step] of [[0.7, 3.1], [5.3, 7.7]] as const) {
      let coordinator = open([inline()]);
      await coordinator.open();
      for (let at = first; at < 60; at += step) {
        await coordinator.advance(simTime(Math.round(at * second)));
        const keyframe = JSON.parse(JSON.stringify(await coordinator.keyframe())) as never;
        coordinator = open([inline(), inline()]);
        await coordinator.open();
        await coordinator.restore(keyframe);
      }
      await coordinator.advance(end);
      expect(coordinator.digest()).toBe(digest);
    }
  });
});
