import { isJsonObject } from "../../base/json.ts";
import type { Frame } from "../../hosts/protocol.ts";
import type { EngineClient } from "../engine/engineClient.ts";
import type { ClusterStore } from "../stores/clusterStore.ts";

export const apiServer = "cp-1/apiserver";
export const etcd = "cp-1/etcd";
export const manager = "cp-1/kube-controller-manager";
export const scheduler = "cp-1/kube-scheduler";
export const cloudManager = "cp-1/cloud-controller-manager";
/** Where requests of people come from. */
export const people = "you";

/** A request that the API server has answered, with what each of its stages said. */
export interface RequestTrace {
  readonly id: string;
  readonly at: number;
  readonly verb: string;
  readonly path: string;
  readonly code: number;
  /** Who sent it: a process, a controller ("cp-1/kube-controller-manager#deployment"), "you", or "" where that is not known. */
  readonly from: string;
  readonly stages: readonly (readonly [string, string])[];
}

/** The way of a message over the boxes of the picture. */
export interface MessageRoute {
  readonly stops: readonly string[];
  readonly failed: boolean;
}

const recentLimit = 80;
const writes: ReadonlySet<string> = new Set(["create", "update", "patch", "delete", "deletecollection"]);

/** Node that a kubelet's request is about: its own Node, Lease or a pod of its own. */
function kubeletOf(path: string, cluster: ClusterStore): string {
  const parts = path.split("/");
  const node = parts[parts.indexOf("nodes") + 1] ?? "";
  if (parts.includes("nodes") && node !== "") return node;
  if (parts.includes("leases")) return parts.at(-1) ?? "";
  const at = parts.indexOf("pods");
  const [namespace = "", name = ""] = at < 2 ? [] : [parts[at - 1], parts[at + 1]];
  if (name === "") return "";
  for (const { ref, node: on, plural } of cluster.getState().facts.values()) if (plural === "pods" && ref.name === name && ref.namespace === namespace) return on ?? "";
  return "";
}

/** The sender by the user agent that it gives. */
export function senderOf(agent: string, path: string, cluster: ClusterStore): string {
  const name = agent.split("/")[0] ?? "";
  if (name === "kube-scheduler") return scheduler;
  if (name === "cloud-controller-manager") return cloudManager;
  if (name === "kube-controller-manager") {
    const part = /:([a-z0-9-]+)$/.exec(agent)?.[1]?.replace(/-controller$/, "");
    return part === undefined ? manager : `${manager}#${part}`;
  }
  if (name === "kubelet" || name === "kube-proxy") {
    const node = kubeletOf(path, cluster);
    return node === "" ? "" : `${node}/${name === "kubelet" ? "kubelet" : "proxy"}`;
  }
  return name === "orrery-page" || name === "kubectl" || name === "helm" ? people : "";
}

/**
 * The API server's requests as they are answered. Asked of the engine only while somebody looks: each listener and each `want` counts
 * as one who does.
 */
export function createMessages(cluster: ClusterStore, client: () => EngineClient) {
  const listeners = new Set<(routes: readonly MessageRoute[]) => void>();
  let wanted = 0;
  let recent: readonly RequestTrace[] = [];
  let answered = 0;
  // Another run is another engine: it must be asked anew.
  cluster.subscribe((state, before) => {
    if (state.run === before.run) return;
    recent = [];
    if (wanted > 0) client().subscribe("trace", true);
  });
  return {
    /** Newest last. */
    recent: () => recent,
    /** How many were seen since the page was opened. */
    answered: () => answered,
    /** Returns what ends it. */
    want(): () => void {
      if (wanted++ === 0) client().subscribe("trace", true);
      return () => void (--wanted === 0 && client().subscribe("trace", false));
    },
    /** Routes of the messages of each frame that has any. Returns what stops it. */
    listen(listener: (routes: readonly MessageRoute[]) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    add(trace: Frame["trace"]): void {
      const fresh: RequestTrace[] = [];
      for (const { at, body, process } of trace) {
        if (process !== apiServer || !isJsonObject(body) || body["type"] !== "request") continue;
        // A watch is told of by less: who watches is not said.
        const { id, verb, path, code, agent = "", stages = [] } = body as unknown as Omit<RequestTrace, "at" | "from"> & { readonly agent?: string };
        fresh.push({ id, at, verb, path, code, stages, from: senderOf(agent, path, cluster) });
      }
      if (fresh.length === 0) return;
      answered += fresh.length;
      recent = [...recent, ...fresh].slice(-recentLimit);
      const routes = fresh.map(({ from, verb, code }) => ({ stops: [...(from === "" ? [] : [from]), apiServer, ...(writes.has(verb) && code < 300 ? [etcd] : [])], failed: code >= 400 }));
      for (const listener of listeners) listener(routes);
    },
  };
}
export type Messages = ReturnType<typeof createMessages>;
