import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { SubresourceHandler } from "./define.ts";

/** Subresources that write a part of the object; which part, the kind's own strategy of that name says. */
function part(name: string): SubresourceHandler {
  return { name, methods: ["get", "update", "patch"], merge: (_rc, _target, _old, input) => input as unknown as KubeObject, strategy: () => null };
}

export const ephemeralContainersSubresource = part("ephemeralcontainers");
export const resizeSubresource = part("resize");
/** Of certificate requests: only the conditions. */
export const approvalSubresource = part("approval");
