import type { Json, JsonObject } from "../../base/json.ts";
import { withLastApplied } from "../apply.ts";
import { pathOf, qualifiedSingular, resourceNamed } from "../discovery.ts";
import { parseArgs, type Flags, type FlagSpecs } from "../flags.ts";
import { failureMessage, KubectlError, mustSucceed, objectOf, ok, textOf, type KubectlHost } from "../host.ts";
import { sendAs } from "../impersonation.ts";
import { manifestsOf } from "../manifests.ts";
import { printerOf, withoutManagedFields } from "../output/printers.ts";
import { namespaceOf } from "../selection.ts";
import { encodeBase64 } from "../../kinds/base64.ts";
import { containerName, intOrText, keyValues, literalData, requirementsOf } from "./makings.ts";
import { createFlags, createObject, dryRunOf, dryRunWord } from "./writes.ts";

// Follows kubectl/pkg/cmd/create/*.go.

interface Maker {
  readonly flags: FlagSpecs;
  /** What stands before the server's refusal, where upstream puts something there. */
  readonly failing?: string;
  make(host: KubectlHost, flags: Flags, name: string, rest: readonly string[], namespace: string, dash: number): JsonObject;
}

const list = { type: "list" } as const;
const text = { type: "text" } as const;
const bool = { type: "bool" } as const;

function meta(name: string, namespace: string, labels?: JsonObject): JsonObject {
  return { name, ...(namespace === "" ? {} : { namespace }), ...(labels === undefined ? {} : { labels }) };
}

function servicePorts(tcp: readonly string[], nodePort: number): Json {
  return tcp.map((one) => {
    const [port = "", target = port] = one.split(":");
    if (!/^\d+$/.test(port)) throw new KubectlError(`error: strconv.ParseInt: parsing "${port}": invalid syntax`);
    return { name: one.replace(":", "-"), port: Number(port), protocol: "TCP", targetPort: intOrText(target), ...(nodePort === 0 ? {} : { nodePort }) };
  });
}

function service(type: string): Maker {
  return {
    flags: { tcp: list, clusterip: text, "node-port": text, "external-name": text },
    failing: `failed to create ${type} service`,
    make: (_host, flags, name, _rest, namespace) => {
      if (type === "ExternalName" && !flags.has("external-name")) throw new KubectlError('error: required flag(s) "external-name" not set');
      if (type !== "ExternalName" && !flags.has("tcp") && flags.text("clusterip") !== "None") throw new KubectlError("error: at least one tcp port specifier must be provided");
      return {
        apiVersion: "v1", kind: "Service", metadata: meta(name, namespace, { app: name }),
        spec: {
          ...(flags.has("tcp") ? { ports: servicePorts(flags.list("tcp"), flags.number("node-port", 0)) } : {}),
          selector: { app: name }, type, ...(flags.has("clusterip") ? { clusterIP: flags.text("clusterip") } : {}),
          ...(type === "ExternalName" ? { externalName: flags.text("external-name") } : {}),
        },
        status: { loadBalancer: {} },
      };
    },
  };
}

function subjects(flags: Flags, namespace: string): Json {
  const rbac = "rbac.authorization.k8s.io";
  return [
    ...flags.list("user").map((name) => ({ kind: "User", apiGroup: rbac, name })),
    ...flags.list("group").map((name) => ({ kind: "Group", apiGroup: rbac, name })),
    ...flags.list("serviceaccount").map((one) => {
      const [at = "", name] = one.split(":");
      if (name === undefined) throw new KubectlError("error: serviceaccount must be <namespace>:<name>");
      return { kind: "ServiceAccount", name, namespace: at === "" ? namespace : at };
    }),
  ];
}

function binding(kind: "RoleBinding" | "ClusterRoleBinding"): Maker {
  return {
    flags: { clusterrole: text, role: text, user: list, group: list, serviceaccount: list },
    failing: `failed to create ${kind.toLowerCase()}`,
    make: (_host, flags, name, _rest, namespace) => {
      if (flags.has("clusterrole") === flags.has("role")) throw new KubectlError("error: exactly one of clusterrole or role must be specified");
      return {
        apiVersion: "rbac.authorization.k8s.io/v1", kind, metadata: meta(name, kind === "RoleBinding" ? namespace : ""), subjects: subjects(flags, namespace),
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: flags.has("role") ? "Role" : "ClusterRole", name: flags.text("role") || flags.text("clusterrole") },
      };
    },
  };
}

