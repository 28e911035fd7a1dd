import { canonicalQuantity } from "../../apimachinery/quantity.ts";
import { selectorFromLabelSelector, selectorText } from "../../apimachinery/labels.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import { listOf, metaOf, objectOf, textOf } from "../host.ts";
import { annotationLines, annotationsOf, DescribeWriter, labelsOf, longTime, multiline, numberOf } from "./writer.ts";

// Follows kubectl/pkg/describe/describe.go: describeContainers, describeVolumes, DescribePodTemplate.

function portsText(ports: readonly JsonObject[], key: "containerPort" | "hostPort"): string {
  return ports.map((port) => `${numberOf(port[key])}/${textOf(port["protocol"]) || (key === "hostPort" ? "TCP" : "TCP")}${textOf(port["name"]) === "" ? "" : ` (${textOf(port["name"])})`}`).join(", ");
}

function quantities(w: DescribeWriter, level: number, title: string, map: JsonObject): void {
  const names = Object.keys(map).sort();
  if (names.length === 0) return;
  w.line(level, `${title}:`);
  for (const name of names) w.line(level + 1, `${name}:\t${canonicalQuantity(String(map[name]))}`);
}

export function probeText(probe: JsonObject): string {
  const attributes = `delay=${numberOf(probe["initialDelaySeconds"])}s timeout=${numberOf(probe["timeoutSeconds"])}s period=${numberOf(probe["periodSeconds"])}s #success=${numberOf(probe["successThreshold"])} #failure=${numberOf(probe["failureThreshold"])}`;
  const exec = probe["exec"];
  const http = probe["httpGet"];
  const tcp = probe["tcpSocket"];
  const grpc = probe["grpc"];
  if (exec !== undefined) return `exec [${listText(objectOf(exec)["command"])}] ${attributes}`;
  if (http !== undefined) {
    const get = objectOf(http);
    const path = textOf(get["path"]);
    return `http-get ${(textOf(get["scheme"]) || "HTTP").toLowerCase()}://${textOf(get["host"])}:${String(get["port"] ?? "")}${path === "" || path.startsWith("/") ? path : `/${path}`} ${attributes}`;
  }
  if (tcp !== undefined) return `tcp-socket ${textOf(objectOf(tcp)["host"])}:${String(objectOf(tcp)["port"] ?? "")} ${attributes}`;
  if (grpc !== undefined) return `grpc <pod>:${numberOf(objectOf(grpc)["port"])} ${textOf(objectOf(grpc)["service"])} ${attributes}`;
  return `unknown ${attributes}`;
}

function listText(value: Json | undefined): string {
  return Array.isArray(value) ? value.map(String).join(" ") : "";
}

function stateLines(w: DescribeWriter, title: string, state: JsonObject): void {
  const running = state["running"];
  const terminated = state["terminated"];
  const waiting = state["waiting"];
  if (running !== undefined) {
    w.line(2, `${title}:\tRunning`);
    w.line(3, `Started:\t${longTime(objectOf(running)["startedAt"])}`);
  } else if (waiting !== undefined) {
    w.line(2, `${title}:\tWaiting`);
    if (textOf(objectOf(waiting)["reason"]) !== "") w.line(3, `Reason:\t${textOf(objectOf(waiting)["reason"])}`);
  } else if (terminated !== undefined) {
    const end = objectOf(terminated);
    w.line(2, `${title}:\tTerminated`);
    if (textOf(end["reason"]) !== "") w.line(3, `Reason:\t${textOf(end["reason"])}`);
    if (textOf(end["message"]) !== "") w.line(3, `Message:\t${textOf(end["message"])}`);
    w.line(3, `Exit Code:\t${numberOf(end["exitCode"])}`);
    if (numberOf(end["signal"]) > 0) w.line(3, `Signal:\t${numberOf(end["signal"])}`);
    w.line(3, `Started:\t${longTime(end["startedAt"])}`);
    w.line(3, `Finished:\t${longTime(end["finishedAt"])}`);
  } else w.line(2, `${title}:\tWaiting`);
}

/** A field that an environment variable shows: of a pod only; "" in a template. */
function fieldValue(pod: JsonObject | null, path: string): string {
  if (pod === null) return "";
  const keyed = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(path);
  if (keyed !== null) return textOf(objectOf(metaOf(pod)[keyed[1] ?? ""])[keyed[2] ?? ""]);
  const spoken: Readonly<Record<string, Json | undefined>> = {
    "metadata.name": metaOf(pod)["name"], "metadata.namespace": metaOf(pod)["namespace"], "metadata.uid": metaOf(pod)["uid"],
    "spec.nodeName": objectOf(pod["spec"])["nodeName"], "spec.serviceAccountName": objectOf(pod["spec"])["serviceAccountName"], "status.podIP": objectOf(pod["status"])["podIP"], "status.hostIP": objectOf(pod["status"])["hostIP"],
  };
  return textOf(spoken[path]);
}

