import type { KindDefinition } from "../../define.ts";
import { bindingTraits } from "../bindingTraits.ts";
import type { Binding } from "../types.ts";

export const roleBindingKind: KindDefinition<Binding> = {
  ...bindingTraits("RoleBinding", true, ["Role", "ClusterRole"]),
  plural: "rolebindings",
  singular: "rolebinding",
  scope: "Namespaced",
  template: `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: read-pods
subjects:
  - kind: User
    name: jane
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: pod-reader
`,
};