/** The containers of create deployment, and the command behind "--". */
function deploymentContainers(flags: Flags, command: readonly string[]): Json {
  const images = flags.list("image");
  return images.map((image) => ({ ...(command.length === 0 ? {} : { command }), image, name: containerName(image), ...(flags.has("port") ? { ports: [{ containerPort: flags.number("port", 0) }] } : {}), resources: {} }));
}

function jobSpec(flags: Flags, name: string, command: readonly string[], restart: string): JsonObject {
  if (!flags.has("image")) throw new KubectlError('error: either --image or --from must be specified');
  return { template: { metadata: {}, spec: { containers: [{ ...(command.length === 0 ? {} : { command }), image: flags.text("image"), name, resources: {} }], restartPolicy: restart } } };
}

const makers: Readonly<Record<string, Maker>> = {
  namespace: { flags: {}, make: (_host, _flags, name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name }, spec: {}, status: {} }) },
  serviceaccount: { flags: {}, failing: "failed to create serviceaccount", make: (_host, _flags, name, _rest, namespace) => ({ apiVersion: "v1", kind: "ServiceAccount", metadata: meta(name, namespace) }) },
  configmap: {
    flags: { "from-literal": text, "from-file": text, "from-env-file": text, "append-hash": bool },
    failing: "failed to create configmap",
    make: (host, flags, name, _rest, namespace) => {
      const data = literalData(host, flags);
      return { apiVersion: "v1", ...(Object.keys(data).length === 0 ? {} : { data }), kind: "ConfigMap", metadata: meta(name, namespace) };
    },
  },
  "secret generic": {
    flags: { "from-literal": text, "from-file": text, "from-env-file": text, type: text },
    failing: "failed to create secret",
    make: (host, flags, name, _rest, namespace) => {
      const data = Object.fromEntries(Object.entries(literalData(host, flags)).map(([key, value]) => [key, encodeBase64(value)]));
      return { apiVersion: "v1", ...(Object.keys(data).length === 0 ? {} : { data }), kind: "Secret", metadata: meta(name, namespace), ...(flags.has("type") ? { type: flags.text("type") } : {}) };
    },
  },
  "secret docker-registry": {
    flags: { "docker-server": text, "docker-username": text, "docker-password": text, "docker-email": text },
    failing: "failed to create secret",
    make: (_host, flags, name, _rest, namespace) => {
      const server = flags.text("docker-server", "https://index.docker.io/v1/");
      const username = flags.text("docker-username");
      const password = flags.text("docker-password");
      const auths = { auths: { [server]: { username, password, ...(flags.has("docker-email") ? { email: flags.text("docker-email") } : {}), auth: encodeBase64(`${username}:${password}`) } } };
      return { apiVersion: "v1", data: { ".dockerconfigjson": encodeBase64(JSON.stringify(auths)) }, kind: "Secret", metadata: meta(name, namespace), type: "kubernetes.io/dockerconfigjson" };
    },
  },
  deployment: {
    flags: { image: list, port: text, replicas: { short: "r", type: "text" } },
    failing: "failed to create deployment",
    make: (_host, flags, name, rest, namespace, dash) => {
      if (!flags.has("image")) throw new KubectlError('error: required flag(s) "image" not set');
      const command = dash < 0 ? [] : rest;
      return {
        apiVersion: "apps/v1", kind: "Deployment", metadata: meta(name, namespace, { app: name }),
        spec: { replicas: flags.number("replicas", 1), selector: { matchLabels: { app: name } }, strategy: {}, template: { metadata: { labels: { app: name } }, spec: { containers: deploymentContainers(flags, command) } } },
        status: {},
      };
    },
  },
  job: {
    flags: { image: text, from: text },
    failing: "failed to create job",
    make: (_host, flags, name, rest, namespace) => ({ apiVersion: "batch/v1", kind: "Job", metadata: meta(name, namespace), spec: jobSpec(flags, name, rest, "Never"), status: {} }),
  },
  cronjob: {
    flags: { image: text, schedule: text, restart: text },
    failing: "failed to create cronjob",
    make: (_host, flags, name, rest, namespace) => {
      if (!flags.has("schedule")) throw new KubectlError('error: required flag(s) "schedule" not set');
      return { apiVersion: "batch/v1", kind: "CronJob", metadata: meta(name, namespace), spec: { jobTemplate: { metadata: { name }, spec: jobSpec(flags, name, rest, flags.text("restart", "OnFailure")) }, schedule: flags.text("schedule") }, status: {} };
    },
  },
  rolebinding: binding("RoleBinding"),
  clusterrolebinding: binding("ClusterRoleBinding"),
  "service clusterip": service("ClusterIP"),
  "service nodeport": service("NodePort"),
  "service loadbalancer": service("LoadBalancer"),
  "service externalname": service("ExternalName"),
  ingress: {
    flags: { rule: list, class: text, annotation: list, "default-backend": text },
    failing: "failed to create ingress",
    make: (_host, flags, name, _rest, namespace) => ingress(flags, name, namespace),
  },
  quota: {
    flags: { hard: list, scopes: list },
    failing: "failed to create quota",
    make: (_host, flags, name, _rest, namespace) => ({ apiVersion: "v1", kind: "ResourceQuota", metadata: meta(name, namespace), spec: { hard: requirementsOf(flags.list("hard")), ...(flags.has("scopes") ? { scopes: flags.list("scopes") } : {}) }, status: {} }),
  },
  priorityclass: {
    flags: { value: text, "global-default": bool, description: text, "preemption-policy": text },
    failing: "failed to create priorityclass",
    make: (_host, flags, name) => ({ apiVersion: "scheduling.k8s.io/v1", description: flags.text("description"), globalDefault: flags.bool("global-default"), kind: "PriorityClass", metadata: { name }, preemptionPolicy: flags.text("preemption-policy", "PreemptLowerPriority"), value: flags.number("value", 0) }),
  },
  poddisruptionbudget: {
    flags: { selector: text, "min-available": text, "max-unavailable": text },
    failing: "failed to create poddisruptionbudgets",
    make: (_host, flags, name, _rest, namespace) => {
      if (!flags.has("selector")) throw new KubectlError("error: a selector must be specified");
      return {
        apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata: meta(name, namespace),
        spec: { ...(flags.has("min-available") ? { minAvailable: intOrText(flags.text("min-available")) } : {}), ...(flags.has("max-unavailable") ? { maxUnavailable: intOrText(flags.text("max-unavailable")) } : {}), selector: { matchLabels: keyValues(flags.text("selector").split(",")) } },
        status: { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 },
      };
    },
  },
};

