// Follows pkg/api/pod/warnings.go and pkg/api/node/util.go.
import { index, key as keyPath } from "../../apimachinery/fieldError.ts";
import { quantityMilli } from "../../apimachinery/quantity.ts";
import type { Container, NodeSelectorTerm, PodSpec, PodTemplateSpec, Volume } from "../core/pod/types.ts";
import { sortedKeys } from "../graph/edges.ts";
import { containersWithPath } from "./validateSecurity.ts";

type Annotations = Readonly<Record<string, string>> | undefined;

const oldNodeLabels: Readonly<Record<string, string>> = {
  "beta.kubernetes.io/arch": 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  "beta.kubernetes.io/os": 'deprecated since v1.14; use "kubernetes.io/os" instead',
  "beta.kubernetes.io/instance-type": 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  "failure-domain.beta.kubernetes.io/region": 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  "failure-domain.beta.kubernetes.io/zone": 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  "node-role.kubernetes.io/master": 'use "node-role.kubernetes.io/control-plane" instead',
};
const oldAnnotations: Readonly<Record<string, string>> = {
  "scheduler.alpha.kubernetes.io/critical-pod": 'non-functional in v1.16+; use the "priorityClassName" field instead',
  "security.alpha.kubernetes.io/sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
  "security.alpha.kubernetes.io/unsafe-sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
  "seccomp.security.alpha.kubernetes.io/pod": 'non-functional in v1.27+; use the "seccompProfile" field instead',
};
const oldSeccompPrefix = "container.seccomp.security.alpha.kubernetes.io/";
export const appArmorPrefix = "container.apparmor.security.beta.kubernetes.io/";
const oldVolumes: readonly (readonly [keyof Volume, string])[] = [
  ["photonPersistentDisk", "non-functional in v1.16+"],
  ["gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"],
  ["scaleIO", "deprecated in v1.16, non-functional in v1.22+"],
  ["flocker", "deprecated in v1.22, non-functional in v1.25+"],
  ["storageos", "deprecated in v1.22, non-functional in v1.25+"],
  ["quobyte", "deprecated in v1.22, non-functional in v1.25+"],
  ["glusterfs", "deprecated in v1.25, non-functional in v1.26+"],
  ["cephfs", "deprecated in v1.28, non-functional in v1.31+"],
  ["rbd", "deprecated in v1.28, non-functional in v1.31+"],
];

/** Warnings of a template's pods; none where an update left it as it was. */
export function templateWarnings(template: PodTemplateSpec, old: PodTemplateSpec | null, path: string): readonly string[] {
  if (old !== null && old.spec === template.spec) return [];
  return podSpecWarnings(template.spec, template.metadata?.annotations, path);
}

/** `path` is that of what holds metadata and spec: "" for a pod, "spec.template" for a template. */
export function podSpecWarnings(spec: PodSpec, annotations: Annotations, path: string): readonly string[] {
  const own = path === "" ? "spec" : `${path}.spec`;
  const meta = path === "" ? "metadata.annotations" : `${path}.metadata.annotations`;
  return [...nodeLabelWarnings(spec, own), ...annotationWarnings(annotations, meta), ...volumeWarnings(spec, `${own}.volumes`), ...referenceWarnings(spec, own), ...containersWithPath(spec, own).flatMap(([container, at]) => containerWarnings(container, at)), ...graceWarnings(spec, own)];
}

export function oldNodeLabelMessage(label: string): string | null {
  return oldNodeLabels[label] ?? null;
}

function nodeLabelWarnings(spec: PodSpec, path: string): readonly string[] {
  const warnings: string[] = [];
  for (const label of sortedKeys(spec.nodeSelector)) {
    const message = oldNodeLabelMessage(label);
    if (message !== null) warnings.push(`${keyPath(`${path}.nodeSelector`, label)}: ${message}`);
  }
  const affinity = spec.affinity?.nodeAffinity;
  const at = `${path}.affinity.nodeAffinity`;
  for (const [i, term] of (affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []).entries()) warnings.push(...termWarnings(term, index(`${at}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`, i)));
  for (const [i, term] of (affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).entries()) warnings.push(...termWarnings(term.preference, `${index(`${at}.preferredDuringSchedulingIgnoredDuringExecution`, i)}.preference`));
  for (const [i, constraint] of (spec.topologySpreadConstraints ?? []).entries()) {
    const own = index(`${path}.topologySpreadConstraints`, i);
    const message = oldNodeLabelMessage(constraint.topologyKey);
    if (message !== null) warnings.push(`${own}.topologyKey: ${constraint.topologyKey} is ${message}`);
    if (constraint.labelSelector === undefined) warnings.push(`${own}.labelSelector: a null labelSelector results in matching no pod`);
  }
  return warnings;
}

