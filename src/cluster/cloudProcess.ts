import { compareText } from "../base/compareText.ts";
import { isJsonObject, type Json } from "../base/json.ts";
import type { Process, ProcessContext, ProcessEvent, ProcessId } from "../sim/process.ts";
import type { DurationUs } from "../sim/time.ts";
import { diskDue, freeDisks, toldOfDisk } from "./cloudDisks.ts";
import type { Instance } from "./cloudInstance.ts";

const released = "released";
const joined = "joined";
const off = "off";

/** Outlives every crash: the provider's own book-keeping. */
class Cloud implements Process {
  readonly id: ProcessId;
  readonly #instances: readonly Instance[];
  /** Operations on disks that are under way, by their timers. */
  readonly #pending = new Set<string>();

  constructor(id: ProcessId, instances: readonly Instance[]) {
    this.id = id;
    this.#instances = instances;
  }

  cost(): DurationUs {
    return 5;
  }

  /**
   * From outside {type: "instance", name, state: "running" | "released", instance?} and {type: "power", name, by, on}; {type: "instances"}
   * asks for all; {type: "disk/..."} is cloudDisks.ts.
   */
  handle(event: ProcessEvent, ctx: ProcessContext): void {
    const zoneOf = (node: string): string | undefined => this.#all(ctx).find(({ name }) => name === node)?.zone;
    if (event.type === "timer") diskDue(event.key, this.#pending, zoneOf, ctx);
    if (event.type !== "datagram" || !isJsonObject(event.body)) return;
    if (String(event.body["type"]).startsWith("disk/")) return toldOfDisk(event.body, event.from, this.#pending, zoneOf, ctx);
    const { type, name, state, instance, by, on } = event.body;
    if (type === "instances") ctx.sendDatagram(event.from, { type: "instances", released: names(ctx, released), instances: this.#all(ctx) as unknown as Json, off: [...new Set(names(ctx, off).map((each) => each.slice(0, each.indexOf(" "))))] });
    if (event.from !== "" || typeof name !== "string") return;
    if (type === "instance") this.#instance(name, state === "released", instance ?? null, ctx);
    if (type === "power") mark(ctx, off, `${name} ${String(by)}`, on !== true);
  }

  snapshot(): Json {
    return [...this.#pending];
  }

  restore(data: Json): void {
    // The rest of what it knows lies on its disk.
    this.#pending.clear();
    for (const key of data as readonly string[]) this.#pending.add(key);
  }

  /** All machines that are there. */
  #all(ctx: ProcessContext): readonly Instance[] {
    const gone = names(ctx, released);
    const late = (ctx.disk.read(joined) ?? []) as unknown as readonly Instance[];
    return [...this.#instances.filter(({ name }) => !late.some((other) => other.name === name)), ...late].filter(({ name }) => !gone.includes(name));
  }

  #instance(name: string, isReleased: boolean, instance: Json, ctx: ProcessContext): void {
    mark(ctx, released, name, isReleased);
    if (isReleased) {
      freeDisks(name, ctx);
      ctx.disk.write(off, names(ctx, off).filter((each) => !each.startsWith(`${name} `)));
    }
    if (!isJsonObject(instance)) return;
    const others = ((ctx.disk.read(joined) ?? []) as unknown as readonly Instance[]).filter((other) => other.name !== name);
    ctx.disk.write(joined, [...others, instance] as unknown as Json);
  }
}

function names(ctx: ProcessContext, file: string): readonly string[] {
  return (ctx.disk.read(file) ?? []) as readonly string[];
}

function mark(ctx: ProcessContext, file: string, name: string, isMarked: boolean): void {
  const others = names(ctx, file).filter((other) => other !== name);
  ctx.disk.write(file, isMarked ? [...others, name].sort(compareText) : others);
}

/** "world/cloud": its machines, those that were given back or lost their power, and its disks. */
export function createCloud(id: ProcessId, instances: readonly Instance[] = []): Process {
  return new Cloud(id, instances);
}
