import type { JsonObject } from "../../base/json.ts";
import { all, isA, part, type Invariant } from "./define.ts";

function isLive(pod: JsonObject): boolean {
  return !["Succeeded", "Failed"].includes(String(part(pod, "status")["phase"])) && part(pod, "metadata")["deletionTimestamp"] === undefined && part(pod, "spec")["hostNetwork"] !== true;
}

function nodePorts(service: JsonObject): readonly number[] {
  return ((part(service, "spec")["ports"] ?? []) as readonly JsonObject[]).map((port) => Number(port["nodePort"] ?? 0)).filter((port) => port > 0);
}

export const addressesUnique: Invariant = {
  id: "S21",
  says: "no two running pods share an IP, no two Services a ClusterIP or a NodePort",
  check: (change, live) => {
    if (change.type === "DELETED") return null;
    if (isA(change, "pods")) {
      const ip = part(change.value, "status")["podIP"];
      if (ip === undefined || ip === part(change.prev, "status")["podIP"] || !isLive(change.value)) return null;
      for (const [key, pod] of all(live, "pods")) if (key !== change.key && isLive(pod) && part(pod, "status")["podIP"] === ip) return `${key} has ${String(ip)} too`;
    }
    if (!isA(change, "services")) return null;
    const ip = part(change.value, "spec")["clusterIP"];
    const ports = nodePorts(change.value);
    for (const [key, service] of all(live, "services")) {
      if (key === change.key) continue;
      if (typeof ip === "string" && ip !== "" && ip !== "None" && part(service, "spec")["clusterIP"] === ip) return `${key} has ${ip} too`;
      const shared = nodePorts(service).find((port) => ports.includes(port));
      if (shared !== undefined) return `${key} has NodePort ${shared} too`;
    }
    return null;
  },
};
