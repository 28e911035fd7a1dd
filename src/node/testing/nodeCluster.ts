import type { ApiResponse, Verb } from "../../apimachinery/apiRequest.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import { isJsonObject } from "../../base/json.ts";
import { buildCluster } from "../../cluster/buildCluster.ts";
import { defaultClusterSpec, defaultNode, type ClusterSpec } from "../../cluster/clusterSpec.ts";
import { machineGroup } from "../../cluster/machines.ts";
import { World } from "../../sim/testing/world.ts";

const server = "cp-1/apiserver";
const admin = { type: "user", name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] };

/** A whole cluster of a few nodes for tests of the node: no addons unless asked for. */
export class NodeCluster {
  readonly spec: ClusterSpec;
  readonly world: World;
  #requests = 0;

  constructor(options: { readonly nodes?: number; readonly seed?: number; readonly spec?: Partial<ClusterSpec> } = {}) {
    const nodes = Array.from({ length: options.nodes ?? 1 }, (_, index) => defaultNode(index + 1));
    this.spec = { ...defaultClusterSpec, nodes, addons: [], ...options.spec };
    const seed = options.seed ?? 1;
    const built = buildCluster(this.spec, seed);
    this.world = new World({ seed, epochUs: built.epochUs, factories: built.groups.flatMap((group) => group.factories), makeGroup: (group, description) => machineGroup(this.spec, group, description) });
  }

  /** For a cluster restored from another's keyframe: request ids go on from there. */
  continueRequests(from: NodeCluster): void {
    this.#requests = from.#requests;
  }

  /** Until all nodes are Ready; throws where they are not within two virtual minutes. */
  boot(): this {
    for (let second = 0; second < 120; second++) {
      this.world.runFor(1_000_000);
      const nodes = this.list("/api/v1/nodes");
      const ready = nodes.filter((node) => condition(node, "Ready")?.["status"] === "True" && ((node["spec"] as JsonObject)["taints"] === undefined));
      if (ready.length === this.spec.nodes.length && this.get("/api/v1/namespaces/default/serviceaccounts/default") !== null && this.get("/api/v1/namespaces/default/configmaps/kube-root-ca.crt") !== null) return this;
    }
    throw new Error(`nodes are not ready: ${JSON.stringify(this.list("/api/v1/nodes").map((node) => node["status"]))}`);
  }

  /** Sends a write and runs until it is answered. */
  write(verb: Verb, path: string, body: Json = null, contentType = "", query: Readonly<Record<string, string>> = {}): ApiResponse {
    const id = `c${++this.#requests}`;
    const before = this.world.replies.length;
    this.world.send(server, { type: "request", request: { id, verb, path, query, contentType, accept: "", userAgent: "kubectl/v1.36.2", identity: admin, body } } as unknown as Json);
    for (let step = 0; step < 1000 && this.world.replies.length === before; step++) this.world.runFor(10_000);
    const reply = this.world.replies[before]?.body as unknown as { response: ApiResponse } | undefined;
    if (reply === undefined) throw new Error(`${verb} ${path}: no answer`);
    return reply.response;
  }

  create(path: string, object: Json): JsonObject {
    const response = this.write("create", path, object);
    if (response.code !== 201) throw new Error(`create ${path}: ${response.code} ${JSON.stringify(response.body)}`);
    return response.body as JsonObject;
  }

  pod(name: string, spec: JsonObject, metadata: JsonObject = {}): JsonObject {
    return this.create("/api/v1/namespaces/default/pods", { apiVersion: "v1", kind: "Pod", metadata: { name, ...metadata }, spec });
  }

  answer(path: string): ApiResponse {
    return this.world.observe(server, { type: "request", request: { id: "look", verb: "get", path, query: {}, contentType: "", accept: "", identity: admin, body: null } } as unknown as Json) as unknown as ApiResponse;
  }

  get(path: string): JsonObject | null {
    const response = this.answer(path);
    return response.code === 200 && isJsonObject(response.body) ? response.body : null;
  }

  list(path: string): readonly JsonObject[] {
    return (this.get(path)?.["items"] ?? []) as readonly JsonObject[];
  }

  getPod(name: string): JsonObject | null {
    return this.get(`/api/v1/namespaces/default/pods/${name}`);
  }

  status(name: string): JsonObject {
    return (this.getPod(name)?.["status"] ?? {}) as JsonObject;
  }

  /** "Normal Pulled: message", oldest first, of one object. */
  events(name: string): readonly string[] {
    return this.list("/api/v1/namespaces/default/events")
      .filter((event) => (event["involvedObject"] as JsonObject)["name"] === name && (event["source"] as JsonObject)["component"] === "kubelet")
      .sort((a, b) => (eventName(a) < eventName(b) ? -1 : 1))
      .map((event) => `${String(event["type"])} ${String(event["reason"])}: ${String(event["message"])}${event["count"] === 1 ? "" : ` (x${String(event["count"])})`}`);
  }

  logs(pod: string, node = "node-1", more: JsonObject = {}): readonly string[] {
    const answer = this.world.observe(`${node}/runtime`, { type: "logs", pod: `default/${pod}`, ...more }) as { lines?: readonly string[]; error?: string } | null;
    return answer?.lines ?? [`error: ${answer?.error ?? "no answer"}`];
  }

  /** Runs on until the pod's STATUS satisfies, at most so long; how long it took in seconds, or throws. */
  until(what: string, holds: () => boolean, maxSeconds = 120): number {
    const start = this.world.now;
    while (!holds()) {
      if (this.world.now - start > maxSeconds * 1_000_000) throw new Error(`not within ${maxSeconds} s: ${what}`);
      this.world.runFor(100_000);
    }
    return (this.world.now - start) / 1_000_000;
  }
}

function eventName(event: JsonObject): string {
  return String((event["metadata"] as JsonObject)["name"]).split(".").pop() ?? "";
}

export function condition(object: JsonObject, type: string): JsonObject | null {
  const conditions = ((object["status"] as JsonObject | undefined)?.["conditions"] ?? []) as readonly JsonObject[];
  return conditions.find((candidate) => candidate["type"] === type) ?? null;
}
