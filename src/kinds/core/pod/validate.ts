import type { FieldError } from "../../../apimachinery/status.ts";
import type { Pod } from "./types.ts";

export function validatePodCreate(_pod: Pod): readonly FieldError[] {
  return [];
}
export function validatePodUpdate(_pod: Pod, _old: Pod): readonly FieldError[] {
  return [];
}
export function validatePodStatusUpdate(_pod: Pod, _old: Pod): readonly FieldError[] {
  return [];
}
export function validatePodEphemeralContainersUpdate(_pod: Pod, _old: Pod): readonly FieldError[] {
  return [];
}
export function validatePodResize(_pod: Pod, _old: Pod): readonly FieldError[] {
  return [];
}
