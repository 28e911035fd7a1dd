import type { Json } from "../../base/json.ts";
import type { Family } from "./endpoint.ts";
import { isOverloaded, type ZoneCounts } from "./topologyHints.ts";

/** Which Services have hints by topology, and for how many endpoints each of their zones is meant. Follows topologycache.go. */
export class HintedServices {
  /** By "namespace/name", then by family. */
  readonly #zones = new Map<string, Map<Family, ZoneCounts>>();
  readonly #populated = new Set<string>();
  /** What was said last of a Service's family that can have none. */
  readonly #said = new Map<string, string>();

  /** False where it had none before. */
  set(service: string, family: Family, zones: ZoneCounts): boolean {
    const had = this.#populated.has(service);
    this.#zones.set(service, (this.#zones.get(service) ?? new Map<Family, ZoneCounts>()).set(family, zones));
    this.#populated.add(service);
    this.#said.delete(`${service}/${family}`);
    return had;
  }

  /** True where it had some. */
  remove(service: string, family: Family): boolean {
    const families = this.#zones.get(service);
    families?.delete(family);
    if (families?.size === 0) this.#zones.delete(service);
    return this.#populated.delete(service);
  }

  forget(service: string): void {
    this.#zones.delete(service);
    this.#populated.delete(service);
    for (const family of ["IPv4", "IPv6"]) this.#said.delete(`${service}/${family}`);
  }

  /** Whether a reason is another than what was said last. */
  isNews(service: string, family: Family, why: string): boolean {
    const key = `${service}/${family}`;
    const news = this.#said.get(key) !== why;
    this.#said.set(key, why);
    return news;
  }

  /** Those that have too few endpoints for a zone, as the nodes are now. `shares` is asked for where there are any. */
  overloaded(shares: () => ZoneCounts | null): readonly string[] {
    if (this.#zones.size === 0) return [];
    const now = shares();
    return [...this.#zones].filter(([, families]) => [...families.values()].some((zones) => isOverloaded(zones, now))).map(([service]) => service);
  }

  clear(): void {
    for (const known of [this.#zones, this.#populated, this.#said]) known.clear();
  }

  snapshot(): Json {
    return { zones: [...this.#zones].map(([service, families]) => [service, [...families].map(([family, zones]) => [family, [...zones]])]), populated: [...this.#populated], said: [...this.#said] } as unknown as Json;
  }

  restore(data: Json): void {
    this.clear();
    const saved = data as unknown as { readonly zones: readonly (readonly [string, readonly (readonly [Family, readonly (readonly [string, number])[]])[]])[]; readonly populated: readonly string[]; readonly said: readonly (readonly [string, string])[] };
    for (const [service, families] of saved.zones) this.#zones.set(service, new Map(families.map(([family, zones]) => [family, new Map(zones)])));
    for (const service of saved.populated) this.#populated.add(service);
    for (const [key, why] of saved.said) this.#said.set(key, why);
  }
}
