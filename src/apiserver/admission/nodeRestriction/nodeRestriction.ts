import { goQuote } from "../../../apimachinery/goFormat.ts";
import type { KubeObject } from "../../../apimachinery/objectMeta.ts";
import { forbiddenStatus, notFound } from "../../../apimachinery/statusErrors.ts";
import { deepEqual } from "../../../base/deepEqual.ts";
import { isJsonObject, type JsonObject } from "../../../base/json.ts";
import type { Node } from "../../../kinds/core/node/types.ts";
import type { Pod } from "../../../kinds/core/pod/types.ts";
import { refuse, type RequestContext, type Target, type UserInfo } from "../../requestContext.ts";
import { objectKeyOf } from "../../resources.ts";
import { refusedName, type Admission, type AdmissionPlugin } from "../define.ts";
import { unchanged } from "../podFields.ts";
import { mirrorPodFault } from "./mirrorPod.ts";
import { forbiddenNodeLabels } from "./nodeLabels.ts";

/**
 * A node writes its own things and nobody else's. Follows plugin/pkg/admission/noderestriction/admission.go.
 * Differs: of the audiences that a pod may ask for, only those of projected volumes count.
 */
export const nodeRestriction: AdmissionPlugin = { name: "NodeRestriction", implemented: true, mutate, posted };

const userPrefix = "system:node:";
const leaseNamespace = "kube-node-lease";

/** The node that asks; null for everybody else. */
function nodeOf(user: UserInfo): string | null {
  return user.name.startsWith(userPrefix) && user.groups.includes("system:nodes") ? user.name.slice(userPrefix.length) : null;
}

type Rule = (admission: Admission, node: string) => string | null;

/** Why a node may not do this, by what it writes. Other collections are authorization's business alone. */
const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ["pods", podFault],
  ["nodes", nodeFault],
  ["persistentvolumeclaims", claimFault],
  ["leases.coordination.k8s.io", leaseFault],
  ["csinodes.storage.k8s.io", (admission, node) => (nameOf(admission) === node ? null : "can only access CSINode with the same name as the requesting node")],
]);

function mutate(admission: Admission): KubeObject {
  const node = nodeOf(admission.rc.user);
  if (node !== null) {
    const fault = node === "" ? `could not determine node from user ${goQuote(admission.rc.user.name)}` : (rules.get(admission.target.resource.id)?.(admission, node) ?? null);
    if (fault !== null) forbid(admission.target, nameOf(admission), fault);
  }
  return unchanged(admission);
}

function forbid(target: Target, name: string, text: string): never {
  refuse(forbiddenStatus({ group: target.resource.group, resource: target.resource.plural }, name, text));
}

function nameOf({ target, object }: Admission): string {
  return target.name === "" ? refusedName(object) : target.name;
}

function podFault(admission: Admission, node: string): string | null {
  const { operation, target } = admission;
  const who = `node ${goQuote(node)}`;
  const old = admission.old as Pod | null;
  if (target.subresource === "status") {
    if (old?.spec.nodeName !== node) return `${who} can only update pod status for pods with spec.nodeName set to itself`;
    const now = admission.object as unknown as Pod;
    if (!deepEqual(now.metadata.labels ?? {}, old.metadata.labels ?? {})) return `${who} cannot update labels through pod status`;
    return deepEqual(now.status?.resourceClaimStatuses ?? [], old.status?.resourceClaimStatuses ?? []) ? null : `${who} cannot update resource claim statues`;
  }
  if (target.subresource !== "") return `unexpected pod subresource ${goQuote(target.subresource)}, only 'status' and 'eviction' are allowed`;
  if (operation === "DELETE") return old?.spec.nodeName === node ? null : `${who} can only delete pods with spec.nodeName set to itself`;
  if (operation === "UPDATE") return `unexpected operation "UPDATE", ${who} can only create and delete mirror pods`;
  const resource = admission.rc.server.resources.get("nodes");
  const fault = mirrorPodFault(admission.object as unknown as Pod, node, resource === null ? null : admission.rc.server.cache.get(resource, node));
  return fault === "no node" ? refuse(notFound({ group: "", resource: "nodes" }, node)) : fault;
}

