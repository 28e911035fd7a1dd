import { isJsonObject, type Json } from "../base/json.ts";
import type { CauseId, CausalLink } from "../sim/process.ts";
import type { TraceEntry } from "../sim/recording.ts";
import { minute, simTime, type SimTime } from "../sim/time.ts";
import { PackedLinks, type KnownLink } from "./packed/packedLinks.ts";
import type { WhyLink } from "./protocol.ts";

const mostLinks = 80_000;
/** A sweep looks at all objects: after one that kept many links, so much more must have come than it kept. */
const growth = 1.5;
/** Kept at a sweep whatever they lead to. */
const newestLinks = 30_000;
/** A chain of timers can be endless; people read its newest part. */
const longestChain = 200;
/** Links are packed so late that a rollout is over by then, so many at a time. */
const packedAfterUs = 5 * minute;
const packedAtOnce = 256;
/** A day and a half of what an idle cluster of four nodes renews. */
const mostPacked = 250_000;

/** The links of the causal chain by id: from any revision back to the command that began it, or to the boot. */
export class CausalLog {
  /** What packs may come later than the cluster's boot. */
  mayPack = true;
  /** Those of late; of older ones, those that tell the same again and again, and the others. An id that is in two is the newer one's. */
  private recent = new Map<CauseId, KnownLink>();
  private packed: PackedLinks | null = null;
  private links = new Map<CauseId, KnownLink>();
  private newestAt: SimTime = simTime(0);
  private sweptAbove = mostLinks;

  get size(): number {
    return this.unpacked + (this.packed?.count ?? 0);
  }

  add(entry: TraceEntry): void {
    if (entry.link === undefined || !isJsonObject(entry.body)) return;
    const { component, text, object, tone } = entry.body as unknown as CausalLink;
    this.recent.set(entry.link, { id: entry.link, at: entry.at, component, text, object: object ?? null, tone: tone ?? null, cause: entry.cause });
    this.newestAt = entry.at;
  }

  /** A command of the journal: where chains begin. */
  addCommand(id: CauseId, at: SimTime, component: string, text: string, object: string | null): void {
    this.recent.set(id, { id, at, component, text, object, tone: "person", cause: null });
  }

  /** When the link was made; null where it is not known. */
  timeOf(id: CauseId): SimTime | null {
    return this.get(id)?.at ?? null;
  }

  /** The chain that ends with this cause, oldest first. It begins with a command or with "boot", unless that is no longer kept. */
  chain(end: CauseId, boot: WhyLink): readonly WhyLink[] {
    const chain: WhyLink[] = [];
    let id: CauseId | null = end;
    while (id !== null && chain.length < longestChain) {
      const link: KnownLink | undefined = this.get(id);
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

  /** Packs those of a while ago. Where there are too many: keeps the newest, and what explains the objects that exist. */
  trim(roots: () => Iterable<CauseId>): void {
    while (this.mayPack && this.recent.size > packedAtOnce && ((this.recent.values().next().value as KnownLink).at + packedAfterUs < this.newestAt)) this.pack(roots);
    if (this.unpacked <= this.sweptAbove) return;
    const kept = new Set<CauseId>([...this.links.keys(), ...this.recent.keys()].slice(-newestLinks));
    this.follow(roots(), kept);
    const left = ([id]: [CauseId, KnownLink]): boolean => kept.has(id);
    this.links = new Map([...this.links].filter(left));
    this.recent = new Map([...this.recent].filter(left));
    this.sweptAbove = Math.max(mostLinks, Math.ceil(this.unpacked * growth));
  }

  /** The links that lead to these, as plain data. */
  linksOf(roots: Iterable<CauseId>): Json {
    const kept = new Set<CauseId>();
    this.follow(roots, kept);
    const found = new Map<CauseId, KnownLink>();
    for (const links of [this.links, this.recent]) for (const [id, link] of links) if (kept.has(id)) found.set(id, link);
    for (const id of kept) if (!found.has(id)) found.set(id, this.get(id) as KnownLink);
    return [...found.values()] as unknown as Json;
  }

  addLinks(links: Json): void {
    for (const link of links as unknown as readonly KnownLink[]) this.links.set(link.id, link);
  }

  private get(id: CauseId): KnownLink | undefined {
    return this.recent.get(id) ?? this.links.get(id) ?? this.packed?.get(id);
  }

  private get unpacked(): number {
    return this.links.size + this.recent.size;
  }

  private pack(roots: () => Iterable<CauseId>): void {
    this.packed ??= new PackedLinks();
    let left = packedAtOnce;
    for (const [id, link] of this.recent) {
      if (left-- === 0) break;
      this.recent.delete(id);
      // What was known by this id before is no more.
      if (this.packed.add(link)) this.links.delete(id);
      else this.links.set(id, link);
    }
    const explaining = (): ReadonlySet<CauseId> => {
      const kept = new Set<CauseId>();
      this.follow(roots(), kept);
      return kept;
    };
    for (const link of this.packed.trim(mostPacked, explaining)) if (!this.links.has(link.id)) this.links.set(link.id, link);
  }

  private follow(roots: Iterable<CauseId>, kept: Set<CauseId>): void {
    // Chains join on their way back: the common part is walked once, unless a longer piece of it is wanted.
    const walked = new Map<CauseId, number>();
    for (const root of roots) {
      let id: CauseId | null = root;
      for (let left = longestChain; id !== null && left > 0; left--) {
        const link: KnownLink | undefined = this.get(id);
        if (link === undefined || (walked.get(id) ?? 0) >= left) break;
        walked.set(id, left);
        kept.add(id);
        id = link.cause;
      }
    }
  }

  clear(): void {
    this.links.clear();
    this.recent.clear();
    this.packed = null;
    this.sweptAbove = mostLinks;
  }
}
