// Follows pkg/api/pod/warnings.go and pkg/api/node/util.go.
import { index, key as keyPath } from "../../apimachinery/fieldError.ts";
import { goQuote } from "../../apimachinery/goFormat.ts";
import { isValidLabelValue } from "../../apimachinery/names.ts";
import type { Container, NodeSelectorTerm, PodSpec, PodTemplateSpec } from "../core/pod/types.ts";
import { sortedKeys } from "../graph/edges.ts";
import { addressWarnings } from "../networkAddress.ts";
import { envWarnings, fractionText, portWarnings, resourceWarnings } from "./containerWarnings.ts";
import { containersWithPath } from "./validateSecurity.ts";
import { volumeWarnings } from "./volumeWarnings.ts";

type Annotations = Readonly<Record<string, string>> | undefined;

const oldNodeLabels: Readonly<Record<string, string>> = {
  "beta.kubernetes.io/arch": 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  "beta.kubernetes.io/os": 'deprecated since v1.14; use "kubernetes.io/os" instead',
  "beta.kubernetes.io/instance-type": 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  "failure-domain.beta.kubernetes.io/region": 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  "failure-domain.beta.kubernetes.io/zone": 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  "node-role.kubernetes.io/master": 'use "node-role.kubernetes.io/control-plane" instead',
};
const oldAnnotations: readonly (readonly [string, string])[] = [
  ["scheduler.alpha.kubernetes.io/critical-pod", 'non-functional in v1.16+; use the "priorityClassName" field instead'],
  ["security.alpha.kubernetes.io/sysctls", 'non-functional in v1.11+; use the "sysctls" field instead'],
  ["security.alpha.kubernetes.io/unsafe-sysctls", 'non-functional in v1.11+; use the "sysctls" field instead'],
];
export const podSeccomp = "seccomp.security.alpha.kubernetes.io/pod";
export const containerSeccompPrefix = "container.seccomp.security.alpha.kubernetes.io/";
const seccompText = 'non-functional in v1.27+; use the "seccompProfile" field instead';
export const appArmorPrefix = "container.apparmor.security.beta.kubernetes.io/";

/** Warnings of a template's pods; none where an update left it as it was. */
export function templateWarnings(template: PodTemplateSpec, old: PodTemplateSpec | null, path: string): readonly string[] {
  if (old !== null && old.spec === template.spec) return [];
  return podSpecWarnings(template.spec, template.metadata?.annotations, path);
}

/** `path` is that of what holds metadata and spec: "" for a pod, "spec.template" for a template. */
export function podSpecWarnings(spec: PodSpec, annotations: Annotations, path: string): readonly string[] {
  const own = path === "" ? "spec" : `${path}.spec`;
  const meta = path === "" ? "metadata.annotations" : `${path}.metadata.annotations`;
  const containers = containersWithPath(spec, own);
  const warnings = [...nodeLabelWarnings(spec, own), ...annotationWarnings(annotations, meta), ...volumeWarnings(spec, `${own}.volumes`), ...referenceWarnings(spec, own)];
  if (spec.overhead !== undefined) for (const name of ["memory", "ephemeral-storage"]) warnings.push(...fractionText(spec.overhead?.[name], keyPath(`${own}.overhead`, name)));
  if (spec.securityContext?.seccompProfile === undefined && isAnnotated(annotations, podSeccomp)) warnings.push(`${keyPath(meta, podSeccomp)}: ${seccompText}`);
  for (const [container, at] of containers) warnings.push(...profileWarnings(spec, container, annotations, path === "", meta), ...resourceWarnings(container, at), ...envWarnings(container, at));
  return [...warnings, ...portWarnings(containers), ...graceWarnings(spec, own), ...podAffinityWarnings(spec, `${own}.affinity`), ...nameserverWarnings(spec, own)];
}

export function oldNodeLabelMessage(label: string): string | null {
  return Object.hasOwn(oldNodeLabels, label) ? (oldNodeLabels[label] ?? null) : null;
}

function nodeLabelWarnings(spec: PodSpec, path: string): readonly string[] {
  const warnings: string[] = [];
  for (const label of sortedKeys(spec.nodeSelector)) {
    const message = oldNodeLabelMessage(label);
    if (message !== null) warnings.push(`${keyPath(`${path}.nodeSelector`, label)}: ${message}`);
  }
  const affinity = spec.affinity?.nodeAffinity;
  const at = `${path}.affinity.nodeAffinity`;
  for (const [i, term] of (affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []).entries()) warnings.push(...termWarnings(term, index(`${at}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`, i), false));
  for (const [i, term] of (affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).entries()) warnings.push(...termWarnings(term.preference, `${index(`${at}.preferredDuringSchedulingIgnoredDuringExecution`, i)}.preference`, true));
  for (const [i, constraint] of (spec.topologySpreadConstraints ?? []).entries()) {
    const own = index(`${path}.topologySpreadConstraints`, i);
    const message = oldNodeLabelMessage(constraint.topologyKey);
    if (message !== null) warnings.push(`${own}.topologyKey: ${constraint.topologyKey} is ${message}`);
    if (constraint.labelSelector === undefined) warnings.push(`${own}.labelSelector: a null labelSelector results in matching no pod`);
  }
  return warnings;
}

