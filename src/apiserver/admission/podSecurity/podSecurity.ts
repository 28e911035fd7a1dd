import { goQuote } from "../../../apimachinery/goFormat.ts";
import type { KubeObject } from "../../../apimachinery/objectMeta.ts";
import { forbiddenStatus, internalServerError, invalidStatus } from "../../../apimachinery/statusErrors.ts";
import { compareText } from "../../../base/compareText.ts";
import type { Container, Pod, PodTemplateSpec } from "../../../kinds/core/pod/types.ts";
import { refuse } from "../../requestContext.ts";
import { refusedName, type Admission, type AdmissionPlugin } from "../define.ts";
import { checkedPod, type CheckedPod } from "./check.ts";
import { detailText, isStricter, levelText, policyOf, policyPrefix, violations, type LevelVersion, type Policy } from "./policy.ts";

/**
 * Holds pods to the level that their namespace asks for. Follows staging/src/k8s.io/pod-security-admission/admission/admission.go.
 * Nothing is exempt, as by default. What audit levels find is a verdict of the request, which the audit log takes for an annotation.
 */
export const podSecurity: AdmissionPlugin = { name: "PodSecurity", implemented: true, validate };

const ignoredSubresources: ReadonlySet<string> = new Set(["exec", "attach", "binding", "eviction", "log", "portforward", "proxy", "status"]);
const mostPodsChecked = 3000;

interface TemplateOwner {
  readonly template?: PodTemplateSpec;
  readonly spec?: { readonly template?: PodTemplateSpec; readonly jobTemplate?: { readonly spec?: { readonly template?: PodTemplateSpec } } };
}
type TemplateOf = (object: TemplateOwner) => PodTemplateSpec | undefined;
const inSpec: TemplateOf = (object) => object.spec?.template;

/** Where workloads keep the template of their pods. */
const templates: ReadonlyMap<string, TemplateOf> = new Map<string, TemplateOf>([
  ["replicationcontrollers", inSpec], ["podtemplates", (object) => object.template], ["replicasets.apps", inSpec], ["deployments.apps", inSpec], ["statefulsets.apps", inSpec],
  ["daemonsets.apps", inSpec], ["jobs.batch", inSpec], ["cronjobs.batch", (object) => object.spec?.jobTemplate?.spec?.template],
]);

function validate(admission: Admission): void {
  const { target, operation, object } = admission;
  if (operation === "DELETE" || object === null) return;
  const { id } = target.resource;
  if (id === "pods") {
    if (!ignoredSubresources.has(target.subresource)) validatePod(admission, object as unknown as Pod);
  } else if (target.subresource !== "") return;
  else if (id === "namespaces") validateNamespace(admission, object);
  else {
    const template = templates.get(id)?.(object as unknown as TemplateOwner);
    if (template === undefined) return;
    const policy = namespacePolicy(admission);
    if (policy.warn.level === "privileged" && policy.audit.level === "privileged") return;
    const pod = checkedPod(template.spec, template.metadata?.annotations);
    audit(admission, policy, pod);
    warn(admission, policy, pod);
  }
}

function namespacePolicy({ rc, target }: Admission): Policy {
  const namespaces = rc.server.resources.get("namespaces");
  const namespace = namespaces === null ? null : rc.server.cache.get(namespaces, target.namespace);
  if (namespace === null) refuse(internalServerError(`failed to lookup namespace ${goQuote(target.namespace)}`));
  return policyOf(namespace.metadata.labels);
}

function validatePod(admission: Admission, pod: Pod): void {
  const policy = namespacePolicy(admission);
  if (policy.enforce.level === "privileged" && policy.warn.level === "privileged" && policy.audit.level === "privileged") return;
  if (admission.operation === "UPDATE" && !isSignificant(pod, admission.old as unknown as Pod)) return;
  const checked = checkedPod(pod.spec, pod.metadata.annotations);
  admission.rc.verdicts.push([`${policyPrefix}enforce-policy`, levelText(policy.enforce)]);
  audit(admission, policy, checked);
  const found = violations(policy.enforce, checked);
  if (found.length === 0) return warn(admission, policy, checked);
  const name = admission.target.name === "" ? refusedName(admission.object) : admission.target.name;
  refuse(forbiddenStatus({ group: "", resource: "pods" }, name, `violates PodSecurity ${goQuote(levelText(policy.enforce))}: ${detailText(found)}`));
}

