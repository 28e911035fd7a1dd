import type { Json, JsonObject } from "../../base/json.ts";
import { pathOf, qualifiedSingular, resourceNamed } from "../discovery.ts";
import { parseArgs, type FlagSpecs } from "../flags.ts";
import { KubectlError, listOf, metaOf, mustSucceed, nameOf, objectOf, textOf, type KubectlHost } from "../host.ts";
import { sendAs } from "../impersonation.ts";
import { uidOf } from "../output/printers.ts";
import { namespaceOf } from "../selection.ts";
import { objectsOf } from "./change.ts";
import { runSession } from "./exec.ts";
import { intOrText, keyValues } from "./makings.ts";
import { createFlags, createObject, dryRunOf } from "./writes.ts";
import { watchObject } from "./waiting.ts";

const text = { type: "text" } as const;
const bool = { type: "bool" } as const;

const runSpecs: FlagSpecs = {
  ...createFlags,
  image: text,
  "image-pull-policy": text,
  port: text,
  env: text,
  labels: { short: "l", type: "text" },
  annotations: text,
  restart: text,
  command: bool,
  stdin: { short: "i", type: "bool" },
  tty: { short: "t", type: "bool" },
  rm: bool,
  attach: bool,
  quiet: { short: "q", type: "bool" },
  privileged: bool,
};

/** kubectl run. Follows kubectl/pkg/cmd/run/run.go. */
export async function run(host: KubectlHost, words: readonly string[]): Promise<number> {
  const { flags, args, dash } = parseArgs(words, runSpecs, "run");
  const [name, ...rest] = args;
  if (name === undefined || dash === 0) throw new KubectlError("error: NAME is required for run\nSee 'kubectl run -h' for help and examples");
  if (!flags.has("image")) throw new KubectlError('error: required flag(s) "image" not set');
  const restart = flags.text("restart", "Always");
  if (!["Always", "OnFailure", "Never"].includes(restart)) throw new KubectlError(`error: invalid restart policy: ${restart}\nSee 'kubectl run -h' for help and examples`);
  if (flags.bool("rm") && !flags.bool("attach") && !flags.bool("stdin")) throw new KubectlError("error: --rm should only be used for attached containers");
  const labels = flags.has("labels") ? keyValues(flags.text("labels").split(",")) : { run: name };
  const env = flags.all("env").map((pair): Json => {
    const equals = pair.indexOf("=");
    if (equals < 1) throw new KubectlError(`error: invalid env: ${pair}`);
    return { name: pair.slice(0, equals), value: pair.slice(equals + 1) };
  });
  const attached = flags.bool("attach") || flags.bool("stdin");
  const container: JsonObject = {
    ...(rest.length === 0 ? {} : flags.bool("command") ? { command: rest } : { args: rest }),
    ...(env.length === 0 ? {} : { env }),
    image: flags.text("image"),
    ...(flags.has("image-pull-policy") ? { imagePullPolicy: flags.text("image-pull-policy") } : {}),
    name,
    ...(flags.has("port") ? { ports: [{ containerPort: flags.number("port", 0) }] } : {}),
    resources: {},
    ...(flags.bool("privileged") ? { securityContext: { privileged: true } } : {}),
    ...(flags.bool("stdin") ? { stdin: true, stdinOnce: true } : {}),
    ...(flags.bool("tty") ? { tty: true } : {}),
  };
  const namespace = namespaceOf(host, flags);
  const meta = { ...(flags.has("annotations") ? { annotations: keyValues(flags.text("annotations").split(",")) } : {}), labels, name, ...(flags.has("namespace") || dryRunOf(flags) !== "client" ? { namespace } : {}) };
  const pod = { apiVersion: "v1", kind: "Pod", metadata: meta, spec: { containers: [container], dnsPolicy: "ClusterFirst", restartPolicy: restart }, status: {} };
  if (!attached || dryRunOf(flags) !== "none") {
    await createObject(host, flags, pod, namespace, { manager: "kubectl-run" });
    return 0;
  }
  const resource = await resourceNamed(host, "pods");
  const made = mustSucceed(await sendAs(host, flags, { verb: "create", path: pathOf(resource, namespace), query: { fieldManager: "kubectl-run", fieldValidation: "Strict" }, body: pod }));
  const named = { resource, namespace, name };
  let last: JsonObject = made;
  await watchObject(host, named, 0, (seen) => {
    last = seen ?? last;
    const phase = textOf(objectOf(seen?.["status"])["phase"]);
    return seen === null || phase === "Succeeded" || phase === "Failed" || (phase === "Running" && listOf(objectOf(seen["status"])["containerStatuses"]).every((one) => objectOf(one["state"])["running"] !== undefined));
  });
  let code = 0;
  if (!host.interrupted() && textOf(objectOf(last["status"])["phase"]) === "Running") {
    if (flags.bool("tty")) host.err(`If you don't see a command prompt, try pressing enter.\n`);
    code = await runSession(host, { type: "attach", namespace, pod: name, container: name, command: [], stdin: flags.bool("stdin"), tty: flags.bool("tty") });
  } else {
    const response = await sendAs(host, flags, { verb: "get", path: `${pathOf(resource, namespace, name)}/log` });
    if (typeof response.body === "string") host.out(response.body);
  }
  if (flags.bool("rm")) {
    await sendAs(host, flags, { verb: "delete", path: pathOf(resource, namespace, name), body: { propagationPolicy: "Background" } });
    host.out(`pod "${name}" deleted from ${namespace} namespace\n`);
    await watchObject(host, named, 0, (seen) => seen === null || uidOf(seen) !== uidOf(made));
  }
  return code;
}

