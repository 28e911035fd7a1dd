import { parse } from "yaml";
import type { Json } from "../../../base/json.ts";
import { defaultClusterSpec, defaultNode } from "../../clusterSpec.ts";
import type { ClusterCommand } from "../../commands.ts";
import { events, get, said, watch, why } from "./lookVerbs.ts";
import { top } from "./topVerb.ts";
import { TranscriptCluster } from "./transcriptCluster.ts";
import { durationSeconds, wordsOf, type Words } from "./words.ts";
import { apply, approve, cordon, evict, patch, remove, rollout, scale, setImage, setStatus } from "./writeVerbs.ts";

const uid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

type Verb = (cluster: TranscriptCluster, words: Words) => readonly string[];

function done(cluster: TranscriptCluster, command: ClusterCommand, said: string): readonly string[] {
  const refusal = cluster.interpreter.refusal(command);
  if (refusal !== null) return [`refused: ${refusal}`];
  cluster.command(command);
  return [said];
}

/** fault ID TYPE TARGET [name=number ...] */
const fault: Verb = (cluster, { args: [id = "", type = "", target = "", ...params] }) => {
  const values = Object.fromEntries(params.map((param) => [param.slice(0, param.indexOf("=")), Number(param.slice(param.indexOf("=") + 1))]));
  return done(cluster, { type: "setFault", fault: { id, type, target: target.split("/").map((each) => cluster.aliases.find(each)).join("/"), params: values as Json } }, `${type} ${target}`);
};

/** traffic ID URL [--per-second=N] [--clients=N] [--keep-alive] [--from=POD] [--ramp=TO/SECONDS] [--burst=N] */
const traffic: Verb = (cluster, { args: [id = "", url = ""], options }) => {
  const from = options.get("from");
  const [toPerSecond, seconds] = (options.get("ramp") ?? "").split("/").map(Number);
  const burst = options.get("burst");
  const source = {
    id, url, method: "GET", keepAlive: options.get("keep-alive") === "true",
    perSecond: Number(options.get("per-second") ?? 10), clients: Number(options.get("clients") ?? 1),
    from: from === undefined ? ("internet" as const) : { namespace: "default", name: cluster.aliases.find(from) },
    ...(toPerSecond === undefined || seconds === undefined ? {} : { ramp: { toPerSecond, seconds } }),
    ...(burst === undefined ? {} : { burst: Number(burst) }),
  };
  return done(cluster, { type: "setTraffic", source }, `${source.ramp === undefined ? source.perSecond : `${source.perSecond} to ${source.ramp.toPerSecond}`} requests a second to ${url}`);
};

const requests: Verb = (cluster) => {
  const ends = [...cluster.flows()].sort(([a], [b]) => (a < b ? -1 : 1));
  return ends.length === 0 ? ["no requests"] : ends.map(([end, count]) => `${count} x ${cluster.aliases.hide(end)}`);
};

/** logs POD [-c CONTAINER] [--previous] */
const logs: Verb = (cluster, { args: [name = "", container], options }) => {
  const real = cluster.aliases.find(name);
  const node = String((cluster.getPod(real)?.["spec"] as { readonly nodeName?: string } | undefined)?.nodeName ?? "");
  return cluster.logs(real, node, { ...(container === undefined ? {} : { container }), ...(options.get("previous") === "true" ? { previous: true } : {}) });
};