function audit({ rc }: Admission, policy: Policy, pod: CheckedPod): void {
  const found = violations(policy.audit, pod);
  if (found.length > 0) rc.verdicts.push([`${policyPrefix}audit-violations`, `would violate PodSecurity ${goQuote(levelText(policy.audit))}: ${detailText(found)}`]);
}

function warn({ rc }: Admission, policy: Policy, pod: CheckedPod): void {
  const found = violations(policy.warn, pod);
  if (found.length > 0) rc.warnings.push(`would violate PodSecurity ${goQuote(levelText(policy.warn))}: ${detailText(found)}`);
}

/** Whether an update changes what the checks look at: containers that come, go or change their image. */
function isSignificant(pod: Pod, old: Pod): boolean {
  const seccomp = (of: Pod, name: string): string => of.metadata.annotations?.[`container.seccomp.security.alpha.kubernetes.io/${name}`] ?? "";
  const changed = (container: Container, before: Container | undefined): boolean => before === undefined || container.image !== before.image || seccomp(pod, container.name) !== seccomp(old, container.name);
  for (const list of ["containers", "initContainers"] as const) {
    const [now, before] = [pod.spec[list] ?? [], old.spec[list] ?? []];
    if (now.length !== before.length || now.some((container, at) => changed(container, before[at]))) return true;
  }
  const ephemeral = old.spec.ephemeralContainers ?? [];
  return (pod.spec.ephemeralContainers ?? []).some((container) => changed(container, ephemeral.find((each) => each.name === container.name)));
}

/** Labels must be readable where they change; who raises the level hears of the pods that do not fit. */
function validateNamespace(admission: Admission, namespace: KubeObject): void {
  const { rc, operation, old } = admission;
  const now = policyOf(namespace.metadata.labels);
  const before = operation === "UPDATE" && old !== null ? policyOf(old.metadata.labels) : null;
  if (now.errors.length > 0 && JSON.stringify(now.errors) !== JSON.stringify(before?.errors)) refuse(invalidStatus({ group: "", kind: "Namespace" }, namespace.metadata.name, now.errors));
  if (before === null || now.enforce.level === "privileged") return;
  if (now.enforce.minor === before.enforce.minor && !isStricter(now.enforce.level, before.enforce.level)) return;
  rc.warnings.push(...existingPods(admission, namespace.metadata.name, now.enforce));
}

/** One warning for each set of reasons, with the first of the pods by name. */
function existingPods({ rc }: Admission, namespace: string, enforce: LevelVersion): readonly string[] {
  const resource = rc.server.resources.get("pods");
  const pods = resource === null ? [] : oneOfEachFirst(Array.from(rc.server.cache.range(resource, namespace), ([, pod]) => pod as unknown as Pod));
  const found = new Map<string, { name: string; count: number }>();
  for (const pod of pods.slice(0, mostPodsChecked)) {
    const reasons = violations(enforce, checkedPod(pod.spec, pod.metadata.annotations)).map(({ reason }) => reason).join(", ");
    if (reasons === "") continue;
    const { name, count } = found.get(reasons) ?? { name: pod.metadata.name, count: 0 };
    found.set(reasons, { name: compareText(pod.metadata.name, name) < 0 ? pod.metadata.name : name, count: count + 1 });
  }
  const warnings: string[] = [];
  if (pods.length > mostPodsChecked) warnings.push(`new PodSecurity enforce level only checked against the first ${mostPodsChecked} of ${pods.length} existing pods`);
  if (found.size > 0) warnings.push(`existing pods in namespace ${goQuote(namespace)} violate the new PodSecurity enforce level ${goQuote(levelText(enforce))}`);
  const others = (count: number): string => (count === 1 ? "" : count === 2 ? " (and 1 other pod)" : ` (and ${count - 1} other pods)`);
  return [...warnings, ...Array.from(found, ([reasons, { name, count }]) => `${name}${others(count)}: ${reasons}`).sort(compareText)];
}

/** Pods of one controller are alike: one of each is looked at before any second. */
function oneOfEachFirst(pods: readonly Pod[]): readonly Pod[] {
  if (pods.length <= mostPodsChecked) return pods;
  const seen = new Set<string>();
  const first: Pod[] = [];
  const later: Pod[] = [];
  for (const pod of pods) {
    const owner = pod.metadata.ownerReferences?.find((reference) => reference.controller === true)?.uid;
    (owner !== undefined && seen.has(owner) ? later : first).push(pod);
    if (owner !== undefined) seen.add(owner);
  }
  return [...first, ...later];
}
