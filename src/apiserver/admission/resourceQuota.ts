// Follows k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go (CheckRequest) and admission.go.
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { Quantity } from "../../apimachinery/quantity.ts";
import { forbiddenStatus } from "../../apimachinery/statusErrors.ts";
import type { JsonObject } from "../../base/json.ts";
import { compareText } from "../../base/compareText.ts";
import { trackUpdate } from "../../apimachinery/managedFields.ts";
import { resourceQuotaKind } from "../../kinds/core/resourcequota/kind.ts";
import type { ResourceQuota } from "../../kinds/core/resourcequota/types.ts";
import { addTo, amountsOf, amountsText, increaseOf, listOf, masked, sameAmounts, type Amounts } from "../../kinds/quota/amounts.ts";
import { evaluatorOf, inScope, type Evaluator } from "../../kinds/quota/evaluators.ts";
import { schemaOf } from "../../kinds/schemaTable.ts";
import { refuse, workOf, type QuotaWrite } from "../requestContext.ts";
import { objectKeyOf } from "../resources.ts";
import { refusedName, type Admission, type AdmissionPlugin } from "./define.ts";

/**
 * Refuses what would exceed a quota of the namespace, and counts what does not. As upstream, the quotas' status is written before the
 * object: the plugin leaves these writes in `work.quotaWrites`, and the request's own write waits for them.
 */
export const resourceQuota: AdmissionPlugin = { name: "ResourceQuota", implemented: true, validate };

const quotasId = "resourcequotas";

function validate(admission: Admission): void {
  const { rc, target, operation, object } = admission;
  const resource = rc.server.resources.get(quotasId);
  if (resource === null || operation === "DELETE" || object === null || !target.resource.namespaced || target.resource.id === "namespaces") return;
  let evaluator: Evaluator | null = null;
  const writes: QuotaWrite[] = [];
  for (const [, each] of rc.server.cache.range(resource, target.namespace)) {
    evaluator ??= evaluatorOf(target.resource.id);
    if (evaluator === null || !evaluator.handles(operation, target.subresource)) return;
    const quota = each as unknown as ResourceQuota;
    const used = usedAfter(admission, evaluator, quota, object);
    if (used === null) continue;
    const value = counted(each, { ...each, status: { ...quota.status, used: listOf(used) } } as unknown as KubeObject, rc.nowUs);
    writes.push({ key: resource.keyPrefix + objectKeyOf(resource, target.namespace, each.metadata.name), expectRevision: Number(each.metadata.resourceVersion), value });
  }
  // A dry run is judged, and counted nowhere.
  if (!workOf(rc).dryRun) workOf(rc).quotaWrites = writes;
}

/** The server writes it under its own name, as any client would. */
function counted(live: KubeObject, next: KubeObject, nowUs: number): JsonObject {
  const schema = schemaOf(resourceQuotaKind.schema);
  const tracked = trackUpdate({ schema, live: live as unknown as JsonObject, next: next as unknown as JsonObject, manager: "kube-apiserver", apiVersion: "v1", subresource: "status", nowUs, resetFields: [["spec"]] });
  const metadata = Object.fromEntries(Object.entries(tracked["metadata"] as JsonObject).filter(([name]) => name !== "resourceVersion"));
  return { ...tracked, metadata };
}

/** What a quota will have counted with this write; null where it is none of its business. */
function usedAfter(admission: Admission, evaluator: Evaluator, quota: ResourceQuota, object: KubeObject): Amounts | null {
  const hard = amountsOf(quota.status?.hard);
  const used = amountsOf(quota.status?.used);
  const tracked = [...hard.keys()].filter((name) => evaluator.tracks(name)).sort(compareText);
  if (tracked.length === 0 || !inScope(evaluator, quota, object)) return null;
  const deny = (text: string): never => refuse(forbiddenStatus({ group: admission.target.resource.group, resource: admission.target.resource.plural }, refusedName(admission.object), text));
  const missing = evaluator.missing(tracked, object);
  const name = quota.metadata.name;
  if (missing !== null) deny(`failed quota: ${name}: ${missing}`);
  if (tracked.some((each) => !used.has(each))) deny(`status unknown for quota: ${name}, resources: ${tracked.join(",")}`);
  const requested = masked(chargeOf(admission, evaluator, quota, object), (each) => hard.has(each));
  for (const [each, amount] of requested) if (amount.nano === 0n) requested.delete(each);
  if (requested.size === 0) return null;
  const after = new Map(used);
  addTo(after, requested);
  const exceeded = new Set([...requested.keys()].filter((each) => (after.get(each)?.nano ?? 0n) > (hard.get(each)?.nano ?? 0n)));
  if (exceeded.size > 0 && admission.target.subresource !== "status") {
    const only = (amounts: Amounts): string => amountsText(masked(amounts, (each) => exceeded.has(each)));
    deny(`exceeded quota: ${name}, requested: ${only(requested)}, used: ${only(used)}, limited: ${only(hard)}`);
  }
  return sameAmounts(after, used) ? null : after;
}

/** A new object is charged as it is, a change with what it adds; an object that newly falls under the quota as a whole. */
function chargeOf({ rc, old, operation }: Admission, evaluator: Evaluator, quota: ResourceQuota, object: KubeObject): ReadonlyMap<string, Quantity> {
  const usage = evaluator.usage(object, rc.nowUs);
  return operation === "UPDATE" && old !== null && inScope(evaluator, quota, old) ? increaseOf(usage, evaluator.usage(old, rc.nowUs)) : usage;
}