export function termWarnings(term: NodeSelectorTerm, path: string): readonly string[] {
  return (term.matchExpressions ?? []).flatMap((requirement, i) => {
    const message = oldNodeLabelMessage(requirement.key);
    return message === null ? [] : [`${index(`${path}.matchExpressions`, i)}.key: ${requirement.key} is ${message}`];
  });
}

function annotationWarnings(annotations: Annotations, path: string): readonly string[] {
  return sortedKeys(annotations).flatMap((name) => {
    const message = oldAnnotations[name] ?? (name.startsWith(oldSeccompPrefix) ? 'non-functional in v1.27+; use the "seccompProfile" field instead' : undefined);
    return message === undefined ? [] : [`${keyPath(path, name)}: ${message}`];
  });
}

function volumeWarnings(spec: PodSpec, path: string): readonly string[] {
  return (spec.volumes ?? []).flatMap((volume, i) => oldVolumes.filter(([source]) => volume[source] !== undefined).map(([source, message]) => `${index(path, i)}.${source}: ${message}`));
}

function referenceWarnings(spec: PodSpec, path: string): readonly string[] {
  const warnings: string[] = [];
  const aliases = new Map<string, number>();
  for (const [i, alias] of (spec.hostAliases ?? []).entries()) {
    const first = aliases.get(alias.ip);
    if (first === undefined) aliases.set(alias.ip, i);
    else warnings.push(`${index(`${path}.hostAliases`, i)}.ip: duplicate IP address "${alias.ip}"`);
  }
  const names = new Set<string>();
  for (const [i, ref] of (spec.imagePullSecrets ?? []).entries()) {
    const name = ref.name ?? "";
    const at = `${index(`${path}.imagePullSecrets`, i)}.name`;
    if (name === "") warnings.push(`${at}: invalid empty name ""`);
    else if (names.has(name)) warnings.push(`${at}: duplicate name "${name}"`);
    names.add(name);
  }
  return warnings;
}

function containerWarnings(container: Container, path: string): readonly string[] {
  const warnings: string[] = [];
  const env = new Map<string, string>();
  for (const [i, variable] of (container.env ?? []).entries()) {
    if (env.has(variable.name)) warnings.push(`${index(`${path}.env`, i)}: hides previous definition of "${variable.name}", which may be dropped when using apply`);
    env.set(variable.name, index(`${path}.env`, i));
  }
  const ports = new Map<string, string>();
  const portNames = new Map<string, string>();
  for (const [i, port] of (container.ports ?? []).entries()) {
    const at = index(`${path}.ports`, i);
    const same = ports.get(`${port.containerPort}/${port.protocol}/${port.hostPort ?? 0}/${port.hostIP ?? ""}`);
    if (same !== undefined) warnings.push(`${at}: duplicate port definition with ${same}`);
    ports.set(`${port.containerPort}/${port.protocol}/${port.hostPort ?? 0}/${port.hostIP ?? ""}`, at);
    const name = port.name ?? "";
    if (name !== "") portNames.set(name, at);
  }
  for (const list of ["limits", "requests"] as const) {
    for (const name of ["ephemeral-storage", "memory"]) {
      const text = container.resources?.[list]?.[name];
      if (text !== undefined && quantityMilli(text) % 1000 !== 0) warnings.push(`${keyPath(`${path}.resources.${list}`, name)}: fractional byte value "${text}" is invalid, must be an integer`);
    }
  }
  return warnings;
}

function graceWarnings(spec: PodSpec, path: string): readonly string[] {
  return (spec.terminationGracePeriodSeconds ?? 0) < 0 ? [`${path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`] : [];
}
