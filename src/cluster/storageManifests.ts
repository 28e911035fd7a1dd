import type { JsonObject } from "../base/json.ts";
import { diskDriverName, localPathName } from "../kinds/volumes/diskDriver.ts";

const apiGroup = "rbac.authorization.k8s.io";
const eventWrites = { apiGroups: ["", "events.k8s.io"], resources: ["events"], verbs: ["create", "patch", "update"] };

/** A role that is bound to accounts of kube-system, by the name of the first. */
export function roleWithAccounts(accounts: readonly string[], rules: readonly JsonObject[]): readonly JsonObject[] {
  const [name = ""] = accounts;
  return [
    { apiVersion: `${apiGroup}/v1`, kind: "ClusterRole", metadata: { name }, rules: [...rules, eventWrites] },
    {
      apiVersion: `${apiGroup}/v1`, kind: "ClusterRoleBinding", metadata: { name }, roleRef: { apiGroup, kind: "ClusterRole", name },
      subjects: accounts.map((account) => ({ kind: "ServiceAccount", name: account, namespace: "kube-system" })),
    },
  ];
}

/** What the add-on local-path brings: the default class, as kind's clusters have it. */
export const localPathManifests: readonly JsonObject[] = [
  ...roleWithAccounts(["local-path-provisioner"], [
    { apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch"] },
    { apiGroups: [""], resources: ["persistentvolumeclaims"], verbs: ["get", "list", "watch", "update"] },
    { apiGroups: [""], resources: ["persistentvolumes"], verbs: ["get", "list", "watch", "create", "patch", "update", "delete"] },
    { apiGroups: ["storage.k8s.io"], resources: ["storageclasses"], verbs: ["get", "list", "watch"] },
  ]),
  {
    apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    provisioner: localPathName, reclaimPolicy: "Delete", volumeBindingMode: "WaitForFirstConsumer",
  },
];

const disksClass = (name: string, volumeBindingMode: string): JsonObject => ({
  apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name }, provisioner: diskDriverName, reclaimPolicy: "Delete", volumeBindingMode, allowVolumeExpansion: true,
});

/** What the cloud's disk driver brings; its controllers run beside the cloud's, and the machines register its node part themselves. */
export const diskManifests: readonly JsonObject[] = [
  ...roleWithAccounts(["csi-provisioner", "csi-attacher", "csi-resizer"], [
    { apiGroups: [""], resources: ["nodes", "pods"], verbs: ["get", "list", "watch"] },
    { apiGroups: [""], resources: ["persistentvolumeclaims"], verbs: ["get", "list", "watch", "update"] },
    { apiGroups: [""], resources: ["persistentvolumeclaims/status"], verbs: ["patch"] },
    { apiGroups: [""], resources: ["persistentvolumes"], verbs: ["get", "list", "watch", "create", "update", "patch", "delete"] },
    { apiGroups: ["storage.k8s.io"], resources: ["storageclasses", "csinodes"], verbs: ["get", "list", "watch"] },
    { apiGroups: ["storage.k8s.io"], resources: ["volumeattachments"], verbs: ["get", "list", "watch", "patch"] },
    { apiGroups: ["storage.k8s.io"], resources: ["volumeattachments/status"], verbs: ["patch"] },
  ]),
  { apiVersion: "storage.k8s.io/v1", kind: "CSIDriver", metadata: { name: diskDriverName }, spec: { attachRequired: true, podInfoOnMount: false, volumeLifecycleModes: ["Persistent"] } },
  disksClass("disk", "WaitForFirstConsumer"),
  disksClass("disk-immediate", "Immediate"),
];
