import type { ObjectKey } from "../../apimachinery/gvk.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { deepEqual } from "../../base/deepEqual.ts";
import type { Change, ControllerContext, ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { updateStatusOp } from "../../client/writes.ts";
import type { KindDefinition } from "../../kinds/define.ts";
import { resourceQuotaKind } from "../../kinds/core/resourcequota/kind.ts";
import type { ResourceQuota } from "../../kinds/core/resourcequota/types.ts";
import { amountsOf, listOf, masked, sameAmounts } from "../../kinds/quota/amounts.ts";
import { evaluatorOf, usageOf, type Evaluator } from "../../kinds/quota/evaluators.ts";
import { podFreesQuota } from "../../kinds/quota/podEvaluator.ts";
import { second } from "../../sim/time.ts";

// Follows pkg/controller/resourcequota/resource_quota_controller.go and pkg/quota/v1/install/update_filter.go.

const resyncTimer = "resync";
const resyncUs = 300 * second;
const nothing: readonly ObjectKey[] = [];
const keyOf = ({ metadata }: KubeObject): ObjectKey => ({ namespace: metadata.namespace ?? "", name: metadata.name });

/** Which updates of objects may free what a quota holds; of all other kinds only a deletion does. */
const frees: Readonly<Record<string, (object: KubeObject, old: KubeObject) => boolean>> = {
  pods: podFreesQuota,
  services: (object, old) => object.spec !== old.spec,
  persistentvolumeclaims: (object, old) => object.spec !== old.spec || (object as ResourceQuota).status !== (old as ResourceQuota).status,
};

/** Counts what a namespace uses. `served`: every kind the server has. */
export function createResourceQuotaController(served: readonly KindDefinition[]): ControllerDefinition {
  const counted: { readonly kind: KindDefinition; readonly evaluator: Evaluator }[] = [];
  for (const kind of served) {
    const { group } = kind.gvk;
    const evaluator = kind.scope === "Namespaced" && kind.plural !== "events" && ["list", "watch"].every((verb) => kind.verbs.includes(verb)) ? evaluatorOf(group === "" ? kind.plural : `${kind.plural}.${group}`) : null;
    if (evaluator !== null) counted.push({ kind, evaluator });
  }
  const kindOf = new Map(counted.map(({ kind, evaluator }) => [evaluator.resource, kind]));
  const evaluators = counted.map(({ evaluator }) => evaluator);

  const reconcile = (key: ObjectKey, ctx: ReconcileContext): ReconcileResult => {
    const quota = ctx.lister(resourceQuotaKind).get(key);
    if (quota === null) return {};
    const hard = quota.spec.hard ?? {};
    const known = amountsOf(quota.status?.used);
    const used = masked(known, (name) => Object.hasOwn(hard, name));
    for (const [name, amount] of usageOf(quota, evaluators, (resource) => ctx.lister(kindOf.get(resource) as KindDefinition).list(key.namespace), ctx.unixUs)) used.set(name, amount);
    const isKnown = quota.status?.hard !== undefined && quota.status.used !== undefined && deepEqual(hard, quota.status.hard) && sameAmounts(used, known);
    if (isKnown || (Object.keys(hard).length === 0 && quota.status?.hard === undefined)) return {};
    ctx.because(`counted what namespace ${key.namespace} uses of quota ${key.name}`);
    ctx.write({ ...updateStatusOp(resourceQuotaKind, { ...quota, status: { hard, used: listOf(used) } }), tolerates: [404] });
    return {};
  };

  return {
    name: "resourcequota",
    account: "resourcequota-controller",
    for: null,
    owns: [],
    watches: [
      { kind: resourceQuotaKind, map: ({ change, object, old }) => (change === "added" || (change === "updated" && (object as ResourceQuota).spec !== (old as ResourceQuota | null)?.spec) ? [keyOf(object)] : nothing) },
      ...counted.map(({ kind, evaluator }) => ({ kind, map: (change: Change, ctx: ControllerContext) => replenished(change, evaluator, ctx) })),
    ],
    concurrency: 5,
    reconcile,
    started: (ctx) => ctx.setTimer(resyncTimer, resyncUs),
    timer(_key, ctx) {
      for (const quota of ctx.lister(resourceQuotaKind).list(null)) ctx.enqueue(keyOf(quota));
      ctx.setTimer(resyncTimer, resyncUs);
    },
  };
}

/** The quotas that may have room again. */
function replenished({ change, object, old }: Change, evaluator: Evaluator, ctx: ControllerContext): readonly ObjectKey[] {
  if (change === "added" || (change === "updated" && (old === null || frees[evaluator.resource]?.(object, old) !== true))) return nothing;
  const quotas = ctx.lister(resourceQuotaKind);
  if (quotas.size === 0) return nothing;
  return quotas.list(object.metadata.namespace ?? "").filter((quota) => Object.keys(quota.status?.hard ?? {}).some((name) => evaluator.tracks(name))).map(keyOf);
}
