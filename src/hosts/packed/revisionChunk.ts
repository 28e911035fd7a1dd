import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { VarintReader, VarintWriter } from "../../base/varints.ts";
import type { CauseId } from "../../sim/process.ts";
import { simTime, type SimTime } from "../../sim/time.ts";
import { leafForm, leafNumber, leafOf, withLeaves, type Leaf, type LeafForm, type Path } from "./leaves.ts";
import { joinNumber, splitNumber } from "./numberedText.ts";
import { Squeezed } from "./squeezed.ts";

/** One revision as the observer saw it. */
export interface ObservedRevision {
  readonly at: SimTime;
  readonly revision: number;
  /** "<plural>.<group>/<namespace>/<name>" */
  readonly key: string;
  /** Null: deleted. */
  readonly object: KubeObject | null;
  readonly cause: CauseId;
}

/** A text that is kept, about. */
const otherBytes = 48;

/** What revisions have in common that differ in the same leaves from the same object. */
interface Form {
  readonly key: string;
  readonly base: KubeObject | null;
  readonly paths: readonly Path[];
  readonly leaves: readonly LeafForm[];
  readonly causeStem: string;
  readonly hasNumber: boolean;
}

/** What was told last of a form: numbers are told as what they differ by. Beginning with zeros. */
interface Told {
  readonly numbers: number[];
  cause: number;
}

/**
 * Revisions in the order they came, a few bytes each where they differ in a few leaves from an object that is kept. A renewal of a Lease takes
 * some six bytes: which form, when, and by what its time differs from what one would expect.
 */
export class RevisionChunk {
  count = 0;
  lastAt: SimTime = simTime(0);
  /** What it holds that nothing else does, about, in bytes. */
  weight = 0;
  /** What is superseded and nobody looks back at is gone from it. */
  thinned = false;
  private readonly forms: Form[] = [];
  private readonly others: unknown[] = [];
  private sealedBytes: Squeezed | null = null;
  private pen: Pen | null = new Pen();

  /** `base`: what the leaves differ from; the object itself where there are none. */
  add(revision: ObservedRevision, base: KubeObject | null, leaves: readonly Leaf[]): void {
    if (this.pen === null) throw new Error("the chunk is sealed");
    const before = this.pen.writer.length + this.others.length * otherBytes;
    this.pen.write(revision, base, leaves, this.forms, this.others);
    this.weight += this.pen.writer.length + this.others.length * otherBytes - before;
    this.count++;
    this.lastAt = revision.at;
  }

  /** Nothing is added from now on. */
  seal(): void {
    if (this.pen === null) return;
    this.sealedBytes = new Squeezed(this.pen.writer.view());
    this.weight += this.sealedBytes.length - this.pen.writer.length;
    this.pen = null;
  }

  get sealed(): boolean {
    return this.pen === null;
  }

  knows(key: string): boolean {
    return this.forms.some((form) => form.key === key);
  }

  read(): RevisionReader {
    return new RevisionReader(this.sealedBytes?.read() ?? this.pen?.writer.view() ?? new Uint8Array(), this.forms, this.others);
  }
}

/** What writing needs and reading does not. */
class Pen {
  readonly writer = new VarintWriter();
  private readonly numbers = new Map<string, number>();
  private readonly places = new Map<unknown, number>();
  private readonly told: Told[] = [];
  private at = 0;
  private revision = 0;

  write({ at, revision, key, cause }: ObservedRevision, base: KubeObject | null, leaves: readonly Leaf[], forms: Form[], others: unknown[]): void {
    const { writer } = this;
    const { stem, number } = splitNumber(cause);
    const leafForms = leaves.map(({ value }) => leafForm(value, revision));
    const name = leaves.length === 0 ? null : `${key}\n${stem}\n${number === null}\n${leafForms.join()}\n${leaves.map(({ path }) => path.join("\n")).join("\n\n")}`;
    let index = name === null ? undefined : this.numbers.get(name);
    if (index === undefined || forms[index]?.base !== base) {
      index = forms.length;
      forms.push({ key, base, paths: leaves.map(({ path }) => path), leaves: leafForms, causeStem: stem, hasNumber: number !== null });
      this.told.push({ numbers: leaves.map(() => 0), cause: 0 });
      if (name !== null) this.numbers.set(name, index);
    }
    const told = this.told[index] as Told;
    const causeAfter = (number ?? revision) - revision;
    const asExpected = revision === this.revision + 1 && causeAfter === told.cause;
    writer.put(index * 2 + (asExpected ? 0 : 1));
    if (!asExpected) {
      writer.putSigned(revision - this.revision);
      writer.putSigned(causeAfter - told.cause);
      told.cause = causeAfter;
    }
    writer.putSigned(at - this.at);
    for (const [slot, form] of leafForms.entries()) {
      const { value } = leaves[slot] as Leaf;
      if (form === "other") writer.put(this.placeOf(value, others));
      else if (form !== "revision") {
        const told_ = leafNumber(form, value, at);
        writer.putSigned(told_ - (told.numbers[slot] ?? 0));
        told.numbers[slot] = told_;
      }
    }
    this.at = at;
    this.revision = revision;
  }

  private placeOf(value: unknown, others: unknown[]): number {
    const known = this.places.get(value);
    if (known !== undefined) return known;
    this.places.set(value, others.length);
    return others.push(value) - 1;
  }
}

/** Goes over a chunk's revisions; an object is only made of one that is taken. */
export class RevisionReader {
  at: SimTime = simTime(0);
  revision = 0;
  private readonly input: VarintReader;
  private readonly forms: readonly Form[];
  private readonly others: readonly unknown[];
  private readonly told: (Told | undefined)[] = [];
  private index = 0;
  private readonly places: number[] = [];

  constructor(bytes: Uint8Array, forms: readonly Form[], others: readonly unknown[]) {
    this.input = new VarintReader(bytes);
    this.forms = forms;
    this.others = others;
  }

  get key(): string {
    return this.form.key;
  }

  get deleted(): boolean {
    return this.form.base === null;
  }

  /** Goes to the next one; false where there is none. */
  next(): boolean {
    const { input } = this;
    if (input.done) return false;
    const head = input.next();
    this.index = Math.floor(head / 2);
    const { leaves } = this.form;
    const told = (this.told[this.index] ??= { numbers: leaves.map(() => 0), cause: 0 });
    if (head % 2 === 0) this.revision++;
    else {
      this.revision += input.nextSigned();
      told.cause += input.nextSigned();
    }
    this.at = simTime(this.at + input.nextSigned());
    for (let slot = 0; slot < leaves.length; slot++) {
      const form = leaves[slot];
      if (form === "other") this.places[slot] = input.next();
      else if (form !== "revision") told.numbers[slot] = (told.numbers[slot] ?? 0) + input.nextSigned();
    }
    return true;
  }

  take(): ObservedRevision {
    const { at, revision, form } = this;
    const { key, base, paths, leaves, causeStem, hasNumber } = form;
    const told = this.told[this.index] as Told;
    const values = leaves.map((each, slot) => (each === "other" ? this.others[this.places[slot] ?? 0] : leafOf(each, told.numbers[slot] ?? 0, at, revision)));
    const object = base === null || paths.length === 0 ? base : withLeaves(base, paths, values);
    return { at, revision, key, object, cause: joinNumber(causeStem, hasNumber ? revision + told.cause : null) };
  }

  private get form(): Form {
    return this.forms[this.index] as Form;
  }
}
