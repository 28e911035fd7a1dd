// Follows pkg/api/v1/pod/util.go (ContainerShouldRestart).
import type { Container, ContainerRestartRule, PodSpec } from "./types.ts";

/** The first of a container's own rules that its exit code meets. */
export function ruleFor(container: Container | null, exitCode: number): ContainerRestartRule | null {
  for (const rule of container?.restartPolicyRules ?? []) {
    const codes = rule.exitCodes?.values ?? [];
    if (codes.includes(exitCode) !== (rule.exitCodes?.operator === "NotIn")) return rule;
  }
  return null;
}

/** Whether a container that ended so is started again: by its own rules, alone or with all others, its own policy, or its pod's. */
export function restartsAfter(container: Container | null, podPolicy: string, exitCode: number): boolean {
  if (ruleFor(container, exitCode) !== null) return true;
  const policy = container?.restartPolicy ?? podPolicy;
  return policy === "Always" || (policy === "OnFailure" && exitCode !== 0);
}

/** Whether there is an exit code after which all containers of a pod are restarted. Follows AllContainersCouldRestart. */
export function allCouldRestart({ initContainers = [], containers }: PodSpec): boolean {
  return [...initContainers, ...containers].some(({ restartPolicyRules }) => restartPolicyRules?.some(({ action }) => action === "RestartAllContainers") === true);
}
