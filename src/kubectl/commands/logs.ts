import type { JsonObject } from "../../base/json.ts";
import { resourceNamed, pathOf } from "../discovery.ts";
import { parseArgs, type Flags, type FlagSpecs } from "../flags.ts";
import { failureMessage, KubectlError, listOf, mustSucceed, objectOf, ok, textOf, type KubectlHost } from "../host.ts";
import { sendAs } from "../impersonation.ts";
import { namespaceOf } from "../selection.ts";
import { secondsOf } from "./create.ts";
import { byLogging, containersOf, defaultContainer, nameAndNamespace, podNamed, podsBySelector, selectorOf } from "./pods.ts";

// Follows kubectl/pkg/cmd/logs/logs.go.

const specs: FlagSpecs = {
  follow: { short: "f", type: "bool" },
  previous: { short: "p", type: "bool" },
  container: { short: "c", type: "text" },
  tail: { type: "text" },
  since: { type: "text" },
  "since-time": { type: "text" },
  timestamps: { type: "bool" },
  "all-containers": { type: "bool" },
  "all-pods": { type: "bool" },
  "limit-bytes": { type: "text" },
  prefix: { type: "bool" },
  selector: { short: "l", type: "text" },
  "max-log-requests": { type: "text" },
  "ignore-errors": { type: "bool" },
};

/** How often a followed log is looked at, in seconds of the cluster's time. */
const lookEverySeconds = 0.25;

interface Source {
  readonly pod: JsonObject;
  readonly container: string;
  readonly prefix: string;
}

export async function logs(host: KubectlHost, words: readonly string[]): Promise<void> {
  const { flags, args } = parseArgs(words, specs, "logs");
  const [word, inline] = args;
  if (word === undefined && !flags.has("selector")) throw new KubectlError("error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command\nSee 'kubectl logs -h' for help and examples");
  const { pods, note } = await podsOf(host, flags, word);
  if (note !== "") host.err(note);
  const named = flags.text("container") || inline;
  const sources = pods.flatMap((pod): Source[] => {
    const { name } = nameAndNamespace(pod);
    const init = listOf(objectOf(pod["spec"])["initContainers"]).map((container) => textOf(container["name"]));
    const wanted = flags.bool("all-containers") ? [...init, ...containersOf(pod)] : [named ?? defaultContainer(host, pod)];
    return wanted.map((container) => ({ pod, container, prefix: flags.bool("prefix") ? `[pod/${name}/${container}] ` : "" }));
  });
  const limit = flags.number("max-log-requests", 5);
  if (flags.bool("follow") && sources.length > limit) throw new KubectlError(`error: you are attempting to follow ${sources.length} log streams, but maximum allowed concurrency is ${limit}, use --max-log-requests to increase the limit`);
  if (sources.length === 0 && flags.has("selector")) host.err(`No resources found in ${namespaceOf(host, flags)} namespace.\n`);
  await Promise.all(flags.bool("follow") ? sources.map((source) => follow(host, flags, source)) : []);
  if (!flags.bool("follow")) for (const source of sources) write(host, source, await read(host, flags, source, queryOf(flags)));
}

async function podsOf(host: KubectlHost, flags: Flags, word: string | undefined): Promise<{ readonly pods: readonly JsonObject[]; readonly note: string }> {
  if (word === undefined) return { pods: await podsBySelector(host, flags, flags.text("selector")), note: "" };
  const [type = "", name] = word.split("/");
  if (name === undefined) {
    const response = await sendAs(host, flags, { verb: "get", path: `/api/v1/namespaces/${namespaceOf(host, flags)}/pods/${encodeURIComponent(word)}` });
    if (response.code === 404) throw new KubectlError(`error: error from server (NotFound): ${textOf(objectOf(response.body)["message"])} in namespace "${namespaceOf(host, flags)}"`);
    return { pods: [mustSucceed(response)], note: "" };
  }
  const resource = await resourceNamed(host, type);
  if (resource.kind === "Pod") return { pods: [await podNamed(host, flags, name)], note: "" };
  const object = mustSucceed(await sendAs(host, flags, { verb: "get", path: pathOf(resource, namespaceOf(host, flags), name) }));
  const selector = selectorOf(resource.kind, object);
  if (selector === null) throw new KubectlError(`error: cannot get the logs from ${resource.plural}/${name}: selector for ${resource.kind} not implemented`);
  const pods = [...(await podsBySelector(host, flags, selector))].sort(byLogging);
  const [first] = pods;
  if (first === undefined) throw new KubectlError("error: timed out waiting for the condition");
  if (flags.bool("all-pods")) return { pods, note: "" };
  return { pods: [first], note: pods.length > 1 ? `Found ${pods.length} pods, using pod/${nameAndNamespace(first).name}\n` : "" };
}

