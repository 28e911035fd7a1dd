import { matches, matchesMap, selectorFromLabelSelector, type Labels } from "../../apimachinery/labels.ts";
import type { JsonObject } from "../../base/json.ts";
import { isA, part, type Invariant } from "./define.ts";

const owned = ["pods", "replicasets.apps", "controllerrevisions.apps"];
const resources: Readonly<Record<string, string>> = {
  Deployment: "deployments.apps", ReplicaSet: "replicasets.apps", StatefulSet: "statefulsets.apps", DaemonSet: "daemonsets.apps", Job: "jobs.batch", ReplicationController: "replicationcontrollers",
};

function controllerOf(object: JsonObject | null): JsonObject | null {
  return ((part(object, "metadata")["ownerReferences"] ?? []) as readonly JsonObject[]).find((owner) => owner["controller"] === true) ?? null;
}

function selects(owner: JsonObject, labels: Labels): boolean {
  const selector = part(owner, "spec")["selector"];
  if (owner["kind"] === "ReplicationController") return matchesMap((selector ?? {}) as Labels, labels);
  return matches(selectorFromLabelSelector(selector as Parameters<typeof selectorFromLabelSelector>[0]), labels);
}

const labelsOf = (object: JsonObject | null): Labels => (part(object, "metadata")["labels"] ?? {}) as Labels;

/** An adoption names no labels: they may change while it is on its way, so those of just before count as well. */
export const ownedIsSelected: Invariant = {
  id: "S23a",
  says: "a controller takes only what its selector chooses",
  check(change, live, { notes }) {
    if (change.type === "DELETED" || !owned.some((resource) => isA(change, resource))) return null;
    const uid = String(part(change.value, "metadata")["uid"]);
    const before = notes.get(uid);
    if (change.prev !== null && labelsOf(change.prev) !== labelsOf(change.value)) notes.set(uid, JSON.stringify(labelsOf(change.prev)));
    const reference = controllerOf(change.value);
    if (reference === null || controllerOf(change.prev)?.["uid"] === reference["uid"]) return null;
    const resource = resources[String(reference["kind"])];
    const owner = live.get(`${String(resource)}/${String(part(change.value, "metadata")["namespace"])}/${String(reference["name"])}`);
    if (resource === undefined || owner === undefined || part(owner, "metadata")["uid"] !== reference["uid"]) return null;
    const known = [labelsOf(change.value), labelsOf(change.prev), ...(before === undefined ? [] : [JSON.parse(before) as Labels])];
    return known.some((labels) => selects(owner, labels)) ? null : `${String(reference["kind"])} ${String(reference["name"])} does not select ${JSON.stringify(labelsOf(change.value))}`;
  },
};