function resourceValue(container: JsonObject, reference: JsonObject): string {
  const resource = textOf(reference["resource"]);
  const [list = "", name = ""] = resource.split(/\.(.*)/s);
  const amount = objectOf(objectOf(container["resources"])[list])[name];
  if (amount === undefined) return resource === "limits.cpu" || resource === "limits.memory" ? "node allocatable" : "0";
  return canonicalQuantity(String(amount));
}

function environmentLines(w: DescribeWriter, container: JsonObject, pod: JsonObject | null): void {
  const from = listOf(container["envFrom"]);
  if (from.length > 0) {
    w.line(2, "Environment Variables from:");
    for (const one of from) {
      const source = one["configMapRef"] === undefined ? "Secret" : "ConfigMap";
      const reference = objectOf(one["configMapRef"] ?? one["secretRef"]);
      const prefix = textOf(one["prefix"]);
      w.line(3, `${textOf(reference["name"])}\t${source}${prefix === "" ? "" : ` with prefix '${prefix}'`}\tOptional: ${reference["optional"] === true}`);
    }
  }
  const env = listOf(container["env"]);
  w.line(2, `Environment:${env.length === 0 ? "\t<none>" : ""}`);
  for (const one of env) {
    const name = textOf(one["name"]);
    const source = objectOf(one["valueFrom"]);
    if (one["valueFrom"] === undefined) textOf(one["value"]).split("\n").forEach((line, at) => w.line(3, `${at === 0 ? `${name}:` : ""}\t${line}`));
    else if (source["fieldRef"] !== undefined) {
      const field = objectOf(source["fieldRef"]);
      w.line(3, `${name}:\t${fieldValue(pod, textOf(field["fieldPath"]))} (${textOf(field["apiVersion"]) || "v1"}:${textOf(field["fieldPath"])})`);
    } else if (source["resourceFieldRef"] !== undefined) w.line(3, `${name}:\t${resourceValue(container, objectOf(source["resourceFieldRef"]))} (${textOf(objectOf(source["resourceFieldRef"])["resource"])})`);
    else if (source["secretKeyRef"] !== undefined) {
      const key = objectOf(source["secretKeyRef"]);
      w.line(3, `${name}:\t<set to the key '${textOf(key["key"])}' in secret '${textOf(key["name"])}'>\tOptional: ${key["optional"] === true}`);
    } else if (source["configMapKeyRef"] !== undefined) {
      const key = objectOf(source["configMapKeyRef"]);
      w.line(3, `${name}:\t<set to the key '${textOf(key["key"])}' of config map '${textOf(key["name"])}'>\tOptional: ${key["optional"] === true}`);
    }
  }
}

/** Containers of a pod with their states, or of a template without. `space`: the template's indentation. */
export function containerLines(w: DescribeWriter, label: string, containers: readonly JsonObject[], statuses: readonly JsonObject[], pod: JsonObject | null, space: string): void {
  w.line(0, `${space}${label}:${containers.length === 0 ? " <none>" : ""}`);
  for (const container of containers) {
    const status = statuses.find((one) => one["name"] === container["name"]);
    w.line(1, `${space === "" ? "" : " "}${textOf(container["name"])}:`);
    if (status !== undefined) w.line(2, `Container ID:\t${textOf(status["containerID"])}`);
    w.line(2, `Image:\t${textOf(container["image"])}`);
    if (status !== undefined) w.line(2, `Image ID:\t${textOf(status["imageID"])}`);
    const ports = listOf(container["ports"]);
    for (const [word, key] of [["Port", "containerPort"], ["Host Port", "hostPort"]] as const) {
      const text = portsText(ports, key);
      w.line(2, `${word}${text.includes(",") ? "s" : ""}:\t${text === "" ? "<none>" : text}`);
    }
    const seccomp = objectOf(objectOf(container["securityContext"])["seccompProfile"]);
    if (textOf(seccomp["type"]) !== "") w.line(2, `SeccompProfile:\t${textOf(seccomp["type"])}`);
    for (const [word, key] of [["Command", "command"], ["Args", "args"]] as const) {
      const words = container[key];
      if (!Array.isArray(words) || words.length === 0) continue;
      w.line(2, `${word}:`);
      for (const one of words) for (const line of String(one).split("\n")) w.line(3, line);
    }
    if (status !== undefined) {
      stateLines(w, "State", objectOf(status["state"]));
      if (objectOf(status["lastState"])["terminated"] !== undefined) stateLines(w, "Last State", objectOf(status["lastState"]));
      w.line(2, `Ready:\t${status["ready"] === true ? "True" : "False"}`);
      w.line(2, `Restart Count:\t${numberOf(status["restartCount"])}`);
    }
    const resources = objectOf(container["resources"]);
    quantities(w, 2, "Limits", objectOf(resources["limits"]));
    quantities(w, 2, "Requests", objectOf(resources["requests"]));
    for (const [word, key] of [["Liveness", "livenessProbe"], ["Readiness", "readinessProbe"], ["Startup", "startupProbe"]] as const) if (container[key] !== undefined) w.line(2, `${word}:\t${probeText(objectOf(container[key]))}`);
    environmentLines(w, container, pod);
    const mounts = [...listOf(container["volumeMounts"])].sort((a, b) => (textOf(a["mountPath"]) < textOf(b["mountPath"]) ? -1 : 1));
    w.line(2, `Mounts:${mounts.length === 0 ? "\t<none>" : ""}`);
    for (const mount of mounts) w.line(3, `${textOf(mount["mountPath"])} from ${textOf(mount["name"])} (${mount["readOnly"] === true ? "ro" : "rw"}${textOf(mount["subPath"]) === "" ? "" : `,path=${JSON.stringify(mount["subPath"])}`})`);
    const devices = listOf(container["volumeDevices"]);
    if (devices.length > 0) w.line(2, `Devices:${mounts.length === 0 ? "\t<none>" : ""}`);
    for (const device of devices) w.line(3, `${textOf(device["devicePath"])} from ${textOf(device["name"])}`);
  }
}

