import type { Json } from "../../base/json.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { namesImage } from "../images/imageReference.ts";

/** What the cluster's faults tell a node. */
export interface NodeFault {
  readonly type: "fault" | "clearFault";
  readonly id: string;
  readonly fault: string;
  readonly target: string;
}

/** What people do at the machine itself: write or remove a manifest, shut it down. */
export type NodeOrder = { readonly type: "manifest"; readonly file: string; readonly manifest: Json } | { readonly type: "shutdown" };

/** What faults from outside do to a kubelet: probes that fail, images that go. */
export class NodeFaults {
  /** Pods (or containers of pods) whose probes fail. */
  #failing: readonly { readonly id: string; readonly target: string }[] = [];

  told(message: NodeFault, images: Map<string, unknown>): void {
    const { id, target } = message;
    this.#failing = this.#failing.filter((fault) => fault.id !== id);
    if (message.type === "clearFault") return;
    if (message.fault === "probe-fail") this.#failing = [...this.#failing, { id, target }];
    if (message.fault === "image-missing") for (const reference of images.keys()) if (namesImage(target, reference)) images.delete(reference);
  }

  probesFail(pod: Pod, container: string): boolean {
    if (this.#failing.length === 0) return false;
    const name = `${pod.metadata.namespace ?? ""}/${pod.metadata.name}`;
    return this.#failing.some(({ target }) => target === name || target === `${name}/${container}`);
  }

  snapshot(): Json {
    return [...this.#failing];
  }

  restore(data: Json): void {
    this.#failing = data as unknown as readonly { readonly id: string; readonly target: string }[];
  }
}
