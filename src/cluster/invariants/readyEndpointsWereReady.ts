import type { JsonObject } from "../../base/json.ts";
import { isA, part, type Invariant } from "./define.ts";

function isReady(pod: JsonObject): boolean {
  const conditions = (part(pod, "status")["conditions"] ?? []) as readonly JsonObject[];
  return conditions.some((condition) => condition["type"] === "Ready" && condition["status"] === "True");
}

export const readyEndpointsWereReady: Invariant = {
  id: "S32",
  says: "a ready endpoint stands for a pod that was ready before",
  check: (change, live, { notes }) => {
    if (isA(change, "pods") && isReady(change.value)) notes.set(String(part(change.value, "metadata")["uid"]), "ready");
    if (!isA(change, "endpointslices.discovery.k8s.io") || change.type === "DELETED") return null;
    const { namespace, labels } = part(change.value, "metadata");
    const service = live.get(`services/${String(namespace)}/${String((labels as JsonObject | undefined)?.["kubernetes.io/service-name"])}`);
    if (part(service, "spec")["publishNotReadyAddresses"] === true) return null;
    for (const endpoint of (change.value["endpoints"] ?? []) as readonly JsonObject[]) {
      const target = part(endpoint, "targetRef");
      if (part(endpoint, "conditions")["ready"] === true && target["kind"] === "Pod" && notes.get(String(target["uid"])) === undefined) return `${String(target["name"])} never was ready`;
    }
    return null;
  },
};
