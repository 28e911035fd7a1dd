import { validateObjectMetaUpdate } from "../metadata/validate.ts";
import type { FieldError } from "../../apimachinery/status.ts";
import type { Column, GraphTraits, KindDefinition } from "../define.ts";
import { configGraph, plural } from "../graph/edges.ts";
import { nameColumn } from "../printing/cells.ts";
import { strategy } from "../strategy.ts";
import { storedTraits } from "./storedTraits.ts";
import type { Role } from "./types.ts";

/** What Role and ClusterRole share. Follows pkg/registry/rbac/role/strategy.go and printers.go. */
export function roleTraits<R extends Role>(kind: string, validate: (role: R) => readonly FieldError[]) {
  return {
    ...storedTraits(kind),
    defaults: (role: R) => role,
    strategy: strategy<R>({
      validate,
      validateUpdate: (role, old) => [...validate(role), ...validateObjectMetaUpdate(role.metadata, old.metadata, "metadata")],
      allowCreateOnUpdate: true,
    }),
    columns: [nameColumn<R>(), createdAt<R>()],
    graph: roleGraph<R>(kind.toLowerCase()),
  } satisfies Partial<KindDefinition<R>>;
}

function createdAt<R extends Role>(): Column<R> {
  return { name: "Created At", type: "date", description: "ObjectMeta.creationTimestamp", priority: 0, cell: (role) => role.metadata.creationTimestamp ?? "" };
}

function roleGraph<R extends Role>(icon: string): GraphTraits<R> {
  const rules = (role: R): number => (role.rules ?? []).length;
  return configGraph<R>({ icon, tier: "none", sentence: (role) => `Allows by ${plural(rules(role), "rule")} what a binding grants.`, facts: (role) => ({ rules: rules(role) }) });
}