const otherNames: Readonly<Record<string, string>> = { ns: "namespace", sa: "serviceaccount", cm: "configmap", deploy: "deployment", dep: "deployment", svc: "service", cj: "cronjob", pdb: "poddisruptionbudget", ing: "ingress", pc: "priorityclass", resourcequota: "quota" };

/** "host/path=service:port[,tls[=secret]]". Follows kubectl/pkg/cmd/create/create_ingress.go. */
function ingress(flags: Flags, name: string, namespace: string): JsonObject {
  const backend = (target: string): JsonObject => {
    const [serviceName = "", port = ""] = target.split(":");
    return { service: { name: serviceName, port: /^\d+$/.test(port) ? { number: Number(port) } : { name: port } } };
  };
  const hosts = new Map<string, JsonObject[]>();
  for (const rule of flags.all("rule")) {
    const [where = "", target = ""] = rule.split(",")[0]?.split("=") ?? [];
    if (target === "") throw new KubectlError(`error: rule ${rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`);
    const slash = where.indexOf("/");
    const path = slash < 0 ? "/" : where.slice(slash);
    const host = slash < 0 ? where : where.slice(0, slash);
    const exact = !path.endsWith("*");
    hosts.set(host, [...(hosts.get(host) ?? []), { backend: backend(target), path: exact ? path : path.slice(0, -1), pathType: exact ? "Exact" : "Prefix" }]);
  }
  if (hosts.size === 0 && !flags.has("default-backend")) throw new KubectlError("error: not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)");
  return {
    apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { ...meta(name, namespace), ...(flags.has("annotation") ? { annotations: keyValues(flags.list("annotation")) } : {}) },
    spec: {
      ...(flags.has("class") ? { ingressClassName: flags.text("class") } : {}),
      ...(flags.has("default-backend") ? { defaultBackend: backend(flags.text("default-backend")) } : {}),
      ...(hosts.size === 0 ? {} : { rules: [...hosts].map(([host, paths]) => ({ ...(host === "" ? {} : { host }), http: { paths } })) }),
    },
    status: { loadBalancer: {} },
  };
}

