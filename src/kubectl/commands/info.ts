import { apiVersionOf } from "../../apimachinery/gvk.ts";
import { quantityMilli, quantityBytes } from "../../apimachinery/quantity.ts";
import type { JsonObject } from "../../base/json.ts";
import { pathOf, qualifiedPlural, resourceNamed, resources } from "../discovery.ts";
import { parseArgs, type FlagSpecs } from "../flags.ts";
import { failureMessage, KubectlError, listOf, metaOf, mustSucceed, nameOf, objectOf, ok, textOf, type KubectlHost } from "../host.ts";
import { ruleRows } from "../describe/rules.ts";
import { sendAs } from "../impersonation.ts";
import { alignTabs, getTable } from "../output/tabWriter.ts";
import { namespaceOf } from "../selection.ts";

const text = { type: "text" } as const;
const bool = { type: "bool" } as const;

/** kubectl api-resources. Follows kubectl/pkg/cmd/apiresources/apiresources.go. */
export async function apiResources(host: KubectlHost, words: readonly string[]): Promise<void> {
  const specs: FlagSpecs = { output: { short: "o", type: "text" }, "api-group": text, namespaced: bool, "no-headers": bool, verbs: { type: "list" }, "sort-by": text, categories: { type: "list" }, cached: bool };
  const { flags } = parseArgs(words, specs, "api-resources");
  const all = (await resources(host, true)).filter(
    (one) =>
      (!flags.has("api-group") || one.group === flags.text("api-group")) &&
      (!flags.has("namespaced") || one.namespaced === flags.bool("namespaced")) &&
      flags.list("verbs").every((verb) => one.verbs.includes(verb)) &&
      flags.list("categories").every((category) => one.categories.includes(category)) &&
      one.verbs.length > 0,
  );
  // Of a group's versions only the one the server prefers.
  const preferred = all.filter((one) => all.find((other) => other.group === one.group && other.plural === one.plural) === one);
  const by = flags.text("sort-by");
  if (by !== "" && by !== "name" && by !== "kind") throw new KubectlError("error: --sort-by accepts only name or kind");
  const sorted = [...preferred].sort((a, b) => (by === "kind" ? order(a.kind, b.kind) : by === "name" ? 0 : order(a.group, b.group)) || order(a.plural, b.plural));
  const output = flags.text("output");
  if (output === "name") {
    host.out(sorted.map((one) => `${qualifiedPlural(one)}\n`).join(""));
    return;
  }
  const wide = output === "wide";
  if (output !== "" && !wide) throw new KubectlError(`error: --output ${output} is not available`);
  const lines = sorted.map((one) => [one.plural, one.shortNames.join(","), apiVersionOf(one), String(one.namespaced), one.kind, ...(wide ? [one.verbs.join(","), one.categories.join(",")] : [])].join("\t"));
  const head = ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND", ...(wide ? ["VERBS", "CATEGORIES"] : [])].join("\t");
  host.out(`${alignTabs([...(flags.bool("no-headers") ? [] : [head]), ...lines].join("\n"), getTable)}\n`);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export async function apiVersions(host: KubectlHost): Promise<void> {
  host.out([...new Set((await resources(host, true)).map(apiVersionOf))].sort().map((one) => `${one}\n`).join(""));
}

export async function version(host: KubectlHost, words: readonly string[]): Promise<void> {
  const { flags } = parseArgs(words, { client: bool, output: { short: "o", type: "text" } }, "version");
  const server = mustSucceed(await host.client.send({ verb: "get", path: "/version" }));
  // The client is the page's own and follows the server's release.
  host.out(`Client Version: ${textOf(server["gitVersion"])}\n${flags.bool("client") ? "" : `Server Version: ${textOf(server["gitVersion"])}\n`}`);
}

/** kubectl top. Follows kubectl/pkg/cmd/top. */
export async function top(host: KubectlHost, words: readonly string[]): Promise<void> {
  const [type = ""] = words;
  const isNode = ["node", "nodes", "no"].includes(type);
  if (!isNode && !["pod", "pods", "po"].includes(type)) throw new KubectlError("error: You must specify the type of resource: node or pod");
  const { flags, args } = parseArgs(words.slice(1), { selector: { short: "l", type: "text" }, "no-headers": bool, "all-namespaces": { short: "A", type: "bool" }, containers: bool, "sort-by": text, sum: bool }, `top ${isNode ? "node" : "pod"}`);
  if (!(await resources(host, true)).some((one) => one.group === "metrics.k8s.io")) throw new KubectlError("error: Metrics API not available");
  const [name] = args;
  const namespace = flags.bool("all-namespaces") ? "" : namespaceOf(host, flags);
  const path = `/apis/metrics.k8s.io/v1beta1/${isNode ? "nodes" : namespace === "" ? "pods" : `namespaces/${namespace}/pods`}${name === undefined ? "" : `/${name}`}`;
  const response = await sendAs(host, flags, { verb: name === undefined ? "list" : "get", path, query: flags.has("selector") ? { labelSelector: flags.text("selector") } : {} });
  if (!ok(response)) throw new KubectlError(failureMessage(response));
  const body = objectOf(response.body);
  const items = name === undefined ? listOf(body["items"]) : [body];
  if (items.length === 0) {
    host.err(namespace === "" || isNode ? "No resources found\n" : `No resources found in ${namespace} namespace.\n`);
    return;
  }
  const usage = (item: JsonObject) => (isNode ? [objectOf(item["usage"])] : listOf(item["containers"]).map((one) => objectOf(one["usage"])));
  const cpu = (item: JsonObject) => usage(item).reduce((sum, one) => sum + quantityMilli(textOf(one["cpu"]) || "0"), 0);
  const memory = (item: JsonObject) => usage(item).reduce((sum, one) => sum + quantityBytes(textOf(one["memory"]) || "0"), 0);
  const by = flags.text("sort-by");
  const sorted = [...items].sort((a, b) => (by === "cpu" ? cpu(b) - cpu(a) : by === "memory" ? memory(b) - memory(a) : 0) || order(textOf(metaOf(a)["namespace"]), textOf(metaOf(b)["namespace"])) || order(nameOf(a), nameOf(b)));
  const mebi = (bytes: number) => `${Math.floor(bytes / 1024 / 1024)}Mi`;
  const lines: string[] = [];
  if (isNode) {
    const nodes = new Map(listOf(mustSucceed(await sendAs(host, flags, { verb: "list", path: "/api/v1/nodes" }))["items"]).map((node) => [nameOf(node), objectOf(objectOf(node["status"])["allocatable"])]));
    if (!flags.bool("no-headers")) lines.push("NAME\tCPU(cores)\tCPU(%)\tMEMORY(bytes)\tMEMORY(%)");
    for (const item of sorted) {
      const allocatable = nodes.get(nameOf(item)) ?? {};
      const share = (used: number, of: number) => (of === 0 ? "<unknown>" : `${Math.floor((used / of) * 100)}%`);
      lines.push(`${nameOf(item)}\t${cpu(item)}m\t${share(cpu(item), quantityMilli(textOf(allocatable["cpu"]) || "0"))}\t${mebi(memory(item))}\t${share(memory(item), quantityBytes(textOf(allocatable["memory"]) || "0"))}`);
    }
  } else {
    const prefix = (item: JsonObject) => (namespace === "" ? `${textOf(metaOf(item)["namespace"])}\t` : "");
    if (!flags.bool("no-headers")) lines.push(`${namespace === "" ? "NAMESPACE\t" : ""}${flags.bool("containers") ? "POD\tNAME" : "NAME"}\tCPU(cores)\tMEMORY(bytes)`);
    for (const item of sorted) {
      if (flags.bool("containers")) for (const one of listOf(item["containers"])) lines.push(`${prefix(item)}${nameOf(item)}\t${textOf(one["name"])}\t${quantityMilli(textOf(objectOf(one["usage"])["cpu"]) || "0")}m\t${mebi(quantityBytes(textOf(objectOf(one["usage"])["memory"]) || "0"))}`);
      else lines.push(`${prefix(item)}${nameOf(item)}\t${cpu(item)}m\t${mebi(memory(item))}`);
    }
  }
  host.out(`${alignTabs(lines.join("\n"), getTable)}\n`);
}

/** kubectl auth can-i, whoami. Follows kubectl/pkg/cmd/auth. */
export async function auth(host: KubectlHost, words: readonly string[]): Promise<number> {
  const [verb = ""] = words;
  if (verb === "whoami") {
    const { flags } = parseArgs(words.slice(1), {}, "auth whoami");
    const review = mustSucceed(await sendAs(host, flags, { verb: "create", path: "/apis/authentication.k8s.io/v1/selfsubjectreviews", body: { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview", metadata: {} } }));
    const user = objectOf(objectOf(review["status"])["userInfo"]);
    const groups = Array.isArray(user["groups"]) ? (user["groups"] as readonly string[]) : [];
    const lines = ["ATTRIBUTE\tVALUE", `Username\t${textOf(user["username"])}`, ...(textOf(user["uid"]) === "" ? [] : [`UID\t${textOf(user["uid"])}`]), ...(groups.length === 0 ? [] : [`Groups\t[${groups.join(" ")}]`])];
    for (const [key, value] of Object.entries(objectOf(user["extra"])).sort(([a], [b]) => order(a, b))) lines.push(`Extra: ${key}\t[${Array.isArray(value) ? value.join(" ") : ""}]`);
    host.out(`${alignTabs(lines.join("\n"), getTable)}\n`);
    return 0;
  }
  if (verb !== "can-i") throw new KubectlError(`error: kubectl auth ${verb} is not simulated in this terminal; can-i and whoami are`);
  const { flags, args } = parseArgs(words.slice(1), { "all-namespaces": { short: "A", type: "bool" }, quiet: { short: "q", type: "bool" }, list: bool, subresource: text, "no-headers": bool }, "auth can-i");
  const namespace = flags.bool("all-namespaces") ? "" : namespaceOf(host, flags);
  if (flags.bool("list")) return listRules(host, words.slice(1), namespace);
  const [action, word, name] = args;
  if (action === undefined || word === undefined) throw new KubectlError("error: you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.");
  let attributes: JsonObject;
  if (word.startsWith("/")) attributes = { nonResourceAttributes: { path: word, verb: action } };
  else {
    const [type = "", inline] = word.split("/");
    const resource = type === "*" ? null : await resourceNamed(host, type).catch(() => null);
    if (resource === null && type !== "*") host.err(`Warning: the server doesn't have a resource type '${type}'\n\n`);
    if (resource !== null && !resource.namespaced && !flags.bool("all-namespaces")) host.err(`Warning: resource '${resource.plural}' is not namespace scoped${resource.group === "" ? "" : ` in group '${resource.group}'`}\n\n`);
    const object = inline ?? name;
    attributes = { resourceAttributes: { namespace, verb: action, group: resource?.group ?? (type === "*" ? "*" : ""), resource: resource?.plural ?? type, ...(flags.has("subresource") ? { subresource: flags.text("subresource") } : {}), ...(object === undefined ? {} : { name: object }) } };
  }
  const review = mustSucceed(await sendAs(host, flags, { verb: "create", path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body: { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", metadata: {}, spec: attributes } }));
  const status = objectOf(review["status"]);
  const allowed = status["allowed"] === true;
  const reason = textOf(status["reason"]);
  const problem = textOf(status["evaluationError"]);
  if (!flags.bool("quiet")) host.out(`${allowed ? "yes" : `no${reason === "" ? "" : ` - ${reason}`}${problem === "" ? "" : ` - ${problem}`}`}\n`);
  return allowed ? 0 : 1;
}

async function listRules(host: KubectlHost, words: readonly string[], namespace: string): Promise<number> {
  const { flags } = parseArgs(words, { "all-namespaces": { short: "A", type: "bool" }, quiet: { short: "q", type: "bool" }, list: bool, subresource: text, "no-headers": bool }, "auth can-i");
  const review = mustSucceed(await sendAs(host, flags, { verb: "create", path: "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", body: { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectRulesReview", metadata: {}, spec: { namespace } } }));
  const status = objectOf(review["status"]);
  const rows = ruleRows([...listOf(status["resourceRules"]), ...listOf(status["nonResourceRules"])]);
  const lines = [...(flags.bool("no-headers") ? [] : [["Resources", "Non-Resource URLs", "Resource Names", "Verbs"]]), ...rows];
  host.out(`${alignTabs(lines.map((cells) => cells.join("\t")).join("\n"), getTable)}\n`);
  return 0;
}

/** kubectl config: there is one context, whose namespace may be changed. */
export function config(host: KubectlHost, words: readonly string[]): void {
  const [verb = ""] = words;
  const { flags } = parseArgs(words.slice(1), { current: bool, minify: bool, output: { short: "o", type: "text" } }, `config ${verb}`);
  switch (verb) {
    case "current-context":
      host.out("orrery\n");
      return;
    case "get-contexts":
      host.out(`${alignTabs(`CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE\n*\torrery\torrery\tkubernetes-admin\t${host.namespace()}`, getTable)}\n`);
      return;
    case "set-context":
      if (!flags.has("namespace")) throw new KubectlError("error: this terminal has one context, of which only --namespace can be set");
      host.setNamespace(flags.text("namespace"));
      host.out('Context "orrery" modified.\n');
      return;
    default:
      throw new KubectlError(`error: kubectl config ${verb} is not simulated in this terminal`);
  }
}

/** Marks a node unschedulable or takes the mark away. Follows kubectl/pkg/cmd/drain. */
export async function cordon(host: KubectlHost, words: readonly string[], on: boolean): Promise<void> {
  const { flags, args } = parseArgs(words, { selector: { short: "l", type: "text" }, "dry-run": { type: "optional", alone: "unchanged" } }, on ? "cordon" : "uncordon");
  if (args.length === 0) throw new KubectlError(`error: USAGE: ${on ? "cordon" : "uncordon"} NODE [flags]\nSee 'kubectl ${on ? "cordon" : "uncordon"} -h' for help and examples`);
  const resource = await resourceNamed(host, "nodes");
  for (const name of args) {
    const node = mustSucceed(await sendAs(host, flags, { verb: "get", path: pathOf(resource, "", name) }));
    if ((objectOf(node["spec"])["unschedulable"] === true) === on) {
      host.out(`node/${name} already ${on ? "cordoned" : "uncordoned"}\n`);
      continue;
    }
    mustSucceed(await sendAs(host, flags, { verb: "patch", path: pathOf(resource, "", name), contentType: "application/strategic-merge-patch+json", body: { spec: { unschedulable: on ? true : null } } }));
    host.out(`node/${name} ${on ? "cordoned" : "uncordoned"}\n`);
  }
}
