// Follows pkg/apis/apps/validation/validation.go (deployments) and pkg/registry/apps/deployment/strategy.go.
import type { Json } from "../../../base/json.ts";
import { forbidden, invalid, notSupported, required } from "../../../apimachinery/fieldError.ts";
import { isDns1123Label, isDns1123Subdomain } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import { intOrPercentAmount, validateAtMostAll, validateIntOrPercent } from "../../intOrPercent.ts";
import { isUsableSelector } from "../../metadata/labelSelector.ts";
import { validateImmutable, validateNonnegative, validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { templateWarnings } from "../../podtemplate/warnings.ts";
import { validateTemplateForReplicas } from "../../podtemplate/validateTemplate.ts";
import { validateWorkloadSelector } from "../../workloadSelector.ts";
import type { Deployment, DeploymentSpec, DeploymentStrategy } from "./types.ts";

export function validateDeployment(deployment: Deployment): readonly FieldError[] {
  return [...validateObjectMeta(deployment.metadata, true, isDns1123Subdomain, "metadata"), ...validateSpec(deployment.spec, "spec")];
}

export function validateDeploymentUpdate(deployment: Deployment, old: Deployment): readonly FieldError[] {
  return [
    ...validateObjectMetaUpdate(deployment.metadata, old.metadata, "metadata"),
    ...validateSpec(deployment.spec, "spec"),
    ...validateImmutable((deployment.spec.selector ?? null) as Json, (old.spec.selector ?? null) as Json, "spec.selector"),
  ];
}

function validateSpec(spec: DeploymentSpec, path: string): readonly FieldError[] {
  const errors: FieldError[] = [...validateNonnegative(spec.replicas ?? 0, `${path}.replicas`), ...validateWorkloadSelector(spec.selector, `${path}.selector`)];
  if (isUsableSelector(spec.selector)) errors.push(...validateTemplateForReplicas(spec.template, spec.selector, `${path}.template`));
  errors.push(...validateRollout(spec.strategy ?? {}, `${path}.strategy`), ...validateNonnegative(spec.minReadySeconds ?? 0, `${path}.minReadySeconds`));
  if (spec.revisionHistoryLimit !== undefined) errors.push(...validateNonnegative(spec.revisionHistoryLimit, `${path}.revisionHistoryLimit`));
  const deadline = spec.progressDeadlineSeconds;
  if (deadline !== undefined) {
    errors.push(...validateNonnegative(deadline, `${path}.progressDeadlineSeconds`));
    if (deadline <= (spec.minReadySeconds ?? 0)) errors.push(invalid(`${path}.progressDeadlineSeconds`, deadline, "must be greater than minReadySeconds"));
  }
  return errors;
}

function validateRollout(rollout: DeploymentStrategy, path: string): readonly FieldError[] {
  const type = rollout.type ?? "";
  const rolling = rollout.rollingUpdate;
  if (type === "Recreate") return rolling === undefined ? [] : [forbidden(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")];
  if (type !== "RollingUpdate") return [notSupported(path, { Type: type, RollingUpdate: rolling === undefined ? null : { MaxUnavailable: rolling.maxUnavailable ?? 0, MaxSurge: rolling.maxSurge ?? 0 } }, ["Recreate", "RollingUpdate"])];
  if (rolling === undefined) return [required(`${path}.rollingUpdate`, "this should be defaulted and never be nil")];
  const own = `${path}.rollingUpdate`;
  const unavailable = rolling.maxUnavailable ?? 0;
  const surge = rolling.maxSurge ?? 0;
  const errors: FieldError[] = [...validateIntOrPercent(unavailable, `${own}.maxUnavailable`), ...validateIntOrPercent(surge, `${own}.maxSurge`)];
  if (intOrPercentAmount(unavailable) === 0 && intOrPercentAmount(surge) === 0) errors.push(invalid(`${own}.maxUnavailable`, unavailable, "may not be 0 when `maxSurge` is 0"));
  return [...errors, ...validateAtMostAll(unavailable, `${own}.maxUnavailable`)];
}

export function validateDeploymentStatusUpdate(deployment: Deployment, old: Deployment): readonly FieldError[] {
  const status = deployment.status ?? {};
  const errors: FieldError[] = [...validateObjectMetaUpdate(deployment.metadata, old.metadata, "metadata")];
  for (const name of ["observedGeneration", "replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "unavailableReplicas"] as const) errors.push(...validateNonnegative(status[name] ?? 0, `status.${name}`));
  if (status.collisionCount !== undefined) errors.push(...validateNonnegative(status.collisionCount, "status.collisionCount"));
  const replicas = status.replicas ?? 0;
  for (const name of ["updatedReplicas", "readyReplicas", "availableReplicas"] as const) if ((status[name] ?? 0) > replicas) errors.push(invalid(`status.${name}`, status[name] ?? 0, "cannot be greater than status.replicas"));
  if ((status.availableReplicas ?? 0) > (status.readyReplicas ?? 0)) errors.push(invalid("status.availableReplicas", status.availableReplicas ?? 0, "cannot be greater than readyReplicas"));
  if (old.status?.collisionCount !== undefined && (status.collisionCount ?? 0) < old.status.collisionCount) errors.push(invalid("status.collisionCount", status.collisionCount ?? 0, "cannot be decremented"));
  return errors;
}

export function deploymentWarnings(deployment: Deployment, old: Deployment | null): readonly string[] {
  const warnings: string[] = [];
  if (old === null) {
    const faults = isDns1123Label(deployment.metadata.name ?? "");
    if (faults.length > 0) warnings.push(`metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [${faults.join(" ")}]`);
  }
  return old === null || old.spec.template !== deployment.spec.template ? [...warnings, ...templateWarnings(deployment.spec.template, old?.spec.template ?? null, "spec.template")] : warnings;
}
