import type { JsonObject } from "../base/json.ts";

const name = "system:cloud-controller-manager";
const apiGroup = "rbac.authorization.k8s.io";
const kubeSystem = (account: string): JsonObject => ({ kind: "ServiceAccount", name: account, namespace: "kube-system" });

/** What a provider's cloud controller manager is allowed, as such providers bring it with themselves. Follows cloud-provider-*'s manifests. */
export const cloudManifests: readonly JsonObject[] = [
  {
    apiVersion: `${apiGroup}/v1`, kind: "ClusterRole", metadata: { name },
    rules: [
      { apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch", "update", "patch", "delete"] },
      { apiGroups: [""], resources: ["nodes/status"], verbs: ["patch", "update"] },
      { apiGroups: [""], resources: ["services"], verbs: ["get", "list", "watch", "update", "patch"] },
      { apiGroups: [""], resources: ["services/status"], verbs: ["update", "patch"] },
      { apiGroups: ["", "events.k8s.io"], resources: ["events"], verbs: ["create", "patch", "update"] },
      { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["get", "list", "watch", "create", "update"] },
      { apiGroups: [""], resources: ["persistentvolumes", "persistentvolumeclaims"], verbs: ["get", "list", "watch"] },
      { apiGroups: ["storage.k8s.io"], resources: ["storageclasses", "csinodes", "volumeattachments"], verbs: ["get", "list", "watch"] },
    ],
  },
  {
    apiVersion: `${apiGroup}/v1`, kind: "ClusterRoleBinding", metadata: { name },
    roleRef: { apiGroup, kind: "ClusterRole", name },
    subjects: [{ kind: "User", apiGroup, name }, kubeSystem("service-controller"), kubeSystem("cloud-node-lifecycle-controller"), kubeSystem("route-controller"), kubeSystem("cloud-node-controller")],
  },
];