/** Rules of create role: a resource's group is looked up, as upstream does. */
async function roleOf(host: KubectlHost, flags: Flags, name: string, namespace: string, kind: "Role" | "ClusterRole"): Promise<JsonObject> {
  const verbs = flags.list("verb");
  if (verbs.length === 0) throw new KubectlError("error: at least one verb must be specified");
  if (!flags.has("resource") && !flags.has("non-resource-url")) throw new KubectlError("error: one of resource or nonResourceURL must be specified");
  const byGroup = new Map<string, string[]>();
  for (const word of flags.list("resource")) {
    const [type = "", subresource] = word.split("/");
    const resource = type === "*" ? null : await resourceNamed(host, type);
    const group = resource?.group ?? "*";
    byGroup.set(group, [...(byGroup.get(group) ?? []), `${resource?.plural ?? "*"}${subresource === undefined ? "" : `/${subresource}`}`]);
  }
  const names = flags.list("resource-name");
  const rules: Json = [
    ...[...byGroup].map(([group, resources]) => ({ apiGroups: [group], ...(names.length === 0 ? {} : { resourceNames: names }), resources, verbs })),
    ...(flags.has("non-resource-url") ? [{ nonResourceURLs: flags.list("non-resource-url"), verbs }] : []),
  ];
  return { apiVersion: "rbac.authorization.k8s.io/v1", kind, metadata: meta(name, kind === "Role" ? namespace : ""), rules };
}

async function createFromFiles(host: KubectlHost, words: readonly string[]): Promise<void> {
  const { flags } = parseArgs(words, { ...createFlags, filename: { short: "f", type: "list" }, recursive: { short: "R", type: "bool" } }, "create");
  const print = printerOf(host, flags.text("output"));
  const problems: string[] = [];
  for (const manifest of await manifestsOf(host, flags.list("filename"), namespaceOf(host, flags), flags.has("namespace"))) {
    const body = flags.bool("save-config") ? withLastApplied(manifest.object) : manifest.object;
    let made = body;
    if (dryRunOf(flags) !== "client") {
      const response = await sendAs(host, flags, { verb: "create", path: pathOf(manifest.resource, manifest.namespace), query: { fieldManager: flags.text("field-manager", "kubectl-create"), fieldValidation: "Strict", ...(dryRunOf(flags) === "server" ? { dryRun: "All" } : {}) }, body });
      if (!ok(response)) {
        problems.push(failureMessage(response, `error when creating "${manifest.source}"`));
        continue;
      }
      made = objectOf(response.body);
    }
    host.out(print === null ? `${qualifiedSingular(manifest.resource)}/${textOf(objectOf(made["metadata"])["name"])} created${dryRunWord(flags)}\n` : print(withoutManagedFields(made)));
  }
  if (problems.length > 0) throw new KubectlError(problems.join("\n"));
}

async function jobFrom(host: KubectlHost, flags: Flags, name: string, namespace: string): Promise<JsonObject> {
  const [type = "", from = ""] = flags.text("from").split("/");
  const resource = await resourceNamed(host, type);
  if (resource.kind !== "CronJob") throw new KubectlError("error: from must be an existing cronjob");
  const cron = mustSucceed(await sendAs(host, flags, { verb: "get", path: pathOf(resource, namespace, from) }));
  const template = objectOf(objectOf(cron["spec"])["jobTemplate"]);
  const own = objectOf(template["metadata"]);
  const ownerReferences = [{ apiVersion: "batch/v1", kind: "CronJob", name: from, uid: textOf(objectOf(cron["metadata"])["uid"]), controller: true }];
  return { apiVersion: "batch/v1", kind: "Job", metadata: { ...meta(name, namespace), annotations: { ...objectOf(own["annotations"]), "cronjob.kubernetes.io/instantiate": "manual" }, labels: objectOf(own["labels"]), ownerReferences }, spec: objectOf(template["spec"]), status: {} };
}

