import type { FieldError } from "../../apimachinery/status.ts";
import type { Column, KindDefinition } from "../define.ts";
import { configGraph, plural } from "../graph/edges.ts";
import { ageColumn, nameColumn } from "../printing/cells.ts";
import { changeItems, fill } from "../sharing.ts";
import { strategy } from "../strategy.ts";
import { storedTraits } from "./storedTraits.ts";
import { rbacGroup, type Binding, type Subject } from "./types.ts";
import { validateBinding, validateBindingUpdate } from "./validate.ts";

/** What RoleBinding and ClusterRoleBinding share. Follows pkg/registry/rbac/rolebinding/strategy.go, v1/defaults.go and printers.go. */
export function bindingTraits(kind: "RoleBinding" | "ClusterRoleBinding", namespaced: boolean, roleKinds: readonly string[]) {
  const validate = (binding: Binding): readonly FieldError[] => validateBinding(binding, namespaced, roleKinds);
  const own = namespaced ? "roleBinding" : "clusterRoleBinding";
  return {
    ...storedTraits(kind),
    defaults: (binding: Binding) => changeItems(binding, "subjects", withGroup),
    strategy: strategy<Binding>({ validate, validateUpdate: (binding, old) => validateBindingUpdate(binding, old, validate(binding)), allowCreateOnUpdate: true }),
    columns: [
      nameColumn<Binding>(),
      { name: "Role", type: "string", description: `${kind}.roleRef`, priority: 0, cell: ({ roleRef }: Binding) => `${roleRef.kind}/${roleRef.name}` },
      ageColumn<Binding>(),
      subjects("Users", own, "User"), subjects("Groups", own, "Group"), subjects("ServiceAccounts", own, "ServiceAccount"),
    ],
    graph: configGraph<Binding>({
      icon: kind.toLowerCase(),
      tier: "none",
      sentence: ({ roleRef, subjects }) => `Grants ${roleRef.kind} ${roleRef.name} to ${plural((subjects ?? []).length, "subject")}.`,
      facts: ({ roleRef, subjects }) => ({ role: `${roleRef.kind}/${roleRef.name}`, subjects: (subjects ?? []).map(({ name }) => name) }),
    }),
  } satisfies Partial<KindDefinition<Binding>>;
}

function withGroup(subject: Subject): Subject {
  return subject.kind === "User" || subject.kind === "Group" ? fill(subject, { apiGroup: rbacGroup }) : subject;
}

function subjects(name: "Users" | "Groups" | "ServiceAccounts", own: "roleBinding" | "clusterRoleBinding", kind: string): Column<Binding> {
  const text = (subject: Subject): string => (kind === "ServiceAccount" ? `${subject.namespace ?? ""}/${subject.name}` : subject.name);
  return { name, type: "string", description: `${own} ${name}`, priority: 1, cell: (binding) => (binding.subjects ?? []).filter((subject) => subject.kind === kind).map(text).join(", ") };
}
