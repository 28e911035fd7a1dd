import { isJsonObject, type Json } from "../base/json.ts";
import type { CauseId, CausalLink } from "../sim/process.ts";
import type { TraceEntry } from "../sim/recording.ts";
import type { SimTime } from "../sim/time.ts";
import type { WhyLink } from "./protocol.ts";

interface KnownLink extends WhyLink {
  readonly cause: CauseId | null;
}

const mostLinks = 80_000;
/** A sweep looks at all objects: after one that kept many links, so much more must have come than it kept. */
const growth = 1.5;
/** Kept at a sweep whatever they lead to. */
const newestLinks = 30_000;
/** A chain of timers can be endless; people read its newest part. */
const longestChain = 200;

/** The links of the causal chain by id: from any revision back to the command that began it, or to the boot. */
export class CausalLog {
  private links = new Map<CauseId, KnownLink>();
  private sweptAbove = mostLinks;

  get size(): number {
    return this.links.size;
  }

  add(entry: TraceEntry): void {
    if (entry.link === undefined || !isJsonObject(entry.body)) return;
    const { component, text, object, tone } = entry.body as unknown as CausalLink;
    this.links.set(entry.link, { id: entry.link, at: entry.at, component, text, object: object ?? null, tone: tone ?? null, cause: entry.cause });
  }

  /** A command of the journal: where chains begin. */
  addCommand(id: CauseId, at: SimTime, component: string, text: string, object: string | null): void {
    this.links.set(id, { id, at, component, text, object, tone: "person", cause: null });
  }

  /** When the link was made; null where it is not known. */
  timeOf(id: CauseId): SimTime | null {
    return this.links.get(id)?.at ?? null;
  }

  /** The chain that ends with this cause, oldest first. It begins with a command or with "boot", unless that is no longer kept. */
  chain(end: CauseId, boot: WhyLink): readonly WhyLink[] {
    const chain: WhyLink[] = [];
    let id: CauseId | null = end;
    while (id !== null && chain.length < longestChain) {
      const link: KnownLink | undefined = this.links.get(id);
      if (link === undefined) {
        if (id === "boot") chain.push(boot);
        break;
      }
      const { cause, ...shown } = link;
      chain.push(shown);
      id = cause;
    }
    return chain.reverse();
  }

  /** Where there are too many: keeps the newest, and what explains the objects that exist. */
  trim(roots: () => Iterable<CauseId>): void {
    if (this.links.size <= this.sweptAbove) return;
    const kept = new Set<CauseId>([...this.links.keys()].slice(-newestLinks));
    this.follow(roots(), kept);
    this.links = new Map([...this.links].filter(([id]) => kept.has(id)));
    this.sweptAbove = Math.max(mostLinks, Math.ceil(this.links.size * growth));
  }

  /** The links that lead to these, as plain data. */
  linksOf(roots: Iterable<CauseId>): Json {
    const kept = new Set<CauseId>();
    this.follow(roots, kept);
    return [...this.links.values()].filter((link) => kept.has(link.id)) as unknown as Json;
  }

  addLinks(links: Json): void {
    for (const link of links as unknown as readonly KnownLink[]) this.links.set(link.id, link);
  }

  private follow(roots: Iterable<CauseId>, kept: Set<CauseId>): void {
    // Chains join on their way back: the common part is walked once, unless a longer piece of it is wanted.
    const walked = new Map<CauseId, number>();
    for (const root of roots) {
      let id: CauseId | null = root;
      for (let left = longestChain; id !== null && left > 0; left--) {
        const link: KnownLink | undefined = this.links.get(id);
        if (link === undefined || (walked.get(id) ?? 0) >= left) break;
        walked.set(id, left);
        kept.add(id);
        id = link.cause;
      }
    }
  }

  clear(): void {
    this.links.clear();
    this.sweptAbove = mostLinks;
  }
}
