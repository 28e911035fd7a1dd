import { resources } from "../../kubectl/discovery.ts";
import type { KubectlHost } from "../../kubectl/host.ts";
import { commandNames } from "../../kubectl/kubectl.ts";
import type { GraphFact } from "../../hosts/protocol.ts";
import { programNames } from "./programs.ts";

/** What completion may look at; none of it asks the cluster, but for the list of resources once. */
export interface CompletionSources {
  readonly facts: Iterable<GraphFact>;
  readonly files: readonly string[];
  readonly namespace: string;
  readonly host: Pick<KubectlHost, "client" | "cache">;
}

const commonFlags = ["--namespace=", "--output=", "--selector=", "--all-namespaces", "--help"];
const flagsOf: Readonly<Record<string, readonly string[]>> = {
  get: ["--watch", "--show-labels", "--sort-by=", "--field-selector=", "--no-headers", "--label-columns=", "--ignore-not-found"],
  apply: ["--filename=", "--dry-run=server", "--dry-run=client", "--server-side", "--prune", "--force-conflicts"],
  create: ["--filename=", "--dry-run=client", "--image=", "--replicas=", "--port=", "--from-literal="],
  delete: ["--filename=", "--all", "--force", "--grace-period=", "--cascade=", "--wait=false", "--now"],
  logs: ["--follow", "--previous", "--container=", "--tail=", "--since=", "--timestamps", "--all-containers", "--prefix"],
  exec: ["--container=", "-it", "--"],
  rollout: ["--revision=", "--to-revision=", "--timeout="],
  scale: ["--replicas=", "--current-replicas="],
  wait: ["--for=condition=", "--for=delete", "--timeout="],
  run: ["--image=", "--restart=", "--env=", "--port=", "--rm", "-it", "--dry-run=client"],
  expose: ["--port=", "--target-port=", "--type=", "--name="],
  explain: ["--recursive"],
};
const outputs = ["yaml", "json", "wide", "name", "jsonpath=", "custom-columns="];
const rolloutVerbs = ["status", "history", "undo", "restart", "pause", "resume"];
const createTypes = ["configmap", "cronjob", "deployment", "ingress", "job", "namespace", "poddisruptionbudget", "priorityclass", "quota", "role", "rolebinding", "secret", "service", "serviceaccount", "token"];
/** Commands whose arguments are a type and names. */
const typed: ReadonlySet<string> = new Set(["get", "describe", "delete", "label", "annotate", "edit", "patch", "scale", "wait", "expose"]);
const podCommands: ReadonlySet<string> = new Set(["logs", "exec"]);

export interface Completion {
  /** Where the word begins that is completed. */
  readonly from: number;
  readonly words: readonly string[];
}

function names(sources: CompletionSources, plural: string): readonly string[] {
  return [...sources.facts].filter((fact) => fact.plural === plural && (fact.ref.namespace === "" || fact.ref.namespace === sources.namespace)).map((fact) => fact.ref.name).sort();
}

/** What may stand at the end of a line. */
export async function complete(line: string, sources: CompletionSources): Promise<Completion> {
  const from = Math.max(line.lastIndexOf(" "), line.lastIndexOf("|"), line.lastIndexOf(";"), line.lastIndexOf("&"), line.lastIndexOf("(")) + 1;
  const word = line.slice(from);
  const segment = line.slice(0, from).split(/[|;&(]/).at(-1) ?? "";
  const before = segment.trim().split(/\s+/).filter((one) => one !== "");
  const offer = (all: readonly string[], start = word): Completion => ({ from: line.length - start.length, words: all.filter((one) => one.startsWith(start) && one !== start) });
  if (before.length === 0) return offer(["kubectl", ...programNames.filter((name) => name !== ":")]);
  if (before[0] !== "kubectl" && before[0] !== "k") return offer(sources.files);
  const last = before.at(-1) ?? "";
  const inside = before.indexOf("--");
  if (inside > 0) return offer([]);
  if (last === "-f" || last === "--filename") return offer(sources.files);
  if (word.startsWith("--filename=")) return offer(sources.files, word.slice("--filename=".length));
  if (last === "-o" || last === "--output") return offer(outputs);
  if (word.startsWith("--output=")) return offer(outputs, word.slice("--output=".length));
  if (last === "-n" || last === "--namespace") return offer(names(sources, "namespaces"));
  if (word.startsWith("--namespace=")) return offer(names(sources, "namespaces"), word.slice("--namespace=".length));
  const args = before.slice(1).filter((one, at, all) => !one.startsWith("-") && !["-n", "-o", "-l", "-c", "--namespace"].includes(all[at - 1] ?? ""));
  const [command] = args;
  if (command === undefined) return word.startsWith("-") ? offer(commonFlags) : offer(commandNames);
  if (word.startsWith("-")) return offer([...(flagsOf[command] ?? []), ...commonFlags]);
  const all = await resources({ client: sources.host.client, cache: sources.host.cache } as KubectlHost).catch(() => []);
  const types = [...new Set(all.map(({ plural }) => plural))].sort();
  const pluralOf = (text: string) => all.find((one) => one.plural === text || one.singular === text || one.shortNames.includes(text))?.plural ?? text;
  const slash = word.indexOf("/");
  if (slash > 0) return offer(names(sources, pluralOf(word.slice(0, slash))), word.slice(slash + 1));
  if (command === "rollout") return args.length === 1 ? offer(rolloutVerbs) : offer(["deployments", "statefulsets", "daemonsets"].flatMap((plural) => names(sources, plural).map((name) => `${plural.slice(0, -1)}/${name}`)));
  if (command === "create") return offer(args.length === 1 ? createTypes : args[1] === "service" ? ["clusterip", "nodeport", "loadbalancer", "externalname"] : args[1] === "secret" ? ["generic", "docker-registry"] : []);
  if (command === "set") return args.length === 1 ? offer(["image", "env"]) : offer(names(sources, "deployments").map((name) => `deployment/${name}`));
  if (command === "auth") return offer(args.length === 1 ? ["can-i", "whoami"] : args.length === 2 ? ["get", "list", "watch", "create", "update", "patch", "delete"] : types);
  if (command === "top") return offer(["node", "pod"]);
  if (command === "explain") return offer(types);
  if (command === "cordon" || command === "uncordon") return offer(names(sources, "nodes"));
  if (podCommands.has(command)) return offer([...names(sources, "pods"), ...names(sources, "deployments").map((name) => `deployment/${name}`)]);
  if (!typed.has(command)) return offer([]);
  const [, type] = args;
  return type === undefined ? offer([...types, ...(command === "get" ? ["all"] : [])]) : offer(names(sources, pluralOf(type)));
}

/** What all of the words begin with. */
export function commonStart(words: readonly string[]): string {
  const [first = ""] = words;
  let length = first.length;
  for (const word of words) while (!word.startsWith(first.slice(0, length))) length--;
  return first.slice(0, length);
}
