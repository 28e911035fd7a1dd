// Follows containernetworking/plugins host-local: round robin after the last address given.
import type { Json } from "../base/json.ts";
import { formatIpv4, parseCidr } from "./ipv4.ts";

/** Pod addresses of one node's CIDR: the next free one after the last given, so that an address is used again as late as possible. */
export class PodIpam {
  readonly #base: number;
  readonly #size: number;
  readonly #owners = new Map<string, string>();
  /** The other way round: derived. */
  readonly #addresses = new Map<string, string>();
  #last = 1;

  /** `podCidr`: "10.244.1.0/24". The first address is the network, the second the gateway, the last the broadcast. */
  constructor(podCidr: string) {
    const cidr = parseCidr(podCidr);
    if (cidr === null) throw new Error(`podCIDR ${podCidr} is no CIDR`);
    this.#base = cidr.base;
    this.#size = cidr.size;
  }

  /** null: the CIDR is exhausted. The same owner gets the same address again. */
  allocate(owner: string): string | null {
    const known = this.#addresses.get(owner);
    if (known !== undefined) return known;
    const usable = this.#size - 3;
    for (let tried = 0; tried < usable; tried++) {
      this.#last = this.#last + 1 > this.#size - 2 ? 2 : this.#last + 1;
      const ip = formatIpv4(this.#base + this.#last);
      if (this.#owners.has(ip)) continue;
      this.#owners.set(ip, owner);
      this.#addresses.set(owner, ip);
      return ip;
    }
    return null;
  }

  release(owner: string): void {
    const ip = this.#addresses.get(owner);
    if (ip === undefined) return;
    this.#addresses.delete(owner);
    this.#owners.delete(ip);
  }

  /** Which one was given last, counted from the range's first address. */
  get last(): number {
    return this.#last;
  }

  /** Goes on after an address that was given before this object was there. */
  goOnAfter(last: number): void {
    this.#last = last;
  }

  get used(): number {
    return this.#owners.size;
  }

  snapshot(): Json {
    return { owners: [...this.#owners], last: this.#last };
  }

  restore(data: Json): void {
    const saved = data as unknown as { owners: [string, string][]; last: number };
    this.#owners.clear();
    this.#addresses.clear();
    for (const [ip, owner] of saved.owners) {
      this.#owners.set(ip, owner);
      this.#addresses.set(owner, ip);
    }
    this.#last = saved.last;
  }
}