export function termWarnings(term: NodeSelectorTerm, path: string, checksValues: boolean): readonly string[] {
  return (term.matchExpressions ?? []).flatMap((requirement, i) => {
    const own = index(`${path}.matchExpressions`, i);
    const message = oldNodeLabelMessage(requirement.key);
    // Terms that are required are validated; those that are preferred never were.
    const values = checksValues ? (requirement.values ?? []) : [];
    const faults = values.flatMap((value, at) => isValidLabelValue(value).map((fault) => `${index(`${own}.values`, at)}: ${value} is invalid, ${fault}`));
    return [...(message === null ? [] : [`${own}.key: ${requirement.key} is ${message}`]), ...faults];
  });
}

function isAnnotated(annotations: Annotations, name: string): boolean {
  return annotations !== undefined && Object.hasOwn(annotations, name);
}

function annotationWarnings(annotations: Annotations, path: string): readonly string[] {
  return annotations === undefined ? [] : oldAnnotations.filter(([name]) => isAnnotated(annotations, name)).map(([name, message]) => `${keyPath(path, name)}: ${message}`);
}

/** Annotations that stand where a field should. Those of AppArmor become fields in a pod itself, which is told elsewhere. */
function profileWarnings(spec: PodSpec, container: Container, annotations: Annotations, isPod: boolean, path: string): readonly string[] {
  if (annotations === undefined) return [];
  const seccomp = `${containerSeccompPrefix}${container.name}`;
  const appArmor = `${appArmorPrefix}${container.name}`;
  const warnings: string[] = [];
  if (container.securityContext?.seccompProfile === undefined && isAnnotated(annotations, seccomp)) warnings.push(`${keyPath(path, seccomp)}: ${seccompText}`);
  const hasField = spec.securityContext?.appArmorProfile !== undefined || container.securityContext?.appArmorProfile !== undefined;
  if (!isPod && !hasField && isAnnotated(annotations, appArmor)) warnings.push(`${keyPath(path, appArmor)}: deprecated since v1.30; use the "appArmorProfile" field instead`);
  return warnings;
}

function podAffinityWarnings(spec: PodSpec, path: string): readonly string[] {
  if (spec.affinity === undefined) return [];
  const text = "a null labelSelector results in matching no pod";
  return (["podAffinity", "podAntiAffinity"] as const).flatMap((name) => {
    const affinity = spec.affinity?.[name];
    const required = (affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((term, at) => [term, index(`${path}.${name}.requiredDuringSchedulingIgnoredDuringExecution`, at)] as const);
    const preferred = (affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((term, at) => [term.podAffinityTerm, `${index(`${path}.${name}.preferredDuringSchedulingIgnoredDuringExecution`, at)}.podAffinityTerm`] as const);
    return [...required, ...preferred].filter(([term]) => term.labelSelector === undefined).map(([, own]) => `${own}.labelSelector: ${text}`);
  });
}

function nameserverWarnings(spec: PodSpec, path: string): readonly string[] {
  if (spec.dnsConfig === undefined && spec.hostAliases === undefined) return [];
  const servers = (spec.dnsConfig?.nameservers ?? []).flatMap((server, at) => addressWarnings(index(`${path}.dnsConfig.nameservers`, at), server));
  return [...servers, ...(spec.hostAliases ?? []).flatMap((alias, at) => addressWarnings(`${index(`${path}.hostAliases`, at)}.ip`, alias.ip))];
}

function referenceWarnings(spec: PodSpec, path: string): readonly string[] {
  const warnings: string[] = [];
  const aliases = new Set<string>();
  for (const [at, { ip }] of (spec.hostAliases ?? []).entries()) {
    if (aliases.has(ip)) warnings.push(`${index(`${path}.hostAliases`, at)}.ip: duplicate ip ${goQuote(ip)}`);
    aliases.add(ip);
  }
  const secrets = (spec.imagePullSecrets ?? []).map((reference, at) => [reference.name ?? "", `${index(`${path}.imagePullSecrets`, at)}.name`] as const);
  const names = new Set<string>();
  for (const [name, own] of secrets) {
    if (names.has(name)) warnings.push(`${own}: duplicate name ${goQuote(name)}`);
    names.add(name);
  }
  return [...warnings, ...secrets.filter(([name]) => name === "").map(([, own]) => `${own}: invalid empty name ""`)];
}

function graceWarnings(spec: PodSpec, path: string): readonly string[] {
  return (spec.terminationGracePeriodSeconds ?? 0) < 0 ? [`${path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`] : [];
}
