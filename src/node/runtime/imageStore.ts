import type { Json } from "../../base/json.ts";
import type { CauseId } from "../../sim/process.ts";
import type { Random } from "../../sim/random.ts";
import { namesImage } from "../images/imageReference.ts";
import { resolveImage } from "../images/resolveImage.ts";
import type { FromRuntime, NodeImage } from "./criMessages.ts";

const bytesPerSecond = 30_000_000;
const manifestUs = 550_000;
const checkUs = 300_000;

interface Pull {
  readonly podUid: string;
  readonly container: string;
  readonly image: string;
  readonly askedUs: number;
  /** Why it was asked for: what comes of it has that reason, and not that of the pull before. */
  readonly cause: CauseId;
}

interface Slowdown {
  readonly id: string;
  readonly target: string;
  readonly factor: number;
}

interface Answer {
  readonly body: Extract<FromRuntime, { type: "cri/imagePulled" | "cri/imagePullFailed" }>;
  readonly cause: CauseId;
}

/**
 * Images of one node. Pulls run one at a time, as kubelets do by default; those that wait for the image being pulled are served with it.
 * Layers, registries and their limits are not simulated: an image is there as a whole, after a time that its size gives.
 */
export class ImageStore {
  readonly #anything: boolean;
  #present = new Map<string, NodeImage>();
  #queue: Pull[] = [];
  #current: { readonly pull: Pull; readonly startedUs: number } | null = null;
  #missing: { readonly id: string; readonly target: string }[] = [];
  #slow: Slowdown[] = [];

  constructor(anything: boolean) {
    this.#anything = anything;
  }

  get images(): readonly NodeImage[] {
    return [...this.#present.values()];
  }

  /** All together. */
  get bytes(): number {
    let sum = 0;
    for (const { sizeBytes } of this.#present.values()) sum += sizeBytes;
    return sum;
  }

  /** Removes images, under all of their names. */
  remove(ids: readonly string[]): void {
    for (const [reference, { id }] of this.#present) if (ids.includes(id)) this.#present.delete(reference);
  }

  present(reference: string): NodeImage | null {
    return this.#present.get(reference) ?? null;
  }

  load(images: readonly NodeImage[]): void {
    this.#present = new Map(images.map((image) => [image.reference, image]));
  }

  enqueue(pull: Pull): void {
    this.#queue.push(pull);
  }

  /** Begins the next pull: how long it will take; null where none can begin now. */
  begin(nowUs: number, random: Random): number | null {
    if (this.#current !== null) return null;
    const pull = this.#queue.shift();
    if (pull === undefined) return null;
    this.#current = { pull, startedUs: nowUs };
    if (this.#anything) return 1;
    const resolution = resolveImage(pull.image);
    if ("failure" in resolution || this.#isMissing(pull.image)) return manifestUs + random.int(0, 200_000);
    const slow = this.#slow.find(({ target }) => namesImage(target, pull.image))?.factor ?? 1;
    const transferUs = this.#present.has(pull.image) ? checkUs : manifestUs + Math.floor((resolution.image.sizeBytes / bytesPerSecond) * 1_000_000);
    return Math.floor((transferUs * random.int(95, 105)) / 100) * slow;
  }

  /** The pull under way has come to its end: what to tell everybody who waited for it. */
  finish(nowUs: number): readonly Answer[] {
    const current = this.#current;
    if (current === null) return [];
    this.#current = null;
    const { image } = current.pull;
    const same = [current.pull, ...this.#queue.filter((pull) => pull.image === image)];
    this.#queue = this.#queue.filter((pull) => pull.image !== image);
    const resolution = resolveImage(image, this.#anything);
    if ("failure" in resolution) return same.map((pull) => ({ cause: pull.cause, body: { type: "cri/imagePullFailed", podUid: pull.podUid, container: pull.container, reason: resolution.reason, message: resolution.failure } }));
    if (this.#isMissing(image)) {
      const { canonical } = resolution.image;
      const message = `rpc error: code = NotFound desc = failed to pull and unpack image "${canonical}": failed to resolve reference "${canonical}": ${canonical}: not found`;
      return same.map((pull) => ({ cause: pull.cause, body: { type: "cri/imagePullFailed", podUid: pull.podUid, container: pull.container, reason: "ErrImagePull", message } }));
    }
    this.#present.set(image, resolution.image);
    const warning = resolution.known || this.#anything ? "" : `Image "${image}" is not simulated: a generic server answers on its container ports`;
    return same.map((pull) => {
      const tookUs = nowUs - Math.max(pull.askedUs, current.startedUs);
      return { cause: pull.cause, body: { type: "cri/imagePulled", podUid: pull.podUid, container: pull.container, image: resolution.image, tookUs, waitedUs: Math.max(0, nowUs - pull.askedUs - tookUs), warning } };
    });
  }

  setMissing(id: string, target: string): void {
    this.#missing = [...this.#missing.filter((fault) => fault.id !== id), { id, target }];
    for (const reference of this.#present.keys()) if (namesImage(target, reference)) this.#present.delete(reference);
  }

  setSlow(id: string, target: string, factor: number): void {
    this.#slow = [...this.#slow.filter((fault) => fault.id !== id), { id, target, factor }];
  }

  clearFault(id: string): void {
    this.#missing = this.#missing.filter((fault) => fault.id !== id);
    this.#slow = this.#slow.filter((fault) => fault.id !== id);
  }

  snapshot(): Json {
    return { present: [...this.#present.values()], queue: [...this.#queue], current: this.#current, missing: this.#missing, slow: this.#slow } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { present: NodeImage[]; queue: Pull[]; current: { pull: Pull; startedUs: number } | null; missing: { id: string; target: string }[]; slow: Slowdown[] };
    this.load(saved.present);
    this.#queue = [...saved.queue];
    this.#current = saved.current;
    this.#missing = [...saved.missing];
    this.#slow = [...saved.slow];
  }

  #isMissing(image: string): boolean {
    return this.#missing.some(({ target }) => namesImage(target, image));
  }
}
