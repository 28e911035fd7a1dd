import type { KindDefinition } from "../../define.ts";
import { roleTraits } from "../roleTraits.ts";
import type { ClusterRole } from "../types.ts";
import { validateClusterRole } from "../validate.ts";

export const clusterRoleKind: KindDefinition<ClusterRole> = {
  ...roleTraits<ClusterRole>("ClusterRole", validateClusterRole),
  plural: "clusterroles",
  singular: "clusterrole",
  scope: "Cluster",
  template: `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: node-reader
rules:
  - apiGroups: [""]
    resources: [nodes]
    verbs: [get, list, watch]
`,
};