const exposeSpecs: FlagSpecs = {
  ...createFlags,
  filename: { short: "f", type: "list" },
  port: text,
  "target-port": text,
  protocol: text,
  name: text,
  type: text,
  selector: { short: "l", type: "text" },
  labels: text,
  "external-ip": text,
  "cluster-ip": text,
  "session-affinity": text,
};

/** kubectl expose. Follows kubectl/pkg/cmd/expose/expose.go. */
export async function expose(host: KubectlHost, words: readonly string[]): Promise<void> {
  const { flags, args } = parseArgs(words, exposeSpecs, "expose");
  if (args.length === 0 && !flags.has("filename")) throw new KubectlError("error: You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'");
  for (const { named, object } of await objectsOf(host, flags, args, "resource(s) were provided, but no name was specified")) {
    const { kind } = named.resource;
    if (!["Pod", "Service", "ReplicationController", "Deployment", "ReplicaSet"].includes(kind)) throw new KubectlError(`error: cannot expose a ${qualifiedSingular({ ...named.resource, singular: kind })}`);
    const spec = objectOf(object["spec"]);
    const selector = flags.has("selector") ? keyValues(flags.text("selector").split(",")) : kind === "Pod" ? objectOf(metaOf(object)["labels"]) : kind === "Service" || kind === "ReplicationController" ? objectOf(spec["selector"]) : objectOf(objectOf(spec["selector"])["matchLabels"]);
    if (Object.keys(selector).length === 0) throw new KubectlError("error: couldn't retrieve selectors via --selector flag or introspection: the pod has no labels and cannot be exposed");
    const podSpec = kind === "Pod" ? spec : objectOf(objectOf(spec["template"])["spec"]);
    const own = kind === "Service" ? listOf(spec["ports"]).map((port) => ({ port: Number(port["port"]), protocol: textOf(port["protocol"]) })) : listOf(podSpec["containers"]).flatMap((container) => listOf(container["ports"]).map((port) => ({ port: Number(port["containerPort"]), protocol: textOf(port["protocol"]) || "TCP" })));
    const wanted = flags.has("port") ? flags.text("port").split(",").map(Number) : own.map(({ port }) => port);
    if (wanted.length === 0) throw new KubectlError("error: couldn't find port via --port flag or introspection\nSee 'kubectl expose -h' for help and examples");
    const ports = wanted.map((port, at) => ({
      ...(wanted.length > 1 ? { name: `port-${at + 1}` } : {}),
      port, protocol: flags.text("protocol") || own.find((one) => one.port === port)?.protocol || "TCP", targetPort: flags.has("target-port") ? intOrText(flags.text("target-port")) : port,
    }));
    const labels = flags.has("labels") ? keyValues(flags.text("labels").split(",")) : objectOf(metaOf(object)["labels"]);
    const name = flags.text("name") || nameOf(object);
    const service = {
      apiVersion: "v1", kind: "Service",
      metadata: { ...(Object.keys(labels).length === 0 ? {} : { labels }), name, ...(flags.has("namespace") || dryRunOf(flags) !== "client" ? { namespace: named.namespace } : {}) },
      spec: { ports, selector, ...(flags.has("type") ? { type: flags.text("type") } : {}), ...(flags.has("cluster-ip") ? { clusterIP: flags.text("cluster-ip") } : {}), ...(flags.has("external-ip") ? { externalIPs: [flags.text("external-ip")] } : {}), ...(flags.has("session-affinity") ? { sessionAffinity: flags.text("session-affinity") } : {}) },
      status: { loadBalancer: {} },
    };
    await createObject(host, flags, service, named.namespace, { manager: "kubectl-expose", word: "exposed" });
  }
}
