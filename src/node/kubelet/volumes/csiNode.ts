// Follows pkg/volume/csi/nodeinfomanager/nodeinfomanager.go. Differs: the driver's node part is in the machine, so it registers at once.
import type { ApiResponse } from "../../../apimachinery/apiRequest.ts";
import { isJsonObject, type Json } from "../../../base/json.ts";
import type { ClientContext, ClientSet } from "../../../client/clientSet.ts";
import type { Node } from "../../../kinds/core/node/types.ts";
import { diskDriverName, disksPerNode, diskZoneLabel } from "../../../kinds/volumes/diskDriver.ts";

const path = "/apis/storage.k8s.io/v1/csinodes";
const retryUs = 5_000_000;
/** Of its retries, below the pods' own timers. */
export const csiNodeTimer = "claim//csiNode";

/** Keeps the CSINode of this machine: which drivers it has, and how many of their volumes it takes. */
export class CsiNode {
  readonly #clients: ClientSet;
  /** uid of the Node that it was made for, or is being made for. */
  #uid = "";

  constructor(clients: ClientSet) {
    this.#clients = clients;
  }

  nodeChanged(ctx: ClientContext, node: Node): void {
    if (node.metadata.uid !== this.#uid) this.create(ctx, node);
  }

  create(ctx: ClientContext, node: Node): void {
    const { name, uid } = node.metadata;
    this.#uid = uid;
    const body = {
      apiVersion: "storage.k8s.io/v1", kind: "CSINode",
      metadata: { name, ownerReferences: [{ apiVersion: "v1", kind: "Node", name, uid }] },
      spec: { drivers: [{ name: diskDriverName, nodeID: name, topologyKeys: [diskZoneLabel], allocatable: { count: disksPerNode } }] },
    };
    this.#clients.request(ctx, { verb: "create", path, body }, { csiNode: "create", name });
  }

  /** True where the answer was to one of its requests. */
  answered(ctx: ClientContext, tag: Json, response: ApiResponse | null): boolean {
    if (!isJsonObject(tag) || tag["csiNode"] === undefined) return false;
    if (response?.code === 201) return true;
    // One of a Node before this one is about to be collected.
    if (tag["csiNode"] === "create" && response?.code === 409) this.#clients.request(ctx, { verb: "get", path: `${path}/${String(tag["name"])}` }, { csiNode: "get", name: tag["name"] ?? "" });
    else if (response?.code !== 200 || !isOf(response.body, this.#uid)) ctx.setTimer(csiNodeTimer, retryUs);
    return true;
  }

  snapshot(): Json {
    return this.#uid;
  }

  restore(data: Json): void {
    this.#uid = String(data);
  }
}

function isOf(body: Json, uid: string): boolean {
  const owners = (body as { readonly metadata?: { readonly ownerReferences?: readonly { readonly uid: string }[] } }).metadata?.ownerReferences ?? [];
  return owners.length === 0 || owners.some((owner) => owner.uid === uid);
}
