import type { FieldError } from "../../../apimachinery/status.ts";
import type { Deployment } from "./types.ts";

export function validateDeployment(_deployment: Deployment): readonly FieldError[] {
  return [];
}
export function validateDeploymentUpdate(_deployment: Deployment, _old: Deployment): readonly FieldError[] {
  return [];
}
export function validateDeploymentStatusUpdate(_deployment: Deployment, _old: Deployment): readonly FieldError[] {
  return [];
}
export function deploymentWarnings(_deployment: Deployment, _old: Deployment | null): readonly string[] {
  return [];
}
