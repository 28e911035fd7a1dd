import { compareText } from "../base/compareText.ts";
import { isJsonObject, type Json } from "../base/json.ts";
import type { Process, ProcessContext, ProcessEvent, ProcessId } from "../sim/process.ts";
import type { DurationUs } from "../sim/time.ts";

export const cloud = "world/cloud";

const file = "released";

/** Outlives every crash: the provider's own book-keeping. */
class Cloud implements Process {
  readonly id: ProcessId;

  constructor(id: ProcessId) {
    this.id = id;
  }

  cost(): DurationUs {
    return 5;
  }

  /** {type: "instance", name, state: "running" | "released"} from outside; {type: "instances"} asks. */
  handle(event: ProcessEvent, ctx: ProcessContext): void {
    if (event.type !== "datagram" || !isJsonObject(event.body)) return;
    const released = (ctx.disk.read(file) ?? []) as readonly string[];
    const { type, name, state } = event.body;
    if (type === "instances") ctx.sendDatagram(event.from, { type: "instances", released });
    if (type !== "instance" || event.from !== "" || typeof name !== "string") return;
    const others = released.filter((other) => other !== name);
    ctx.disk.write(file, state === "released" ? [...others, name].sort(compareText) : others);
  }

  snapshot(): Json {
    return null;
  }

  restore(): void {
    // All it knows lies on its disk.
  }
}

/** "world/cloud": knows which machines were given back, so that their Node objects can be removed. */
export function createCloud(id: ProcessId): Process {
  return new Cloud(id);
}
