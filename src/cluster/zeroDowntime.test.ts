import { describe, expect, it } from "vitest";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import type { FlowRecord } from "../network/packet.ts";
import { FaultCluster } from "./testing/faultCluster.ts";

/** What a case has other than a Deployment of three nginx behind a NodePort, and clients that open a connection a request. */
interface Setup {
  readonly deployment?: JsonObject;
  readonly pod?: JsonObject;
  readonly container?: JsonObject;
  readonly source?: JsonObject;
  readonly through?: "ingress";
  /** How far away the clients are. */
  readonly latencyMs?: number;
}

const requestsPerSecond = 40;
const labels = { app: "web" };

const readinessProbe = { httpGet: { path: "/", port: 80 }, periodSeconds: 1 };
const waits: JsonObject = { lifecycle: { preStop: { sleep: { seconds: 5 } } } };
/** An application that listens four seconds after its container has started. */
const slow: JsonObject = { command: ["sh", "-c", "sleep 4; exec nginx -g 'daemon off;'"] };
/** One that takes POST. */
const agnhost: JsonObject = { image: "registry.k8s.io/e2e-test-images/agnhost:2.53", args: ["netexec", "--http-port=80"] };
const allAtOnce: JsonObject = { strategy: { rollingUpdate: { maxUnavailable: "100%", maxSurge: 0 } } };
const noneLess: JsonObject = { strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } } };

/** Clusters that have booted, by what their requests go through: each case begins at the same moment. */
const booted = new Map<string, { readonly cluster: FaultCluster; readonly keyframe: string }>();

function freshCluster(through: Setup["through"]): FaultCluster {
  const key = through ?? "node port";
  let known = booted.get(key);
  if (known === undefined) {
    const cluster = new FaultCluster({ nodes: 2, spec: { addons: through === undefined ? [] : ["coredns", "ingress-nginx", "cloud"] } }).boot();
    if (through !== undefined) cluster.seconds(40);
    known = { cluster, keyframe: JSON.stringify(cluster.world.keyframe()) };
    booted.set(key, known);
  }
  const { cluster, keyframe } = known;
  for (const { id } of cluster.interpreter.traffic) cluster.interpreter.apply({ type: "clearTraffic", id });
  cluster.world.restore(JSON.parse(keyframe) as never);
  cluster.world.trace.length = 0;
  cluster.world.replies.length = 0;
  return cluster;
}

/** A rolling update under traffic: how many requests were lost, and why, with what differs from run to run taken out. */
function rollout({ deployment, pod, container, source, through, latencyMs = 0 }: Setup): { readonly lost: number; readonly answered: number; readonly why: readonly string[] } {
  const cluster = freshCluster(through);
  cluster.create("/apis/apps/v1/namespaces/default/deployments", {
    apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" },
    spec: { replicas: 3, selector: { matchLabels: labels }, ...deployment, template: { metadata: { labels }, spec: { ...pod, containers: [{ name: "web", image: "nginx:1.27", ports: [{ containerPort: 80 }], ...container }] } } },
  });
  cluster.create("/api/v1/namespaces/default/services", { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec: { type: "NodePort", selector: labels, ports: [{ port: 80, nodePort: 30080 }] } });
  if (through !== undefined) cluster.create("/apis/networking.k8s.io/v1/namespaces/default/ingresses", { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name: "web" }, spec: { ingressClassName: "nginx", rules: [{ host: "shop.example.com", http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } }] } }] } });
  cluster.after("web is ready", () => cluster.readyPods().length === 3 && cluster.readyEndpoints("web").length === 3);
  cluster.seconds(6);
  if (latencyMs > 0) cluster.fault("link-latency", "world", { ms: latencyMs }, "far");
  const url = through === undefined ? "http://172.18.0.2:30080/" : "http://shop.example.com/";
  cluster.command({ type: "setTraffic", source: { id: "visitors", from: "internet", url, method: "GET", perSecond: requestsPerSecond, clients: 12, keepAlive: false, ...source } as never });
  cluster.seconds(1);
  const before = new Set(cluster.readyPods().map(({ metadata }) => metadata.name));
  const change: Json = { spec: { template: { metadata: { annotations: { release: "2" } } } } };
  cluster.write("patch", "/apis/apps/v1/namespaces/default/deployments/web", change, "application/merge-patch+json");
  cluster.after("the rollout is over", () => cluster.pods().every(({ metadata }) => !before.has(metadata.name)) && cluster.readyPods().length === 3);
  cluster.seconds(2);
  if (latencyMs > 0) cluster.heal("far");
  const flows = cluster.trace.flatMap(({ body }) => (isJsonObject(body) && body["type"] === "flow" ? [body["flow"] as unknown as FlowRecord] : []));
  const lost = flows.filter(({ failure }) => failure !== null);
  const why = new Set(lost.map(({ failure }) => (failure ?? "").replace(/web-[a-z0-9-]+/g, "web-x").replace(/[0-9.]+ m?s ago/, "a moment ago").replace(/10\.244\.[0-9.]+/g, "A").replace(/ingress-nginx-controller-[a-z0-9-]+/, "ingress-x").replace(/node-\d/, "the node")));
  return { lost: lost.length, answered: flows.length - lost.length, why: [...why].sort() };
}

