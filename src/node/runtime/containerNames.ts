import type { ProcessContext } from "../../sim/process.ts";
import type { ContainerRun } from "./container.ts";
import { ownerOf } from "./containerHost.ts";

/** Whether a fault's target, "namespace/pod" or "namespace/pod/container", means this container. */
export function isTarget(run: ContainerRun, target: string): boolean {
  return target === `${run.spec.namespace}/${run.spec.podName}` || target === ownerOf(run);
}

/** 64 hex digits, as containerd names containers. */
export function newContainerId(ctx: ProcessContext): string {
  const random = ctx.random.fork("ids");
  let text = "";
  for (let word = 0; word < 8; word++) text += random.int(0, 0xffff_ffff).toString(16).padStart(8, "0");
  return text;
}
