import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import type { GraphFact } from "../../hosts/protocol.ts";
import { failureText, succeeded } from "../engine/failureText.ts";
import { factPath } from "../engine/paths.ts";
import type { ProcessId } from "../../sim/process.ts";
import { t } from "../language/text.ts";
import type { AppModel } from "./appModel.ts";
import { say } from "./say.ts";

const mergePatch = "application/merge-patch+json";
const strategicPatch = "application/strategic-merge-patch+json";

async function tell(app: AppModel, what: string, request: Parameters<AppModel["client"]["write"]>[0]): Promise<boolean> {
  const response = await app.client.write(request);
  if (succeeded(response)) say.done(what);
  else say.wrong(t`Not done: ${what}`, failureText(response));
  return succeeded(response);
}

function label(fact: GraphFact): string {
  return `${fact.ref.gvk.kind} ${fact.ref.name}`;
}

/** Deletes an object, with its own grace period. What nobody would make again by itself can be made again as it was. */
export async function deleteObject(app: AppModel, fact: GraphFact): Promise<boolean> {
  const path = factPath(fact);
  const before = await app.client.read({ verb: "get", path });
  const response = await app.client.write({ verb: "delete", path, body: { propagationPolicy: "Background" } });
  const told = t`${label(fact)} is being deleted`;
  if (!succeeded(response)) {
    say.wrong(t`Not done: ${told}`, failureText(response));
    return false;
  }
  const again = succeeded(before) && isJsonObject(before.body) ? madeAgain(before.body) : null;
  if (again === null) say.done(told);
  else say.undoable(told, () => void tell(app, t`${label(fact)} is made again`, { verb: "create", path: path.slice(0, path.lastIndexOf("/")), body: again }));
  return true;
}

/** The object as one would post it again; null where a controller makes another anyway. */
function madeAgain(object: JsonObject): JsonObject | null {
  const meta = isJsonObject(object["metadata"]) ? object["metadata"] : {};
  if (Array.isArray(meta["ownerReferences"]) && meta["ownerReferences"].length > 0) return null;
  const { uid: _u, resourceVersion: _r, generation: _g, creationTimestamp: _c, managedFields: _m, deletionTimestamp: _d, deletionGracePeriodSeconds: _p, ...kept } = meta;
  const { status: _s, ...rest } = object;
  const spec = isJsonObject(rest["spec"]) ? rest["spec"] : null;
  // A pod is placed anew; a service gets its addresses anew.
  const { nodeName: _n, clusterIP: _i, clusterIPs: _is, ...bare } = spec ?? {};
  return { ...rest, metadata: kept, ...(spec === null ? {} : { spec: bare }) };
}

/** Deletes a pod without waiting for its containers: what `kubectl delete --force --grace-period=0` does. */
export function forceDeletePod(app: AppModel, fact: GraphFact): Promise<boolean> {
  return tell(app, t`${label(fact)} was removed by force`, { verb: "delete", path: factPath(fact), body: { gracePeriodSeconds: 0 } });
}

/** Sets the number of replicas through the scale subresource's owner. */
export function scale(app: AppModel, fact: GraphFact, replicas: number): Promise<boolean> {
  return tell(app, t`${label(fact)} scaled to ${replicas}`, { verb: "patch", path: `${factPath(fact)}/scale`, contentType: mergePatch, body: { spec: { replicas } } });
}

/** Restarts a workload as `kubectl rollout restart` does: a new annotation on its pod template. */
export function restart(app: AppModel, fact: GraphFact): Promise<boolean> {
  const { now, epochUs } = app.cluster.getState();
  const at = new Date((epochUs + now) / 1000).toISOString().replace(/\.\d+Z$/, "Z");
  const body: Json = { spec: { template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": at } } } } };
  return tell(app, t`${label(fact)} restarted`, { verb: "patch", path: factPath(fact), contentType: strategicPatch, query: { fieldManager: "kubectl-rollout" }, body });
}

/** Marks a node unschedulable or takes the mark away. */
export function cordon(app: AppModel, fact: GraphFact, unschedulable: boolean): Promise<boolean> {
  return tell(app, `${label(fact)} ${unschedulable ? "cordoned" : "uncordoned"}`, { verb: "patch", path: factPath(fact), contentType: strategicPatch, body: { spec: { unschedulable: unschedulable ? true : null } } });
}

/** Id of the fault of a type on a target, if one is set. */
export function faultOn(app: AppModel, type: string, target: string): string | null {
  return app.cluster.getState().faults.find((fault) => fault.type === type && fault.target === target)?.id ?? null;
}

/**
 * Sets a fault; one that stands on the same target gives way to it, so that a container can be killed again and an amount changed.
 * Settles with the reason where it cannot be done, else with null.
 */
export function setFault(app: AppModel, type: string, target: string, params: Json = {}): Promise<string | null> {
  const before = faultOn(app, type, target);
  if (before !== null) clearFault(app, before);
  return app.client.submit({ type: "setFault", fault: { id: `${type}-${target.replace(/[^a-z0-9-]/gi, "-")}-${app.cluster.getState().now}`, type, target, params } });
}

export function clearFault(app: AppModel, id: string): void {
  void app.client.submit({ type: "clearFault", id });
}

/** Stops or starts a process, or one controller in it. Settles with the reason where it cannot be done, else with null. */
export async function setComponent(app: AppModel, process: string, part: string | null, state: "running" | "stopped"): Promise<string | null> {
  const refusal = await app.client.submit({ type: "setComponent", process: process as ProcessId, part, state });
  if (refusal !== null) say.wrong(t`Not done: ${state === "stopped" ? t`stop` : t`start`} ${part ?? process}`, refusal);
  return refusal;
}
