// Follows pkg/kubelet/images/image_gc_manager.go and kubelet.go (StartGarbageCollection).
import type { Json } from "../../../base/json.ts";
import type { ProcessContext, ProcessId } from "../../../sim/process.ts";
import { imagePolicy } from "../../imagePolicy.ts";
import type { NodeSpec } from "../../nodeSpec.ts";
import type { FromRuntime, NodeImage } from "../../runtime/criMessages.ts";
import { insufficient } from "./imageSpace.ts";

const periodUs = 300_000_000;

/** What is known of an image by its id; 0: nobody has been seen to use it. */
interface Seen {
  readonly firstDetectedUs: number;
  readonly lastUsedUs: number;
}

interface Unused extends Seen {
  readonly id: string;
  readonly sizeBytes: number;
}

type ImageUse = Extract<FromRuntime, { type: "cri/imageUse" }>;
type Tell = (type: "Normal" | "Warning", reason: string, message: string) => void;

/** Removes images that no container uses: every five minutes where the disk is full or they are old, and all of them when the eviction manager asks. */
export class ImageCollector {
  readonly #runtime: ProcessId;
  #seen = new Map<string, Seen>();
  #beganUs: number | null = null;
  #failures = 0;

  constructor(runtime: ProcessId) {
    this.#runtime = runtime;
  }

  /** From the kubelet's start on; once. */
  begin(ctx: ProcessContext, node: NodeSpec): void {
    const { highPercent, maxAgeUs } = imagePolicy(node);
    // "Disable image GC": the eviction manager removes images all the same.
    if (this.#beganUs !== null || (highPercent === 100 && maxAgeUs === 0)) return;
    this.#beganUs = ctx.now;
    this.look(ctx);
  }

  look(ctx: ProcessContext): void {
    ctx.setTimer("images", periodUs);
    ctx.sendDatagram(this.#runtime, { type: "cri/imageUse", all: false });
  }

  /** For the eviction manager. */
  deleteUnused(ctx: ProcessContext): void {
    ctx.sendDatagram(this.#runtime, { type: "cri/imageUse", all: true });
  }

  /** What the runtime says of its images: some may go. */
  told(ctx: ProcessContext, use: ImageUse, node: NodeSpec, tell: Tell): void {
    const { minAgeUs, maxAgeUs } = imagePolicy(node);
    const unused = this.#detect(use, ctx.now);
    const isOld = ({ lastUsedUs }: Unused): boolean => !use.all && maxAgeUs > 0 && ctx.now - (this.#beganUs ?? ctx.now) > maxAgeUs && ctx.now - lastUsedUs > maxAgeUs;
    const old = unused.filter(isOld);
    const oldBytes = old.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const wanted = use.all ? Number.MAX_SAFE_INTEGER : bytesToFree(node, use.diskBytes - oldBytes);
    const gone = [...old];
    let freed = 0;
    for (const image of unused) {
      if (wanted === null || freed >= wanted) break;
      if (isOld(image) || ctx.now - image.firstDetectedUs < minAgeUs) continue;
      gone.push(image);
      freed += image.sizeBytes;
    }
    this.#remove(ctx, gone, use, node);
    if (use.all) return;
    if (wanted === null || freed >= wanted) {
      this.#failures = 0;
      return;
    }
    const message = insufficient(node, usedPercent(node, use.diskBytes - oldBytes), freed);
    tell("Warning", "FreeDiskSpaceFailed", message);
    if (this.#failures++ > 0) tell("Warning", "ImageGCFailed", message);
  }

  /** What nobody uses, in the order in which it goes: what was not used for longest first, and then what was there first. */
  #detect({ images, used }: ImageUse, now: number): readonly Unused[] {
    const before = this.#seen;
    this.#seen = new Map();
    const unused: Unused[] = [];
    for (const { id, sizeBytes } of images) {
      if (this.#seen.has(id)) continue;
      const isUsed = used.includes(id);
      const known = before.get(id) ?? { firstDetectedUs: now, lastUsedUs: 0 };
      this.#seen.set(id, isUsed ? { ...known, lastUsedUs: now } : known);
      if (!isUsed) unused.push({ ...known, id, sizeBytes });
    }
    return unused.sort((a, b) => a.lastUsedUs - b.lastUsedUs || a.firstDetectedUs - b.firstDetectedUs);
  }

  #remove(ctx: ProcessContext, gone: readonly Unused[], { images }: ImageUse, node: NodeSpec): void {
    if (gone.length === 0) return;
    const ids = gone.map(({ id }) => id);
    for (const id of ids) this.#seen.delete(id);
    const names = images.filter(({ id }) => ids.includes(id)).map(({ reference }: NodeImage) => reference);
    ctx.explain({ component: `kubelet on ${node.name}`, text: `removes ${names.join(", ")}: no container uses ${names.length === 1 ? "it" : "them"}`, object: `nodes//${node.name}`, tone: "progress" });
    ctx.sendDatagram(this.#runtime, { type: "cri/removeImages", ids });
  }

  snapshot(): Json {
    return { seen: [...this.#seen], beganUs: this.#beganUs, failures: this.#failures } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { seen: readonly (readonly [string, Seen])[]; beganUs: number | null; failures: number };
    this.#seen = new Map(saved.seen);
    this.#beganUs = saved.beganUs;
    this.#failures = saved.failures;
  }
}

function usedPercent({ ephemeralStorageBytes }: NodeSpec, diskBytes: number): number {
  return 100 - Math.floor((Math.max(0, ephemeralStorageBytes - diskBytes) * 100) / ephemeralStorageBytes);
}

/** How much has to go so that the disk is only so full; null: it is not full enough for that. */
function bytesToFree(node: NodeSpec, diskBytes: number): number | null {
  const { highPercent, lowPercent } = imagePolicy(node);
  const { ephemeralStorageBytes } = node;
  if (usedPercent(node, diskBytes) < highPercent) return null;
  return Math.floor((ephemeralStorageBytes * (100 - lowPercent)) / 100) - Math.max(0, ephemeralStorageBytes - diskBytes);
}