const verbs: Readonly<Record<string, Verb>> = {
  advance: (cluster, { args: [duration = ""] }) => {
    cluster.seconds(durationSeconds(duration));
    return [];
  },
  settle: (cluster) => [`settled after ${cluster.settle()}s`],
  get, watch, events, why, top, said, fault, traffic, requests, logs,
  nodes: (cluster, words) => get(cluster, { ...words, args: ["nodes"] }),
  delete: remove, scale, "set-image": setImage, patch, rollout, evict, approve, status: setStatus, cordon, uncordon: cordon,
  stop: (cluster, { args: [process = ""] }) => done(cluster, { type: "setComponent", process, part: null, state: "stopped" }, `${process} was stopped`),
  start: (cluster, { args: [process = ""] }) => done(cluster, { type: "setComponent", process, part: null, state: "running" }, `${process} was started`),
  "clear-fault": (cluster, { args: [id = ""] }) => done(cluster, { type: "clearFault", id }, `cleared ${id}`),
  "clear-traffic": (cluster, { args: [id = ""] }) => done(cluster, { type: "clearTraffic", id }, `ended ${id}`),
  "add-node": (cluster, { args: [index = ""] }) => done(cluster, { type: "addNode", node: defaultNode(Number(index.replace("node-", ""))) }, `${index} was added`),
  "remove-node": (cluster, { args: [node = ""] }) => done(cluster, { type: "removeNode", node }, `${node} was removed`),
};

/** Runs the commands of one transcript. The first must be `cluster`, which boots one; `readFile` reads what `apply` names. */
export class TranscriptRunner {
  readonly #readFile: (name: string) => string;
  #cluster: TranscriptCluster | null = null;

  constructor(readFile: (name: string) => string) {
    this.#readFile = readFile;
  }

  run(command: string): readonly string[] {
    const words = wordsOf(command);
    if (words.verb === "cluster") return this.#boot(words);
    const cluster = this.#cluster;
    if (cluster === null) throw new Error(`"${command}" comes before "cluster"`);
    if (words.verb === "manifest") return this.#say(cluster, this.#manifest(cluster, words));
    if (words.verb === "apply") return this.#say(cluster, apply(cluster, this.#readFile(words.args[0] ?? ""), words.options.get("namespace") ?? "default"));
    const verb = Object.hasOwn(verbs, words.verb) ? verbs[words.verb] : undefined;
    if (verb === undefined) throw new Error(`unknown verb "${words.verb}"; known are apply, cluster, manifest, ${Object.keys(verbs).join(", ")}`);
    return this.#say(cluster, verb(cluster, words));
  }

  /** manifest NODE FILE [--remove]: writes a file into the folder of the machine's static pods, or removes it */
  #manifest(cluster: TranscriptCluster, { args: [node = "", file = ""], options }: Words): readonly string[] {
    const removed = options.get("remove") === "true";
    return done(cluster, { type: "setManifest", node, file, manifest: removed ? null : (parse(this.#readFile(file)) as Json) }, `${file} was ${removed ? "removed from" : "written to"} ${node}`);
  }

  /** cluster [--nodes=3] [--addons=coredns,cloud] [--cpu=4000] [--pods=110] [--grace=30s,10s] [--seed=1] [--second=kube-scheduler,...]: a second instance of these */
  #boot({ options }: Words): readonly string[] {
    const count = Number(options.get("nodes") ?? 3);
    const [shutdownGracePeriod, shutdownGracePeriodCriticalPods = "0s"] = (options.get("grace") ?? "").split(",");
    const kubelet = shutdownGracePeriod === undefined || shutdownGracePeriod === "" ? {} : { kubelet: { shutdownGracePeriod, shutdownGracePeriodCriticalPods } };
    const nodes = Array.from({ length: count }, (_, index) => ({ ...defaultNode(index + 1), cpuMilli: Number(options.get("cpu") ?? 4_000), pods: Number(options.get("pods") ?? 110), ...kubelet }));
    const addons = (options.get("addons") ?? "").split(",").filter((addon) => addon !== "");
    const second = (options.get("second") ?? "").split(",").filter((component) => component !== "");
    const instances = Object.fromEntries(second.map((component) => [component, 2 as const]));
    this.#cluster = new TranscriptCluster({ seed: Number(options.get("seed") ?? 1), spec: { ...defaultClusterSpec, nodes, addons, ...(second.length === 0 ? {} : { instances }) } });
    this.#cluster.boot();
    this.#cluster.settle();
    this.#cluster.newTrace();
    return [];
  }

  #say(cluster: TranscriptCluster, lines: readonly string[]): readonly string[] {
    cluster.look();
    return lines.map((line) => cluster.aliases.hide(line).replace(uid, "<uid>"));
  }
}
