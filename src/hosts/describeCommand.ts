import { isJsonObject, type Json } from "../base/json.ts";
import type { ClusterCommand, Fault, StreamCommand, TrafficSource } from "../cluster/commands.ts";
import { faultDefinitions } from "../cluster/faults/index.ts";
import { kindByPlural } from "../kinds/index.ts";
import type { TimelineMark } from "./protocol.ts";

export interface CommandWords {
  readonly component: string;
  readonly text: string;
  /** "<plural>.<group>/<namespace>/<name>" */
  readonly object: string | null;
  readonly tone: TimelineMark["tone"];
}

/** A command in a few words, for the timeline and for the beginning of a Why chain. One of a damaged recording may be anything. */
export function describeCommand(command: ClusterCommand): CommandWords {
  try {
    return describe(command);
  } catch {
    return person("a command that cannot be read");
  }
}

function describe(command: ClusterCommand): CommandWords {
  switch (command.type) {
    case "api": {
      const { verb, path, query, userAgent } = command.request;
      const target = targetOf(path, command.request.body);
      const dryRun = query["dryRun"] === undefined ? "" : " (dry run)";
      return { component: clientName(userAgent), text: `${words[verb] ?? verb} ${target.text}${dryRun}`, object: target.object, tone: "person" };
    }
    case "stream":
      return streamWords(command.step, command.data as unknown as StreamCommand);
    case "addNode":
      return person(`add node ${command.node.name}`);
    case "removeNode":
      return person(`remove node ${command.node}`);
    case "setManifest":
      return person(`${command.manifest === null ? "remove" : "write"} manifest ${command.file} of ${command.node}`);
    case "setFault":
      return { ...person(faultText(command.fault)), tone: "fail" };
    case "clearFault":
      return { ...person(clearText(command.id)), tone: "ok" };
    case "setTraffic":
      return person(trafficText(command.source));
    case "clearTraffic":
      return person(`hold back ${command.id}`);
    case "setComponent":
      return { ...person(`${command.state === "stopped" ? "stop" : "start"} ${command.part ?? command.process}`), tone: command.state === "stopped" ? "fail" : "ok" };
  }
}

const words: Readonly<Record<string, string>> = { create: "create", update: "replace", patch: "change", delete: "delete", deletecollection: "delete all" };

/** "exec ls -l in box". What is typed into it stays between its lines. */
function streamWords(step: "open" | "chunk" | "close", { open }: StreamCommand): CommandWords {
  if (open === undefined) return person(step === "chunk" ? "type into a container" : "leave a container");
  const name = open.pod.slice(open.pod.indexOf("/") + 1);
  const text = open.type === "exec" ? `exec ${open.command.join(" ").slice(0, 60)} in ${name}` : open.type === "attach" ? `attach to ${name}` : `port-forward to ${name}`;
  return { component: "you", text, object: `pods/${open.pod}`, tone: "person" };
}

function person(text: string): CommandWords {
  return { component: "you", text, object: null, tone: "person" };
}

function clientName(userAgent: string | undefined): string {
  const name = (userAgent ?? "").split("/")[0] ?? "";
  return name === "" || name === "orrery-page" ? "you" : name;
}

/** "traffic to shop.example.com, 10 to 200 a second". */
function trafficText({ url, perSecond, ramp, burst }: TrafficSource): string {
  const shape = ramp !== undefined ? `, ${perSecond} to ${ramp.toPerSecond} a second` : burst !== undefined ? `, ${burst} at once` : "";
  return `traffic to ${url.replace(/^https?:\/\//, "").replace(/\/$/, "")}${shape}`;
}

function faultText({ type, target }: Fault): string {
  const label = faultDefinitions.find((known) => known.type === type)?.label ?? type;
  return `${label}: ${target}`;
}

/** An id that begins with the fault's type, as the page makes them, is said in its words. */
function clearText(id: string): string {
  const known = faultDefinitions.find(({ type }) => id.startsWith(`${type}-`));
  return known === undefined ? `end fault ${id}` : `end ${known.label.toLowerCase()}: ${id.slice(known.type.length + 1).replace(/-\d{4,}$/, "")}`;
}

/** "/apis/apps/v1/namespaces/default/deployments/web" is "Deployment web"; of a kind that is not served, "widgets web". */
function targetOf(path: string, body: Json): { readonly text: string; readonly object: string | null } {
  const parts = path.split("/").filter((part) => part !== "");
  const rest = parts[0] === "api" ? parts.slice(2) : parts[0] === "apis" ? parts.slice(3) : null;
  if (rest === null) return { text: path, object: null };
  const group = parts[0] === "apis" ? (parts[1] ?? "") : "";
  const inNamespace = rest[0] === "namespaces" && rest.length > 2;
  const namespace = inNamespace ? (rest[1] ?? "") : "";
  const [plural = "", named, subresource] = inNamespace ? rest.slice(2) : rest;
  const given = isJsonObject(body) ? body : {};
  const metadata = isJsonObject(given["metadata"]) ? given["metadata"] : {};
  const name = named ?? (typeof metadata["name"] === "string" ? metadata["name"] : "");
  const known = kindByPlural(group, plural)?.gvk.kind;
  // "all pods" are many; one of them is a Pod.
  const noun = name === "" ? plural : (known ?? plural);
  const kind = typeof given["kind"] === "string" && subresource === undefined && given["kind"] !== "DeleteOptions" ? given["kind"] : noun;
  const resource = group === "" ? plural : `${plural}.${group}`;
  const part = subresource === undefined ? "" : ` (${subresource})`;
  return { text: `${kind} ${name}${part}`.trimEnd(), object: name === "" ? null : `${resource}/${namespace}/${name}` };
}