function nodeFault(admission: Admission, node: string): string | null {
  const who = `node ${goQuote(node)}`;
  const name = nameOf(admission);
  if (name !== node) return `${who} is not allowed to modify node ${goQuote(name)}`;
  if (admission.operation === "DELETE") return null;
  const now = admission.object as Node;
  const { configSource } = now.spec ?? {};
  if (admission.operation === "CREATE") {
    if (configSource !== undefined) return `${who} is not allowed to create pods with a non-nil configSource`;
    const labels = forbiddenNodeLabels(now.metadata.labels, undefined);
    return labels.length === 0 ? null : `${who} is not allowed to set the following labels: ${labels.join(", ")}`;
  }
  const old = admission.old as Node;
  if (configSource !== undefined && !deepEqual(configSource, old.spec?.configSource)) return `${who} is not allowed to update configSource to a new non-nil configSource`;
  if (now.spec?.taints !== old.spec?.taints && !deepEqual(now.spec?.taints ?? [], old.spec?.taints ?? [])) return `${who} is not allowed to modify taints`;
  if (now.metadata.ownerReferences !== old.metadata.ownerReferences && !deepEqual(now.metadata.ownerReferences ?? [], old.metadata.ownerReferences ?? [])) return `${who} is not allowed to modify ownerReferences`;
  const labels = forbiddenNodeLabels(now.metadata.labels, old.metadata.labels);
  return labels.length === 0 ? null : `is not allowed to modify labels: ${labels.join(", ")}`;
}

/** Of a claim only what the expansion of a volume on the node changes. */
function claimFault({ target, operation, object, old }: Admission, node: string): string | null {
  if (target.subresource !== "status") return "may only update PVC status";
  if (operation !== "UPDATE") return `unexpected operation ${goQuote(operation)}`;
  const rest = (claim: KubeObject | null): object => {
    const { resourceVersion: _version, managedFields: _fields, ...metadata } = (claim?.metadata ?? {}) as KubeObject["metadata"];
    const { capacity: _capacity, conditions: _conditions, allocatedResources: _allocated, allocatedResourceStatuses: _statuses, ...status } = (claim?.status ?? {}) as JsonObject;
    return { ...claim, metadata, status };
  };
  return deepEqual(rest(object), rest(old)) ? null : `node ${goQuote(node)} is not allowed to update fields other than status.capacity and status.conditions`;
}

function leaseFault(admission: Admission, node: string): string | null {
  if (admission.target.namespace !== leaseNamespace) return `can only access leases in the ${goQuote(leaseNamespace)} system namespace`;
  return nameOf(admission) === node ? null : "can only access node lease with the same name as the requesting node";
}

/** Evictions and tokens: a node evicts its own pods, and asks for the tokens of its own pods. */
function posted(rc: RequestContext, target: Target, input: JsonObject): void {
  const node = nodeOf(rc.user);
  if (node === null) return;
  const { id } = target.resource;
  if (id === "pods" && target.subresource === "eviction") {
    const pod = podNamed(rc, target, target.name);
    if (pod.spec.nodeName !== node) forbid(target, target.name, `node ${node} can only evict pods with spec.nodeName set to itself`);
  } else if (id === "pods") forbid(target, target.name, `unexpected pod subresource ${goQuote(target.subresource)}, only 'status' and 'eviction' are allowed`);
  else if (id === "serviceaccounts" && target.subresource === "token") {
    const fault = tokenFault(rc, target, isJsonObject(input["spec"]) ? input["spec"] : {}, node);
    if (fault !== null) forbid(target, target.name, fault);
  }
}

function podNamed(rc: RequestContext, target: Target, name: string): Pod {
  const resource = rc.server.resources.get("pods");
  const pod = resource === null ? null : rc.server.cache.get(resource, objectKeyOf(resource, target.namespace, name));
  return (pod ?? refuse(notFound({ group: "", resource: "pods" }, name))) as unknown as Pod;
}

function tokenFault(rc: RequestContext, target: Target, spec: JsonObject, node: string): string | null {
  const reference = isJsonObject(spec["boundObjectRef"]) ? spec["boundObjectRef"] : {};
  const name = String(reference["name"] ?? "");
  const uid = String(reference["uid"] ?? "");
  if (reference["apiVersion"] !== "v1" || reference["kind"] !== "Pod" || name === "") return "node requested token not bound to a pod";
  if (uid === "") return "node requested token with a pod binding without a uid";
  const pod = podNamed(rc, target, name);
  if (uid !== pod.metadata.uid) return `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
  if (pod.spec.nodeName !== node) return "node requested token bound to a pod scheduled on a different node";
  const audiences = Array.isArray(spec["audiences"]) ? spec["audiences"].map(String) : [];
  if (audiences.length > 1) return "node may only request 0 or 1 audiences";
  const [audience = ""] = audiences;
  const isAsked = pod.spec.volumes?.some((volume) => volume.projected?.sources?.some((source) => source.serviceAccountToken !== undefined && (source.serviceAccountToken.audience ?? "") === audience) === true) === true;
  return isAsked ? null : `audience ${goQuote(audience)} not found in pod spec volume, ${rc.user.name} is not authorized to request tokens for this audience`;
}
