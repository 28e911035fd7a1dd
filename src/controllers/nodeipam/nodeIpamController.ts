import type { ObjectKey } from "../../apimachinery/gvk.ts";
import type { Json } from "../../base/json.ts";
import type { ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { patchOp } from "../../client/writes.ts";
import { nodeKind } from "../../kinds/core/node/kind.ts";
import type { Node } from "../../kinds/core/node/types.ts";
import { parseRange, subrange, subrangeCount } from "../addressRange.ts";

// Follows pkg/controller/nodeipam/ipam/range_allocator.go and cidrset/cidr_set.go.

/** Gives every node a range of the cluster's pod addresses. */
export function createNodeIpamController(podCidr: string, nodeMaskSize: number): ControllerDefinition<Node> {
  const range = parseRange(podCidr);
  const count = subrangeCount(range, nodeMaskSize);
  /** Ranges given, by node: also those whose write is not seen in the informer yet. */
  const given = new Map<string, string>();
  /** The search begins after the last one given, so that a range freed rests for as long as possible. */
  let next = 0;

  const allocate = (ctx: ReconcileContext): string | null => {
    const used = new Set(given.values());
    for (const node of ctx.lister(nodeKind).list(null)) if (node.spec.podCIDR !== undefined) used.add(node.spec.podCIDR);
    for (let tried = 0; tried < count; tried++) {
      const candidate = subrange(range, nodeMaskSize, (next + tried) % count);
      if (used.has(candidate)) continue;
      next = (next + tried + 1) % count;
      return candidate;
    }
    return null;
  };

  const reconcile = (key: ObjectKey, ctx: ReconcileContext): ReconcileResult => {
    const node = ctx.lister(nodeKind).get(key);
    if (node === null) {
      given.delete(key.name);
      return {};
    }
    if (node.spec.podCIDR !== undefined && node.spec.podCIDR !== "") {
      given.set(key.name, node.spec.podCIDR);
      return {};
    }
    const podCIDR = given.get(key.name) ?? allocate(ctx);
    if (podCIDR === null) {
      ctx.event({ about: { kind: "Node", name: key.name, uid: node.metadata.uid, apiVersion: "v1" }, type: "Normal", reason: "CIDRNotAvailable", message: `Node ${key.name} status is now: CIDRNotAvailable` });
      return { error: "no range of pod addresses is free" };
    }
    given.set(key.name, podCIDR);
    ctx.because(`gave node ${key.name} the pod addresses ${podCIDR}`);
    ctx.write(patchOp(nodeKind, key, { spec: { podCIDR, podCIDRs: [podCIDR] } }));
    return {};
  };

  return {
    name: "nodeipam",
    account: "node-controller",
    eventComponent: "cidrAllocator",
    for: nodeKind,
    owns: [],
    watches: [],
    concurrency: 1,
    reconcile,
    snapshot: () => ({ given: [...given], next }),
    restore: (data: Json) => {
      const saved = data as unknown as { given: readonly (readonly [string, string])[]; next: number };
      given.clear();
      for (const [node, cidr] of saved.given) given.set(node, cidr);
      next = saved.next;
    },
    reset: () => {
      given.clear();
      next = 0;
    },
  };
}
