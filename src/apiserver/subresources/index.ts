import { bindingSubresource } from "./binding.ts";
import type { SubresourceHandler } from "./define.ts";
import { finalizeSubresource } from "./finalize.ts";
import { scaleSubresource } from "./scale.ts";
import { statusSubresource } from "./status.ts";
import { tokenSubresource } from "./token.ts";
import { evictionSubresource } from "./eviction.ts";
import { approvalSubresource, ephemeralContainersSubresource, resizeSubresource } from "./podPart.ts";
import { attachSubresource, execSubresource, logSubresource, portforwardSubresource, proxySubresource } from "./podConnect.ts";

/** One file a subject, one line here. */
export const subresourceHandlers: readonly SubresourceHandler[] = [
  statusSubresource, scaleSubresource, bindingSubresource, evictionSubresource, tokenSubresource, finalizeSubresource, ephemeralContainersSubresource, resizeSubresource, approvalSubresource,
  logSubresource, execSubresource, attachSubresource, portforwardSubresource, proxySubresource,
];

const byName = new Map(subresourceHandlers.map((handler) => [handler.name, handler]));

export function subresourceHandler(name: string): SubresourceHandler | null {
  return byName.get(name) ?? null;
}
