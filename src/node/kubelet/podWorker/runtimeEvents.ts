import type { FromRuntime } from "../../runtime/criMessages.ts";
import type { PodWorkerEvent } from "./state.ts";

/** What a message of the runtime tells one pod's worker; null where it is for no worker. */
export function workerEvent(message: FromRuntime): { readonly uid: string; readonly event: PodWorkerEvent } | null {
  switch (message.type) {
    case "cri/sandboxReady":
      return { uid: message.podUid, event: { type: "sandboxReady", ip: message.ip } };
    case "cri/sandboxFailed":
      return { uid: message.podUid, event: { type: "sandboxFailed", message: message.message } };
    case "cri/sandboxStopped":
      return { uid: message.podUid, event: { type: "sandboxStopped" } };
    case "cri/imagePulled":
      return { uid: message.podUid, event: { type: "imagePulled", container: message.container, image: message.image, tookUs: message.tookUs, waitedUs: message.waitedUs, warning: message.warning } };
    case "cri/imagePullFailed":
      return { uid: message.podUid, event: { type: "imagePullFailed", container: message.container, reason: message.reason, message: message.message } };
    case "cri/containerStarted":
      return { uid: message.podUid, event: { type: "containerStarted", container: message.name, id: message.id, imageId: message.imageId, startedAtUs: message.startedAtUs, warnings: message.warnings } };
    case "cri/containerUpdated":
      return { uid: message.podUid, event: { type: "containerUpdated", container: message.name } };
    case "cri/containerStartFailed":
    case "cri/containerExited":
      return { uid: message.podUid, event: { type: "containerEnded", container: message.name, exit: message.exit, neverStarted: message.type === "cri/containerStartFailed" } };
    default:
      return null;
  }
}
