// Follows pkg/kubelet/nodestatus/setters.go: what a kubelet says of its node when its status is no longer as it was.
import type { NodeStatus } from "../../kinds/core/node/types.ts";

export interface NodeSaying {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}

/** Of each condition: its reason where it is True, and where it is not. */
const reasons: Readonly<Record<string, readonly [whenTrue: string, otherwise: string]>> = {
  MemoryPressure: ["NodeHasInsufficientMemory", "NodeHasSufficientMemory"],
  DiskPressure: ["NodeHasDiskPressure", "NodeHasNoDiskPressure"],
  PIDPressure: ["NodeHasInsufficientPID", "NodeHasSufficientPID"],
  Ready: ["NodeReady", "NodeNotReady"],
};

/** What was said last, by condition and of the boot: plain data. */
export type Said = Readonly<Record<string, string>>;

/** `before`: as the API has it. What was said already is not said again before the API has heard of it. */
export function nodeSayings(node: string, before: NodeStatus | null, after: NodeStatus, said: Said): { readonly sayings: readonly NodeSaying[]; readonly said: Said } {
  const sayings: NodeSaying[] = [];
  const now: Record<string, string> = { ...said };
  for (const { type, status } of after.conditions ?? []) {
    const words = reasons[type];
    if (words === undefined) continue;
    const old = before?.conditions?.find((condition) => condition.type === type)?.status;
    if (old !== status && said[type] !== status && (type !== "Ready" || old !== undefined)) sayings.push({ type: "Normal", reason: words[status === "True" ? 0 : 1], message: `Node ${node} status is now: ${words[status === "True" ? 0 : 1]}` });
    now[type] = status;
  }
  const boot = after.nodeInfo?.bootID ?? "";
  const oldBoot = before?.nodeInfo?.bootID ?? "";
  if (oldBoot !== "" && oldBoot !== boot && said["boot"] !== boot) sayings.push({ type: "Warning", reason: "Rebooted", message: `Node ${node} has been rebooted, boot id: ${boot}` });
  now["boot"] = boot;
  return { sayings, said: now };
}