async function createToken(host: KubectlHost, words: readonly string[]): Promise<void> {
  const { flags, args } = parseArgs(words, { duration: text, audience: list, output: { short: "o", type: "text" } }, "create token");
  const [name = ""] = args;
  const seconds = flags.has("duration") ? secondsOf(flags.text("duration")) : null;
  const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", metadata: {}, spec: { audiences: flags.list("audience"), ...(seconds === null ? {} : { expirationSeconds: seconds }) } };
  const response = await sendAs(host, flags, { verb: "create", path: `/api/v1/namespaces/${namespaceOf(host, flags)}/serviceaccounts/${encodeURIComponent(name)}/token`, body });
  if (!ok(response)) throw new KubectlError(`error: failed to create token: ${textOf(objectOf(response.body)["message"])}`);
  host.out(`${textOf(objectOf(objectOf(response.body)["status"])["token"])}\n`);
}

/** "1h30m" as seconds. */
export function secondsOf(duration: string): number {
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)];
  if (parts.length === 0 || parts.map(([all]) => all).join("") !== duration) {
    if (/^\d+$/.test(duration)) return Number(duration);
    throw new KubectlError(`error: time: invalid duration "${duration}"`);
  }
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * ({ h: 3600, m: 60, s: 1, ms: 0.001 }[unit ?? "s"] ?? 1), 0);
}

export async function create(host: KubectlHost, words: readonly string[]): Promise<void> {
  const [first = ""] = words;
  if (first === "" || first.startsWith("-")) {
    if (!words.some((word) => word.startsWith("-f") || word.startsWith("--filename"))) throw new KubectlError("error: must specify one of -f and -k");
    return createFromFiles(host, words);
  }
  const type = otherNames[first] ?? first;
  if (type === "token") return createToken(host, words.slice(1));
  const two = type === "service" || type === "secret" ? `${type} ${words[1] ?? ""}` : type;
  const rbac = two === "role" || two === "clusterrole";
  const maker = makers[two];
  if (maker === undefined && !rbac) throw new KubectlError(`error: Unexpected args: [${words.filter((word) => !word.startsWith("-")).join(" ")}]\nSee 'kubectl create -h' for help and examples`);
  const extra: FlagSpecs = rbac ? { verb: list, resource: list, "resource-name": list, "non-resource-url": list } : (maker?.flags ?? {});
  const { flags, args, dash } = parseArgs(words.slice(two.split(" ").length), { ...createFlags, ...extra }, `create ${two}`);
  const [name, ...rest] = args;
  if (name === undefined || (dash === 0)) throw new KubectlError(`error: exactly one NAME is required, got 0\nSee 'kubectl create ${two} -h' for help and examples`);
  if (rest.length > 0 && dash < 0 && two !== "job" && two !== "cronjob") throw new KubectlError(`error: exactly one NAME is required, got ${args.length}\nSee 'kubectl create ${two} -h' for help and examples`);
  const namespace = namespaceOf(host, flags);
  // Only a namespace that was asked for stands in what -o prints; the path has it in any case.
  const own = flags.has("namespace") || dryRunOf(flags) !== "client" ? namespace : "";
  const object = rbac ? await roleOf(host, flags, name, own, two === "role" ? "Role" : "ClusterRole") : two === "job" && flags.has("from") ? await jobFrom(host, flags, name, namespace) : (maker as Maker).make(host, flags, name, rest, own, dash);
  const failing = rbac ? `failed to create ${two}` : maker?.failing;
  await createObject(host, flags, flags.bool("save-config") ? withLastApplied(object) : object, namespace, { manager: "kubectl-create", ...(failing === undefined ? {} : { failing }) });
}