function queryOf(flags: Flags): Record<string, string> {
  const tail = flags.number("tail", flags.has("selector") && !flags.bool("follow") ? 10 : flags.has("selector") ? 10 : -1);
  return {
    ...(flags.bool("previous") ? { previous: "true" } : {}),
    ...(flags.bool("timestamps") ? { timestamps: "true" } : {}),
    ...(tail >= 0 ? { tailLines: String(tail) } : {}),
    ...(flags.has("since") ? { sinceSeconds: String(Math.max(1, Math.round(secondsOf(flags.text("since"))))) } : {}),
    ...(flags.has("since-time") ? { sinceTime: flags.text("since-time") } : {}),
    ...(flags.has("limit-bytes") ? { limitBytes: flags.text("limit-bytes") } : {}),
  };
}

interface Log {
  readonly text: string;
  /** Lines that rotation took away before the first one here. */
  readonly dropped: number;
}

async function read(host: KubectlHost, flags: Flags, { pod, container }: Source, query: Record<string, string>): Promise<Log> {
  const { name, namespace } = nameAndNamespace(pod);
  const response = await sendAs(host, flags, { verb: "get", path: `/api/v1/namespaces/${namespace}/pods/${name}/log`, query: { container, ...query } });
  if (!ok(response)) {
    const message = textOf(objectOf(response.body)["message"]);
    if (message.startsWith("container ") && message.includes("is not valid for pod")) throw new KubectlError(`error: ${message}`);
    throw new KubectlError(failureMessage(response));
  }
  return { text: typeof response.body === "string" ? response.body : "", dropped: Number(response.headers?.["Orrery-Dropped-Lines"] ?? 0) };
}

function write(host: KubectlHost, { prefix }: Source, { text }: Log): void {
  if (text !== "") host.out(prefix === "" ? text : text.split("\n").map((line, at, all) => (line === "" && at === all.length - 1 ? "" : prefix + line)).join("\n"));
}

function linesOf(text: string): readonly string[] {
  return text === "" ? [] : (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
}

async function hasEnded(host: KubectlHost, { pod, container }: Source): Promise<boolean> {
  const { name, namespace } = nameAndNamespace(pod);
  const response = await host.client.send({ verb: "get", path: `/api/v1/namespaces/${namespace}/pods/${name}` });
  if (!ok(response)) return true;
  const status = objectOf(objectOf(response.body)["status"]);
  if (status["phase"] === "Succeeded" || status["phase"] === "Failed") return true;
  return listOf(status["containerStatuses"]).some((one) => one["name"] === container && objectOf(one["state"])["terminated"] !== undefined);
}

/** Goes on with new lines until the container has ended or Ctrl-C. Lines are counted from the log's beginning. */
async function follow(host: KubectlHost, flags: Flags, source: Source): Promise<void> {
  write(host, source, await read(host, flags, source, queryOf(flags)));
  const whole = { ...(flags.bool("timestamps") ? { timestamps: "true" } : {}) };
  const end = (log: Log) => log.dropped + linesOf(log.text).length;
  let seen = end(await read(host, flags, source, whole));
  while (!host.interrupted()) {
    await host.sleep(lookEverySeconds);
    if (host.interrupted()) return;
    const ended = await hasEnded(host, source);
    const log = await read(host, flags, source, whole).catch(() => null);
    if (log === null) return;
    const lines = linesOf(log.text);
    const from = end(log) < seen ? 0 : Math.max(0, seen - log.dropped);
    const fresh = lines.slice(from);
    if (fresh.length > 0) write(host, source, { text: `${fresh.join("\n")}\n`, dropped: 0 });
    seen = end(log);
    if (ended) return;
  }
}
