import { cidrContains, parseCidr, parseIpv4 } from "../../network/ipv4.ts";
import type { Cidr } from "../../network/ipv4.ts";
import type { ProcessId } from "../../sim/process.ts";
import type { NodeRoute } from "./messages.ts";

export interface NextHop extends NodeRoute {
  readonly net: ProcessId;
}

const mostKnown = 10_000;

/** Which node an address is on: by the nodes' own addresses and their pod CIDRs. */
export class NodeRoutes {
  #routes: readonly NodeRoute[] = [];
  #byAddress: ReadonlyMap<string, NextHop> = new Map();
  /** Of addresses that were asked for: pods of other nodes, mostly. */
  readonly #known = new Map<string, NextHop | null>();
  #byCidr: readonly { readonly cidr: Cidr; readonly next: NextHop }[] = [];

  get all(): readonly NodeRoute[] {
    return this.#routes;
  }

  set(routes: readonly NodeRoute[]): void {
    this.#routes = routes;
    this.#known.clear();
    const hops: readonly NextHop[] = routes.map(({ node, ip, podCidr }) => ({ node, ip, podCidr, net: `${node}/net` }));
    this.#byAddress = new Map(hops.map((next) => [next.ip, next]));
    this.#byCidr = hops.flatMap((next) => {
      const cidr = parseCidr(next.podCidr);
      return cidr === null ? [] : [{ cidr, next }];
    });
  }

  to(ip: string): NextHop | null {
    let next = this.#known.get(ip);
    if (next === undefined) {
      if (this.#known.size >= mostKnown) this.#known.clear();
      this.#known.set(ip, (next = this.#find(ip)));
    }
    return next;
  }

  #find(ip: string): NextHop | null {
    const node = this.#byAddress.get(ip);
    if (node !== undefined) return node;
    const address = parseIpv4(ip);
    if (address === null) return null;
    return this.#byCidr.find(({ cidr }) => cidrContains(cidr, address))?.next ?? null;
  }
}
