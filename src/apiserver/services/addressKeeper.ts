import type { ApiRequest } from "../../apimachinery/apiRequest.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { IPAddress } from "../../kinds/networking/ipaddress/kind.ts";
import type { ProcessContext } from "../../sim/process.ts";
import type { ServerView } from "../serverView.ts";
import type { CacheEvent } from "../watch/objectCache.ts";
import { deleteAddress, freedAddresses, ipAddressesId, isManaged, takenAddress } from "./addressObjects.ts";
import { addressRepairs } from "./addressRepairs.ts";
import { clusterIpsOf, type AllocatedSpec } from "./allocations.ts";

/** Upstream looks at an IPAddress without a Service again after a minute, and at every Service each three. */
const lookTimer = "addresses";
const lookDelayUs = 61_000_000;
const resyncTimer = "addresses/resync";
const resyncDelayUs = 180_000_000;

/** Keeps Services and the IPAddress objects of their addresses together. What it remembers follows from the cache and its timers. */
export class AddressKeeper {
  private readonly server: ServerView;
  private readonly ask: (request: ApiRequest, ctx: ProcessContext) => void;

  /** `ask` runs a request of the server's own. */
  constructor(server: ServerView, ask: (request: ApiRequest, ctx: ProcessContext) => void) {
    this.server = server;
    this.ask = ask;
  }

  /** Counts every IPAddress again, after the allocations were cleared. */
  recount(): void {
    const resource = this.server.resources.get(ipAddressesId);
    if (resource !== null) for (const [ip] of this.server.cache.range(resource, "")) this.server.allocations.countAddress(ip, 1);
  }

  /** A change of an IPAddress. */
  changed({ type, objectKey, object }: CacheEvent, ctx: ProcessContext): void {
    const { allocations } = this.server;
    if (type !== "MODIFIED") allocations.countAddress(objectKey, type === "ADDED" ? 1 : -1);
    // What the server makes itself is in flight at this moment.
    if (type === "DELETED" ? this.isUsed(object as IPAddress) : isManaged(object) && !allocations.isIpFlying(objectKey)) ctx.setTimer(type === "DELETED" ? resyncTimer : lookTimer, type === "DELETED" ? resyncDelayUs : lookDelayUs);
  }

  private isUsed({ metadata, spec }: IPAddress): boolean {
    const services = this.server.resources.get("services");
    const { namespace = "", name = "" } = spec.parentRef ?? {};
    const service: KubeObject | null = services === null ? null : this.server.cache.get(services, `${namespace}/${name}`);
    return service !== null && clusterIpsOf((service.spec ?? {}) as AllocatedSpec).includes(metadata.name);
  }

  serviceChanged(change: CacheEvent, ctx: ProcessContext): void {
    for (const ip of freedAddresses(change)) this.giveBack(ip, ctx);
  }

  /** What a request took for a Service that is not written now. The progress that is left to the request. */
  giveUp(progress: string, ctx: ProcessContext): string {
    const taken = takenAddress(progress);
    if (taken === null) return progress;
    this.giveBack(taken.ip, ctx);
    return "";
  }

  private giveBack(ip: string, ctx: ProcessContext): void {
    const resource = this.server.resources.get(ipAddressesId);
    if (resource !== null && this.server.cache.get(resource, ip) !== null) this.ask(deleteAddress(ip), ctx);
  }

  /** The store may hold what an earlier life of the server left half done. */
  lookSoon(ctx: ProcessContext): void {
    ctx.setTimer(lookTimer, lookDelayUs);
  }

  /** Whether the timer was one of these. */
  timer(key: string, unixUs: number, ctx: ProcessContext): boolean {
    if (key !== lookTimer && key !== resyncTimer) return false;
    const { requests, unsure } = addressRepairs(this.server, unixUs);
    for (const request of requests) this.ask(request, ctx);
    if (unsure) this.lookSoon(ctx);
    return true;
  }
}
