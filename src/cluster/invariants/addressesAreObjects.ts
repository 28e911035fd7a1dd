import { part, isA, type Invariant } from "./define.ts";

const addresses = "ipaddresses.networking.k8s.io//";

export const addressesAreObjects: Invariant = {
  id: "S21a",
  says: "a Service comes with an IPAddress for its ClusterIP, which names it",
  check: (change, live) => {
    if (change.type !== "ADDED" || !isA(change, "services")) return null;
    const ip = part(change.value, "spec")["clusterIP"];
    // Who began to look later has not seen the addresses.
    if (typeof ip !== "string" || ip === "" || ip === "None" || !live.has(`${addresses}10.96.0.1`)) return null;
    const { namespace, name } = part(change.value, "metadata");
    const parent = part(part(live.get(`${addresses}${ip}`), "spec"), "parentRef");
    if (live.get(`${addresses}${ip}`) === undefined) return `${ip} is no IPAddress`;
    return parent["namespace"] === namespace && parent["name"] === name ? null : `the IPAddress ${ip} names ${String(parent["namespace"])}/${String(parent["name"])}`;
  },
};
