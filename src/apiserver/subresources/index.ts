import { bindingSubresource } from "./binding.ts";
import type { SubresourceHandler } from "./define.ts";
import { finalizeSubresource } from "./finalize.ts";
import { scaleSubresource } from "./scale.ts";
import { statusSubresource } from "./status.ts";
import { tokenSubresource } from "./token.ts";

/** One file a subject, one line here. */
export const subresourceHandlers: readonly SubresourceHandler[] = [statusSubresource, scaleSubresource, bindingSubresource, tokenSubresource, finalizeSubresource];

const byName = new Map(subresourceHandlers.map((handler) => [handler.name, handler]));

export function subresourceHandler(name: string): SubresourceHandler | null {
  return byName.get(name) ?? null;
}