const yes = (value: Json | undefined): boolean => value === true;

/** One volume's source: its type in words, then its fields. */
function volumeFields(volume: JsonObject): readonly string[] {
  const source = (key: string): JsonObject | null => (volume[key] === undefined ? null : objectOf(volume[key]));
  const hostPath = source("hostPath");
  if (hostPath !== null) return ["Type:\tHostPath (bare host directory volume)", `Path:\t${textOf(hostPath["path"])}`, `HostPathType:\t${typeof hostPath["type"] === "string" ? hostPath["type"] : "<none>"}`];
  const emptyDir = source("emptyDir");
  if (emptyDir !== null) return ["Type:\tEmptyDir (a temporary directory that shares a pod's lifetime)", `Medium:\t${textOf(emptyDir["medium"])}`, `SizeLimit:\t${emptyDir["sizeLimit"] === undefined ? "<unset>" : canonicalQuantity(String(emptyDir["sizeLimit"]))}`];
  const secret = source("secret");
  if (secret !== null) return ["Type:\tSecret (a volume populated by a Secret)", `SecretName:\t${textOf(secret["secretName"])}`, `Optional:\t${yes(secret["optional"])}`];
  const configMap = source("configMap");
  if (configMap !== null) return ["Type:\tConfigMap (a volume populated by a ConfigMap)", `Name:\t${textOf(configMap["name"])}`, `Optional:\t${yes(configMap["optional"])}`];
  const nfs = source("nfs");
  if (nfs !== null) return ["Type:\tNFS (an NFS mount that lasts the lifetime of a pod)", `Server:\t${textOf(nfs["server"])}`, `Path:\t${textOf(nfs["path"])}`, `ReadOnly:\t${yes(nfs["readOnly"])}`];
  const claim = source("persistentVolumeClaim");
  if (claim !== null) return ["Type:\tPersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)", `ClaimName:\t${textOf(claim["claimName"])}`, `ReadOnly:\t${yes(claim["readOnly"])}`];
  const csi = source("csi");
  if (csi !== null) return ["Type:\tCSI (a Container Storage Interface (CSI) volume source)", `Driver:\t${textOf(csi["driver"])}`, `FSType:\t${textOf(csi["fsType"])}`, `ReadOnly:\t${yes(csi["readOnly"])}`, ...attributeLines(objectOf(csi["volumeAttributes"]))];
  const projected = source("projected");
  if (projected !== null) {
    return ["Type:\tProjected (a volume that contains injected data from multiple sources)", ...listOf(projected["sources"]).flatMap((one) => {
      if (one["secret"] !== undefined) return [`SecretName:\t${textOf(objectOf(one["secret"])["name"])}`, `Optional:\t${yes(objectOf(one["secret"])["optional"])}`];
      if (one["downwardAPI"] !== undefined) return ["DownwardAPI:\ttrue"];
      if (one["configMap"] !== undefined) return [`ConfigMapName:\t${textOf(objectOf(one["configMap"])["name"])}`, `Optional:\t${yes(objectOf(one["configMap"])["optional"])}`];
      return one["serviceAccountToken"] === undefined ? [] : [`TokenExpirationSeconds:\t${numberOf(objectOf(one["serviceAccountToken"])["expirationSeconds"])}`];
    })];
  }
  const downward = source("downwardAPI");
  if (downward !== null) return ["Type:\tDownwardAPI (a volume populated by information about the pod)", "Items:", ...listOf(downward["items"]).map((item) => `  ${textOf(objectOf(item["fieldRef"])["fieldPath"]) || textOf(objectOf(item["resourceFieldRef"])["resource"])} -> ${textOf(item["path"])}`)];
  const image = source("image");
  if (image !== null) return ["Type:\tImage (a container image or OCI artifact)", `Reference:\t${textOf(image["reference"])}`, `PullPolicy:\t${textOf(image["pullPolicy"])}`];
  if (source("ephemeral") !== null) return ["Type:\tEphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)"];
  return [];
}

