import type { KindDefinition } from "../../define.ts";
import { roleTraits } from "../roleTraits.ts";
import type { Role } from "../types.ts";
import { validateRole } from "../validate.ts";

export const roleKind: KindDefinition<Role> = {
  ...roleTraits<Role>("Role", (role) => validateRole(role, true)),
  plural: "roles",
  singular: "role",
  scope: "Namespaced",
  template: `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: pod-reader
rules:
  - apiGroups: [""]
    resources: [pods]
    verbs: [get, list, watch]
`,
};
