import { VarintReader, VarintWriter } from "../../base/varints.ts";
import type { CauseId } from "../../sim/process.ts";
import { simTime } from "../../sim/time.ts";
import type { WhyLink } from "../protocol.ts";
import { joinNumber, splitNumber } from "./numberedText.ts";
import { Squeezed } from "./squeezed.ts";

/** A link of the causal chain, and what brought it about. */
export interface KnownLink extends WhyLink {
  readonly cause: CauseId | null;
}

/** Enough that what each chunk holds once weighs nothing, and few enough that reading one takes no time. */
const inChunk = 4096;

/** Names are long, so not all that were met are remembered. */
const mostMet = 512;

/** What links have in common that differ in their numbers alone. */
interface Form extends Omit<KnownLink, "at"> {
  readonly hasNumber: boolean;
}

/** Links that tell the same again and again: which of them, when, and two numbers that mostly follow the last. */
class LinkChunk {
  count = 0;
  private readonly forms: Form[] = [];
  private readonly places = new Map<string, number>();
  /** The least and the greatest number of each kind of id. */
  private readonly spans = new Map<string, { least: number; most: number }>();
  private readonly textAfter: number[] = [];
  private writer: VarintWriter | null = new VarintWriter();
  private sealedBytes: Squeezed | null = null;
  private at = 0;
  private number = 0;

  add(name: string, { at, id, text, ...rest }: KnownLink): void {
    const own = splitNumber(id);
    const told = splitNumber(text);
    const writer = this.writer as VarintWriter;
    let place = this.places.get(name);
    if (place === undefined) {
      place = this.forms.push({ ...rest, id: own.stem, text: told.stem, hasNumber: told.number !== null }) - 1;
      this.places.set(name, place);
      this.textAfter.push(0);
    }
    const number = own.number ?? 0;
    const after = told.number === null ? 0 : told.number - number;
    const asExpected = number === this.number + 1 && after === this.textAfter[place];
    writer.put(place * 2 + (asExpected ? 0 : 1));
    if (!asExpected) {
      writer.putSigned(number - this.number);
      writer.putSigned(after - (this.textAfter[place] ?? 0));
      this.textAfter[place] = after;
    }
    writer.putSigned(at - this.at);
    const span = this.spans.get(own.stem);
    if (span === undefined) this.spans.set(own.stem, { least: number, most: number });
    else {
      span.least = Math.min(span.least, number);
      span.most = Math.max(span.most, number);
    }
    this.at = at;
    this.number = number;
    this.count++;
  }

  seal(): void {
    if (this.writer === null) return;
    this.sealedBytes = new Squeezed(this.writer.view());
    this.writer = null;
    this.places.clear();
  }

  /** Whether a link of this id may be among these. */
  mayHave(stem: string, number: number): boolean {
    const span = this.spans.get(stem);
    return span !== undefined && number >= span.least && number <= span.most;
  }

  *read(): IterableIterator<KnownLink> {
    const input = new VarintReader(this.sealedBytes?.read() ?? this.writer?.view() ?? new Uint8Array());
    const textAfter = this.forms.map(() => 0);
    let at = 0;
    let number = 0;
    while (!input.done) {
      const head = input.next();
      const place = Math.floor(head / 2);
      if (head % 2 === 0) number++;
      else {
        number += input.nextSigned();
        textAfter[place] = (textAfter[place] ?? 0) + input.nextSigned();
      }
      at += input.nextSigned();
      const { hasNumber, ...form } = this.forms[place] as Form;
      yield { ...form, id: joinNumber(form.id, number), at: simTime(at), text: joinNumber(form.text, hasNumber ? number + (textAfter[place] ?? 0) : null) };
    }
  }
}

/** Older links of which many are alike, as the renewals of Leases are. Found by their id, as they were. */
export class PackedLinks {
  private chunks: LinkChunk[] = [];
  /** Forms that were met once: what is never met again is not taken. */
  private met = new Set<string>();
  /** The chunk that was read last, until something is added: who asks for one link asks for more. */
  private open: { readonly chunk: LinkChunk; readonly links: ReadonlyMap<CauseId, KnownLink> } | null = null;

  get count(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.count, 0);
  }

  /** False where it is the first of its form: it is better kept as it is. */
  add(link: KnownLink): boolean {
    const { stem, number } = splitNumber(link.id);
    if (number === null) return false;
    const text = splitNumber(link.text);
    const name = `${stem}\n${link.component}\n${text.stem}\n${text.number === null}\n${link.object}\n${link.tone}\n${link.cause}`;
    if (!this.met.has(name)) {
      this.met.add(name);
      if (this.met.size > mostMet) this.met = new Set([...this.met].slice(mostMet >> 1));
      return false;
    }
    let chunk = this.chunks.at(-1);
    if (chunk === undefined || chunk.count >= inChunk) {
      chunk?.seal();
      this.chunks.push((chunk = new LinkChunk()));
    }
    chunk.add(name, link);
    this.open = null;
    return true;
  }

  get(id: CauseId): KnownLink | undefined {
    const { stem, number } = splitNumber(id);
    if (number === null) return undefined;
    for (const chunk of this.chunks.toReversed()) {
      const found = chunk.mayHave(stem, number) ? this.opened(chunk).get(id) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Drops the oldest chunks where there are more links than so many, but the links of these ids, which are answered. */
  trim(most: number, kept: () => ReadonlySet<CauseId>): readonly KnownLink[] {
    if (this.count <= most) return [];
    const wanted = kept();
    const found: KnownLink[] = [];
    while (this.count > most && this.chunks.length > 1) for (const link of this.chunks.shift()?.read() ?? []) if (wanted.has(link.id)) found.push(link);
    return found;
  }

  /** Where a run went back, what came last is what is. */
  private opened(chunk: LinkChunk): ReadonlyMap<CauseId, KnownLink> {
    if (this.open?.chunk !== chunk) {
      const links = new Map<CauseId, KnownLink>();
      for (const link of chunk.read()) links.set(link.id, link);
      this.open = { chunk, links };
    }
    return this.open.links;
  }
}
