import type { KindDefinition } from "../../define.ts";
import { bindingTraits } from "../bindingTraits.ts";
import type { Binding } from "../types.ts";

export const clusterRoleBindingKind: KindDefinition<Binding> = {
  ...bindingTraits("ClusterRoleBinding", false, ["ClusterRole"]),
  plural: "clusterrolebindings",
  singular: "clusterrolebinding",
  scope: "Cluster",
  template: `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: read-nodes
subjects:
  - kind: Group
    name: operators
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: node-reader
`,
};
