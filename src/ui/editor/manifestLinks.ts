import { selectorFromLabelSelector, selectorFromMap, matches, type Labels, type Selector } from "../../apimachinery/labels.ts";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { t } from "../language/text.ts";
import type { Problem } from "../stores/editorStore.ts";
import { locate, type ManifestDoc } from "./manifestDocs.ts";

/** A document of the workspace, with the file it stands in. */
export interface LinkedDoc {
  readonly file: string;
  readonly doc: ManifestDoc;
}

/** What is in the cluster already: names by kind, and pods' labels. */
export interface LiveNames {
  has(kind: string, namespace: string, name: string): boolean;
  /** Labels of the pods of a namespace. */
  podLabels(namespace: string): Iterable<Labels>;
}

interface Read {
  readonly file: string;
  readonly doc: ManifestDoc;
  readonly object: JsonObject;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

interface PodSource {
  readonly owner: Read;
  readonly path: readonly string[];
  readonly labels: Labels;
  readonly spec: JsonObject;
}

type Path = readonly (string | number)[];

function object(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function list(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.map((one: Json) => object(one)) : [];
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function at(from: JsonObject, path: readonly string[]): JsonObject {
  return path.reduce<JsonObject>((here, key) => object(here[key]), from);
}

function labelWords(labels: JsonObject): string {
  const words = Object.entries(labels).map(([key, value]) => `${key}=${String(value)}`);
  return words.length === 0 ? t`no labels` : words.join(",");
}

const templates: Readonly<Record<string, readonly string[]>> = { Deployment: ["spec", "template"], ReplicaSet: ["spec", "template"], StatefulSet: ["spec", "template"], DaemonSet: ["spec", "template"], Job: ["spec", "template"], ReplicationController: ["spec", "template"], CronJob: ["spec", "jobTemplate", "spec", "template"], Pod: [] };

/** How many labels of a selector another set has: the nearest miss is the one that was meant. */
function nearness(wanted: JsonObject, labels: Labels): number {
  return Object.entries(wanted).reduce((sum, [key, value]) => sum + (labels[key] === value ? 2 : labels[key] !== undefined ? 1 : 0), 0);
}

/**
 * Where the documents of a workspace speak of each other and do not meet: selectors and labels, services and ports, volumes and what
 * they hold, routes and services. What is in the cluster already counts as there.
 */
export function linkProblems(docs: readonly LinkedDoc[], live: LiveNames): readonly Problem[] {
  const problems: Problem[] = [];
  const reads = docs.flatMap(({ file, doc }): Read[] => {
    if (!isJsonObject(doc.value)) return [];
    const meta = object(doc.value["metadata"]);
    return [{ file, doc, object: doc.value, kind: text(doc.value["kind"]), name: text(meta["name"]), namespace: text(meta["namespace"]) || "default" }];
  });
  const pods = reads.flatMap((owner): PodSource[] => {
    const path = templates[owner.kind];
    if (path === undefined) return [];
    const template = at(owner.object, path);
    return [{ owner, path, labels: object(object(template["metadata"])["labels"]) as Labels, spec: object(template["spec"]) }];
  });
  const say = (read: Read, path: Path, message: string, severity: Problem["severity"] = "warning") => void problems.push({ file: read.file, ...locate(read.doc, path), severity, message, by: "links" });
  const there = (kind: string, namespace: string, name: string) => live.has(kind, namespace, name) || reads.some((read) => read.kind === kind && read.name === name && read.namespace === namespace);

  for (const source of pods) {
    ownSelector(source, say);
    volumes(source, reads, there, say);
  }
  for (const read of reads) {
    if (read.kind === "Service") service(read, pods, live, say);
    else if (read.kind === "Ingress") ingress(read, reads, there, say);
    else if (read.kind === "HorizontalPodAutoscaler") {
      const target = at(read.object, ["spec", "scaleTargetRef"]);
      if (text(target["name"]) !== "" && !there(text(target["kind"]), read.namespace, text(target["name"]))) say(read, ["spec", "scaleTargetRef", "name"], t`there is no ${text(target["kind"])} ${text(target["name"])} to scale, neither in the files nor in the cluster`);
    } else if (read.kind === "NetworkPolicy" || read.kind === "PodDisruptionBudget") {
      const key = read.kind === "NetworkPolicy" ? "podSelector" : "selector";
      const wanted = at(read.object, ["spec", key]);
      if (Object.keys(wanted).length > 0) selects(read, ["spec", key], selectorOf(wanted), object(wanted["matchLabels"]), pods, live, say);
    } else if (read.kind === "StatefulSet") {
      const name = text(at(read.object, ["spec"])["serviceName"]);
      if (name !== "" && !there("Service", read.namespace, name)) say(read, ["spec", "serviceName"], t`there is no Service ${name}: its pods get no names of their own in the DNS`);
    }
  }
  return problems;
}

type Say = (read: Read, path: Path, message: string, severity?: Problem["severity"]) => void;
type There = (kind: string, namespace: string, name: string) => boolean;

function selectorOf(value: JsonObject): Selector | null {
  try {
    return selectorFromLabelSelector(value as never);
  } catch {
    return null;
  }
}

function ownSelector({ owner, labels }: PodSource, say: Say): void {
  const selector = at(owner.object, ["spec", "selector"]);
  if (Object.keys(selector).length === 0 || owner.kind === "Pod" || owner.kind === "Job" || owner.kind === "CronJob") return;
  const read = owner.kind === "ReplicationController" ? selectorFromMap(selector as Labels) : selectorOf(selector);
  if (read === null || matches(read, labels)) return;
  say(owner, ["spec", "selector"], t`selects ${labelWords(owner.kind === "ReplicationController" ? selector : object(selector["matchLabels"]))}, but its own template has ${labelWords(labels)}`);
}

function selects(read: Read, path: Path, selector: Selector | null, wanted: JsonObject, pods: readonly PodSource[], live: LiveNames, say: Say): readonly PodSource[] {
  if (selector === null) return [];
  const here = pods.filter(({ owner }) => owner.namespace === read.namespace);
  const found = here.filter(({ labels }) => matches(selector, labels));
  if (found.length > 0) return found;
  for (const labels of live.podLabels(read.namespace)) if (matches(selector, labels)) return [];
  const [nearest] = [...here].sort((a, b) => nearness(wanted, b.labels) - nearness(wanted, a.labels));
  const elsewhere = pods.find(({ owner, labels }) => owner.namespace !== read.namespace && matches(selector, labels));
  const hint = elsewhere !== undefined ? t`; ${elsewhere.owner.kind} ${elsewhere.owner.name} has them, in the namespace ${elsewhere.owner.namespace}` : nearest === undefined ? "" : t`; the pods of ${nearest.owner.kind} ${nearest.owner.name} have ${labelWords(nearest.labels)}`;
  say(read, path, t`no pod has ${labelWords(wanted)}${hint}`);
  return [];
}

function service(read: Read, pods: readonly PodSource[], live: LiveNames, say: Say): void {
  const spec = object(read.object["spec"]);
  const selector = object(spec["selector"]);
  if (Object.keys(selector).length === 0) return;
  const targets = selects(read, ["spec", "selector"], selectorFromMap(selector as Labels), selector, pods, live, say);
  for (const { owner, spec: podSpec } of targets) {
    const ports = list(podSpec["containers"]).flatMap((container) => list(container["ports"]));
    list(spec["ports"]).forEach((port, index) => {
      const target = port["targetPort"] ?? port["port"];
      const named = ports.map((one) => text(one["name"])).filter((name) => name !== "");
      if (typeof target === "string" && !named.includes(target)) say(read, ["spec", "ports", index, "targetPort"], t`no container of ${owner.kind} ${owner.name} names a port "${target}"${named.length === 0 ? "" : t`; named are ${named.join(", ")}`}`);
      else if (typeof target === "number" && ports.length > 0 && !ports.some((one) => one["containerPort"] === target)) say(read, ["spec", "ports", index, port["targetPort"] === undefined ? "port" : "targetPort"], t`the containers of ${owner.kind} ${owner.name} declare ${ports.map((one) => String(one["containerPort"])).join(", ")}, not ${target}`);
    });
  }
}

function ingress(read: Read, reads: readonly Read[], there: There, say: Say): void {
  const check = (backend: JsonObject, path: Path): void => {
    const target = object(backend["service"]);
    const name = text(target["name"]);
    if (name === "") return;
    if (!there("Service", read.namespace, name)) {
      say(read, [...path, "service", "name"], t`there is no Service ${name}, neither in the files nor in the cluster`);
      return;
    }
    const known = reads.find((one) => one.kind === "Service" && one.name === name && one.namespace === read.namespace);
    if (known === undefined) return;
    const port = object(target["port"]);
    const ports = list(at(known.object, ["spec"])["ports"]);
    if (ports.length > 0 && !ports.some((one) => (port["name"] === undefined ? one["port"] === port["number"] : one["name"] === port["name"]))) say(read, [...path, "service", "port"], t`Service ${name} has no port ${String(port["name"] ?? port["number"])}; it has ${ports.map((one) => String(one["name"] ?? one["port"])).join(", ")}`);
  };
  const spec = object(read.object["spec"]);
  if (spec["defaultBackend"] !== undefined) check(object(spec["defaultBackend"]), ["spec", "defaultBackend"]);
  list(spec["rules"]).forEach((rule, index) => list(object(rule["http"])["paths"]).forEach((path, each) => check(object(path["backend"]), ["spec", "rules", index, "http", "paths", each, "backend"])));
}

function volumes({ owner, path, spec }: PodSource, reads: readonly Read[], there: There, say: Say): void {
  const root: Path = [...path, "spec"];
  const keysOf = (kind: string, name: string): ReadonlySet<string> | null => {
    const read = reads.find((one) => one.kind === kind && one.name === name && one.namespace === owner.namespace);
    return read === undefined ? null : new Set(["data", "binaryData", "stringData"].flatMap((key) => Object.keys(object(read.object[key]))));
  };
  const needs = (kind: string, reference: JsonObject, name: string, where: Path, key: string): void => {
    if (name === "" || reference["optional"] === true) return;
    if (!there(kind, owner.namespace, name)) say(owner, where, t`there is no ${kind} ${name}, neither in the files nor in the cluster: the pods will not start`);
    else if (key !== "" && keysOf(kind, name)?.has(key) === false) say(owner, where, t`${kind} ${name} has no key "${key}"`);
  };
  const names = new Set<string>();
  list(spec["volumes"]).forEach((volume, index) => {
    names.add(text(volume["name"]));
    const where: Path = [...root, "volumes", index];
    const claim = object(volume["persistentVolumeClaim"]);
    if (volume["persistentVolumeClaim"] !== undefined && !there("PersistentVolumeClaim", owner.namespace, text(claim["claimName"]))) say(owner, [...where, "persistentVolumeClaim", "claimName"], t`there is no PersistentVolumeClaim ${text(claim["claimName"])}, neither in the files nor in the cluster: the pods stay Pending`);
    needs("ConfigMap", object(volume["configMap"]), text(object(volume["configMap"])["name"]), [...where, "configMap", "name"], "");
    needs("Secret", object(volume["secret"]), text(object(volume["secret"])["secretName"]), [...where, "secret", "secretName"], "");
  });
  for (const template of list(at(owner.object, ["spec"])["volumeClaimTemplates"])) names.add(text(object(template["metadata"])["name"]));
  for (const group of ["initContainers", "containers"]) {
    list(spec[group]).forEach((container, index) => {
      const where: Path = [...root, group, index];
      list(container["volumeMounts"]).forEach((mount, each) => {
        const name = text(mount["name"]);
        if (name !== "" && !names.has(name)) say(owner, [...where, "volumeMounts", each, "name"], t`there is no volume "${name}" in this pod${names.size === 0 ? "" : t`; there are ${[...names].join(", ")}`}`);
      });
      list(container["envFrom"]).forEach((one, each) => {
        needs("ConfigMap", object(one["configMapRef"]), text(object(one["configMapRef"])["name"]), [...where, "envFrom", each, "configMapRef", "name"], "");
        needs("Secret", object(one["secretRef"]), text(object(one["secretRef"])["name"]), [...where, "envFrom", each, "secretRef", "name"], "");
      });
      list(container["env"]).forEach((one, each) => {
        for (const [kind, key] of [["ConfigMap", "configMapKeyRef"], ["Secret", "secretKeyRef"]] as const) {
          const reference = object(object(one["valueFrom"])[key]);
          needs(kind, reference, text(reference["name"]), [...where, "env", each, "valueFrom", key, "name"], text(reference["key"]));
        }
      });
    });
  }
}
