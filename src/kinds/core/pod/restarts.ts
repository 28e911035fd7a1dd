// Follows pkg/api/v1/pod/util.go (ContainerShouldRestart).
import type { Container } from "./types.ts";

/** Whether a container that ended so is started again: by its own rules, its own policy, or its pod's. */
export function restartsAfter(container: Container | null, podPolicy: string, exitCode: number): boolean {
  for (const rule of container?.restartPolicyRules ?? []) {
    const codes = rule.exitCodes?.values ?? [];
    if (codes.includes(exitCode) !== (rule.exitCodes?.operator === "NotIn")) return rule.action === "Restart";
  }
  const policy = container?.restartPolicy ?? podPolicy;
  return policy === "Always" || (policy === "OnFailure" && exitCode !== 0);
}
