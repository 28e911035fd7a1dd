import { expect, it } from "vitest";
import type { KubeObject } from "../apimachinery/objectMeta.ts";
import { defaultClusterSpec } from "../cluster/clusterSpec.ts";
import { simTime } from "../sim/time.ts";
import { clusterComposition } from "./clusterComposition.ts";
import { ClusterEngine } from "./clusterEngine.ts";
import type { WhyLink } from "./protocol.ts";
import { InlineHost } from "./transports/inline.ts";
import { realClock } from "./wallClock.ts";

it("explains what an object's sentence says, not what was written to it last", async () => {
  const spec = { ...defaultClusterSpec, nodes: defaultClusterSpec.nodes.slice(0, 2), addons: ["cloud"] };
  const engine = new ClusterEngine({
    recording: { format: 1, engine: "", seed: 1, spec, journal: [], checkpoints: [] }, clock: realClock, hosts: 1, speed: 0, openHost: () => new InlineHost(clusterComposition),
    listener: { frame: null, notice: () => undefined, failed: (message) => { throw new Error(message); } },
  });
  await engine.start();
  await engine.advance(20);
  const identity = { type: "user", name: "kubernetes-admin", groups: ["system:masters"] } as const;
  const ask = { id: "", query: {}, accept: "", identity };
  const services = "/api/v1/namespaces/default/services";
  void engine.write({ ...ask, verb: "create", path: services, contentType: "application/json", body: { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec: { selector: { app: "a" }, ports: [{ port: 80 }] } } });
  await engine.advance(1);
  void engine.write({ ...ask, verb: "patch", path: `${services}/web`, contentType: "application/merge-patch+json", body: { spec: { selector: { app: "b" } } } });
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "one" }, spec: { nodeName: "node-1", containers: [{ name: "c", image: "nginx:1.27" }] } };
  void engine.write({ ...ask, verb: "create", path: "/api/v1/namespaces/default/pods", contentType: "application/json", body: pod });
  await engine.advance(60);
  const object = async (path: string): Promise<KubeObject> => (await engine.read({ ...ask, verb: "get", path, contentType: "", body: null })).body as unknown as KubeObject;
  const told = async (path: string): Promise<string | undefined> => {
    const why = (await engine.ask({ type: "why", uid: (await object(path)).metadata.uid })) as unknown as readonly WhyLink[];
    return why.findLast(({ component }) => component !== "api server")?.text;
  };
  // Its kubelet has written the pod's image to it since.
  expect(JSON.stringify(await object("/api/v1/nodes/node-1"))).toContain("nginx:1.27");
  expect(await told("/api/v1/nodes/node-1")).toBe("node-1 is ready to run pods");
  // Its sentence is the same, but it was asked for something else.
  expect(await told(`${services}/web`)).toBe("change Service web");
  const wasReady = engine.now;
  engine.command({ type: "setFault", fault: { id: "f", type: "node-off", target: "node-1", params: {} } });
  await engine.advance(120);
  // The cloud has tainted it since.
  expect(await told("/api/v1/nodes/node-1")).toContain("declared node node-1 unknown");
  engine.lookAt(simTime(wasReady));
  expect(await told("/api/v1/nodes/node-1")).toBe("node-1 is ready to run pods");
  await engine.stop();
}, 30_000);
