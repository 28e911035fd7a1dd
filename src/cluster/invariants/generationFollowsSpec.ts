import { deepEqual } from "../../base/deepEqual.ts";
import { part, type Invariant } from "./define.ts";

export const generationFollowsSpec: Invariant = {
  id: "S9",
  says: "a Deployment's, ReplicaSet's and Ingress' generation grows by one where its spec changed, and else not",
  check: ({ key, type, value, prev }) => {
    if (type !== "MODIFIED" || !/^(deployments\.apps|replicasets\.apps|ingresses\.networking\.k8s\.io)\//.test(key)) return null;
    const grew = Number(part(value, "metadata")["generation"]) - Number(part(prev, "metadata")["generation"]);
    const beginsToGo = part(prev, "metadata")["deletionTimestamp"] === undefined && part(value, "metadata")["deletionTimestamp"] !== undefined;
    const wanted = !deepEqual(value["spec"] ?? null, prev?.["spec"] ?? null) || beginsToGo ? 1 : 0;
    return grew === wanted ? null : `generation grew by ${grew}, not ${wanted}`;
  },
};