const gone = "no route to host: pod default/web-x had the address A until a moment ago; the rules of the node did not know yet";
const stuck = "connection reset: it had been kept open, and the pod at its other end has ended";
const notYet = "nothing listens on port 80 of pod default/web-x";
const noneReady = "no endpoint of service default/web was ready on the node at that moment (3 known)";
const nobody = "service default/web had no endpoint at all on the node at that moment";
const tried = "answered 502 by pod ingress-nginx/ingress-x: ingress default/web, path /: 3 of 3 endpoints tried, none answered (A:80, A:80, A:80)";

/** Name, what is configured, how many are lost at least and at most, the sentences of their traces. */
const cases: readonly (readonly [string, Setup, number, number, readonly string[]])[] = [
  // A container that runs counts as ready, whether its program listens or not.
  ["no readiness probe", { container: { ...slow, ...waits } }, 80, 250, [notYet]],
  // A node programs its rules once a second, and SIGTERM does not wait for that.
  ["a readiness probe alone", { container: { readinessProbe } }, 5, 40, [gone]],
  ["a readiness probe, a preStop that outlasts the rules, not a pod less meanwhile", { deployment: noneLess, container: { ...slow, readinessProbe, ...waits } }, 0, 0, []],
  ["all pods at once", { deployment: allAtOnce, container: { ...slow, readinessProbe, lifecycle: { preStop: { sleep: { seconds: 1 } } } } }, 80, 250, [noneReady, gone]],
  ["Recreate, whatever its pods do", { deployment: { strategy: { type: "Recreate" } }, container: { readinessProbe, ...waits } }, 20, 100, [gone, nobody]],
  ["kept connections, all configured right", { container: { readinessProbe, ...waits }, source: { keepAlive: true } }, 0, 0, []],
  // Neither rules nor preStop move a connection that is open: what was sent as the pod ended is gone, unless it may be sent twice.
  ["kept connections and POST, all configured right", { container: { ...agnhost, readinessProbe, ...waits }, source: { keepAlive: true, method: "POST", perSecond: 150, clients: 75 }, latencyMs: 20 }, 2, 20, [stuck]],
  // The controller reads endpoints every three seconds; in that time all its pods were replaced.
  ["through an ingress controller, a readiness probe alone", { container: { readinessProbe }, through: "ingress" }, 20, 150, [tried]],
  ["through an ingress controller, a grace period that cuts preStop short", { pod: { terminationGracePeriodSeconds: 1 }, container: { readinessProbe, lifecycle: { preStop: { exec: { command: ["sleep", "5"] } } } }, through: "ingress" }, 20, 150, [tried]],
  ["through an ingress controller, all configured right", { container: { readinessProbe, ...waits }, through: "ingress" }, 0, 0, []],
];

/** The ones that say least that others do not say. */
const deep: ReadonlySet<string> = new Set(["Recreate, whatever its pods do", "through an ingress controller, a grace period that cuts preStop short"]);

describe("a rolling update under traffic", () => {
  it.each(cases.filter(([name]) => process.env["ORRERY_DEEP"] === "1" || !deep.has(name)))("%s", (_name, setup, least, most, why) => {
    const { lost, answered, why: told } = rollout(setup);
    expect(told).toEqual([...why].sort());
    expect(lost).toBeGreaterThanOrEqual(least);
    expect(lost).toBeLessThanOrEqual(most);
    expect(answered).toBeGreaterThan(50);
  });
});
