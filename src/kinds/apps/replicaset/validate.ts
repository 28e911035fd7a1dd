import type { FieldError } from "../../../apimachinery/status.ts";
import type { ReplicaSet } from "./types.ts";

export function validateReplicaSet(_replicaSet: ReplicaSet): readonly FieldError[] {
  return [];
}
export function validateReplicaSetUpdate(_replicaSet: ReplicaSet, _old: ReplicaSet): readonly FieldError[] {
  return [];
}
export function validateReplicaSetStatusUpdate(_replicaSet: ReplicaSet, _old: ReplicaSet): readonly FieldError[] {
  return [];
}
export function replicaSetWarnings(_replicaSet: ReplicaSet, _old: ReplicaSet | null): readonly string[] {
  return [];
}