export function attributeLines(attributes: JsonObject): readonly string[] {
  const keys = Object.keys(attributes).sort();
  if (keys.length === 0) return ["VolumeAttributes:\t<none>"];
  return keys.map((key, at) => `${at === 0 ? "VolumeAttributes:" : ""}\t${key}=${textOf(attributes[key])}`);
}

export function volumeLines(w: DescribeWriter, volumes: readonly JsonObject[], space: string): void {
  if (volumes.length === 0) {
    w.line(0, `${space}Volumes:\t<none>`);
    return;
  }
  w.line(0, `${space}Volumes:`);
  for (const volume of volumes) {
    w.line(1, `${space === "" ? "" : " "}${textOf(volume["name"])}:`);
    const fields = volumeFields(volume);
    if (fields.length === 0) w.line(1, "<unknown>");
    for (const field of fields) w.line(2, field);
  }
}

export function tolerationLines(w: DescribeWriter, tolerations: readonly JsonObject[], indent = ""): void {
  w.write(0, `${indent}Tolerations:\t`);
  if (tolerations.length === 0) w.write(0, "<none>\n");
  const sorted = [...tolerations].sort((a, b) => (textOf(a["key"]) < textOf(b["key"]) ? -1 : textOf(a["key"]) > textOf(b["key"]) ? 1 : 0));
  sorted.forEach((one, at) => {
    const value = textOf(one["value"]);
    const effect = textOf(one["effect"]);
    const operator = textOf(one["operator"]) || "Equal";
    const seconds = one["tolerationSeconds"];
    const key = textOf(one["key"]);
    let text = key + (value === "" ? "" : `=${value}`) + (effect === "" ? "" : `:${effect}`);
    if (operator === "Exists" && value === "") text += key !== "" || effect !== "" ? " op=Exists" : "op=Exists";
    if (typeof seconds === "number") text += ` for ${seconds}s`;
    w.write(0, `${at === 0 ? "" : "\t"}${text}\n`);
  });
}

export function spreadLines(w: DescribeWriter, constraints: readonly JsonObject[], space: string): void {
  const sorted = [...constraints].sort((a, b) => (textOf(a["topologyKey"]) < textOf(b["topologyKey"]) ? -1 : 1));
  sorted.forEach((one, at) => {
    const selector = one["labelSelector"] === undefined ? "" : ` for selector ${selectorText(selectorFromLabelSelector(objectOf(one["labelSelector"]) as never))}`;
    w.write(0, `${space}${at === 0 ? "Topology Spread Constraints:" : ""}\t${textOf(one["topologyKey"])}:${textOf(one["whenUnsatisfiable"])} when max skew ${numberOf(one["maxSkew"])} is exceeded${selector}\n`);
  });
}

export function templateLines(w: DescribeWriter, template: JsonObject): void {
  const spec = objectOf(template["spec"]);
  w.line(0, "Pod Template:");
  multiline(w, "  Labels", labelsOf(template));
  if (Object.keys(annotationsOf(template)).length > 0) annotationLines(w, "  Annotations", annotationsOf(template));
  if (textOf(spec["serviceAccountName"]) !== "") w.line(1, `Service Account:\t${textOf(spec["serviceAccountName"])}`);
  if (listOf(spec["initContainers"]).length > 0) containerLines(w, "Init Containers", listOf(spec["initContainers"]), [], null, "  ");
  containerLines(w, "Containers", listOf(spec["containers"]), [], null, "  ");
  volumeLines(w, listOf(spec["volumes"]), "  ");
  spreadLines(w, listOf(spec["topologySpreadConstraints"]), "  ");
  if (textOf(spec["priorityClassName"]) !== "") w.line(1, `Priority Class Name:\t${textOf(spec["priorityClassName"])}`);
  multiline(w, "  Node-Selectors", objectOf(spec["nodeSelector"]));
  tolerationLines(w, listOf(spec["tolerations"]), "  ");
}

/** The template of one revision, as `rollout history --revision` prints it. */
export function describeTemplateText(template: JsonObject, cause: string): string {
  const w = new DescribeWriter();
  const annotated = cause === "" ? template : { ...template, metadata: { ...metaOf(template), annotations: { ...annotationsOf(template), "kubernetes.io/change-cause": cause } } };
  templateLines(w, annotated);
  return w.raw();
}
