import { cidrContains, parseCidr, parseIpv4 } from "../../network/ipv4.ts";
import type { Cidr } from "../../network/ipv4.ts";
import type { NodeRoute } from "./messages.ts";

/** Which node an address is on: by the nodes' own addresses and their pod CIDRs. */
export class NodeRoutes {
  #routes: readonly NodeRoute[] = [];
  #byAddress: ReadonlyMap<string, NodeRoute> = new Map();
  #byCidr: readonly { readonly cidr: Cidr; readonly route: NodeRoute }[] = [];

  get all(): readonly NodeRoute[] {
    return this.#routes;
  }

  set(routes: readonly NodeRoute[]): void {
    this.#routes = routes;
    this.#byAddress = new Map(routes.map((route) => [route.ip, route]));
    this.#byCidr = routes.flatMap((route) => {
      const cidr = parseCidr(route.podCidr);
      return cidr === null ? [] : [{ cidr, route }];
    });
  }

  to(ip: string): NodeRoute | null {
    const node = this.#byAddress.get(ip);
    if (node !== undefined) return node;
    const address = parseIpv4(ip);
    if (address === null) return null;
    return this.#byCidr.find(({ cidr }) => cidrContains(cidr, address))?.route ?? null;
  }
}
